"""How RTEdit goes online, seen and changed in the window."""

from __future__ import annotations

import pytest
from patience import PATIENCE_MS
from PySide6.QtCore import Qt
from support.window.settings_harness import Shown

from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.support import network, settings
from rtedit_desktop.support.network import NetworkSettings
from rtedit_desktop.support.network_log import NetworkLog
from rtedit_desktop.support.release import Release
from rtedit_desktop.ui.settings.network_settings import NetworkPage
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.text_dialog import TextDialog


def _network(shown: Shown) -> NetworkPage:
    shown.dialog.tabs.setCurrentIndex(3)
    return shown.dialog.network


def _choose(page: NetworkPage, value: str) -> None:
    page.proxy.setCurrentIndex(page.proxy.findData(value))
    page.proxy.activated.emit(page.proxy.currentIndex())


def test_downloads_go_through_the_proxy_and_the_mirror_that_are_typed(shown: Shown) -> None:
    page, keys = _network(shown), shown.harness.qtbot
    assert not page.address.isVisible()
    _choose(page, "own")
    assert page.address.isVisible()
    keys.keyClicks(page.address, "http://10.0.0.1:8080")
    keys.keyClicks(page.mirror, "https://mirror.example/hub")
    shown.dialog.close()
    wanted = NetworkSettings(proxy="http://10.0.0.1:8080", mirror="https://mirror.example/hub")
    shown.harness.until(lambda: network.load() == wanted)
    again = Shown(shown.harness, shown.store).dialog
    assert again.network.address.text() == wanted.proxy and again.network.mirror.text() == wanted.mirror
    _choose(again.network, network.DIRECT)
    shown.harness.until(lambda: network.load() == NetworkSettings(proxy="none", mirror=wanted.mirror))
    again.reset_button.click()
    shown.answer("Reset")
    shown.harness.until(lambda: network.load() == NetworkSettings())
    assert again.network.proxy.currentData() == "" and not again.network.mirror.text()
    again.close()


def test_what_is_no_address_is_reported_and_not_kept(shown: Shown) -> None:
    page, keys = _network(shown), shown.harness.qtbot
    keys.keyClicks(page.mirror, "http://mirror.example")
    keys.keyClick(page.mirror, Qt.Key.Key_Return)
    assert page.problem.isVisible() and "not a secure address" in page.problem.text()
    assert shown.dialog.isVisible() and network.load() == NetworkSettings()
    page.mirror.clear()
    keys.keyClick(page.mirror, Qt.Key.Key_Return)
    assert not page.problem.isVisible() and shown.dialog.isVisible()


def test_damaged_network_settings_are_reported_and_mended_by_a_choice(shown: Shown) -> None:
    shown.dialog.close()
    network.save(NetworkSettings())
    network.settings_file().write_text("{")
    dialog = Shown(shown.harness, shown.store).dialog
    dialog.tabs.setCurrentIndex(3)
    assert "cannot be read" in dialog.network.problem.text() and dialog.network.problem.isVisible()
    _choose(dialog.network, network.DIRECT)
    shown.harness.until(network.settings_file().exists)
    shown.harness.until(lambda: not dialog.network.problem.isVisible())
    assert network.load() == NetworkSettings(proxy="none")
    dialog.close()


def test_damaged_network_settings_are_mended_by_the_usual_choice_too_and_by_nothing_else(shown: Shown) -> None:
    shown.dialog.close()
    network.save(NetworkSettings())
    network.settings_file().write_text("{")
    dialog = Shown(shown.harness, shown.store).dialog
    dialog.tabs.setCurrentIndex(3)
    page = dialog.network
    page.mirror.editingFinished.emit()  # only passed through
    assert page.problem.isVisible()
    dialog.close()
    assert not network.settings_file().exists()
    assert network.settings_file().with_name("network.damaged").read_text() == "{"
    again = Shown(shown.harness, shown.store).dialog
    _choose(again.network, "")
    shown.harness.until(network.settings_file().exists)
    assert network.load() == NetworkSettings()
    again.close()


def test_every_request_is_shown(shown: Shown) -> None:
    NetworkLog(network.log_file()).request("https://host.example/a.bin", "download a.bin")
    _network(shown).requests.click()
    shown.harness.until(lambda: shown.dialog.findChildren(TextDialog))
    (dialog,) = shown.dialog.findChildren(TextDialog)
    assert "https://host.example/a.bin  purpose: download a.bin" in dialog.text.toPlainText()
    dialog.close()


@pytest.mark.parametrize("before", ["none", "http://10.0.0.1:8080"])
def test_a_proxy_of_ones_own_without_an_address_is_not_kept(shown: Shown, before: str) -> None:
    network.save(NetworkSettings(proxy=before))
    shown.dialog.close()
    dialog = Shown(shown.harness, shown.store).dialog
    dialog.tabs.setCurrentIndex(3)
    page = dialog.network
    _choose(page, "own")
    page.address.clear()
    page.address.editingFinished.emit()
    assert page.problem.isVisible() and "proxy is not an address" in page.problem.text()
    dialog.close()
    assert network.load().proxy == before
    assert "It stays as it was." in shown.harness.window.strip.label.text()


def test_a_proxy_may_be_written_without_its_scheme(shown: Shown) -> None:
    page = _network(shown)
    _choose(page, "own")
    shown.harness.qtbot.keyClicks(page.address, "proxy.example:8080")
    shown.dialog.close()
    shown.harness.until(lambda: network.load().proxy == "http://proxy.example:8080")


def test_the_hubs_variable_is_shown_and_not_kept(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://other.example")
    shown.dialog.close()
    dialog = Shown(shown.harness, shown.store).dialog
    page = dialog.network
    assert not page.mirror.text() and page.mirror.placeholderText() == "https://other.example"
    _choose(page, network.DIRECT)
    shown.harness.until(lambda: network.kept() == NetworkSettings(proxy="none"))
    assert network.load().mirror == "https://other.example"
    dialog.close()


def test_a_mirror_does_not_remove_a_damaged_proxy_setting(shown: Shown) -> None:
    shown.dialog.close()
    network.save(NetworkSettings())
    network.settings_file().write_text('{"proxy": "proxy.example:8080"}')
    dialog = Shown(shown.harness, shown.store).dialog
    dialog.tabs.setCurrentIndex(3)
    shown.harness.qtbot.keyClicks(dialog.network.mirror, "https://mirror.example")
    dialog.close()
    assert "proxy.example" in network.settings_file().read_text()


def test_a_setting_that_could_not_be_written_is_tried_again(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: NetworkSettings) -> None:
        raise SaveError("The disk is full.", "Make room.")

    page = _network(shown)
    shown_error = shown.harness.qtbot.waitSignal(shown.harness.window.messages.error_shown, timeout=PATIENCE_MS)
    with monkeypatch.context() as broken, shown_error:
        broken.setattr(network, "save", full)
        _choose(page, network.DIRECT)
    for box in shown.harness.window.findChildren(ErrorDialog):
        box.close()
    shown.dialog.close()  # without choosing it again
    shown.harness.until(lambda: network.kept() == NetworkSettings(proxy="none"))


def test_a_newer_version_is_asked_for_only_where_that_is_chosen(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    page = _network(shown)
    assert not page.updates.isChecked() and not page.updates.isEnabled()  # not built by a release
    assert "whom to ask" in page.updates.toolTip()
    shown.dialog.close()
    built = Release("https://api.example/latest", "https://page.example")
    monkeypatch.setattr("rtedit_desktop.ui.settings.network_settings.release", lambda: built)
    page = _network(Shown(shown.harness, shown.store))
    assert not page.updates.isChecked() and page.updates.isEnabled() and "api.example" in page.updates.toolTip()
    page.updates.click()
    shown.harness.until(lambda: settings.load().updates)
    page.reset()
    shown.harness.until(lambda: not settings.load().updates)
    page.window().close()
