"""Settings page of where photos are saved, and what goes with them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGroupBox, QLabel

from rtedit_desktop.support import settings
from rtedit_desktop.ui.settings.settings_writer import SettingsWriter
from rtedit_desktop.ui.widgets.file_dialogs import ask_folder
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.worker.background import Background

_BESIDE, _OWN, _ANOTHER = range(3)


class SavingSettings(QGroupBox):
    """Both hold from the next saving on."""

    def __init__(self, background: Background, messages: Messages) -> None:
        super().__init__()
        self._keeper = SettingsWriter(background, messages, self)
        saved = settings.load()
        self.setTitle(self.tr("Saved photos"))
        self.place = QComboBox()
        self.place.setAccessibleName(self.tr("Folder that results are saved in"))
        self.place.setToolTip(self.tr("Where Save as begins; any other folder can still be chosen there"))
        self.impersonal = QCheckBox(self.tr("Leave out &personal metadata"))
        self.impersonal.setToolTip(self.tr("Who, where, and with which very camera; date and exposure stay"))
        self.impersonal.setChecked(saved.impersonal)
        self.recipe = QCheckBox(self.tr("Write the &recipe into the photo"))
        self.recipe.setToolTip(self.tr("Prompt, settings and seed, as XMP; not where personal metadata is left out"))
        self.recipe.setChecked(saved.recipe_inside)
        label = QLabel(self.tr("Sa&ve"))
        label.setBuddy(self.place)
        form = QFormLayout(self)
        form.addRow(label, self.place)
        form.addRow("", self.impersonal)
        form.addRow("", self.recipe)
        self._show(saved.results)
        self.place.activated.connect(self._choose)
        self.impersonal.toggled.connect(lambda on: self._keeper.keep(impersonal=on))
        self.recipe.toggled.connect(lambda on: self._keeper.keep(recipe_inside=on))

    def reset(self) -> None:
        """As it began."""
        usual = settings.AppSettings()
        self.impersonal.setChecked(usual.impersonal)
        self.recipe.setChecked(usual.recipe_inside)
        self._set(usual.results)

    def _show(self, folder: str) -> None:
        self._folder = folder
        self.place.clear()
        self.place.addItem(self.tr("Beside the photo"), _BESIDE)
        if folder:
            self.place.addItem(self.tr("In “{folder}”").format(folder=Path(folder).name or folder), _OWN)
            self.place.setItemData(1, folder, Qt.ItemDataRole.ToolTipRole)
        self.place.addItem(self.tr("In another folder…"), _ANOTHER)
        self.place.setCurrentIndex(1 if folder else 0)

    def _choose(self) -> None:
        if self.place.currentData() == _BESIDE:
            self._set("")
        elif self.place.currentData() == _ANOTHER:
            self.place.setCurrentIndex(1 if self._folder else 0)  # until one is chosen
            begin = Path(self._folder) if self._folder else Path.home()
            ask_folder(self, self.tr("Folder for the results"), begin, lambda path: self._set(str(path)))

    def _set(self, folder: str) -> None:
        if folder != self._folder:
            self._keeper.keep(results=folder)
        self._show(folder)
