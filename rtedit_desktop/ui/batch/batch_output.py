"""Widget that chooses where the results of a batch go, and what they are called."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from rtedit_desktop.batch.naming import FIELDS, FORMATS, KEEP, USUAL, Naming
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.support import settings
from rtedit_desktop.ui.widgets.file_dialogs import ask_folder
from rtedit_desktop.ui.widgets.texts import error_text


class BatchOutput(QWidget):
    """Folder, name template with an example, format, and what else belongs to files."""

    changed = Signal()
    recursive_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._touched = False
        self.photo: Path | None = None
        self._label = ""
        self.folder = QLineEdit()
        self.folder.setAccessibleName(self.tr("Folder for the results"))
        self.browse = QPushButton(self.tr("&Choose…"))
        self.browse.setAccessibleName(self.tr("Choose the folder for the results"))
        self.browse.setAutoDefault(False)
        self.name = QLineEdit(USUAL)
        self.name.setAccessibleName(self.tr("Names of the results"))
        fields = ", ".join(f"{{{name}}}" for name in FIELDS)
        self.name.setToolTip(self.tr("May hold {fields}").format(fields=fields))
        self.example = QLabel()
        self.example.setTextFormat(Qt.TextFormat.PlainText)
        self.example.setWordWrap(True)
        self.format = QComboBox()
        self.format.setAccessibleName(self.tr("Format of the results"))
        shown = {KEEP: self.tr("As the photo"), "png": "PNG", "jpeg": "JPEG", "webp": "WebP", "tiff": "TIFF"}
        for name in FORMATS:
            self.format.addItem(shown[name], name)
        self.recursive = QCheckBox(self.tr("Folders &inside of folders too"))
        self.overwrite = QCheckBox(self.tr("&Replace earlier results"))
        self.overwrite.setToolTip(self.tr("What no batch has made is never replaced"))
        self.impersonal = QCheckBox(self.tr("&Leave out personal metadata"))
        self.impersonal.setToolTip(self.tr("Who, where, and with which very camera"))
        self.recipe = QCheckBox(self.tr("&Write the recipe into each photo"))
        self.recipe.setToolTip(self.tr("Prompt, settings and seed, as XMP; not where personal metadata is left out"))
        saved = settings.load()
        self.impersonal.setChecked(saved.impersonal)
        self.recipe.setChecked(saved.recipe_inside)
        self._lay_out()
        self.folder.textEdited.connect(self._touch)
        self.browse.clicked.connect(self._ask)
        for edited in (self.folder.textChanged, self.name.textChanged, self.format.currentIndexChanged):
            edited.connect(self._redraw)
        self.recursive.toggled.connect(self.recursive_changed)
        self._redraw()

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        place.addWidget(self.browse)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for row, (words, field) in enumerate(
            ((self.tr("&Folder"), self.folder), (self.tr("&Name"), self.name), (self.tr("For&mat"), self.format))
        ):
            label = QLabel(words)
            label.setBuddy(field)
            grid.addWidget(label, 2 * row, 0)
        grid.addLayout(place, 0, 1)
        grid.addWidget(self.name, 2, 1)
        grid.addWidget(self.example, 3, 1)
        grid.addWidget(self.format, 4, 1)
        for row, box in enumerate((self.recursive, self.overwrite, self.impersonal, self.recipe), start=6):
            grid.addWidget(box, row, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    @property
    def place(self) -> Path | None:
        """None where it is no whole path."""
        text = self.folder.text().strip()
        path = Path(text).expanduser() if text else None
        return path if path is not None and path.is_absolute() else None

    @property
    def naming(self) -> Naming | None:
        """None for a template that makes no names."""
        try:
            return Naming(self.name.text().strip(), str(self.format.currentData()))
        except SettingsError:
            return None

    def suggest(self, photo: Path | None) -> None:
        """A folder beside the first photo, unless the person said another one."""
        self.photo = photo
        if photo is not None and not self._touched:
            self.folder.setText(str(photo.parent / self.tr("Edited")))
        self._redraw()

    def show_label(self, label: str) -> None:
        """What stands for the presets in a name."""
        self._label = label
        self._redraw()

    def show_choice(
        self,
        folder: Path,
        naming: Naming,
        *,
        recursive: bool,
        overwrite: bool,
        impersonal: bool,
        recipe_inside: bool,
    ) -> None:
        self._touched = True
        self.folder.setText(str(folder))
        self.name.setText(naming.template)
        self.format.setCurrentIndex(self.format.findData(naming.format))
        self.recursive.setChecked(recursive)
        self.overwrite.setChecked(overwrite)
        self.impersonal.setChecked(impersonal)
        self.recipe.setChecked(recipe_inside)

    def _redraw(self) -> None:
        photo = self.photo or Path(self.tr("photo") + ".jpg")
        try:
            naming = Naming(self.name.text().strip(), str(self.format.currentData()))
        except SettingsError as error:
            self.example.setText(error_text(error))
        else:
            name = naming.name_for(photo, self._label or self.tr("preset"), 1)
            self.example.setText(self.tr("{photo} becomes {name}").format(photo=photo.name, name=name))
        self.changed.emit()

    def _touch(self) -> None:
        self._touched = True

    def _ask(self) -> None:
        def chosen(path: Path) -> None:
            self._touched = True
            self.folder.setText(str(path))

        ask_folder(self, self.tr("Folder for the results"), self.place, chosen)
