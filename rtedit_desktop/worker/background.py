"""Runs work that would block the window (opening, cropping, pasting, saving) on other threads."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt, Signal, Slot

Done = Callable[[Any], None]
Fail = Callable[[Exception], None]


PATIENCE_S = 30.0


class Background(QObject):
    """Runs callables on a few threads; what they return or raise comes back on this object's thread.

    ``writing`` counts what was asked for with ``writes`` and has not come back: the end had better wait for it.
    """

    _ended = Signal(object, object)

    def __init__(self, threads: int = 2, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="rtedit-background")
        self._open = True
        self._futures: set[Future[None]] = set()
        self._lanes: WeakSet[SerialQueue] = WeakSet()
        self.writing = 0
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self, work: Callable[[], Any], done: Done, fail: Fail, *, writes: bool = False) -> None:
        """Run ``work``, then call ``done`` with its result or ``fail`` with its exception.

        After ``shutdown`` nothing is begun: a timer may still fire while the window goes away.
        """
        if not self._open:
            return
        if writes:
            done, fail = self.counted(done, fail)
        future = self._pool.submit(self._run, work, done, fail)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)

    def counted(self, done: Done, fail: Fail) -> tuple[Done, Fail]:
        """One more is ``writing``, until one of these is called."""
        self.writing += 1

        def counting(receiver: Callable[[Any], None]) -> Callable[[Any], None]:
            def deliver(value: Any) -> None:
                self.writing -= 1
                receiver(value)

            return deliver

        return counting(done), counting(fail)

    def shutdown(self, patience: float = PATIENCE_S) -> bool:
        """Wait for the work that was started, then write what waits its turn; False if that did not end in time.

        Nothing is delivered any more.
        """
        self._open = False
        self._pool.shutdown(wait=False)
        if wait(list(self._futures), patience).not_done:
            return False
        self._pool.shutdown(wait=True)  # threads that still let go of widgets must not outlive them
        for lane in list(self._lanes):
            lane.finish()
        return True

    def keep(self, lane: SerialQueue) -> None:
        """Let a lane finish at shutdown, as long as somebody holds it."""
        self._lanes.add(lane)

    def _run(self, work: Callable[[], Any], done: Done, fail: Fail) -> None:
        try:
            result = work()
        except Exception as error:
            self._ended.emit(fail, error)
        else:
            self._ended.emit(done, result)

    @Slot(object, object)
    def _deliver(self, receiver: Callable[[Any], None], value: object) -> None:
        if self._open:
            receiver(value)


class LatestOnly:
    """Slot that keeps the newest work: one runs, one waits, a newer one replaces it."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._busy = False
        self._next: tuple[Callable[[], Any], Done, Fail] | None = None

    def start(self, work: Callable[[], Any], done: Done, fail: Fail) -> None:
        if self._busy:
            self._next = (work, done, fail)
            return
        self._busy = True
        self._background.start(work, self._then(done), self._then(fail))

    def clear(self) -> None:
        """Forget the work that waits."""
        self._next = None

    def _then(self, receiver: Callable[[Any], None]) -> Callable[[Any], None]:
        def deliver(value: Any) -> None:
            self._busy = False
            waiting, self._next = self._next, None
            if waiting is not None:
                self.start(*waiting)
            receiver(value)

        return deliver


class SerialQueue:
    """Queue that runs work one at a time, in the order it came."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._busy = False
        self._waiting: deque[tuple[Callable[[], Any], Done, Fail, bool]] = deque()
        background.keep(self)

    def start(self, work: Callable[[], Any], done: Done, fail: Fail, *, writes: bool = False) -> None:
        if writes:
            done, fail = self._background.counted(done, fail)
        self._waiting.append((work, done, fail, writes))
        self._next()

    def finish(self) -> None:
        """Write here and now what still waits for it; nobody is left to be told how it went."""
        while self._waiting:
            work, _, _, writes = self._waiting.popleft()
            if writes:
                with contextlib.suppress(Exception):
                    work()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        work, done, fail, _ = self._waiting.popleft()
        self._background.start(work, self._then(done), self._then(fail))

    def _then(self, receiver: Callable[[Any], None]) -> Callable[[Any], None]:
        def deliver(value: Any) -> None:
            self._busy = False
            self._next()
            receiver(value)

        return deliver
