"""Thread that owns the engine: requests go in, events come out, both queued."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, Loading, Notice, failed
from rtedit_desktop.core.requests import CheckRequest, RecallRequest, Request, WarmUpRequest
from rtedit_desktop.worker.job_runner import run_job

EngineFactory = Callable[[], Engine]
WhenLost = Callable[[Failed], "asyncio.Future[bool]"]

# macOS gives a Qt thread 512 KB, on which numeric libraries have crashed.
STACK_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Submitted:
    """Job that has not ended: what stops it, and who hears its events."""

    cancelled: threading.Event
    hear: Callable[[Event], None]


class EngineThread(QObject):
    """Runs jobs one after the other on a thread of its own.

    The engine is made by ``engine_factory`` on that thread, with the first job.
    """

    _requested = Signal(object, object)
    _closing = Signal()

    def __init__(self, engine_factory: EngineFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._when_lost: WhenLost | None = None
        self._jobs: dict[str, _Submitted] = {}
        self._thread = QThread()
        self._thread.setObjectName("engine")
        self._thread.setStackSize(STACK_BYTES)
        self._runner = _Runner(engine_factory)
        self._runner.moveToThread(self._thread)
        self._requested.connect(self._runner.run, Qt.ConnectionType.QueuedConnection)
        self._closing.connect(self._runner.close, Qt.ConnectionType.QueuedConnection)
        self._runner.happened.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)
        self._thread.start()

    def run(self, request: Request) -> Job:
        """Queue a job; it starts when those before it have ended."""
        return Job(self, request, self._when_lost)

    def ask_when_lost(self, ask: WhenLost) -> None:
        """What becomes of a job that somebody waits for when the computer that was to do it is lost.

        It begins once more where the answer is True.
        """
        self._when_lost = ask

    def submit(self, request: Request, hear: Callable[[Event], None], cancelled: threading.Event | None = None) -> None:
        """Queue a job; ``hear`` is called with its events on this object's thread, ``cancelled`` stops it."""
        job = self._jobs[request.job_id] = _Submitted(cancelled or threading.Event(), hear)
        self._requested.emit(request, job.cancelled)

    def cancel(self, job_id: str) -> None:
        """Ask a waiting or running job to end; its end event tells when it has."""
        job = self._jobs.get(job_id)
        if job is not None:
            job.cancelled.set()

    @property
    def only_loads(self) -> bool:
        """Libraries or models are being loaded: nothing would be lost if the process ended now."""
        return self._runner.loading

    def shutdown(self, timeout_ms: int = 30_000, loading_ms: int = 1_000) -> bool:
        """Cancel everything, free the engine and end the thread; False if it did not end in time.

        Libraries cannot be kept from loading; where the thread only does that, ``loading_ms`` is the time.
        """
        for job in self._jobs.values():
            job.cancelled.set()
        if self._thread.isRunning():
            self._closing.emit()
        if self._thread.wait(loading_ms):
            return True
        return not self.only_loads and self._thread.wait(timeout_ms - loading_ms)

    @Slot(object)
    def _pass_on(self, event: Event) -> None:
        ended = isinstance(event, (Finished, Cancelled, Failed))
        job = self._jobs.pop(event.job_id, None) if ended else self._jobs.get(event.job_id)
        if job is not None:
            job.hear(event)


class Job:
    """Events of one job, to be read with ``async for``; the last is Finished, Cancelled or Failed.

    A coroutine that is cancelled while it waits for the next one abandons the job: it is stopped, and nothing more
    is heard of it.
    """

    def __init__(self, engine: EngineThread, request: Request, when_lost: WhenLost | None = None) -> None:
        self._engine, self._id, self._request = engine, request.job_id, request
        self._when_lost = when_lost
        self._came: asyncio.Queue[Event] = asyncio.Queue()
        self._answer: asyncio.Future[bool] | None = None
        self._ended = False
        engine.submit(request, self._came.put_nowait)

    def cancel(self) -> None:
        """Stop it within one step; its events go on up to the end, which tells when it has stopped."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(False)
        self._engine.cancel(self._id)

    def __aiter__(self) -> Job:
        return self

    async def __anext__(self) -> Event:
        if self._ended:
            raise StopAsyncIteration
        try:
            await asyncio.sleep(0)  # events that came together: the window is drawn between what they change in it
            event = await self._came.get()
            while isinstance(event, Failed) and event.computer and await self._may_begin_again(event):
                self._engine.submit(self._request, self._came.put_nowait)
                event = await self._came.get()
        except BaseException:
            self.cancel()
            raise
        if self._answer is not None and not self._answer.cancelled() and not self._answer.result():
            event = Cancelled(job_id=self._id)
        self._ended = isinstance(event, (Finished, Cancelled, Failed))
        return event

    async def _may_begin_again(self, event: Failed) -> bool:
        """What the person says; nobody is asked about what goes on behind the window."""
        if self._when_lost is None or isinstance(self._request, (WarmUpRequest, RecallRequest, CheckRequest)):
            return False
        self._answer = self._when_lost(event)
        return await self._answer


class _Runner(QObject):
    """Lives on the engine thread."""

    happened = Signal(object)

    def __init__(self, engine_factory: EngineFactory) -> None:
        super().__init__()
        self._engine_factory = engine_factory
        self._engine: Engine | None = None
        self.loading = False
        """What it does now; may be read on another thread."""

    @Slot(object, object)
    def run(self, request: Request, cancelled: threading.Event) -> None:
        self.loading = True
        try:
            engine = self._made_engine()
        except Exception as error:
            self._tell(failed(request.job_id, error))
        else:
            run_job(engine, request, cancelled, self._tell)

    def _tell(self, event: Event) -> None:
        """A job loads until something else comes of it."""
        self.loading = self.loading and isinstance(event, (Loading, Notice))
        self.happened.emit(event)

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
