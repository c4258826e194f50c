"""Notices shown once after the start: a newer version, a graphics card that cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from rtedit_desktop.core.new_version import NewVersion
from rtedit_desktop.support import settings
from rtedit_desktop.support.graphics_card import has_unused_card
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.help.guide_dialog import show_guide

T = TypeVar("T")


class StartNotices(QObject):
    """``newest`` tells of a newer version, where the person wants to know and it is time to ask."""

    def __init__(self, context: WindowContext, newest: Callable[[], NewVersion | None]) -> None:
        super().__init__(context.window)
        self._window, self._background, self._messages = context.window, context.background, context.messages
        self.newest = newest

    def start(self) -> None:
        self._background.tasks.start(self._look())

    async def _look(self) -> None:
        if await self._known(_card_to_mention):
            self._messages.say(
                self.tr("This computer has an NVIDIA card, but the installed torch computes without it."),
                self.tr("What to do"),
                self._show_chapter,
            )
        found = await self._known(self.newest)
        if found is not None:
            self._messages.say(
                self.tr("RTEdit {version} is there.").format(version=found.version),
                self.tr("Open its page"),
                partial(_open, found.page),
            )

    def _show_chapter(self) -> None:
        show_guide(self._window, "graphics-card")

    async def _known(self, look: Callable[[], T | None]) -> T | None:
        """What cannot be found out is no news."""
        try:
            return await self._background.run(look)
        except Exception:
            return None


def _open(page: str) -> None:
    QDesktopServices.openUrl(QUrl(page))


def _card_to_mention() -> bool:
    """Whether there is one that was not told of before."""
    if settings.load().card_mentioned or not has_unused_card():
        return False
    settings.change(card_mentioned=True)
    return True
