"""Dialog on an edit that cannot be made any more: which preset takes its place, or whether it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.tab_order import one_after_the_other


class LostEditDialog(ErrorDialog):
    """Closing it leaves everything as it was; each signal is the way that was chosen, and closes it."""

    preset_chosen = Signal(object)
    model_asked = Signal()
    off_asked = Signal()
    removal_asked = Signal()

    def __init__(
        self, words: tuple[str, str, str], presets: Sequence[PresetInfo], parent: QWidget | None = None
    ) -> None:
        """``words`` are what happened, what to do, and details; ``presets`` those that can take its place."""
        super().__init__(*words, parent)
        self._presets = presets
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Preset in its place"))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(18)
        self.choice.addItems([preset.title for preset in presets])
        self.use = QPushButton(self.tr("&Use this preset instead"))
        self.use.clicked.connect(partial(self._choose, self._use))
        self.get_model, self.off, self.delete = QPushButton(), QPushButton(), QPushButton()
        self.off.setText(self.tr("&Switch it off"))
        self.delete.setText(self.tr("&Delete it"))
        ways = ((self.get_model, self.model_asked), (self.off, self.off_asked), (self.delete, self.removal_asked))
        others = QHBoxLayout()
        for button, asked in ways:
            button.clicked.connect(partial(self._choose, asked.emit))
            button.hide()
            others.addWidget(button)
        others.addStretch(1)
        instead = QHBoxLayout()
        for part in (self.choice, self.use):
            instead.addWidget(part, 1 if part is self.choice else 0)
            part.setVisible(bool(presets))
        choices = QVBoxLayout()
        choices.addLayout(instead)
        choices.addLayout(others)
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)
        layout.insertLayout(1, choices)
        one_after_the_other(self.choice, self.use, self.get_model, self.off, self.delete, self.more)

    def offer(self, *, model: str, off: bool, removal: bool) -> None:
        """The other ways that there are; ``model`` is the title of the one to be got, if any."""
        self.get_model.setText(self.tr("&Get {pack}…").format(pack=model))
        self.get_model.setVisible(bool(model))
        self.off.setVisible(off)
        self.delete.setVisible(removal)

    def _choose(self, then: Callable[[], None], _: bool = False) -> None:
        self.close()
        then()

    def _use(self) -> None:
        self.preset_chosen.emit(self._presets[self.choice.currentIndex()])
