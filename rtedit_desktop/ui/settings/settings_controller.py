"""Controller of the settings: shows their dialog, and lets what was chosen there hold in the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core.disk_store import DiskStore
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.jobs.computer_in_use import ComputerInUse
from rtedit_desktop.ui.settings.settings_dialog import SettingsDialog


class SettingsController(QObject):
    """``learned`` and ``journal`` are what the settings bound on the disk; without the first there are no settings.

    ``in_use`` is the computer that computes, None where it is this one at any time.
    """

    closed = Signal()

    def __init__(
        self,
        context: WindowContext,
        learned: DiskStore | None,
        journal: DiskStore | None,
        in_use: ComputerInUse | None,
    ) -> None:
        super().__init__(context.window)
        self.learned, self.journal = learned, journal
        self._context, self._in_use = context, in_use
        context.actions.settings.setVisible(learned is not None)
        context.actions.settings.triggered.connect(self.show)

    def show(self) -> None:
        """What holds for the app as a whole."""
        if self.learned is None:
            return
        dialog = SettingsDialog(self._context, self.learned, self.journal, self._in_use)
        dialog.finished.connect(self.closed)
        dialog.look.previews_chosen.connect(self._context.state.set_previews)
        dialog.open()
