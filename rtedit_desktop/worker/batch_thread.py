"""Thread on which a batch opens, pastes and saves its photos; the engine does its part on its own."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from rtedit_desktop.batch.control import Control
from rtedit_desktop.batch.events import BatchEvent, PhotoWorking
from rtedit_desktop.batch.plan import Batch
from rtedit_desktop.batch.record import Record
from rtedit_desktop.batch.running import run
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.worker.background import Background
from rtedit_desktop.worker.engine_thread import EngineThread
from rtedit_desktop.worker.engine_turns import EngineTurns

_REPORT_EVERY_S = 0.05


class BatchThread(QObject):
    """Owns the thread and the batch that runs."""

    def __init__(
        self,
        engine: EngineThread,
        photo_service: PhotoService,
        background: Background,
        parent: QObject | None = None,
        *,
        home: Path | None = None,
    ) -> None:
        """``home``: where records are kept, if not among the person's own data."""
        super().__init__(parent)
        self._photo_service, self._home = photo_service, home
        self._turns = EngineTurns(engine, self)
        self._background = Background(1, self, beside=background)
        self.control: Control | None = None

    async def run(self, batch: Batch, info: PackInfo, others: tuple[PackInfo, ...] = ()) -> AsyncIterator[BatchEvent]:
        """Do it, where none runs; its events, progress no more often than it can be looked at.

        Raises RTEditError for what keeps it from beginning.
        """
        control = self.control = Control()
        try:
            async for event in self._background.iterate(partial(self._seldom, batch, info, others, control)):
                yield event
        finally:
            self.control = None

    def shutdown(self, patience: float) -> bool:
        """Abandon it, so that the next start can offer it; False if what it wrote did not end in time."""
        if self.control is not None:
            self.control.abandon()
        self._turns.close()
        return self._background.shutdown(patience)

    def _seldom(
        self, batch: Batch, info: PackInfo, others: tuple[PackInfo, ...], control: Control
    ) -> Iterator[BatchEvent]:
        """On the thread."""
        reported, record = 0.0, Record(batch.folder, self._home)
        for event in run(batch, (info, *others), self._turns, self._photo_service, record, control):
            if isinstance(event, PhotoWorking):
                now = time.monotonic()
                if now - reported < _REPORT_EVERY_S:
                    continue
                reported = now
            yield event
