"""Line edit for prompts, in a window for pictures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRect
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QTextLayout,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from rtedit_desktop.core.packs.spelling import Unknown
from rtedit_desktop.ui.widgets.colours import amber
from rtedit_desktop.ui.widgets.mime import has_picture

_WAVE = 2


class PromptEdit(QLineEdit):
    """Leaves a picture in the clipboard, dropped files and what it cannot undo to the window.

    It underlines the words that it is told to, and offers others for them in its menu.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(False)
        self.unknown: tuple[Unknown, ...] = ()
        self._composing = False

    def underline(self, unknown: Sequence[Unknown]) -> None:
        """Words of the text as it is."""
        self.unknown = tuple(unknown)
        self.update()

    def put(self, unknown: Unknown, word: str) -> None:
        """Another word in its place; undo brings it back."""
        self.setSelection(unknown.start, len(unknown.word))
        self.insert(word.capitalize() if unknown.word[0].isupper() else word)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            return False if self._is_the_windows(event) else super().event(event)
        return super().event(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        self._composing = bool(event.preeditString())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        here = self.cursorPositionAt(event.pos())
        for one in self.unknown:
            if one.nearest and one.start <= here <= one.start + len(one.word):
                first = menu.actions()[0]
                for word in one.nearest:
                    action = QAction(self.tr("Use “{word}”").format(word=word), menu)
                    action.triggered.connect(partial(self.put, one, word))
                    menu.insertAction(first, action)
                menu.insertSeparator(first)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.unknown or self._composing:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(amber(self.palette()), 1.4))
        painter.setClipRect(self._written())
        bottom = self.cursorRect().bottom()
        for left, right in self._spans():
            painter.drawPolyline(_wave(left, right, bottom))
        painter.end()

    def _spans(self) -> list[tuple[float, float]]:
        """From where to where each of the words goes; the line may be scrolled, but the cursor shows by how much."""
        layout = QTextLayout(self.text(), self.font())
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()

        def at(position: int) -> float:
            x: float = line.cursorToX(position)[0]  # type: ignore[index]  # the stubs know only C++'s answer
            return x

        shift = self.cursorRect().center().x() - at(self.cursorPosition())
        ends = [(at(one.start), at(one.start + len(one.word))) for one in self.unknown]
        return [(shift + min(pair), shift + max(pair)) for pair in ends]

    def _written(self) -> QRect:
        """Where letters can be seen, without the button that clears them."""
        button = self.height() if self.isClearButtonEnabled() else 0
        return self.rect().adjusted(2, 0, -2 - button, 0)

    def _is_the_windows(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Undo):
            return not self.isUndoAvailable()
        if event.matches(QKeySequence.StandardKey.Redo):
            return not self.isRedoAvailable()
        if event.matches(QKeySequence.StandardKey.Copy):
            return not self.hasSelectedText()
        data = QGuiApplication.clipboard().mimeData()
        if not event.matches(QKeySequence.StandardKey.Paste) or data is None:
            return False
        return has_picture(data) and not data.hasText()


def _wave(left: float, right: float, bottom: float) -> list[QPointF]:
    count = max(2, round((right - left) / _WAVE))
    return [QPointF(left + n * (right - left) / count, bottom - _WAVE * (n % 2)) for n in range(count + 1)]
