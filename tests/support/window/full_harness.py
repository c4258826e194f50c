"""A window with all of its sides: presets, models, settings, batch, earlier work."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot
from support.window.fake_computers import FakeComputers
from support.window.fake_engine import FakeEngine
from support.window.fake_library import FakePresetLibrary, write_preset
from support.window.fake_photos import FakeCamera, FakePhotoService
from support.window.fakes import PACK, picture
from support.window.harness import Harness
from support.window.model_harness import FakePackInstaller
from support.window.settings_harness import Store

from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.ui.widgets.pyramid import to_qimage
from rtedit_desktop.ui.window.main_window import MainWindow
from rtedit_desktop.ui.window.services import Services


class FullHarness(Harness):
    def __init__(self, qtbot: QtBot, folder: Path, *, width: int = 1180) -> None:
        (folder / "library").mkdir()
        write_preset(folder / "library" / "smile.rtpreset", "Lächeln", "smiling face")
        to_qimage(picture()).save(str(folder / "sample.png"))
        self.qtbot, self.engine, self.made_on = qtbot, FakeEngine(), []
        self.photo_service, self.installer = FakePhotoService([folder / "sample.png"]), FakePackInstaller()
        services = Services(
            self._make_engine, self.photo_service, FakePresetLibrary(folder / "library"), Store(), self.installer,
            FolderJournal(folder / "journal"), camera=FakeCamera, computers=FakeComputers(),
        )  # fmt: skip
        self.window = MainWindow(services, [PACK])
        self.state, self.bar = self.window.state, self.window.prompt_bar
        self.window.resize(width, 760)
        self.window.show()
