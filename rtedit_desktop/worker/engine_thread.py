"""Thread that owns the engine: requests go in, events come out, both queued."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished
from rtedit_desktop.core.requests import Request
from rtedit_desktop.worker.job_runner import failed, run_job

EngineFactory = Callable[[], Engine]

# macOS gives a Qt thread 512 KB, on which numeric libraries have crashed.
STACK_BYTES = 8 * 1024 * 1024


class EngineThread(QObject):
    """Runs jobs one after the other on a thread of its own; ``happened`` is emitted on the caller's.

    The engine is made by ``engine_factory`` on that thread, with the first job.
    """

    happened = Signal(object)
    _requested = Signal(object, object)
    _closing = Signal()

    def __init__(self, engine_factory: EngineFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancels: dict[str, threading.Event] = {}
        self._thread = QThread()
        self._thread.setObjectName("engine")
        self._thread.setStackSize(STACK_BYTES)
        self._runner = _Runner(engine_factory)
        self._runner.moveToThread(self._thread)
        self._requested.connect(self._runner.run, Qt.ConnectionType.QueuedConnection)
        self._closing.connect(self._runner.close, Qt.ConnectionType.QueuedConnection)
        self._runner.happened.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._thread.start()

    @property
    def open_jobs(self) -> int:
        """Jobs that were submitted and whose end was not announced yet."""
        return len(self._cancels)

    def submit(self, request: Request) -> None:
        """Queue a job; it starts when those before it have ended."""
        cancelled = threading.Event()
        self._cancels[request.job_id] = cancelled
        self._requested.emit(request, cancelled)

    def cancel(self, job_id: str) -> None:
        """Ask a waiting or running job to end; its end event tells when it has."""
        cancelled = self._cancels.get(job_id)
        if cancelled is not None:
            cancelled.set()

    def shutdown(self, timeout_ms: int = 30_000) -> bool:
        """Cancel everything, free the engine and end the thread; False if it did not end in time."""
        for cancelled in self._cancels.values():
            cancelled.set()
        if self._thread.isRunning():
            self._closing.emit()
        return self._thread.wait(timeout_ms)

    @Slot(object)
    def _pass_on(self, event: Event) -> None:
        if isinstance(event, (Finished, Cancelled, Failed)):
            self._cancels.pop(event.job_id, None)
        self.happened.emit(event)


class _Runner(QObject):
    """Lives on the engine thread."""

    happened = Signal(object)

    def __init__(self, engine_factory: EngineFactory) -> None:
        super().__init__()
        self._engine_factory = engine_factory
        self._engine: Engine | None = None

    @Slot(object, object)
    def run(self, request: Request, cancelled: threading.Event) -> None:
        try:
            engine = self._made_engine()
        except Exception as error:
            self.happened.emit(failed(request.job_id, error))
            return
        run_job(engine, request, cancelled, self.happened.emit)

    @Slot()
    def close(self) -> None:
        try:
            if self._engine is not None:
                self._engine.close()
        finally:
            self._engine = None
            self.thread().quit()

    def _made_engine(self) -> Engine:
        if self._engine is None:
            self._engine = self._engine_factory()
        return self._engine
