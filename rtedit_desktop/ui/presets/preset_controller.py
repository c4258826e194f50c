"""Controller of the presets' panel; there is one only where there is a library."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QSplitter, QWidget

from rtedit_desktop.core.preset import SUFFIX, PresetLibrary
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.jobs.mix_controller import MixController
from rtedit_desktop.ui.presets.preset_actions import PresetActions
from rtedit_desktop.ui.presets.preset_collection import PresetCollection
from rtedit_desktop.ui.presets.preset_learning import PresetLearning
from rtedit_desktop.ui.presets.preset_panel import PresetPanel

ROOM = 1000
_WIDTH = 284


class PresetController(QObject):
    """Decides whether the panel shows: as the person chose, else by the window's width."""

    def __init__(self, context: WindowContext, library: PresetLibrary, mixes: MixController) -> None:
        super().__init__(context.window)
        state, background, do = context.state, context.background, context.actions
        self._show = do.show_presets
        self._chosen_by_hand = False
        self.presets = PresetCollection(library, state, background, self)
        self.learning = PresetLearning(context, self.presets)
        self.panel = PresetPanel(self.presets, state, do.import_presets)
        self.actions = PresetActions(context, self.presets, self.panel, mixes, self.learning)
        self.actions.show_asked.connect(lambda: self.show_panel(True))
        self.panel.hiding_asked.connect(lambda: self.show_panel(False))
        do.show_presets.triggered.connect(self.show_panel)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.presets.refresh()

    @property
    def chosen(self) -> str:
        """``shown`` or ``hidden``, as the person chose; empty where the window's width decides."""
        if not self._chosen_by_hand:
            return ""
        return "shown" if self._show.isChecked() else "hidden"

    def beside(self, middle: QWidget) -> QSplitter:
        """The panel at the left of what else there is."""
        splitter = self.splitter
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(3)
        splitter.addWidget(self.panel)
        splitter.addWidget(middle)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([_WIDTH, 10 * _WIDTH])
        return splitter

    def show_panel(self, shown: bool) -> None:
        """As the person chose, from now on."""
        self._chosen_by_hand = True
        self._set(shown)

    def fit(self, width: int) -> None:
        """The window has another width."""
        if not self._chosen_by_hand:
            self._set(width >= ROOM)

    def import_from(self, paths: Iterable[Path]) -> list[Path]:
        """Import what is a preset of these; the rest comes back."""
        rest = []
        for path in paths:
            if path.suffix.lower() == SUFFIX:
                self.presets.add(path)
            else:
                rest.append(path)
        return rest

    def _set(self, shown: bool) -> None:
        self.panel.setVisible(shown)
        self._show.setChecked(shown)
