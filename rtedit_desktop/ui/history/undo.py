"""Undo and redo of everything that changes what would be saved: results, picks, strengths, mixes, square."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from rtedit_desktop.ui.model.document import Document
from rtedit_desktop.ui.model.state import EditorState

# A slider or a square that is dragged is one step, however many pictures follow it.
TOGETHER_S = 1.0
MOST = 100


class Undo(QObject):
    """Owns the undo stack. Undoing drops no result: it shows what was shown before, as it was."""

    def __init__(self, state: EditorState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._now = state.document
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(MOST)
        state.stepped.connect(self._step)
        state.photo_changed.connect(self._begin)
        state.square_found.connect(self._look)

    def _begin(self) -> None:
        """Another photo: its steps are others."""
        self.stack.clear()
        self._now = self._state.document

    def _look(self) -> None:
        """What is there changed by itself, before any step."""
        self._now = self._state.document

    def _step(self, text: str, key: str) -> None:
        before, self._now = self._now, self._state.document
        self.stack.push(_Step(self, text, key, before, self._now))

    def show(self, document: Document) -> None:
        self._now = document
        self._state.restore(document)


class _Step(QUndoCommand):
    """Leads from one document to another; steps of one ``key`` in quick succession are one."""

    def __init__(self, undo: Undo, text: str, key: str, before: Document, after: Document) -> None:
        super().__init__(text)
        self._undo, self._key, self._before, self._after = undo, key, before, after
        self._at = time.monotonic()
        self._done = True  # a stack does what is pushed, and this is done already

    def id(self) -> int:
        return 1 if self._key else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        assert isinstance(other, _Step)
        if other._key != self._key or other._at - self._at > TOGETHER_S:
            return False
        self._after, self._at = other._after, other._at
        return True

    def undo(self) -> None:
        self._done = False
        self._undo.show(self._before)

    def redo(self) -> None:
        if not self._done:
            self._done = True
            self._undo.show(self._after)
