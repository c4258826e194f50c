"""What is being written when the window is closed is written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import PATIENCE_S
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from support.window.fakes import FakePhotoService
from support.window.harness import Stand, child

from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.ui.widgets.messages import ErrorDialog

WAITING = "Closing as soon as everything is saved…"


class SlowDisk:
    """Lets a save begin, and holds it until it is told to go on."""

    def __init__(self, photo_service: FakePhotoService) -> None:
        self.begun, self.free = threading.Event(), threading.Event()
        self.running: list[str] = []
        self._save = photo_service.save
        photo_service.save = self.save  # type: ignore[method-assign]

    def save(self, path: Path, *args: object, **options: object) -> None:
        self.running.append(path.name)
        self.begun.set()
        assert self.free.wait(PATIENCE_S)
        self._save(path, *args)  # type: ignore[arg-type]


@pytest.fixture
def disk(stand: Stand, qtbot: QtBot) -> Iterator[SlowDisk]:
    disk = SlowDisk(stand.photo_service)
    stand.open_picture()
    stand.run()
    yield disk
    disk.free.set()


def boxes(stand: Stand) -> list[QMessageBox]:
    return stand.window.findChildren(QMessageBox)


def test_save_and_close_at_once_saves_and_asks_nothing(stand: Stand, disk: SlowDisk, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    stand.window.saving.save_to(out)
    stand.until(disk.begun.is_set)
    stand.window.close()
    assert stand.window.isVisible()
    assert stand.window.statusBar().currentMessage() == WAITING
    stand.window.close()  # twice means the same
    disk.free.set()
    stand.until(lambda: not stand.window.isVisible())
    assert out.exists() and not boxes(stand)
    assert stand.window.ended


def test_of_two_saves_to_one_file_the_later_stays(stand: Stand, disk: SlowDisk, tmp_path: Path) -> None:
    first, out = stand.state.result, tmp_path / "out.png"
    stand.window.saving.save_to(out)
    stand.until(disk.begun.is_set)
    stand.run("face with red hair")
    stand.window.saving.save_to(out)
    stand.window.saving.save_to(tmp_path / "other.png")  # does not wait for a disk that hangs
    stand.until(lambda: "other.png" in disk.running)
    assert first is not stand.state.result and disk.running == ["out.png", "other.png"]
    disk.free.set()
    stand.until(lambda: stand.state.saved and not stand.window.background.writing)
    assert disk.running == ["out.png", "other.png", "out.png"]


def test_a_save_that_fails_keeps_the_window(stand: Stand, disk: SlowDisk, tmp_path: Path) -> None:
    stand.photo_service.save_error = SaveError("The disk is full.", "Make room.")
    stand.window.saving.save_to(tmp_path / "out.png")
    stand.until(disk.begun.is_set)
    stand.window.close()
    disk.free.set()
    stand.until(lambda: stand.window.findChildren(ErrorDialog) and boxes(stand))
    assert stand.window.isVisible()
    (box,) = boxes(stand)
    assert "is not saved" in box.text()
    box.reject()
    child(stand.window, ErrorDialog).close()


def test_a_disk_that_never_comes_back_is_asked_about(stand: Stand, disk: SlowDisk, tmp_path: Path) -> None:
    stand.window.closing.patience = 0.1
    stand.window.saving.save_to(tmp_path / "out.png")
    stand.until(disk.begun.is_set)
    stand.window.close()
    stand.until(lambda: boxes(stand))
    (box,) = boxes(stand)
    assert box.text() == "A file is still being written."
    box.reject()
    assert stand.window.isVisible()
    stand.window._leaving = True
    stand.window.close()
    stand.until(lambda: any(b.isVisible() for b in boxes(stand)))
    (box,) = (b for b in boxes(stand) if b.isVisible())
    (now,) = (b for b in box.buttons() if b.text() == "Close now")
    now.click()
    stand.until(lambda: not stand.window.isVisible())
    assert not stand.window.ended, "so the app ends without waiting for the thread"
    disk.free.set()
    assert stand.window.background.shutdown(5)
