"""Writes changed settings to disk, away from the main thread."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from rtedit_desktop.support import settings
from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.worker.background import Background, SerialQueue


class SettingsWriter(QObject):
    """Writes one change after the other, in the order they were made."""

    def __init__(self, background: Background, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._lane, self._messages = background.tasks, SerialQueue(background), messages

    def keep(self, **values: Any) -> None:
        """Names and values of ``AppSettings``."""
        self._tasks.start(self._keep(values))

    async def _keep(self, values: dict[str, Any]) -> None:
        try:
            await self._lane.run(partial(settings.change, **values), writes=True)
        except Exception as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            self._messages.error(
                self.tr("The setting could not be remembered: {reason}.").format(reason=reason),
                self.tr("It stays as it was."),
                f"{type(error).__name__}: {error}",
            )
