"""A window with a library of three presets."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot
from support.window.fake_library import FakePresetLibrary, write_preset
from support.window.harness import Harness

from rtedit_desktop.core.history import Journal
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.presets.preset_controller import PresetController
from rtedit_desktop.ui.presets.preset_panel import PresetPanel
from rtedit_desktop.ui.window.main_window import MainWindow


class PresetHarness(Harness):
    """Has the presets Glasses, Hat and Smile of one pack, and the moves that are made with them."""

    window: MainWindow

    def __init__(self, qtbot: QtBot, samples: list[Path], folder: Path, journal: Journal | None = None) -> None:
        for title, prompt in (("Smile", "smiling face"), ("Glasses", "face with sunglasses"), ("Hat", "red hair")):
            write_preset(folder / f"{title.lower()}.rtpreset", title, prompt)
        self.library = FakePresetLibrary(folder)
        super().__init__(qtbot, samples, self.library, journal)
        assert self.window.presets is not None
        self.controller: PresetController = self.window.presets
        self.panel: PresetPanel = self.controller.panel
        self.until(lambda: self.controller.presets.known)

    @property
    def titles(self) -> list[str]:
        """What the list shows."""
        return [preset.title for preset in self.panel.list.rows.presets]

    def in_the_library(self) -> dict[str, PresetInfo]:
        """What lies in the folder now, by title."""
        return {preset.title: preset for preset in self.library.presets()}

    def choose(self, title: str) -> None:
        self.panel.list.choose(self.titles.index(title))

    def apply(self, title: str, mix: bool = False) -> None:
        """Choose and ask; returns when the result is there."""
        before = len(self.state.results)
        self.choose(title)
        (self.panel.add_to_mix if mix else self.panel.apply).trigger()
        self.until(lambda: len(self.state.results) == before + 1 and self.state.phase is Phase.READY)

    def learned(self, title: str) -> None:
        """Returns when it is among the presets and its job has ended; the folder is watched, the file comes first."""
        self.until(lambda: title in self.titles and self.state.learning is None)
