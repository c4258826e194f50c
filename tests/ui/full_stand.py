"""A window with all of its sides: presets, models, settings, batch, earlier work."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot
from ui.fakes import PACK, FakeDesk, FakeEngine, FakeShelf, picture, write_preset
from ui.model_stand import FakeDepot
from ui.stand import Stand
from ui.test_settings_dialog import Store

from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.ui.main_window import MainWindow
from rtedit_desktop.ui.pyramid import to_qimage


class FullStand(Stand):
    def __init__(self, qtbot: QtBot, folder: Path, *, width: int = 1180) -> None:
        (folder / "shelf").mkdir()
        write_preset(folder / "shelf" / "smile.rtpreset", "Lächeln", "smiling face")
        to_qimage(picture()).save(str(folder / "sample.png"))
        self.qtbot, self.engine, self.made_on = qtbot, FakeEngine(), []
        self.desk, self.depot = FakeDesk([folder / "sample.png"]), FakeDepot()
        self.window = MainWindow(
            self._make_engine, self.desk, [PACK], FakeShelf(folder / "shelf"), Store(), self.depot,
            journal=FolderJournal(folder / "journal"),
        )  # fmt: skip
        self.state, self.bar = self.window.state, self.window.prompt_bar
        self.window.resize(width, 760)
        self.window.show()
