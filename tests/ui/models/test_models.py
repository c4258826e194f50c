"""Models seen, downloaded, imported, verified and removed in the window."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from support.window.fakes import PACK
from support.window.model_harness import OTHER, PART, FakePackInstaller, ModelHarness, installed

from rtedit_desktop.core.errors import DownloadError, PackDamaged
from rtedit_desktop.core.requests import WarmUpRequest
from rtedit_desktop.support import settings
from rtedit_desktop.ui.models.model_questions import WhichModelDialog
from rtedit_desktop.ui.widgets.messages import ErrorDialog


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))


def test_every_model_is_there_with_what_a_person_decides_by(models: ModelHarness) -> None:
    details = models.open("churches").details
    assert [models.row(id) for id in (PACK.id, "churches", "dogs")] == [
        "in use, comes with RTEdit",
        "not here: 160 MB to download",
        "not here: to be imported",
    ]
    shown = [label.text() for label in (details.title, details.edits, details.download_size, details.licence)]
    assert shown[0] == "Churches" and "256 × 256" in shown[1] and "160 MB, with CLIP" in shown[2]
    assert shown[3].startswith("Apache-2.0") and "https://host.example/churches" in details.source.text()
    assert "5.0 GB free" in models.dialog.total.text()
    models.dialog.show_model("dogs")
    assert "get dog.pt from its source" in details.state.text()
    assert details.import_button.isVisible() and not details.download.isVisible() and not details.remove.isVisible()
    models.dialog.show_model(PACK.id)
    assert details.check.isVisible() and not details.remove.isVisible() and not details.use.isVisible()


def test_one_that_is_asked_for_is_shown_as_soon_as_it_is_known(models: ModelHarness) -> None:
    models.models.offers = ()  # as before the first look
    models.window.show_models("dogs")
    assert models.dialog.list.chosen_id == ""
    models.until(lambda: models.dialog.list.chosen_id == "dogs" and models.dialog.details.title.text() == "Dogs")


def test_looking_is_done_elsewhere_and_asks_nobody(models: ModelHarness) -> None:
    models.open()
    assert threading.main_thread() not in models.installer.threads and models.installer.threads
    assert not models.installer.asked


def test_nothing_is_fetched_before_size_licence_source_and_room_are_reported(models: ModelHarness) -> None:
    details = models.open("churches").details
    details.download.click()
    assert not models.installer.asked
    text = models.answer("Cancel")
    for fact in ("160 MB", "https://host.example/churches", "Apache-2.0", "5.0 GB", "CLIP", "hash is not known"):
        assert fact in text
    assert not models.installer.asked and not models.models.jobs


def test_a_download_shows_speed_and_time_and_ends_in_a_pack_to_use(models: ModelHarness) -> None:
    details = models.open("churches").details
    models.installer.hold.clear()
    details.download.click()
    models.answer("Download")
    models.until(lambda: "40 %" in models.row("churches"))
    line = details.progress.text()
    assert "churches.bin: 40.0 MB of 100 MB" in line and "2.5 MB/s" in line and "30 s left" in line
    assert details.bar.isVisible() and details.bar.value() == 400 and details.cancel.isEnabled()
    assert not details.download.isEnabled()
    models.installer.hold.set()
    models.settled()
    assert models.row("churches") == "installed" and not details.bar.isVisible()
    models.until(lambda: models.state.packs == [PACK, OTHER])
    assert threading.main_thread() not in models.installer.threads
    assert models.state.pack is PACK
    models.until(lambda: "Churches is installed." in models.dialog.strip.label.text())
    models.dialog.strip.action.click()
    assert models.state.pack is OTHER and models.row("churches") == "in use"


def test_a_stopped_download_is_kept_and_goes_on(models: ModelHarness) -> None:
    details = models.open("churches").details
    models.installer.hold.clear()
    details.download.click()
    models.answer("Download")
    models.until(lambda: "40 %" in models.row("churches"))
    details.cancel.click()
    models.settled()
    assert "40.0 MB here" in models.row("churches") and details.download.text() == "&Go on…"
    assert "goes on from there" in details.state.text() and details.remove.text() == "&Discard…"
    models.installer.hold.set()
    details.download.click()
    models.answer("Download")
    models.settled()
    assert models.installer.asked == [("download", "churches")] * 2 and models.row("churches") == "installed"


def test_downloads_run_in_turn_and_a_waiting_one_can_be_stopped(models: ModelHarness) -> None:
    models.open("churches").details.download.click()
    models.installer.hold.clear()
    models.answer("Download")
    models.dialog.show_model(PART)
    models.dialog.details.download.click()
    models.answer("Download")
    models.until(lambda: "40 %" in models.row("churches"))
    assert models.row(PART) == "waits for its turn"
    assert (models.dialog.details.bar.maximum(), models.dialog.details.bar.value()) == (1000, 0)
    models.dialog.details.cancel.click()
    assert models.row(PART) == "stopping…"
    models.installer.hold.set()
    models.settled()
    assert models.installer.asked == [("download", "churches")]


def test_a_failed_download_is_told_in_one_place(models: ModelHarness) -> None:
    models.installer.fails = DownloadError("It could not be downloaded: no connection.", "Check it; 5 MB are kept.")
    models.open("churches").details.download.click()
    models.answer("Download")
    models.until(lambda: models.dialog.findChildren(ErrorDialog))
    (box,) = models.dialog.findChildren(ErrorDialog)
    assert "no connection" in box.what.text() and "5 MB are kept" in box.todo.text()
    box.close()
    models.settled()
    assert models.dialog.details.download.isEnabled()


def test_with_the_dialog_closed_the_status_bar_tells_and_leads_back(models: ModelHarness) -> None:
    models.open("churches").details.download.click()
    models.installer.hold.clear()
    models.answer("Download")
    models.dialog.close()
    models.until(lambda: models.controller.dialog is None)
    models.until(lambda: models.controller.status.text() == "Churches: downloading 40 %")
    assert models.controller.status.isVisible()
    models.controller.status.click()
    assert models.dialog.list.chosen_id == "churches"
    models.dialog.close()
    models.installer.hold.set()
    models.until(lambda: "Churches is installed." in models.window.strip.label.text())
    assert not models.controller.status.isVisible()


def test_closing_the_window_stops_a_download(models: ModelHarness) -> None:
    models.open("churches").details.download.click()
    models.installer.hold.clear()
    models.answer("Download")
    models.until(lambda: "40 %" in models.row("churches"))
    models.window.close()
    assert models.installer.all["churches"].waiting  # it was asked to stop, and kept what it had


def test_verifying(models: ModelHarness) -> None:
    details = models.open(PACK.id).details
    details.check.click()
    models.until(lambda: "Fakes is whole." in models.dialog.strip.label.text())
    models.installer.fails = PackDamaged("The file unet.safetensors of Fakes is damaged.", "Install the pack again.")
    details.check.click()
    models.until(lambda: models.dialog.findChildren(ErrorDialog))
    (box,) = models.dialog.findChildren(ErrorDialog)
    assert "damaged" in box.what.text()
    box.close()


def test_removing_asks_and_falls_back_to_another_pack(models: ModelHarness) -> None:
    models.installer.all["churches"] = installed(models.installer.all["churches"])
    details = models.open("churches").details
    models.until(lambda: len(models.state.packs) == 2)
    details.use.click()
    assert models.state.pack is OTHER
    details.remove.click()
    assert "Churches?" in models.answer("Cancel") and not models.installer.asked
    details.remove.click()
    models.answer("Remove")
    models.settled()
    models.until(lambda: models.state.pack is PACK)
    assert "3.0 GB are free again" in models.dialog.strip.label.text()
    assert models.state.packs == [PACK] and models.bar.pack.currentText() == "Fakes"


def test_a_damaged_pack_can_be_fetched_again_or_removed(models: ModelHarness) -> None:
    broken = replace(models.installer.all["churches"], problem="Its manifest is damaged.", on_disk=5)
    models.installer.all["churches"] = broken
    details = models.open("churches").details
    models.settled()
    assert models.row("churches") == "cannot be used" and "manifest is damaged" in details.state.text()
    assert details.download.isVisible() and details.remove.isVisible() and not details.use.isVisible()


def test_a_file_that_tells_what_it_is_is_taken_in(models: ModelHarness, tmp_path: Path) -> None:
    models.open()
    models.installer.hold.clear()
    models.drop(tmp_path / "église 写真.ckpt")
    models.until(lambda: "30 %" in models.dialog.going.text())
    assert "église 写真.ckpt: Converting" in models.dialog.going.text() and models.dialog.stop.isVisible()
    models.installer.hold.set()
    models.settled()
    assert models.installer.asked == [("import", "église 写真.ckpt", None, False)]
    assert not models.dialog.stop.isVisible() and models.dialog.list.chosen_id == "dogs"


def test_a_model_dropped_on_the_window_is_no_photo(models: ModelHarness, tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "manifest.json").write_text("{}")
    models.installer.slow = tmp_path / "Église.CKPT"  # however long one takes to look into, they come in order
    for path in (tmp_path / "Église.CKPT", tmp_path / "pack"):
        models.window.opening.open(path)
    models.until(lambda: len(models.installer.asked) == 2)
    models.settled()
    assert [asked[1] for asked in models.installer.asked] == ["Église.CKPT", "pack"]
    assert models.dialog.isVisible() and models.state.photo is None
    assert models.controller.import_from([tmp_path, tmp_path / "a.png"]) == [tmp_path, tmp_path / "a.png"]


def test_a_thousand_photos_are_not_looked_into_for_models(
    models: ModelHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    monkeypatch.setattr(os.path, "isfile", looked.append)
    photos = [tmp_path / f"{number}.jpg" for number in range(1000)]
    assert models.controller.import_from(photos) == photos and looked == []


def test_what_is_wrong_with_a_pack_leads_to_the_models(models: ModelHarness) -> None:
    models.controller.say_problem("The pack Dogs needs the text model CLIP, which is not installed.")
    assert "needs the text model" in models.window.strip.label.text()
    models.window.strip.action.click()
    assert models.dialog.isVisible()


def test_an_import_is_stopped(models: ModelHarness, tmp_path: Path) -> None:
    models.open()
    models.installer.hold.clear()
    models.drop(tmp_path / "a.ckpt")
    models.until(lambda: models.dialog.stop.isVisible())
    models.dialog.stop.click()
    models.settled()
    assert not models.installer.all["dogs"].own_files


def test_a_file_that_does_not_tell_is_asked_about(models: ModelHarness, tmp_path: Path) -> None:
    models.installer.choices = ("churches", "dogs")
    models.open()
    models.drop(tmp_path / "model.ckpt")
    models.until(lambda: models.dialog.findChildren(WhichModelDialog))
    (which,) = models.dialog.findChildren(WhichModelDialog)
    assert [button.text() for button in which.buttons] == [
        "Churches: photographs of churches",
        "Dogs: photographs of dogs",
    ]
    assert not which.import_button.isEnabled() and not models.installer.asked
    which.buttons[1].click()
    which.import_button.click()
    models.settled()
    assert models.installer.asked == [("import", "model.ckpt", "dogs", False)]


def test_what_is_no_model_is_refused(models: ModelHarness, tmp_path: Path) -> None:
    models.open()
    models.drop(tmp_path / "notes.txt")
    models.until(lambda: models.dialog.findChildren(ErrorDialog))
    (box,) = models.dialog.findChildren(ErrorDialog)
    assert "not a checkpoint" in box.what.text()
    box.close()


def test_an_installed_one_is_replaced_only_on_yes(models: ModelHarness, tmp_path: Path) -> None:
    models.installer.in_the_way = True
    models.open()
    models.drop(tmp_path / "dogs.pt")
    models.until(lambda: models.dialog.findChildren(QMessageBox))
    assert "installed already" in models.answer("Replace")
    models.settled()
    assert models.installer.asked[-1] == ("import", "dogs.pt", None, True)


def test_a_pack_without_its_text_model_says_so_and_gets_it(models: ModelHarness, tmp_path: Path) -> None:
    details = models.open("dogs").details
    details.import_button.click()
    (choose,) = models.dialog.findChildren(QFileDialog)
    choose.fileSelected.emit(str(tmp_path / "dog.pt"))
    choose.close()
    models.settled()
    assert models.installer.asked == [("import", "dog.pt", "dogs", False)]
    assert models.row("dogs") == "lacks its text model"
    models.until(lambda: "It needs CLIP too" in models.dialog.strip.label.text())
    assert "needs CLIP too" in details.state.text()
    assert details.download.text() == "&Download CLIP…" and details.import_button.text() == "I&mport CLIP…"
    assert len(models.state.packs) == 1 and details.download_size.text() == "about 60.0 MB for CLIP"
    models.dialog.strip.action.click()
    assert "Download CLIP?" in models.answer("Cancel")
    details.import_button.click()
    (choose,) = (box for box in models.dialog.findChildren(QFileDialog) if box.isVisible())
    choose.fileSelected.emit(str(tmp_path / "ViT-B-16.pt"))
    choose.close()
    models.settled()
    assert models.installer.asked[-1] == ("import", "ViT-B-16.pt", PART, False)
    assert models.row("dogs") == "installed"


def with_two(qtbot: QtBot) -> ModelHarness:
    installer = FakePackInstaller()
    installer.all["churches"] = installed(installer.all["churches"])
    harness = ModelHarness(qtbot, installer=installer)
    harness.until(lambda: harness.state.packs == [PACK, OTHER])
    return harness


@pytest.fixture
def two(qtbot: QtBot) -> Iterator[ModelHarness]:
    harness = with_two(qtbot)
    yield harness
    harness.close()
    harness.window.deleteLater()


def test_the_pack_is_chosen_beside_the_prompt(two: ModelHarness) -> None:
    combo = two.bar.pack
    assert combo.isEnabled() and combo.itemText(1) == "Churches" and combo.currentText() == "Fakes"
    two.state.override("iterations", 3)
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    assert two.state.pack is OTHER and two.state.source == "church" and two.bar.source.text() == "church"
    assert not two.bar.chips.buttons and two.state.overrides == {}
    two.until(lambda: two.engine.requests)
    (asked,) = two.engine.requests
    assert isinstance(asked, WarmUpRequest) and asked.pack == "churches"
    two.until(lambda: settings.load().pack == "churches")


def test_the_pack_is_loaded_behind_with_its_name(two: ModelHarness) -> None:
    shown: list[str] = []
    two.window.warming.began.connect(lambda what, _: shown.append(what))
    two.state.set_pack(OTHER)
    assert shown == ["Churches"] and two.window.loading.isVisible()
    two.until(lambda: not two.window.loading.isVisible())


def test_the_list_of_packs_ends_with_the_way_to_more(models: ModelHarness) -> None:
    combo = models.bar.pack
    assert combo.isEnabled() and combo.itemText(combo.count() - 1) == "More models…"
    combo.activated.emit(combo.count() - 1)
    assert models.dialog.isVisible() and combo.currentText() == "Fakes" and models.state.pack is PACK


def test_the_window_begins_with_the_pack_that_was_used_last(qtbot: QtBot, two: ModelHarness) -> None:
    from rtedit_desktop.ui.model.state import EditorState

    assert EditorState([PACK, OTHER], pack="churches").pack is OTHER
    assert EditorState([PACK, OTHER], pack="gone").pack is PACK


def test_every_control_has_a_name_a_key_and_a_place(models: ModelHarness) -> None:
    assert models.window.actions_.models.shortcut() == QKeySequence("Ctrl+M")
    dialog = models.open("churches")
    for control in dialog.findChildren(QAbstractButton):
        if control.isVisible():
            assert control.accessibleName() or control.text(), control
            assert control.focusPolicy() != Qt.FocusPolicy.NoFocus
    assert dialog.list.accessibleName()
    item = dialog.list.currentItem()
    assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "Churches, not here: 160 MB to download"
