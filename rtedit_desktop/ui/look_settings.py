"""How the window looks."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QComboBox, QFormLayout, QGroupBox, QLabel

from rtedit_desktop.core import settings
from rtedit_desktop.ui import theme
from rtedit_desktop.ui.messages import Messages
from rtedit_desktop.worker.background import Background, InTurn


class LookSettings(QGroupBox):
    """What is chosen holds at once."""

    def __init__(self, background: Background, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self._lane = InTurn(background)
        self.setTitle(self.tr("Look"))
        self.theme = QComboBox()
        self.theme.setAccessibleName(self.tr("Theme"))
        for name, words in (
            (theme.SYSTEM, self.tr("As the system has it")),
            (theme.LIGHT, self.tr("Light")),
            (theme.DARK, self.tr("Dark")),
        ):
            self.theme.addItem(words, name)
        self.theme.setCurrentIndex(max(0, self.theme.findData(settings.load().theme)))
        self.theme.activated.connect(self._choose)
        label = QLabel(self.tr("&Theme"))
        label.setBuddy(self.theme)
        QFormLayout(self).addRow(label, self.theme)

    def _choose(self) -> None:
        chosen = self.theme.currentData()
        theme.set_theme(chosen)
        self._lane.start(partial(settings.change, theme=chosen), lambda _: None, self._failed, writes=True)

    def _failed(self, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or type(error).__name__
        self._messages.error(
            self.tr("The theme could not be remembered: {reason}.").format(reason=reason),
            self.tr("It holds until RTEdit is closed."),
            f"{type(error).__name__}: {error}",
        )
