"""The settings over a window, with a store that needs no disk."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtWidgets import QMessageBox
from support.window.harness import Harness

from rtedit_desktop.support import settings
from rtedit_desktop.ui.settings.settings_dialog import SettingsDialog


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

    def __init__(self, harness: Harness, store: Store) -> None:
        self.harness, self.store = harness, store
        harness.window.settings.learned = store
        harness.window.actions_.settings.setVisible(True)
        harness.window.actions_.settings.trigger()
        self.dialog = harness.window.findChildren(SettingsDialog)[-1]
        self.storage = self.dialog.storage
        harness.until(lambda: "on disk" in self.storage.taken.text())

    def answer(self, button: str) -> None:
        (box,) = self.harness.window.findChildren(QMessageBox)
        (chosen,) = (b for b in box.buttons() if b.text().replace("&", "") == button)
        chosen.click()
