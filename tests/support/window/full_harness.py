"""A window with all of its sides: presets, models, settings, batch, earlier work."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot
from support.window.fake_computers import FakeComputers
from support.window.fake_library import FakePresetLibrary, write_preset
from support.window.fake_photos import FakeCamera
from support.window.fakes import picture
from support.window.harness import Harness
from support.window.model_harness import FakePackInstaller
from support.window.settings_harness import Store

from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.ui.widgets.pyramid import to_qimage


class FullHarness(Harness):
    """With presets, an installer, a journal, a camera and computers; samples lie in the folder."""

    def __init__(self, qtbot: QtBot, folder: Path, *, width: int = 1180) -> None:
        (folder / "library").mkdir()
        write_preset(folder / "library" / "smile.rtpreset", "Lächeln", "smiling face")
        to_qimage(picture()).save(str(folder / "sample.png"))
        self.installer = FakePackInstaller()
        super().__init__(
            qtbot, [folder / "sample.png"], FakePresetLibrary(folder / "library"), FolderJournal(folder / "journal"),
            installer=self.installer, camera=FakeCamera, computers=FakeComputers(), learned=Store(),
        )  # fmt: skip
        self.window.resize(width, 760)
