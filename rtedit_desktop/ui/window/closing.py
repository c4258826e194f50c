"""Delays the end of the window until what is being written is written; not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from rtedit_desktop.ui.widgets.messages import Messages
from rtedit_desktop.worker.background import PATIENCE_S, Background

_POLL_MS = 30


class Closing(QObject):
    """Decides whether the window may close now; ``close`` is called when it may after all."""

    waiting = Signal(str)

    def __init__(
        self, background: Background, messages: Messages, close: Callable[[], object], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._background, self._messages, self._close = background, messages, close
        self.patience = PATIENCE_S
        self._began = 0.0
        self._anyway = False
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self._look)

    def may_go(self) -> bool:
        """Nothing is being written, or the person does not want to wait any longer."""
        if self._anyway or not self._background.writing:
            return True
        if not self._poll.isActive():
            self._began = time.monotonic()
            self.waiting.emit(self.tr("Closing as soon as everything is saved…"))
            self._poll.start()
        return False

    def _look(self) -> None:
        if not self._background.writing:
            self._poll.stop()
            self.waiting.emit("")
            self._close()
        elif time.monotonic() - self._began > self.patience:
            self._poll.stop()
            self.waiting.emit("")
            self._messages.ask(
                self.tr("A file is still being written."),
                self.tr("If RTEdit closes now, what is being written is lost; the file that was there stays."),
                self.tr("Close now"),
                self._go,
            )

    def _go(self) -> None:
        self._anyway = True
        self._close()
