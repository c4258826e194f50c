"""A line for words, in a window for pictures."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget


class PromptEdit(QLineEdit):
    """A line that leaves a picture in the clipboard, dropped files and what it cannot undo to the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            return False if self._is_the_windows(event) else super().event(event)
        return super().event(event)

    def _is_the_windows(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Undo):
            return not self.isUndoAvailable()
        if event.matches(QKeySequence.StandardKey.Redo):
            return not self.isRedoAvailable()
        data = QGuiApplication.clipboard().mimeData()
        if not event.matches(QKeySequence.StandardKey.Paste) or data is None:
            return False
        return data.hasImage() and not data.hasText()
