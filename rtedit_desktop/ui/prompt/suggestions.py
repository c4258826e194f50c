"""List of known prompts below the line while it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QIcon, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView

from rtedit_desktop.core.preset import PresetInfo

_PROMPT, _PRESET = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class Suggestions(QCompleter):
    """Finds prompts by any part of their words. A preset stands behind its prompt, by its title."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items = QStandardItemModel(self)
        self._shown: object = None
        self.setModel(self.items)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setMaxVisibleItems(9)
        self.list = QListView()
        self.list.setIconSize(QSize(12, 12))
        self.list.setStyleSheet("QAbstractItemView::item { padding: 4px 8px; }")
        self.setPopup(self.list)

    def set_texts(self, texts: Sequence[str], presets: Sequence[PresetInfo] = ()) -> None:
        shown = (tuple(texts), tuple((one.path, one.spec.prompt, one.title) for one in presets))
        if shown == self._shown:
            return  # the list may be open
        self._shown = shown
        self.items.clear()
        for text in dict.fromkeys(texts):
            self._add(text, text)
        for preset in presets:
            line = self.tr("{prompt} – preset “{title}”").format(prompt=preset.spec.prompt, title=preset.title)
            self._add(line, preset.spec.prompt).setData(preset.path, _PRESET)

    def mark(self, known: Callable[[str], bool], bolt: QIcon) -> None:
        """A bolt at what needs no learning."""
        for row in range(self.items.rowCount()):
            item = self.items.item(row)
            instant = item.data(_PRESET) is not None or known(item.text())
            item.setIcon(bolt if instant else QIcon())
            item.setAccessibleText(self.tr("{prompt}, instant").format(prompt=item.text()) if instant else item.text())

    def preset_at(self, index: QModelIndex | QPersistentModelIndex) -> Path | None:
        """The preset of a row of the list, where it is one."""
        found = index.data(_PRESET)
        return found if isinstance(found, Path) else None

    @property
    def preset_in_hand(self) -> Path | None:
        """That which the arrow keys stand on."""
        return self.preset_at(self.list.currentIndex()) if self.list.isVisible() else None

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data(_PROMPT))

    def _add(self, shown: str, prompt: str) -> QStandardItem:
        item = QStandardItem(shown)
        item.setData(prompt, _PROMPT)
        self.items.appendRow(item)
        return item
