"""A window that reads, writes and keeps photos for real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot
from support.window.fakes import picture
from support.window.harness import Harness, child

from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog


class RealHarness(Harness):
    """Only the engine is a fake."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__(qtbot, journal=FolderJournal(folder / "history"), photo_service=FilePhotoService())

    def error(self) -> str:
        """What the dialog says, which is closed."""
        self.until(lambda: self.window.findChildren(ErrorDialog))
        dialog = child(self.window, ErrorDialog)
        text = f"{dialog.what.text()} {dialog.todo.text()}"
        dialog.close()
        self.until(lambda: not self.window.findChildren(ErrorDialog))
        return text


def with_a_photo(qtbot: QtBot, folder: Path) -> Iterator[RealHarness]:
    """One that has ``a.png`` of the folder open, until the test has ended."""
    harness = RealHarness(qtbot, folder)
    Image.fromarray(picture(160, 120)).save(folder / "a.png")
    harness.window.opening.open(folder / "a.png")
    harness.until(lambda: harness.state.phase is Phase.READY)
    yield harness
    harness.close()
    harness.window.deleteLater()
