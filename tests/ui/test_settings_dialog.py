"""What learned edits take on disk, seen and changed in the window."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from history.kit import edit, photo
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from ui.stand import Stand

from rtedit_desktop.core import settings
from rtedit_desktop.core.history import new_work_id
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.ui.messages import ErrorDialog
from rtedit_desktop.ui.settings_dialog import SettingsDialog


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
        (self.dialog,) = stand.window.findChildren(SettingsDialog)
        self.storage = self.dialog.storage
        stand.until(lambda: "on disk" in self.storage.taken.text())

    def answer(self, button: str) -> None:
        (box,) = self.stand.window.findChildren(QMessageBox)
        (chosen,) = (b for b in box.buttons() if b.text().replace("&", "") == button)
        chosen.click()


@pytest.fixture
def shown(stand: Stand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
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
