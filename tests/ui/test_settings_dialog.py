"""What learned edits take on disk, seen and changed in the window."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from history.kit import edit, photo
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot
from ui.fakes import picture
from ui.stand import Stand

from rtedit_desktop.core import network, settings
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.core.history import new_work_id
from rtedit_desktop.core.network import NetworkSettings
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.packs.network_log import NetworkLog
from rtedit_desktop.ui.messages import ErrorDialog
from rtedit_desktop.ui.network_settings import NetworkPage
from rtedit_desktop.ui.pyramid import to_qimage
from rtedit_desktop.ui.settings_dialog import SettingsDialog
from rtedit_desktop.ui.text_dialog import TextDialog


class Store:
    """Counts instead of files."""

    def __init__(self) -> None:
        self.folder: Path | None = Path("/nowhere")
        self.limit = 512 * settings.MIB
        self.learned = 3
        self.broken = False
        self.worked_on: set[threading.Thread] = set()

    def count(self) -> int:
        self.worked_on.add(threading.current_thread())
        return self.learned

    def size(self) -> int:
        return self.learned * settings.MIB

    def set_limit(self, limit: int) -> None:
        self.limit = limit
        self.learned = min(self.learned, limit // settings.MIB)

    def clear(self) -> None:
        if self.broken:
            raise PermissionError(13, "Permission denied")
        self.learned = 0


class Shown:
    """The dialog over a window."""

    def __init__(self, stand: Stand, store: Store) -> None:
        self.stand, self.store = stand, store
        stand.window.learned = store
        stand.window.actions_.settings.setVisible(True)
        stand.window.actions_.settings.trigger()
        self.dialog = stand.window.findChildren(SettingsDialog)[-1]
        self.storage = self.dialog.storage
        stand.until(lambda: "on disk" in self.storage.taken.text())

    def answer(self, button: str) -> None:
        (box,) = self.stand.window.findChildren(QMessageBox)
        (chosen,) = (b for b in box.buttons() if b.text().replace("&", "") == button)
        chosen.click()


@pytest.fixture
def shown(stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    shown = Shown(stand, Store())
    yield shown
    if shiboken6.isValid(shown.dialog):
        shown.dialog.close()


def test_it_says_how_much_there_is_without_holding_the_window(shown: Shown) -> None:
    assert shown.storage.taken.text() == "3 on disk, 3.0 MiB"
    assert shown.storage.limit.value() == 512
    assert threading.main_thread() not in shown.store.worked_on


def test_emptying_asks_first(shown: Shown) -> None:
    shown.storage.empty.click()
    shown.answer("Cancel")
    assert shown.store.learned == 3
    shown.storage.empty.click()
    shown.stand.until(lambda: len(shown.stand.window.findChildren(QMessageBox)) == 1)
    shown.answer("Remove")
    shown.stand.until(lambda: shown.storage.taken.text() == "None on disk")
    assert not shown.storage.empty.isEnabled()
    assert "3.0 MiB are free again" in shown.stand.window.strip.label.text()


def test_what_cannot_be_removed_is_said(shown: Shown, qtbot: QtBot) -> None:
    shown.store.broken = True
    with qtbot.waitSignal(shown.stand.window.messages.error_shown) as said:
        shown.storage.empty.click()
        shown.answer("Remove")
    assert "Permission denied" in said.args[0]
    (box,) = shown.stand.window.findChildren(ErrorDialog)
    box.close()


def test_a_limit_holds_at_once_and_the_next_time(shown: Shown) -> None:
    shown.storage.limit.setValue(2)
    shown.stand.until(lambda: shown.storage.taken.text() == "2 on disk, 2.0 MiB")
    assert shown.store.limit == 2 * settings.MIB
    assert settings.load().cache_mib == 2


def test_enter_in_the_number_empties_nothing(shown: Shown) -> None:
    shown.stand.qtbot.keyClick(shown.storage.limit, Qt.Key.Key_Return)
    assert not shown.stand.window.findChildren(QMessageBox)


def test_a_limit_typed_just_before_closing_is_kept(shown: Shown) -> None:
    shown.storage.limit.setValue(1)
    shown.dialog.close()
    shown.stand.until(lambda: shown.store.limit == settings.MIB)
    shown.stand.until(lambda: settings.load().cache_mib == 1)


def test_without_a_store_there_is_nothing_to_set(stand: Stand) -> None:
    assert not stand.window.actions_.settings.isVisible()
    stand.window.show_settings()
    assert not stand.window.findChildren(SettingsDialog)


def test_every_control_has_a_name(shown: Shown) -> None:
    for control in (shown.storage.limit, shown.storage.empty, shown.storage.show_folder):
        assert control.accessibleName() or control.text()
    assert shown.dialog.sizeHint().width() < QSize(700, 0).width()


def test_earlier_work_has_its_own_space(stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    journal = FolderJournal(tmp_path / "history")
    for seed in range(3):
        work = new_work_id()
        journal.write(work, photo(seed), edit(seed))
        journal.leave(work)
    stand.window.journal = journal
    dialog = Shown(stand, Store()).dialog
    assert dialog.history is not None
    history = dialog.history
    stand.until(lambda: history.taken.text().startswith("3 on disk, "))
    history.limit.setValue(7)
    stand.until(lambda: settings.load().history_mib == 7 and journal.limit == 7 * settings.MIB)
    history.empty.click()
    (box,) = stand.window.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.text() == "Remove").click()
    stand.until(lambda: history.taken.text() == "None on disk")
    assert journal.works() == []
    dialog.close()


def _save(stand: Stand, action: QAction, path: Path) -> None:
    action.trigger()
    (dialog,) = (dialog for dialog in stand.window.findChildren(QFileDialog) if dialog.isVisible())
    dialog.fileSelected.emit(str(path))
    dialog.close()
    stand.until(path.exists)
    stand.until(lambda: stand.window.photos.target == path)


def test_photos_are_saved_without_personal_data_where_that_is_wished(shown: Shown, tmp_path: Path) -> None:
    stand, do = shown.stand, shown.stand.window.actions_
    shown.dialog.close()
    stand.open_picture()
    stand.run()
    _save(stand, do.save_as, tmp_path / "with.png")
    assert "without personal" not in stand.window.strip.label.text()
    _save(stand, do.save_impersonal, tmp_path / "without.png")
    assert stand.window.strip.label.text().endswith("Saved as without.png, without personal data.")
    (tmp_path / "without.png").unlink()
    do.save.trigger()
    stand.until(lambda: (tmp_path / "without.png").exists())
    assert stand.desk.saved_impersonal == {"with.png": False, "without.png": True}


def test_the_settings_can_leave_personal_data_out_of_all(shown: Shown, tmp_path: Path) -> None:
    stand = shown.stand
    assert not shown.dialog.saving.impersonal.isChecked()
    shown.dialog.saving.impersonal.click()
    stand.until(lambda: settings.load().impersonal)
    shown.dialog.close()
    stand.open_picture()
    stand.run()
    _save(stand, stand.window.actions_.save_as, tmp_path / "one.png")
    assert stand.desk.saved_impersonal == {"one.png": True}


def test_a_photo_carries_its_recipe_where_that_is_wished(shown: Shown, tmp_path: Path) -> None:
    stand, do = shown.stand, shown.stand.window.actions_
    stand.open_picture()
    stand.run()
    _save(stand, do.save_as, tmp_path / "without.png")
    shown.dialog.saving.recipe.click()
    stand.until(lambda: settings.load().recipe_inside)
    shown.dialog.close()
    _save(stand, do.save_as, tmp_path / "with.png")
    assert stand.desk.saved_recipes["without.png"] == ""
    told = json.loads(stand.desk.saved_recipes["with.png"])
    assert (told["prompt"], told["settings"]["seed"], told["region"]) == ("smiling face", 0, False)
    assert str(tmp_path) not in stand.desk.saved_recipes["with.png"]


def test_results_go_to_the_folder_that_was_chosen(shown: Shown, tmp_path: Path) -> None:
    stand, place = shown.stand, shown.dialog.saving.place
    results, photos = tmp_path / "results", tmp_path / "photos"
    results.mkdir()
    photos.mkdir()
    to_qimage(picture()).save(str(photos / "one.png"))
    stand.window.open(photos / "one.png")
    stand.until(lambda: stand.state.photo is not None)
    assert stand.window.photos.suggestion() == photos / "one-edited.png"
    place.setCurrentIndex(place.count() - 1)
    place.activated.emit(place.count() - 1)
    assert place.currentText() == "Beside the photo", "until one is chosen"
    (asked,) = shown.dialog.findChildren(QFileDialog)
    asked.fileSelected.emit(str(results))
    asked.close()
    stand.until(lambda: settings.load().results == str(results))
    assert place.currentText() == "In “results”"
    assert stand.window.photos.suggestion() == results / "one-edited.png"
    results.rmdir()
    assert stand.window.photos.suggestion() == photos / "one-edited.png"


def test_a_reset_asks_and_sets_all_of_it_back(shown: Shown) -> None:
    settings.change(author="Me", results="/somewhere")
    dialog, stand = shown.dialog, shown.stand
    dialog.look.theme.setCurrentIndex(2)
    dialog.look.theme.activated.emit(2)
    dialog.saving.impersonal.click()
    dialog.saving.recipe.click()
    dialog.saving._set("/somewhere")
    shown.storage.limit.setValue(1)
    dialog.compute.memory.setValue(40)
    dialog.reset_button.click()
    shown.answer("Reset")
    stand.until(lambda: settings.load() == settings.AppSettings(author="Me"))
    assert shown.store.limit == 512 * settings.MIB and not dialog.saving.impersonal.isChecked()
    assert dialog.look.theme.currentIndex() == 0 and dialog.saving.place.currentIndex() == 0


def test_what_it_computes_with_is_told_and_chosen(
    stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    stand.state.set_device("A card")
    dialog = Shown(stand, Store()).dialog
    dialog.tabs.setCurrentIndex(1)
    compute = dialog.compute
    assert compute.now.text() == "A card" and not compute.later.isVisible() and compute.memory.isEnabled()
    for box, value in ((compute.device, "cpu"), (compute.precision, "float32")):
        box.setCurrentIndex(box.findData(value))
        box.activated.emit(box.currentIndex())
    assert compute.later.isVisible() and not compute.memory.isEnabled()
    compute.memory.setValue(50)
    wanted = settings.AppSettings(device="cpu", precision="float32", gpu_percent=50)
    stand.until(lambda: settings.load() == wanted)
    dialog.close()
    stand.window.actions_.settings.trigger()
    again = stand.window.findChildren(SettingsDialog)[-1]
    assert again.compute.device.currentData() == "cpu" and again.compute.memory.value() == 50
    again.close()


def _network(shown: Shown) -> NetworkPage:
    shown.dialog.tabs.setCurrentIndex(3)
    return shown.dialog.network


def _choose(page: NetworkPage, value: str) -> None:
    page.proxy.setCurrentIndex(page.proxy.findData(value))
    page.proxy.activated.emit(page.proxy.currentIndex())


def test_downloads_go_through_the_proxy_and_the_mirror_that_are_typed(shown: Shown) -> None:
    page, keys = _network(shown), shown.stand.qtbot
    assert not page.address.isVisible()
    _choose(page, "own")
    assert page.address.isVisible()
    keys.keyClicks(page.address, "http://10.0.0.1:8080")
    keys.keyClicks(page.mirror, "https://mirror.example/hub")
    shown.dialog.close()
    wanted = NetworkSettings(proxy="http://10.0.0.1:8080", mirror="https://mirror.example/hub")
    shown.stand.until(lambda: network.load() == wanted)
    again = Shown(shown.stand, shown.store).dialog
    assert again.network.address.text() == wanted.proxy and again.network.mirror.text() == wanted.mirror
    _choose(again.network, network.DIRECT)
    shown.stand.until(lambda: network.load() == NetworkSettings(proxy="none", mirror=wanted.mirror))
    again.reset_button.click()
    shown.answer("Reset")
    shown.stand.until(lambda: network.load() == NetworkSettings())
    assert again.network.proxy.currentData() == "" and not again.network.mirror.text()
    again.close()


def test_what_is_no_address_is_said_and_not_kept(shown: Shown) -> None:
    page, keys = _network(shown), shown.stand.qtbot
    keys.keyClicks(page.mirror, "http://mirror.example")
    keys.keyClick(page.mirror, Qt.Key.Key_Return)
    assert page.problem.isVisible() and "not a secure address" in page.problem.text()
    assert shown.dialog.isVisible() and network.load() == NetworkSettings()
    page.mirror.clear()
    keys.keyClick(page.mirror, Qt.Key.Key_Return)
    assert not page.problem.isVisible() and shown.dialog.isVisible()


def test_damaged_network_settings_are_said_and_mended_by_a_choice(shown: Shown) -> None:
    shown.dialog.close()
    network.save(NetworkSettings())
    network.settings_file().write_text("{")
    dialog = Shown(shown.stand, shown.store).dialog
    dialog.tabs.setCurrentIndex(3)
    assert "cannot be read" in dialog.network.problem.text() and dialog.network.problem.isVisible()
    _choose(dialog.network, network.DIRECT)
    shown.stand.until(lambda: network.settings_file().read_text() != "{")
    assert network.load() == NetworkSettings(proxy="none") and not dialog.network.problem.isVisible()
    dialog.close()


def test_damaged_network_settings_are_mended_by_the_usual_choice_too_and_by_nothing_else(shown: Shown) -> None:
    shown.dialog.close()
    network.save(NetworkSettings())
    network.settings_file().write_text("{")
    dialog = Shown(shown.stand, shown.store).dialog
    dialog.tabs.setCurrentIndex(3)
    page = dialog.network
    page.mirror.editingFinished.emit()  # only passed through
    assert page.problem.isVisible()
    dialog.close()
    assert network.settings_file().read_text() == "{"
    again = Shown(shown.stand, shown.store).dialog
    _choose(again.network, "")
    shown.stand.until(lambda: network.settings_file().read_text() != "{")
    assert network.load() == NetworkSettings()
    again.close()


def test_every_request_is_shown(shown: Shown) -> None:
    NetworkLog(network.log_file()).request("https://host.example/a.bin", "download a.bin")
    _network(shown).requests.click()
    shown.stand.until(lambda: shown.dialog.findChildren(TextDialog))
    (dialog,) = shown.dialog.findChildren(TextDialog)
    assert "https://host.example/a.bin  purpose: download a.bin" in dialog.text.toPlainText()
    dialog.close()


@pytest.mark.parametrize("before", ["none", "http://10.0.0.1:8080"])
def test_a_proxy_of_ones_own_without_an_address_is_not_kept(shown: Shown, before: str) -> None:
    network.save(NetworkSettings(proxy=before))
    shown.dialog.close()
    dialog = Shown(shown.stand, shown.store).dialog
    dialog.tabs.setCurrentIndex(3)
    page = dialog.network
    _choose(page, "own")
    page.address.clear()
    page.address.editingFinished.emit()
    assert page.problem.isVisible() and "proxy is not an address" in page.problem.text()
    dialog.close()
    assert network.load().proxy == before
    assert "It stays as it was." in shown.stand.window.strip.label.text()


def test_a_proxy_may_be_written_without_its_scheme(shown: Shown) -> None:
    page = _network(shown)
    _choose(page, "own")
    shown.stand.qtbot.keyClicks(page.address, "proxy.example:8080")
    shown.dialog.close()
    shown.stand.until(lambda: network.load().proxy == "http://proxy.example:8080")


def test_the_hubs_variable_is_shown_and_not_kept(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://other.example")
    shown.dialog.close()
    dialog = Shown(shown.stand, shown.store).dialog
    page = dialog.network
    assert not page.mirror.text() and page.mirror.placeholderText() == "https://other.example"
    _choose(page, network.DIRECT)
    shown.stand.until(lambda: network.kept() == NetworkSettings(proxy="none"))
    assert network.load().mirror == "https://other.example"
    dialog.close()


def test_a_setting_that_could_not_be_written_is_tried_again(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: NetworkSettings) -> None:
        raise SaveError("The disk is full.", "Make room.")

    page = _network(shown)
    with monkeypatch.context() as broken, shown.stand.qtbot.waitSignal(shown.stand.window.messages.error_shown):
        broken.setattr(network, "save", full)
        _choose(page, network.DIRECT)
    for box in shown.stand.window.findChildren(ErrorDialog):
        box.close()
    _choose(page, network.DIRECT)
    shown.stand.until(lambda: network.kept() == NetworkSettings(proxy="none"))
