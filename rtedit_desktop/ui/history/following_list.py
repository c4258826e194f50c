"""List whose chosen row stays in sight when its height changes."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QListWidget


class FollowingList(QListWidget):
    """For a column whose parts take room from each other. Where the person scrolled away from that row, it stays."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        chosen, before = self.currentItem(), event.oldSize().height()
        place = self.visualItemRect(chosen)
        away = before > 0 and (place.bottom() < 0 or place.top() >= before)
        super().resizeEvent(event)
        if not away:
            self.scrollToItem(chosen)
