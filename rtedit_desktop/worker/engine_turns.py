"""Engine for a thread that does not own it: its jobs queue up with all others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished
from rtedit_desktop.core.requests import Request
from rtedit_desktop.worker.engine_thread import EngineThread

_LOOK_EVERY_S = 0.05


class EngineTurns(QObject):
    """Implements ``core.engine_api.Engine``: ``run`` is iterated on any thread but the one that this lives on.

    After ``close`` every job is cancelled: nobody passes events on any more.
    """

    _wanted = Signal(object)
    _unwanted = Signal(str)

    def __init__(self, engine: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queues: dict[str, SimpleQueue[Event]] = {}
        self._closed = threading.Event()
        engine.happened.connect(self._pass_on)
        self._wanted.connect(engine.submit, Qt.ConnectionType.QueuedConnection)
        self._unwanted.connect(engine.cancel, Qt.ConnectionType.QueuedConnection)

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        job, came = request.job_id, SimpleQueue[Event]()
        self._queues[job] = came
        self._wanted.emit(request)
        ended = asked = False
        try:
            while not ended:
                if self._closed.is_set():
                    yield Cancelled(job_id=job)
                    return
                if cancelled.is_set() and not asked:
                    asked = True
                    self._unwanted.emit(job)
                try:
                    event = came.get(timeout=_LOOK_EVERY_S)
                except Empty:
                    continue
                ended = isinstance(event, Finished | Cancelled | Failed)
                yield event
        finally:
            self._queues.pop(job, None)
            if not ended and not asked and not self._closed.is_set():
                self._unwanted.emit(job)

    def close(self) -> None:
        self._closed.set()

    @Slot(object)
    def _pass_on(self, event: Event) -> None:
        queue = self._queues.get(event.job_id)
        if queue is not None:
            queue.put(event)
