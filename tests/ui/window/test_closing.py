"""What is being written when the window is closed is written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import PATIENCE_S
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from support.window.fakes import FakePhotoService, picture
from support.window.full_harness import FullStand
from support.window.harness import Stand, child

from rtedit_desktop.batch.record import interrupted
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.ui.batch.batch_run import BatchPhase
from rtedit_desktop.ui.model.state import Phase
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


@pytest.fixture
def full(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FullStand]:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    stand = FullStand(qtbot, tmp_path)
    yield stand
    for hold in (stand.engine.hold, stand.installer.hold):
        hold.set()
    if stand.window.isVisible():
        stand.close()
    stand.window.deleteLater()


def _start_everything(full: FullStand, folder: Path) -> Path:
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


def test_a_save_a_job_a_download_and_a_batch_end_with_the_window(full: FullStand, tmp_path: Path) -> None:
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


def test_nothing_of_it_is_waited_for_when_the_disk_is_given_up(full: FullStand, tmp_path: Path) -> None:
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
