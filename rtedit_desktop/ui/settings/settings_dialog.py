"""Settings dialog: look, saving, computing, disk space, network."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTabWidget, QVBoxLayout, QWidget

from rtedit_desktop.core.disk_store import DiskStore
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.help.guide_dialog import offer_guide
from rtedit_desktop.ui.jobs.computer_in_use import ComputerInUse
from rtedit_desktop.ui.settings.compute_settings import ComputeSettings
from rtedit_desktop.ui.settings.computer_settings import ComputerSettings
from rtedit_desktop.ui.settings.look_settings import LookSettings
from rtedit_desktop.ui.settings.network_settings import NetworkPage
from rtedit_desktop.ui.settings.saving_settings import SavingSettings
from rtedit_desktop.ui.settings.storage_settings import StorageSettings, StorageWords
from rtedit_desktop.ui.widgets.tab_order import as_they_stand

_CHAPTERS = ("results", "graphics-card", "results", "privacy")  # of the guide, by tab


class SettingsDialog(QDialog):
    """Every change holds at once; there is nothing to confirm."""

    def __init__(
        self,
        context: WindowContext,
        learned: DiskStore,
        journal: DiskStore | None = None,
        in_use: ComputerInUse | None = None,
    ) -> None:
        """``learned`` and ``journal`` are kept on the disk; without ``in_use`` this computer computes at any time."""
        super().__init__(context.window)
        background, messages = context.background, context.messages
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Settings"))
        offer_guide(self, lambda: _CHAPTERS[self.tabs.currentIndex()])
        self._messages = messages
        self.look = LookSettings(background, messages)
        self.saving = SavingSettings(background, messages)
        self.compute = ComputeSettings(background, messages, context.state.device)
        self.computer = ComputerSettings(in_use, background, messages) if in_use is not None else None
        self.network = NetworkPage(background, messages)
        self.finished.connect(self.network.leave)
        self.storage = StorageSettings(learned, "cache_mib", self._of_learned(), background, messages)
        self.finished.connect(self.storage.settle)
        self.history = None
        if journal is not None:
            self.history = StorageSettings(journal, "history_mib", self._of_history(), background, messages)
            self.finished.connect(self.history.settle)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)  # else dark pages are lighter than the window around them
        self.tabs.addTab(_page(self.look, self.saving), self.tr("&General"))
        self.tabs.addTab(_page(self.computer, self.compute), self.tr("&Computing"))
        self.tabs.addTab(_page(self.storage, self.history), self.tr("&Disk space"))
        self.tabs.addTab(_page(self.network), self.tr("&Network"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)  # Enter ends a line, no more
        self.reset_button = buttons.addButton(self.tr("&Reset…"), QDialogButtonBox.ButtonRole.ResetRole)
        self.reset_button.setToolTip(self.tr("All settings as they were when RTEdit was new"))
        self.reset_button.setAutoDefault(False)
        self.reset_button.clicked.connect(self._ask_reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 12)
        layout.setSpacing(12)
        layout.addWidget(self.tabs)
        layout.addWidget(buttons)
        as_they_stand(buttons)

    def _ask_reset(self) -> None:
        self._messages.ask(
            self.tr("Set everything here back to how it began?"),
            self.tr("Where less is kept on disk then, the oldest goes. Photos and presets stay."),
            self.tr("Reset"),
            self._reset,
        )

    def _reset(self) -> None:
        for part in (self.look, self.saving, self.computer, self.compute, self.storage, self.history, self.network):
            if part is not None:
                part.reset()

    def _of_learned(self) -> StorageWords:
        return StorageWords(
            title=self.tr("Learned edits"),
            why=self.tr(
                "What was learned for a prompt and a photo stays on disk, so that the same again is instant. "
                "Presets are not among them: they stay whatever you choose here."
            ),
            taken=self.tr("{n} on disk, {size}"),
            nothing=self.tr("None on disk"),
            least=self.tr("Keep nothing"),
            limit_name=self.tr("Space for learned edits at most"),
            empty_name=self.tr("Remove all learned edits"),
            ask=self.tr("Remove all learned edits?"),
            ask_more=self.tr(
                "Photos, results and presets stay. A prompt that was instant is learned again when it is used."
            ),
            emptied=self.tr("Learned edits removed: {size} are free again."),
            failed=self.tr("The learned edits could not be changed: {reason}."),
        )

    def _of_history(self) -> StorageWords:
        return StorageWords(
            title=self.tr("Earlier work"),
            why=self.tr(
                "Every result stays on this computer with a copy of its photo, so that nothing is lost. "
                "The oldest makes room for the newest."
            ),
            taken=self.tr("{n} on disk, {size}"),
            nothing=self.tr("None on disk"),
            least=self.tr("Only what is open"),
            limit_name=self.tr("Space for earlier work at most"),
            empty_name=self.tr("Remove all earlier work"),
            ask=self.tr("Remove all earlier work?"),
            ask_more=self.tr("The photos themselves and what you saved stay, and so does the photo that is open."),
            emptied=self.tr("Earlier work removed: {size} are free again."),
            failed=self.tr("The earlier work could not be changed: {reason}."),
        )


def _page(*parts: QWidget | None) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setSpacing(16)
    for part in parts:
        if part is not None:
            layout.addWidget(part)
    layout.addStretch()
    return page
