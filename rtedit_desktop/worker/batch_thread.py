"""Thread on which a batch opens, pastes and saves its photos; the engine does its part on its own."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rtedit_desktop.batch.control import Control
from rtedit_desktop.batch.events import BatchEvent, PhotoWorking
from rtedit_desktop.batch.plan import Batch
from rtedit_desktop.batch.record import Record
from rtedit_desktop.batch.running import run
from rtedit_desktop.core.pack_info import PackInfo
from rtedit_desktop.core.photo import PhotoService
from rtedit_desktop.worker.background import Background
from rtedit_desktop.worker.engine_thread import EngineThread
from rtedit_desktop.worker.engine_turns import EngineTurns

_REPORT_EVERY_S = 0.05


class BatchThread(QObject):
    """Owns the thread and the batch that runs; every signal comes on the caller's thread.

    ``failed`` bears why a batch could not begin, ``happened`` all that a batch reports; progress is told no more
    often than it can be looked at. ``ended`` comes last.
    """

    happened = Signal(object)
    failed = Signal(object)
    ended = Signal()
    _came = Signal(object)

    def __init__(
        self,
        engine: EngineThread,
        photo_service: PhotoService,
        parent: QObject | None = None,
        *,
        home: Path | None = None,
    ) -> None:
        """``home``: where records are kept, if not among the person's own data."""
        super().__init__(parent)
        self._photo_service, self._home = photo_service, home
        self._turns = EngineTurns(engine, self)
        self._background = Background(1, self)
        self.control: Control | None = None
        self._came.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        return self.control is not None

    def start(self, batch: Batch, info: PackInfo) -> None:
        """Begin, where none runs."""
        if self.control is None:
            control = self.control = Control()
            self._background.start(partial(self._run, batch, info, control), self._end, self._fail)

    def shutdown(self, patience: float) -> bool:
        """Abandon it, so that the next start can offer it; False if what it wrote did not end in time."""
        if self.control is not None:
            self.control.abandon()
        self._turns.close()
        return self._background.shutdown(patience)

    # --- on the thread -----------------------------------------------------------------------

    def _run(self, batch: Batch, info: PackInfo, control: Control) -> None:
        reported = 0.0
        for event in run(batch, info, self._turns, self._photo_service, Record(batch.folder, self._home), control):
            if isinstance(event, PhotoWorking):
                now = time.monotonic()
                if now - reported < _REPORT_EVERY_S:
                    continue
                reported = now
            self._came.emit(event)

    # --- on the caller's ---------------------------------------------------------------------

    @Slot(object)
    def _pass_on(self, event: BatchEvent) -> None:
        if self.control is not None:
            self.happened.emit(event)

    def _end(self, _: None) -> None:
        self.control = None
        self.ended.emit()

    def _fail(self, error: Exception) -> None:
        self.control = None
        self.failed.emit(error)
        self.ended.emit()
