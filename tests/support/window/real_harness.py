"""A window that reads, writes and keeps photos for real."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot
from support.window.harness import Harness

from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.imaging.photo_service import FilePhotoService


class RealHarness(Harness):
    """Only the engine is a fake."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__(qtbot, journal=FolderJournal(folder / "history"), photo_service=FilePhotoService())
