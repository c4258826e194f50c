"""Ask for the folders of pictures before and after an edit, and say at once how many pairs are in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from rtedit_desktop.core.preset import PresetWords
from rtedit_desktop.ui.presets.preset_dialogs import KeepDialog
from rtedit_desktop.ui.widgets.file_dialogs import ask_folder
from rtedit_desktop.ui.widgets.tab_order import one_after_the_other

FEW, ENOUGH = 3, 10
_GAP = 12

Found = Callable[[int, str], None]
"""How many pairs there are, and why there are none."""


class PairsDialog(KeepDialog):
    """A title, and one folder of ``name.before`` and ``name.after`` files or two folders with the same names.

    ``look(before, after, found)`` looks for pairs behind the window. ``then`` gets the words and both folders; the
    second is None where one holds both halves. ``example`` is an edit that the model in use can do.
    """

    chapter = "teach"

    def __init__(
        self,
        look: Callable[[Path, Path | None, Found], None],
        then: Callable[[PresetWords, Path, Path | None], None],
        example: str,
        parent: QWidget,
    ) -> None:
        self.before: Path | None = None
        self.after: Path | None = None
        self.pairs = 0
        self._look = look
        super().__init__(
            QCoreApplication.translate("PairsDialog", "Learn from before and after"),
            "",
            QCoreApplication.translate("PairsDialog", "Learn"),
            self._begin,
            parent,
        )
        self._then = then
        self.rejected.connect(self._forget)
        self.title.setPlaceholderText(self.tr("what the edit does, like “{example}”").format(example=example))
        help_text = QLabel(
            self.tr(
                "Show RTEdit a few pictures before and after an edit, made in any other program. It learns what "
                "changed, and the preset does the same to other photos. Both pictures of a pair must fit each other "
                "pixel for pixel; ten pairs or more teach it surely."
            )
        )
        help_text.setWordWrap(True)
        self.choose_before, before = self._row(self.tr("&Before…"), self.tr("no folder is chosen yet"), self.set_before)
        self.choose_after, after = self._row(
            self.tr("A&fter…"), self.tr("the same folder: name.before.jpg, name.after.jpg"), self.set_after
        )
        self.found = QLabel()
        self.found.setWordWrap(True)
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self.found.setAccessibleName(self.tr("How many pairs were found"))
        self.grid.addWidget(help_text, 1, 0, 1, 2)
        for row, layout in ((2, before), (3, after)):
            self.grid.addLayout(layout, row, 0, 1, 2)
        self.grid.addWidget(self.found, 4, 0, 1, 2)
        one_after_the_other(self.title, self.choose_before, self.choose_after, self.author, self.licence)
        self.redraw()

    def set_before(self, folder: Path) -> None:
        self.before = folder
        self._places[0].setText(folder.name or str(folder))
        self._search()

    def set_after(self, folder: Path) -> None:
        self.after = folder
        self._places[1].setText(folder.name or str(folder))
        self._search()

    def redraw(self) -> None:
        self.yes.setEnabled(bool(self.title_text) and self.pairs > 0)

    def _row(self, text: str, empty: str, then: Callable[[Path], None]) -> tuple[QPushButton, QHBoxLayout]:
        button = QPushButton(text)
        button.setAccessibleName(self.tr("Choose the folder: {which}").format(which=text.replace("&", "").rstrip("…")))
        place = QLabel(empty)
        place.setTextFormat(Qt.TextFormat.PlainText)
        place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._places = (*getattr(self, "_places", ()), place)
        button.clicked.connect(lambda: ask_folder(self, self.tr("Choose a folder of pictures"), self.before, then))
        row = QHBoxLayout()
        row.setSpacing(_GAP)
        row.addWidget(button)
        row.addWidget(place, 1)
        return button, row

    def _forget(self) -> None:
        """What is still looked for must not be shown by a dialog that is gone."""
        self.before = self.after = None

    def _search(self) -> None:
        self.pairs = 0
        self.redraw()
        if self.before is not None:
            self.found.setText(self.tr("Looking for pairs…"))
            self._look(self.before, self.after, partial(self._show, self.before, self.after))

    def _show(self, before: Path, after: Path | None, pairs: int, why_none: str) -> None:
        if (before, after) != (self.before, self.after):
            return
        self.pairs = pairs
        if pairs == 0:
            text = why_none
        elif pairs == 1:
            text = self.tr("One pair. It teaches only what is in it; ten or more teach the edit surely.")
        elif pairs < FEW:
            text = self.tr("{n} pairs. So few teach only what is the same in all of them.").format(n=pairs)
        elif pairs < ENOUGH:
            text = self.tr("{n} pairs. It may work; ten or more teach it surely.").format(n=pairs)
        else:
            text = self.tr("{n} pairs.").format(n=pairs)
        self.found.setText(text)
        self.redraw()

    def _begin(self, words: PresetWords) -> None:
        if self.before is not None:
            self._then(words, self.before, self.after)
