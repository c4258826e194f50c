"""List of results, each of which can be dragged out of the window as a file."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from rtedit_desktop.ui.history.following_list import FollowingList


class ResultList(FollowingList):
    """``drag_begun`` bears the row whose file is wanted; who makes it begins the drag when it is there.

    ``by_key`` are the actions that keys trigger in the list.
    """

    drag_begun = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.by_key: dict[int, QAction] = {}
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.by_key.get(event.key()) if not event.modifiers() else None
        if action is not None:
            action.trigger()
        else:
            super().keyPressEvent(event)

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Not yet: Qt would want the file at once."""
        self.drag_begun.emit(self.currentRow())
