"""Dialogs that ask for a preset's title and licence, and for the pictures to learn from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rtedit_desktop.core.preset import PresetWords
from rtedit_desktop.support import settings
from rtedit_desktop.ui.help.guide_dialog import offer_guide
from rtedit_desktop.ui.widgets.tab_order import as_they_stand, one_after_the_other

LONGEST_TITLE = 120
LONGEST_LINE = 200
LICENCES = ("CC0 1.0", "CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0")
_LAST_ROWS = 10


class KeepDialog(QDialog):
    """Asks for title, author and licence; they begin as they were written the last time.

    ``chapter`` of the guide is what F1 shows.
    """

    chapter = "presets"

    def __init__(
        self, heading: str, title: str, yes: str, then: Callable[[PresetWords], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(heading)
        offer_guide(self, self.chapter)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        label = QLabel(self.tr("&Title"))
        self.title = QLineEdit(title)
        self.title.setMaxLength(LONGEST_TITLE)
        self.title.setMinimumWidth(340)
        self.title.setAccessibleName(self.tr("Title of the preset"))
        self.title.selectAll()
        label.setBuddy(self.title)
        self._make_terms()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.yes = self.buttons.addButton(yes, QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: then(self.words))
        self.title.textChanged.connect(self.redraw)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(10)
        self.grid.addWidget(label, 0, 0)
        self.grid.addWidget(self.title, 0, 1)
        for row, (text, field) in enumerate(
            ((self.tr("&Author"), self.author), (self.tr("&Licence"), self.licence)), _LAST_ROWS
        ):
            label = QLabel(text)
            label.setBuddy(field)
            self.grid.addWidget(label, row, 0)
            self.grid.addWidget(field, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(16)
        layout.addLayout(self.grid)
        layout.addWidget(self.buttons)
        as_they_stand(self.buttons)
        self.yes.setDefault(True)  # of the dialog, which it belongs to only now
        self.title.setFocus()
        self.redraw()

    def _make_terms(self) -> None:
        before = settings.load()
        self.author = QLineEdit(before.author)
        self.author.setMaxLength(LONGEST_LINE)
        self.author.setAccessibleName(self.tr("Author of the preset"))
        self.licence = QComboBox()
        self.licence.addItems(LICENCES)
        line = QLineEdit()
        line.setMaxLength(LONGEST_LINE)
        self.licence.setLineEdit(line)
        self.licence.setEditText(before.licence)
        self.licence.setAccessibleName(self.tr("Licence of the preset"))
        line.setAccessibleName(self.licence.accessibleName())
        for empty in (self.author, line):
            empty.setPlaceholderText(self.tr("may be left empty"))
            empty.setToolTip(self.tr("Written into the file, for those you give it to"))

    @property
    def title_text(self) -> str:
        return _line(self.title.text())

    @property
    def words(self) -> PresetWords:
        """What was written."""
        return PresetWords(
            title=self.title_text, author=_line(self.author.text()), licence=_line(self.licence.currentText())
        )

    def redraw(self) -> None:
        self.yes.setEnabled(bool(self.title_text))


class LearnDialog(KeepDialog):
    """Asks for the pictures too: the pack's own, or those of a folder."""

    chapter = "teach"

    def __init__(
        self, prompt: str, source: str, pack: str, then: Callable[[PresetWords, Path | None], None], parent: QWidget
    ) -> None:
        self.folder: Path | None = None
        self._ready = False
        super().__init__(
            QCoreApplication.translate("LearnDialog", "Learn as preset"),
            prompt,
            QCoreApplication.translate("LearnDialog", "Learn"),
            lambda words: then(words, self.folder if self.own.isChecked() else None),
            parent,
        )
        change = QLabel(self.tr("“{source}” becomes “{prompt}”.").format(source=source, prompt=prompt))
        change.setTextFormat(Qt.TextFormat.PlainText)
        change.setWordWrap(True)
        self.theirs = QRadioButton(self.tr("The &pictures that come with {pack}").format(pack=pack))
        self.theirs.setChecked(True)
        self.own = QRadioButton(self.tr("A &folder of mine"))
        self.choose = QPushButton(self.tr("&Choose…"))
        self.choose.setAccessibleName(self.tr("Choose the folder of pictures"))
        self.choose.clicked.connect(self._ask_folder)
        self.place = QLabel(self.tr("No folder is chosen yet."))
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        self.place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        label = QLabel(self.tr("Learn from"))
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.own.toggled.connect(self.redraw)
        self.grid.addWidget(change, 1, 1)
        self.grid.addWidget(label, 2, 0)
        self.grid.addWidget(self.theirs, 2, 1)
        self.grid.addWidget(self.own, 3, 1)
        where = QHBoxLayout()
        where.setContentsMargins(22, 0, 0, 0)
        where.addWidget(self.choose)
        where.addWidget(self.place, 1)
        self.grid.addLayout(where, 4, 1)
        one_after_the_other(self.title, self.theirs, self.own, self.choose, self.author, self.licence)
        self._ready = True
        self.redraw()

    def set_folder(self, folder: Path) -> None:
        self.folder = folder
        self.own.setChecked(True)
        self.place.setText(folder.name or str(folder))
        self.place.setToolTip(str(folder))
        self.redraw()

    def redraw(self) -> None:
        super().redraw()
        if self._ready:
            self.place.setEnabled(self.own.isChecked())
            self.yes.setEnabled(bool(self.title_text) and (self.theirs.isChecked() or self.folder is not None))

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a folder of pictures"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.set_folder(Path(name)))
        dialog.open()


def _line(text: str) -> str:
    return " ".join(text.split())
