"""Work that would block the window (opening, cropping, pasting, saving), done on other threads."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt, Signal, Slot

Done = Callable[[Any], None]
Fail = Callable[[Exception], None]


class Background(QObject):
    """Runs callables on a few threads; what they return or raise comes back on this object's thread."""

    _ended = Signal(object, object)

    def __init__(self, threads: int = 2, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="rtedit-background")
        self._open = True
        self._lanes: WeakSet[InTurn] = WeakSet()
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def start(self, work: Callable[[], Any], done: Done, fail: Fail) -> None:
        """Run ``work``, then call ``done`` with its result or ``fail`` with its exception.

        After ``shutdown`` nothing is begun: a timer may still fire while the window goes away.
        """
        if self._open:
            self._pool.submit(self._run, work, done, fail)

    def shutdown(self) -> None:
        """Wait for the work that was started, and for what waits its turn behind it: a save must not be cut.

        Nothing is delivered any more.
        """
        self._open = False
        self._pool.shutdown(wait=True)
        for lane in list(self._lanes):
            lane.finish()

    def keep(self, lane: InTurn) -> None:
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


class Latest:
    """A lane where only the newest work matters: one runs, one waits, a newer one takes its place."""

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


class InTurn:
    """A lane where one work is done after the other, in the order it came."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._busy = False
        self._waiting: deque[tuple[Callable[[], Any], Done, Fail]] = deque()
        background.keep(self)

    def start(self, work: Callable[[], Any], done: Done, fail: Fail) -> None:
        self._waiting.append((work, done, fail))
        self._next()

    def finish(self) -> None:
        """Do here and now what still waits; nobody is left to be told how it went."""
        while self._waiting:
            work, _, _ = self._waiting.popleft()
            with contextlib.suppress(Exception):
                work()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        work, done, fail = self._waiting.popleft()
        self._background.start(work, self._then(done), self._then(fail))

    def _then(self, receiver: Callable[[Any], None]) -> Callable[[Any], None]:
        def deliver(value: Any) -> None:
            self._busy = False
            self._next()
            receiver(value)

        return deliver
