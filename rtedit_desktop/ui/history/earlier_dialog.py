"""Dialog that lists earlier work: a picture, a name and a day each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rtedit_desktop.core.history import Work
from rtedit_desktop.ui.help.guide_dialog import offer_guide
from rtedit_desktop.ui.widgets.tab_order import as_they_stand
from rtedit_desktop.ui.widgets.texts import as_tool_tip
from rtedit_desktop.ui.widgets.thumbnails import LIST_STYLE, thumbnail

_THUMB = 64
_AT_ONCE = 25


class EarlierDialog(QDialog):
    """``chosen`` bears the work to restore."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Earlier work"))
        offer_guide(self, "results")
        self._works: list[Work] = []
        self._some = QTimer(self, interval=0)
        self._some.timeout.connect(self._add_some)
        self.words = QLabel(self.tr("Looking…"))
        self.words.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Earlier work, the latest first"))
        self.list.setIconSize(QSize(_THUMB, _THUMB))
        self.list.setSpacing(2)
        self.list.setStyleSheet(LIST_STYLE)
        self.list.setMinimumSize(440, 320)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Close)
        self.open_button = buttons.button(QDialogButtonBox.StandardButton.Open)
        self.open_button.setEnabled(False)
        self.open_button.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(12)
        layout.addWidget(self.words)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        as_they_stand(buttons)
        self.list.itemActivated.connect(lambda _: self._open())
        self.list.currentRowChanged.connect(lambda row: self.open_button.setEnabled(row >= 0))
        buttons.accepted.connect(self._open)
        buttons.rejected.connect(self.close)

    def show_works(self, works: Sequence[Work]) -> None:
        self._works = list(works)
        self.words.setText(
            self.tr("Every photo comes back with all of its results. They are kept on this computer alone.")
            if works
            else self.tr("There is none yet. What you make of a photo is kept here by itself.")
        )
        self.list.setVisible(bool(works))
        self._some.start()
        self._add_some()
        if works:
            self.list.setCurrentRow(0)
            self.list.setFocus()
        self.adjustSize()

    def _add_some(self) -> None:
        """A few at a time: there may be thousands."""
        shown = self.list.count()
        for work in self._works[shown : shown + _AT_ONCE]:
            day = QLocale().toString(QDateTime.fromSecsSinceEpoch(round(work.changed)), QLocale.FormatType.ShortFormat)
            count = self.tr("one result") if work.results == 1 else self.tr("{n} results").format(n=work.results)
            item = QListWidgetItem(self.tr("{name}\n{count} · {day}").format(name=work.name, count=count, day=day))
            if work.newest is not None:
                item.setIcon(thumbnail(work.newest, _THUMB, self.devicePixelRatio()))
            item.setToolTip(as_tool_tip(str(work.path)) if work.path is not None else "")
            self.list.addItem(item)
        if self.list.count() == len(self._works):
            self._some.stop()

    def _open(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self.chosen.emit(self._works[row])
            self.close()
