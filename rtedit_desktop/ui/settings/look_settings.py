"""Settings page of the theme, the language, and what is seen of learning."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QGroupBox, QLabel

from rtedit_desktop.support import settings
from rtedit_desktop.ui.settings import theme
from rtedit_desktop.ui.settings.settings_writer import SettingsWriter
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.worker.background import Background, SerialQueue


class LookSettings(QGroupBox):
    """A theme holds at once, a language from the next start on. ``previews_chosen``: where those of learning are."""

    previews_chosen = Signal(str)

    def __init__(self, background: Background, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self._tasks, self._lane = background.tasks, SerialQueue(background)
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
        self.language = QComboBox()
        self.language.setAccessibleName(self.tr("Language"))
        for name, words in (
            (settings.SYSTEM_LANGUAGE, self.tr("As the system has it")),
            ("en", "English"),  # each in its own words: whoever cannot read the window finds it
            ("de", "Deutsch"),
        ):
            self.language.addItem(words, name)
        self.language.setCurrentIndex(max(0, self.language.findData(settings.load().language)))
        self.language.activated.connect(self._choose_language)
        self._keeper = SettingsWriter(background, messages, self)
        self.previews = QComboBox()
        self.previews.setAccessibleName(self.tr("Pictures while it learns"))
        self.previews.setToolTip(self.tr("What the model makes of the photo on the way is rough, and no result yet"))
        for name, words in (
            ("small", self.tr("Small, in the filmstrip")),
            ("photo", self.tr("On the photo")),
            ("none", self.tr("None")),
        ):
            self.previews.addItem(words, name)
        self.previews.setCurrentIndex(max(0, self.previews.findData(settings.load().previews)))
        self.previews.activated.connect(self._choose_previews)
        self.later = QLabel(self.tr("RTEdit speaks it from the next start on."))
        self.later.hide()
        theme_label, language_label = QLabel(self.tr("&Theme")), QLabel(self.tr("&Language"))
        theme_label.setBuddy(self.theme)
        language_label.setBuddy(self.language)
        form = QFormLayout(self)
        form.addRow(theme_label, self.theme)
        form.addRow(language_label, self.language)
        form.addRow("", self.later)
        previews_label = QLabel(self.tr("&While it learns"))
        previews_label.setBuddy(self.previews)
        form.addRow(previews_label, self.previews)

    def reset(self) -> None:
        """As it began."""
        for box, usual, choose in (
            (self.theme, settings.AppSettings().theme, self._choose),
            (self.language, settings.AppSettings().language, self._choose_language),
        ):
            if box.currentData() != usual:
                box.setCurrentIndex(box.findData(usual))
                choose()
        usual = settings.AppSettings().previews
        if self.previews.currentData() != usual:
            self.previews.setCurrentIndex(self.previews.findData(usual))
            self._choose_previews()

    def _choose_previews(self) -> None:
        chosen = self.previews.currentData()
        self._keeper.keep(previews=chosen)
        self.previews_chosen.emit(chosen)

    def _choose(self) -> None:
        chosen = self.theme.currentData()
        theme.set_theme(chosen)
        self._tasks.start(self._keep_theme(chosen))

    async def _keep_theme(self, chosen: str) -> None:
        try:
            await self._lane.run(partial(settings.change, theme=chosen), writes=True)
        except Exception as error:
            what = self.tr("The theme could not be remembered: {reason}.")
            self._failed(what, self.tr("It holds until RTEdit is closed."), error)

    def _choose_language(self) -> None:
        self.later.show()
        self._tasks.start(self._keep_language(self.language.currentData()))

    async def _keep_language(self, chosen: str) -> None:
        try:
            await self._lane.run(partial(settings.change, language=chosen), writes=True)
        except Exception as error:
            if shiboken6.isValid(self):  # else closed meanwhile
                self.later.hide()
            what = self.tr("The language could not be remembered: {reason}.")
            self._failed(what, self.tr("It stays as it is."), error)

    def _failed(self, what: str, todo: str, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or type(error).__name__
        self._messages.error(what.format(reason=reason), todo, f"{type(error).__name__}: {error}")
