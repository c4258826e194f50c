"""What is being written when the window is closed is written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import PATIENCE_S
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from support.window.fake_photos import FakePhotoService
from support.window.fakes import picture
from support.window.full_harness import FullHarness
from support.window.harness import Harness, child

from rtedit_desktop.batch.record import interrupted
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.ui.batch.batch_run import BatchPhase
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.pyramid import to_qimage

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
def disk(harness: Harness, qtbot: QtBot) -> Iterator[SlowDisk]:
    disk = SlowDisk(harness.photo_service)
    harness.open_picture()
    harness.run()
    yield disk
    disk.free.set()


def boxes(harness: Harness) -> list[QMessageBox]:
    return harness.window.findChildren(QMessageBox)


def test_save_and_close_at_once_saves_and_asks_nothing(harness: Harness, disk: SlowDisk, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    harness.window.saving.save_to(out)
    harness.until(disk.begun.is_set)
    harness.window.close()
    assert harness.window.isVisible()
    assert harness.window.statusBar().currentMessage() == WAITING
    harness.window.close()  # twice means the same
    disk.free.set()
    harness.until(lambda: not harness.window.isVisible())
    assert out.exists() and not boxes(harness)
    assert harness.window.ended


def test_of_two_saves_to_one_file_the_later_stays(harness: Harness, disk: SlowDisk, tmp_path: Path) -> None:
    first, out = harness.state.result, tmp_path / "out.png"
    harness.window.saving.save_to(out)
    harness.until(disk.begun.is_set)
    harness.run("face with red hair")
    harness.window.saving.save_to(out)
    harness.window.saving.save_to(tmp_path / "other.png")  # does not wait for a disk that hangs
    harness.until(lambda: "other.png" in disk.running)
    assert first is not harness.state.result and disk.running == ["out.png", "other.png"]
    disk.free.set()
    harness.until(lambda: harness.state.saved and not harness.window.background.writing)
    assert disk.running == ["out.png", "other.png", "out.png"]


def test_a_save_that_fails_keeps_the_window(harness: Harness, disk: SlowDisk, tmp_path: Path) -> None:
    harness.photo_service.save_error = SaveError("The disk is full.", "Make room.")
    harness.window.saving.save_to(tmp_path / "out.png")
    harness.until(disk.begun.is_set)
    harness.window.close()
    disk.free.set()
    harness.until(lambda: harness.window.findChildren(ErrorDialog) and boxes(harness))
    assert harness.window.isVisible()
    (box,) = boxes(harness)
    assert "is not saved" in box.text()
    box.reject()
    child(harness.window, ErrorDialog).close()


def test_a_disk_that_never_comes_back_is_asked_about(harness: Harness, disk: SlowDisk, tmp_path: Path) -> None:
    harness.window.closing.patience = 0.1
    harness.window.saving.save_to(tmp_path / "out.png")
    harness.until(disk.begun.is_set)
    harness.window.close()
    harness.until(lambda: boxes(harness))
    (box,) = boxes(harness)
    assert box.text() == "A file is still being written."
    box.reject()
    assert harness.window.isVisible()
    harness.window._leaving = True
    harness.window.close()
    harness.until(lambda: any(b.isVisible() for b in boxes(harness)))
    (box,) = (b for b in boxes(harness) if b.isVisible())
    (now,) = (b for b in box.buttons() if b.text() == "Close now")
    now.click()
    harness.until(lambda: not harness.window.isVisible())
    assert not harness.window.ended, "so the app ends without waiting for the thread"
    disk.free.set()
    assert harness.window.background.shutdown(PATIENCE_S)


@pytest.fixture
def full(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FullHarness]:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    harness = FullHarness(qtbot, tmp_path)
    yield harness
    for hold in (harness.engine.hold, harness.installer.hold):
        hold.set()
    if harness.window.isVisible():
        harness.close()
    harness.window.deleteLater()


def _start_everything(full: FullHarness, folder: Path) -> Path:
    """A save, a job, a download and a batch, none of which ends by itself; the file that is being saved."""
    window, out = full.window, folder / "out.png"
    assert window.models is not None and window.batch is not None and window.presets is not None
    full.open_picture()
    full.run()
    window.saving.save_to(out)
    full.engine.hold.clear()
    full.installer.hold.clear()
    full.type("face with red hair")
    window.running.run()
    window.models.models.download("churches")
    photos = folder / "photos"
    photos.mkdir()
    for number in range(3):
        to_qimage(picture(48, 40, seed=number)).save(str(photos / f"{number}.png"))
    presets, batch, models = window.presets.presets, window.batch.batches, window.models.models
    full.until(lambda: presets.known)
    dialog = window.batch.show([photos])
    full.until(lambda: batch.rows)
    dialog.choices.rows[0].box.setChecked(True)
    dialog.start.click()
    full.until(lambda: batch.phase is BatchPhase.RUNNING)
    full.until(lambda: full.state.phase is Phase.LOADING and models.progress_of(*models.jobs))
    return out


def test_a_save_a_job_a_download_and_a_batch_end_with_the_window(full: FullHarness, tmp_path: Path) -> None:
    disk = SlowDisk(full.photo_service)
    out = _start_everything(full, tmp_path)
    window = full.window
    assert window.batch is not None
    window._leaving = window.batch.leaving = True
    window.close()
    assert window.isVisible() and window.statusBar().currentMessage() == WAITING
    disk.free.set()
    full.until(lambda: not window.isVisible())
    assert window.ended and full.engine.closed and out.exists()
    assert full.installer.all["churches"].waiting, "the download goes on where it was stopped"
    assert len(interrupted()) == 1, "the batch is offered at the next start"
    full.until(lambda: not window.background.tasks.running)


def test_nothing_of_it_is_waited_for_when_the_disk_is_given_up(full: FullHarness, tmp_path: Path) -> None:
    disk = SlowDisk(full.photo_service)
    _start_everything(full, tmp_path)
    window = full.window
    window.closing.patience = 0.1
    assert window.batch is not None
    window._leaving = window.batch.leaving = True
    window.close()
    full.until(lambda: boxes(full))
    (now,) = (button for button in boxes(full)[0].buttons() if button.text() == "Close now")
    now.click()
    full.until(lambda: not window.isVisible())
    assert not window.ended and full.engine.closed
    full.until(lambda: not window.background.tasks.running)
    disk.free.set()
    assert window.background.shutdown(PATIENCE_S)
