"""Prompts that are known, below the line while it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QIcon, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView


class Suggestions(QCompleter):
    """Found by any part of their words."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items = QStandardItemModel(self)
        self.setModel(self.items)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setMaxVisibleItems(9)
        self.list = QListView()
        self.list.setIconSize(QSize(12, 12))
        self.list.setStyleSheet("QAbstractItemView::item { padding: 4px 8px; }")
        self.setPopup(self.list)

    def set_texts(self, texts: Sequence[str]) -> None:
        self.items.clear()
        for text in texts:
            self.items.appendRow(QStandardItem(text))

    def mark(self, known: Callable[[str], bool], bolt: QIcon) -> None:
        """A bolt at what was learned before."""
        for row in range(self.items.rowCount()):
            item = self.items.item(row)
            instant = known(item.text())
            item.setIcon(bolt if instant else QIcon())
            item.setAccessibleText(self.tr("{prompt}, instant").format(prompt=item.text()) if instant else item.text())
