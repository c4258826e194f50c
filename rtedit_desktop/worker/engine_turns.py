"""Engine for a thread that does not own it: its jobs queue up with all others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import SimpleQueue

from PySide6.QtCore import QObject, Qt, Signal

from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished
from rtedit_desktop.core.requests import Request
from rtedit_desktop.worker.engine_thread import EngineThread


class EngineTurns(QObject):
    """Implements ``core.engine_api.Engine``: ``run`` is iterated on any thread but the one that this lives on.

    After ``close`` every job is cancelled: nobody passes events on any more.
    """

    _wanted = Signal(object, object, object)
    _unwanted = Signal(str)

    def __init__(self, engine: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queues: dict[str, SimpleQueue[Event | None]] = {}
        self._closed = threading.Event()
        self._wanted.connect(engine.submit, Qt.ConnectionType.QueuedConnection)
        self._unwanted.connect(engine.cancel, Qt.ConnectionType.QueuedConnection)

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        job, came = request.job_id, SimpleQueue[Event | None]()
        self._queues[job] = came  # before the look at whether it is closed, so that either sees the other
        if not self._closed.is_set():
            self._wanted.emit(request, came.put, cancelled)
        else:
            came.put(None)
        ended = False
        try:
            while not ended:
                event = came.get() or Cancelled(job_id=job)
                ended = isinstance(event, Finished | Cancelled | Failed)
                yield event
        finally:
            self._queues.pop(job, None)
            if not ended:
                self._unwanted.emit(job)

    def close(self) -> None:
        self._closed.set()
        for came in list(self._queues.values()):
            came.put(None)
