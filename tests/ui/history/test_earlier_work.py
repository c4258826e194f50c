"""What was made is brought back after a crash, and found again at any time."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from patience import PATIENCE_S
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from support.window.fakes import picture
from support.window.harness import Harness, child, edit_of
from support.window.restarts import NewWindow, kill, open_sample, written

from rtedit_desktop.core.errors import HistoryError
from rtedit_desktop.core.history import Work
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.support.restoring.remains import GREY
from rtedit_desktop.ui.history.earlier_dialog import EarlierDialog
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.pyramid import to_qimage


def test_after_a_crash_everything_finished_is_offered_and_brought_back(new_window: NewWindow) -> None:
    first = new_window()
    open_sample(first)
    first.run("smiling face")
    first.run("face with red hair")
    made = first.state.results
    kill(first)
    again = new_window()
    again.until(again.window.offer.isVisible)
    assert again.window.offer.label.text() == (
        "RTEdit closed unexpectedly. 2 results of holiday.png can be brought back."
    )
    again.qtbot.mouseClick(again.window.offer.yes, Qt.MouseButton.LeftButton)
    again.until(lambda: len(again.state.results) == 2)
    assert [edit_of(result).prompt for result in again.state.results] == ["smiling face", "face with red hair"]
    assert again.bar.prompt.text() == "face with red hair"
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(again.state.results, made, strict=True))
    assert again.photo.path == first.photo_service.samples()[0]
    assert again.window.history.list.count() == 3
    again.until(lambda: again.window.canvas.has_after)
    assert not again.window.offer.isVisible()
    # and it goes on: more results go to the same place, the slider moves the old ones
    again.bar.strength.setValue(50)
    again.until(lambda: again.state.phase is Phase.READY and edit_of(again.state.results[1]).settings.strength == 0.5)
    again.run("sketch of a face")
    kill(again)
    third = new_window()
    third.until(third.window.offer.isVisible)
    assert "3 results of holiday.png" in third.window.offer.label.text()
    third.window.offer.yes.click()
    third.until(lambda: len(third.state.results) == 3)
    request = third.state.results[1].request
    assert isinstance(request, EditRequest) and request.spec.settings.strength == 0.5


def test_not_now_leaves_it_under_earlier_work(new_window: NewWindow) -> None:
    first = new_window()
    open_sample(first)
    first.run()
    kill(first)
    again = new_window()
    again.until(again.window.offer.isVisible)
    assert "One result of holiday.png" in again.window.offer.label.text()
    again.window.offer.no.click()
    again.close()
    third = new_window()
    third.settle()
    assert not third.window.offer.isVisible()
    third.window.actions_.earlier.trigger()
    dialog = child(third.window, EarlierDialog)
    third.until(lambda: dialog.list.count() == 1)
    assert dialog.list.item(0).text().startswith("holiday.png\none result · ")
    third.qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    third.until(lambda: len(third.state.results) == 1)


def test_after_a_close_in_good_order_nothing_is_offered(new_window: NewWindow) -> None:
    first = new_window()
    open_sample(first)
    first.run()
    first.close()  # at once: what is being written is written
    again = new_window()
    again.settle()
    assert not again.window.offer.isVisible()
    folder = again.folder_journal.folder
    assert folder is not None and len(FolderJournal(folder).works()) == 1


def test_a_pasted_picture_comes_back(new_window: NewWindow) -> None:
    first = new_window()
    first.open_picture()
    first.run()
    pixels = first.photo.pixels
    kill(first)
    again = new_window()
    again.until(again.window.offer.isVisible)
    again.window.offer.yes.click()
    again.until(lambda: again.state.results)
    assert np.array_equal(again.photo.pixels, pixels)
    assert again.photo.path is None and again.photo.name == "pasted picture"
    assert not again.window.strip.isVisible()


@pytest.mark.parametrize(("fate", "fate_text"), [("gone", "is gone"), ("changed", "was changed since")])
def test_a_photo_that_is_gone_or_changed_is_replaced_by_its_copy(
    new_window: NewWindow, fate: str, fate_text: str
) -> None:
    first = new_window()
    open_sample(first)
    first.run()
    pixels, path = first.photo.pixels, first.photo_service.samples()[0]
    kill(first)
    again = new_window()
    path.unlink()
    if fate == "changed":
        to_qimage(picture(seed=5)).save(str(path))
    again.until(again.window.offer.isVisible)
    again.window.offer.yes.click()
    again.until(lambda: again.state.results)
    assert np.array_equal(again.photo.pixels, pixels)
    assert again.photo.path == path
    assert f"holiday.png {fate_text}; this is the copy" in again.window.strip.label.text()


def test_without_photo_and_copy_what_the_model_saw_is_left(new_window: NewWindow, tmp_path: Path) -> None:
    first = new_window()
    open_sample(first)
    first.run()
    kill(first)
    (copy,) = (tmp_path / "history").glob("*/photo.png")
    copy.unlink()
    again = new_window()
    first.photo_service.samples()[0].unlink()
    again.until(again.window.offer.isVisible)
    again.window.offer.yes.click()
    again.until(lambda: again.state.results)
    square, saw = again.square, again.state.results[0].request.picture
    for here in (0, -1):
        inside = again.photo.pixels[:, square.x : square.x + square.side]
        assert np.array_equal(inside[here, here], saw[here, here])
    assert again.photo.size == (64, 48) and (again.photo.pixels[:, : square.x] == GREY).all()
    assert "the rest is grey" in again.window.strip.label.text()
    again.until(lambda: again.window.canvas.has_after)


def test_damaged_results_are_reported_and_the_rest_is_there(new_window: NewWindow, tmp_path: Path) -> None:
    first = new_window()
    open_sample(first)
    first.run("smiling face")
    first.run("face with red hair")
    kill(first)
    torn = sorted((tmp_path / "history").glob("*/*.result"))[0]
    torn.write_bytes(torn.read_bytes()[:100])
    again = new_window()
    again.until(again.window.offer.isVisible)
    again.window.offer.yes.click()
    again.until(lambda: again.state.results)
    assert [edit_of(result).prompt for result in again.state.results] == ["face with red hair"]
    assert "1 of 2 results are damaged" in again.window.strip.label.text()


def test_two_windows_at_once_leave_each_other_alone(new_window: NewWindow) -> None:
    first = new_window()
    open_sample(first)
    first.run()
    written(first)
    second = new_window()
    open_sample(second)
    second.run()
    written(second)
    second.settle()
    assert not second.window.offer.isVisible()
    second.window.actions_.earlier.trigger()
    dialog = child(second.window, EarlierDialog)
    second.until(lambda: "none yet" in dialog.words.text())
    dialog.close()


def test_the_work_of_the_photo_before_is_kept_when_another_is_opened(new_window: NewWindow) -> None:
    harness = new_window()
    harness.open_picture()
    harness.run()
    harness.state.mark_saved(harness.result)
    open_sample(harness)
    written(harness)
    harness.window.actions_.earlier.trigger()
    dialog = child(harness.window, EarlierDialog)
    harness.until(lambda: dialog.list.count() == 1)
    dialog.open_button.click()
    harness.until(lambda: harness.state.results)
    assert harness.photo.name == "pasted picture"


def test_a_disk_that_is_full_is_reported_once_and_nothing_else_suffers(new_window: NewWindow, tmp_path: Path) -> None:
    (tmp_path / "history").write_text("in the way")
    harness = new_window()
    harness.open_picture()
    harness.run("smiling face")
    harness.until(lambda: "cannot be kept for after a crash" in harness.window.strip.label.text())
    harness.window.strip.hide()
    harness.run("face with red hair")
    written(harness)
    assert not harness.window.strip.isVisible()
    assert len(harness.state.results) == 2


def test_work_that_is_gone_meanwhile_is_reported(new_window: NewWindow, tmp_path: Path) -> None:
    first = new_window()
    open_sample(first)
    first.run()
    kill(first)
    again = new_window()
    again.until(again.window.offer.isVisible)
    for path in (tmp_path / "history").glob("*/*.result"):
        path.unlink()
    again.window.offer.yes.click()
    again.until(lambda: again.window.findChildren(ErrorDialog))
    dialog = child(again.window, ErrorDialog)
    assert "not there any more" in dialog.what.text()
    dialog.close()
    open_sample(again)
    again.run()


def test_many_works_are_listed_without_holding_the_window(harness: Harness) -> None:
    dialog = EarlierDialog(harness.window)
    dialog.open()
    works = [
        Work(id=str(n), name=f"{n}.png", path=None, pixels_sha256="", results=1, changed=1.0, newest=picture(32, 32))
        for n in range(130)
    ]
    dialog.show_works(works)
    assert 0 < dialog.list.count() < 130
    harness.until(lambda: dialog.list.count() == 130)
    harness.settle()
    assert dialog.list.count() == 130 and dialog.list.item(129).text().startswith("129.png")
    chosen: list[Work] = []
    dialog.chosen.connect(chosen.append)
    dialog.list.setCurrentRow(129)
    dialog.open_button.click()
    assert chosen == works[129:]


def test_a_result_is_kept_while_large_photos_are_being_saved(new_window: NewWindow, tmp_path: Path) -> None:
    harness = new_window()
    open_sample(harness)
    free, save = threading.Event(), harness.photo_service.save

    def slow(path: Path, *rest: object, **more: object) -> None:
        assert free.wait(PATIENCE_S)
        save(path, *rest, **more)  # type: ignore[arg-type]

    harness.photo_service.save = slow  # type: ignore[assignment]
    harness.run()
    for number in range(3):  # more than there are threads
        harness.window.photos.save(tmp_path / f"{number}.png")
    harness.bar.strength.setValue(50)
    harness.until(lambda: edit_of(harness.result).settings.strength == 0.5)
    work, picture = harness.state.work, harness.result.picture

    def kept() -> bool:
        try:
            entries = harness.folder_journal.reopen(work).entries
        except HistoryError:  # nothing of it is on the disk yet
            return False
        return [np.array_equal(entry.picture, picture) for entry in entries] == [True]

    harness.until(kept)
    assert harness.window.background.writing >= 3
    free.set()
    harness.until(lambda: not harness.window.background.writing)


def test_a_journal_on_a_disk_that_never_comes_back_is_asked_about(
    new_window: NewWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness = new_window()
    open_sample(harness)
    free, journal = threading.Event(), harness.folder_journal
    write = journal.write

    def slow(*what: Any) -> None:
        free.wait(PATIENCE_S)
        write(*what)

    monkeypatch.setattr(journal, "write", slow)
    harness.window.closing.patience = 0.1
    harness.run()
    harness.window._leaving = True
    harness.window.close()
    harness.until(lambda: harness.window.findChildren(QMessageBox))
    (box,) = harness.window.findChildren(QMessageBox)
    (now,) = (button for button in box.buttons() if button.text() == "Close now")
    now.click()
    harness.until(lambda: not harness.window.isVisible())
    assert not harness.window.ended, "so the app ends without waiting for the thread"
    free.set()
    assert harness.journal_writer._own.shutdown(PATIENCE_S)
