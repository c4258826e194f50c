"""What learned edits take on disk, seen and changed in the window."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from patience import PATIENCE_MS
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from support.journal_entries import edit, photo
from support.window.fakes import picture
from support.window.harness import Harness
from support.window.settings_harness import Shown, Store

from rtedit_desktop.core.history import new_work_id
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.support import settings
from rtedit_desktop.ui.settings.settings_dialog import SettingsDialog
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.pyramid import to_qimage


def test_it_says_how_much_there_is_without_holding_the_window(shown: Shown) -> None:
    assert shown.storage.taken.text() == "3 on disk, 3.0 MiB"
    assert shown.storage.limit.value() == 512
    assert threading.main_thread() not in shown.store.worked_on


def test_emptying_asks_first(shown: Shown) -> None:
    shown.storage.empty.click()
    shown.answer("Cancel")
    assert shown.store.learned == 3
    shown.storage.empty.click()
    shown.harness.until(lambda: len(shown.harness.window.findChildren(QMessageBox)) == 1)
    shown.answer("Remove")
    shown.harness.until(lambda: shown.storage.taken.text() == "None on disk")
    assert not shown.storage.empty.isEnabled()
    assert "3.0 MiB are free again" in shown.harness.window.strip.label.text()


def test_what_cannot_be_removed_is_reported(shown: Shown, qtbot: QtBot) -> None:
    shown.store.broken = True
    with qtbot.waitSignal(shown.harness.window.messages.error_shown, timeout=PATIENCE_MS) as signal:
        shown.storage.empty.click()
        shown.answer("Remove")
    assert "Permission denied" in signal.args[0]
    (box,) = shown.harness.window.findChildren(ErrorDialog)
    box.close()


def test_a_limit_holds_at_once_and_the_next_time(shown: Shown) -> None:
    shown.storage.limit.setValue(2)
    shown.harness.until(lambda: shown.storage.taken.text() == "2 on disk, 2.0 MiB")
    assert shown.store.limit == 2 * settings.MIB
    assert settings.load().cache_mib == 2


def test_enter_in_the_number_empties_nothing(shown: Shown) -> None:
    shown.harness.qtbot.keyClick(shown.storage.limit, Qt.Key.Key_Return)
    assert not shown.harness.window.findChildren(QMessageBox)


def test_a_limit_typed_just_before_closing_is_kept(shown: Shown) -> None:
    shown.storage.limit.setValue(1)
    shown.dialog.close()
    shown.harness.until(lambda: shown.store.limit == settings.MIB)
    shown.harness.until(lambda: settings.load().cache_mib == 1)


def test_without_a_store_there_is_nothing_to_set(harness: Harness) -> None:
    assert not harness.window.actions_.settings.isVisible()
    harness.window.settings.show()
    assert not harness.window.findChildren(SettingsDialog)


def test_every_control_has_a_name(shown: Shown) -> None:
    for control in (shown.storage.limit, shown.storage.empty, shown.storage.show_folder):
        assert control.accessibleName() or control.text()
    assert shown.dialog.sizeHint().width() < QSize(700, 0).width()


def test_earlier_work_has_its_own_space(harness: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    journal = FolderJournal(tmp_path / "history")
    for seed in range(3):
        work = new_work_id()
        journal.write(work, photo(seed), edit(seed))
        journal.leave(work)
    harness.window.settings.journal = journal
    dialog = Shown(harness, Store()).dialog
    assert dialog.history is not None
    history = dialog.history
    harness.until(lambda: history.taken.text().startswith("3 on disk, "))
    history.limit.setValue(7)
    harness.until(lambda: settings.load().history_mib == 7 and journal.limit == 7 * settings.MIB)
    history.empty.click()
    (box,) = harness.window.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.text() == "Remove").click()
    harness.until(lambda: history.taken.text() == "None on disk")
    assert journal.works() == []
    dialog.close()


def _save(harness: Harness, action: QAction, path: Path) -> None:
    action.trigger()
    (dialog,) = (dialog for dialog in harness.window.findChildren(QFileDialog) if dialog.isVisible())
    dialog.fileSelected.emit(str(path))
    dialog.close()
    harness.until(path.exists)
    harness.until(lambda: harness.window.photos.target == path)


def test_photos_are_saved_without_personal_data_where_that_is_asked(shown: Shown, tmp_path: Path) -> None:
    harness, do = shown.harness, shown.harness.window.actions_
    shown.dialog.close()
    harness.open_picture()
    harness.run()
    _save(harness, do.save_as, tmp_path / "with.png")
    assert "without personal" not in harness.window.strip.label.text()
    _save(harness, do.save_impersonal, tmp_path / "without.png")
    assert harness.window.strip.label.text().endswith("Saved as without.png, without personal data.")
    (tmp_path / "without.png").unlink()
    do.save.trigger()
    harness.until(lambda: (tmp_path / "without.png").exists())
    assert harness.photo_service.saved_impersonal == {"with.png": False, "without.png": True}


def test_the_settings_can_leave_personal_data_out_of_all(shown: Shown, tmp_path: Path) -> None:
    harness = shown.harness
    assert not shown.dialog.saving.impersonal.isChecked()
    shown.dialog.saving.impersonal.click()
    harness.until(lambda: settings.load().impersonal)
    shown.dialog.close()
    harness.open_picture()
    harness.run()
    _save(harness, harness.window.actions_.save_as, tmp_path / "one.png")
    assert harness.photo_service.saved_impersonal == {"one.png": True}


def test_a_photo_carries_its_recipe_where_that_is_asked(shown: Shown, tmp_path: Path) -> None:
    harness, do = shown.harness, shown.harness.window.actions_
    harness.open_picture()
    harness.run()
    _save(harness, do.save_as, tmp_path / "without.png")
    shown.dialog.saving.recipe.click()
    harness.until(lambda: settings.load().recipe_inside)
    shown.dialog.close()
    _save(harness, do.save_as, tmp_path / "with.png")
    assert harness.photo_service.saved_recipes["without.png"] == ""
    recipe = json.loads(harness.photo_service.saved_recipes["with.png"])
    assert (recipe["prompt"], recipe["settings"]["seed"], recipe["region"]) == ("smiling face", 0, False)
    assert str(tmp_path) not in harness.photo_service.saved_recipes["with.png"]


def test_results_go_to_the_folder_that_was_chosen(shown: Shown, tmp_path: Path) -> None:
    harness, place = shown.harness, shown.dialog.saving.place
    results, photos = tmp_path / "results", tmp_path / "photos"
    results.mkdir()
    photos.mkdir()
    to_qimage(picture()).save(str(photos / "one.png"))
    harness.window.opening.open(photos / "one.png")
    harness.until(lambda: harness.state.photo is not None)
    assert harness.window.photos.suggestion() == photos / "one-edited.png"
    place.setCurrentIndex(place.count() - 1)
    place.activated.emit(place.count() - 1)
    assert place.currentText() == "Beside the photo", "until one is chosen"
    (asked,) = shown.dialog.findChildren(QFileDialog)
    asked.fileSelected.emit(str(results))
    asked.close()
    harness.until(lambda: settings.load().results == str(results))
    assert place.currentText() == "In “results”"
    assert harness.window.photos.suggestion() == results / "one-edited.png"
    results.rmdir()
    assert harness.window.photos.suggestion() == photos / "one-edited.png"


def test_a_reset_asks_and_sets_all_of_it_back(shown: Shown) -> None:
    settings.change(author="Me", results="/somewhere")
    dialog, harness = shown.dialog, shown.harness
    dialog.look.theme.setCurrentIndex(2)
    dialog.look.theme.activated.emit(2)
    dialog.saving.impersonal.click()
    dialog.saving.recipe.click()
    dialog.saving._set("/somewhere")
    shown.storage.limit.setValue(1)
    dialog.compute.memory.setValue(40)
    dialog.reset_button.click()
    shown.answer("Reset")
    harness.until(lambda: settings.load() == settings.AppSettings(author="Me"))
    assert (
        shown.store.limit == settings.AppSettings().cache_mib * settings.MIB
        and not dialog.saving.impersonal.isChecked()
    )
    assert dialog.look.theme.currentIndex() == 0 and dialog.saving.place.currentIndex() == 0


def test_what_it_computes_with_is_told_and_chosen(
    harness: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    harness.state.set_device("A card")
    dialog = Shown(harness, Store()).dialog
    dialog.tabs.setCurrentIndex(1)
    compute = dialog.compute
    assert compute.now.text() == "A card" and not compute.later.isVisible() and compute.memory.isEnabled()
    compute.text.setCurrentIndex(compute.text.findData("small"))
    compute.text.activated.emit(compute.text.currentIndex())
    assert not compute.later.isVisible(), "it holds for the next job"
    for box, value in ((compute.device, "cpu"), (compute.precision, "float32")):
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())
    assert compute.later.isVisible() and not compute.memory.isEnabled()
    compute.memory.setValue(50)
    wanted = settings.AppSettings(device="cpu", precision="float32", gpu_percent=50, text_model="small")
    harness.until(lambda: settings.load() == wanted)
    dialog.close()
    harness.window.actions_.settings.trigger()
    again = harness.window.findChildren(SettingsDialog)[-1]
    assert again.compute.device.currentData() == "cpu" and again.compute.memory.value() == 50
    again.close()
