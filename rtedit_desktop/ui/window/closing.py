"""Delays the end of the window until what is being written is written; not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.worker.background import PATIENCE_S, Background


class Closing(QObject):
    """Decides whether the window may close now; ``close`` is called when it may after all."""

    waiting = Signal(str)

    def __init__(
        self, background: Background, messages: Messages, close: Callable[[], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._background, self._messages, self._close = background, messages, close
        self.patience = PATIENCE_S
        self._anyway = False
        self._waits = False

    def may_go(self) -> bool:
        """Nothing is being written, or the person does not want to wait any longer."""
        if self._anyway or not self._background.writing:
            return True
        if not self._waits:
            self._background.tasks.start(self._close_when_written())
        return False

    async def _close_when_written(self) -> None:
        self._waits = True
        self.waiting.emit(self.tr("Closing as soon as everything is saved…"))
        written = asyncio.ensure_future(self._background.written())
        try:
            await asyncio.wait([written], timeout=self.patience)
            ended = written.done()
        finally:
            written.cancel()
        self._waits = False
        self.waiting.emit("")
        if ended:
            self._close()
        else:
            self._messages.ask(
                self.tr("A file is still being written."),
                self.tr("If RTEdit closes now, what is being written is lost; the file that was there stays."),
                self.tr("Close now"),
                self._go,
            )

    def _go(self) -> None:
        self._anyway = True
        self._close()
