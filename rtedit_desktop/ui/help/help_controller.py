"""Controller of the help menu: guide, shortcuts, diagnostics, about."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QLibraryInfo, QLocale, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from rtedit_desktop.support import licences
from rtedit_desktop.support.reporting import diagnostics
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.help.about_dialog import AboutDialog
from rtedit_desktop.ui.help.guide_dialog import show_guide
from rtedit_desktop.ui.help.shortcuts_dialog import show_shortcuts
from rtedit_desktop.ui.widgets.text_dialog import diagnostics_dialog


class HelpController(QObject):
    """``facts``: facts about the machine from the engine; asked in the background when a report is made.

    The guide opens at the chapter on the part of the window where the person is, as ``set_chapters`` says.
    """

    def __init__(self, context: WindowContext, facts: Callable[[], dict[str, str]]) -> None:
        window, do = context.window, context.actions
        super().__init__(window)
        self._window, self._state = window, context.state
        self._background, self._messages = context.background, context.messages
        self._facts = facts
        self._chapters: Mapping[QWidget, str] = {}
        self._region = do.region
        do.guide.triggered.connect(lambda: self.show_guide())
        do.shortcuts.triggered.connect(lambda: show_shortcuts(window, do.all()))
        do.diagnostics.triggered.connect(self.show_diagnostics)
        do.about.triggered.connect(self.show_about)

    def set_chapters(self, chapters: Mapping[QWidget, str]) -> None:
        """Which chapter of the guide is about which part of the window."""
        self._chapters = chapters

    def show_guide(self, chapter: str = "") -> None:
        """The guide at this chapter, or at that of what the person is doing."""
        show_guide(self._window, chapter or self._chapter())

    def _chapter(self) -> str:
        if self._state.photo is None:
            return "first-photo"
        if self._region.isChecked():
            return "region"
        part: QWidget | None = self._window.focusWidget()
        while part is not None:
            if part in self._chapters:
                return self._chapters[part]
            part = part.parentWidget()
        return "results" if self._state.results else "first-photo"

    def show_about(self) -> None:
        self._background.tasks.start(self._show_about())

    def show_diagnostics(self) -> None:
        self._background.tasks.start(self._show_diagnostics())

    async def _show_about(self) -> None:
        try:
            parts = await self._background.run(licences.parts)
        except Exception as error:
            self._say_failed(error)
        else:
            AboutDialog(self._state.packs, parts, self._window).open()

    async def _show_diagnostics(self) -> None:
        window_facts = self._window_facts()
        packs, facts = list(self._state.packs), self._facts
        try:
            report = await self._background.run(lambda: diagnostics.report(packs, {**facts(), **window_facts}))
        except Exception as error:
            self._say_failed(error)
        else:
            diagnostics_dialog(report, self._messages, self._window).open()

    def _say_failed(self, error: Exception) -> None:
        self._messages.error(
            self.tr("What was asked for could not be collected."), "", f"{type(error).__name__}: {error}"
        )

    def _window_facts(self) -> dict[str, str]:
        screens = [
            f"{screen.size().width()} × {screen.size().height()} at {screen.devicePixelRatio():g}"
            for screen in QGuiApplication.screens()
        ]
        return {
            "Qt": f"{QLibraryInfo.version().toString()}, {QGuiApplication.platformName()}",
            "Screens": ", ".join(screens),
            "Language": QLocale().name(),
        }
