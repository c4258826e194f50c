"""Runs the jobs of all connections on one thread, one after the other, in the order they came."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator

from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, Notice, failed
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.requests import Request

EngineFactory = Callable[[], Engine]

_log = logging.getLogger(__name__)
_MOST_EVENTS = 8
_STALLED_S = 60.0
STACK_BYTES = 8 * 1024 * 1024  # macOS gives a thread 512 KB, on which numeric libraries have crashed


class QueuedJob:
    """A job and its events, which the connection takes; ``leave`` says that nobody will take them any more."""

    def __init__(self, request: Request, when_stalled: Callable[[], None] = lambda: None) -> None:
        """``when_stalled`` is called when nobody took an event for a minute, and the job is left for it."""
        self.request, self._when_stalled = request, when_stalled
        self._cancelled, self._left = threading.Event(), threading.Event()
        self._begun = False
        self._lock = threading.Lock()
        self._events: queue.Queue[Event | None] = queue.Queue(_MOST_EVENTS)

    def cancel(self) -> None:
        """Stop it within one step; at once where it waits for its turn."""
        with self._lock:
            waits = not self._begun and not self._cancelled.is_set()
            self._cancelled.set()
        if waits:
            self._put(Cancelled(job_id=self.request.job_id))
            self._put(None)

    def leave(self) -> None:
        with self._lock:
            waits = not self._begun
            self._left.set()
            self._cancelled.set()
        if waits:
            self._end_unheard()

    def next_event(self) -> Event | None:
        """The next event, None behind the last."""
        return self._events.get()

    def say(self, text: str) -> None:
        self._put(Notice(job_id=self.request.job_id, text=text))

    def run(self, engine: Engine) -> None:
        """On the engine's thread."""
        with self._lock:
            self._begun = True
            if self._cancelled.is_set():  # its end was told, or nobody listens
                return
        events: Iterator[Event] | None = None
        end: Event | None = None
        try:
            events = engine.run(self.request, self._cancelled)
            for event in events:
                if isinstance(event, (Finished, Cancelled, Failed)):
                    end = event
                    break
                if self._cancelled.is_set():
                    continue
                self._put(event)
        except Exception as error:
            end = failed(self.request.job_id, error)
        close = getattr(events, "close", None)
        if close is not None:
            close()
        self._put(end or failed(self.request.job_id, RuntimeError("The events ran out before their end.")))
        self._put(None)

    def fail(self, error: Exception) -> None:
        """It cannot be run at all."""
        with self._lock:
            self._begun = True
            if self._cancelled.is_set():
                return
        self._put(failed(self.request.job_id, error))
        self._put(None)

    def _put(self, event: Event | None) -> None:
        """Wait for a connection that is slow, not for one that stands still: that is left."""
        end = time.monotonic() + _STALLED_S
        while not self._left.is_set():
            try:
                self._events.put(event, timeout=0.5)
                return
            except queue.Full:
                if time.monotonic() > end:
                    self.leave()
                    self._when_stalled()
        if event is None:
            self._end_unheard()

    def _end_unheard(self) -> None:
        """The end alone has to get through, to whoever waits for the next event."""
        while True:
            try:
                self._events.put_nowait(None)
                return
            except queue.Full:
                with contextlib.suppress(queue.Empty):
                    self._events.get_nowait()


class EngineQueue:
    """Owns the thread and the engine, which is made there with the first job."""

    def __init__(self, engine_factory: EngineFactory) -> None:
        self._engine_factory = engine_factory
        self._waiting: queue.Queue[QueuedJob | None] = queue.Queue()
        self._running = 0
        self._lock = threading.Lock()
        before = threading.stack_size(STACK_BYTES)
        try:
            self._thread = threading.Thread(target=self._run, name="engine that serves", daemon=True)
            self._thread.start()
        finally:
            threading.stack_size(before)

    def submit(self, request: Request, when_stalled: Callable[[], None] = lambda: None) -> QueuedJob:
        job = QueuedJob(request, when_stalled)
        with self._lock:
            busy = self._running > 0
            self._running += 1
        if busy:
            job.say(tr("The other computer is busy with another job; this one waits for its turn."))
        self._waiting.put(job)
        return job

    def close(self, timeout: float = 30.0) -> None:
        """End after the job that runs, whose stopping is up to its connection; free the engine."""
        self._waiting.put(None)
        self._thread.join(timeout)

    def _run(self) -> None:
        engine: Engine | None = None
        try:
            while (job := self._waiting.get()) is not None:
                try:
                    engine = engine or self._engine_factory()
                    job.run(engine)
                except Exception as error:
                    _log.exception("A job could not be run")
                    job.fail(error)
                finally:
                    with self._lock:
                        self._running -= 1
        finally:
            if engine is not None:
                engine.close()
