"""Runs work that would block the window (opening, cropping, pasting, saving) on other threads."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakSet

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rtedit_desktop.worker.tasks import Tasks

T = TypeVar("T")
PATIENCE_S = 30.0


class Background(QObject):
    """Runs functions on a few threads, and the coroutines that wait for what they return or raise.

    Those that write are counted until they have ended: the end had better wait for them.
    """

    _ended = Signal(object, object, object)
    _came = Signal(object, object)

    def __init__(self, threads: int = 2, parent: QObject | None = None, *, beside: Background | None = None) -> None:
        """With threads of its own, but one set of tasks and one count of what is written, where it is ``beside``."""
        super().__init__(parent)
        self._owns_tasks = beside is None
        self.tasks: Tasks = beside.tasks if beside is not None else Tasks()
        self._writes: _Writes = beside._writes if beside is not None else _Writes()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="rtedit-background")
        self._open = True
        self._futures: set[Future[None]] = set()
        self._lanes: WeakSet[SerialQueue] = WeakSet()
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._came.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    @property
    def writing(self) -> int:
        return self._writes.count

    async def written(self) -> None:
        """Return when nothing is being written."""
        await self._writes.none.wait()

    def run(self, work: Callable[[], T], *, writes: bool = False) -> asyncio.Future[T]:
        """Run ``work``; what it returns or raises comes with the future.

        After ``shutdown`` nothing is begun. Cancelling keeps what has not begun from running, unless it ``writes``.
        """
        call = self._call(work, writes)
        self._submit(call)
        return call.future

    async def iterate(self, items: Callable[[], Iterable[T]]) -> AsyncIterator[T]:
        """Items that ``items()`` yields on one of the threads; who stops reading them does not stop that."""
        came: asyncio.Queue[T | _End] = asyncio.Queue()

        def work() -> None:
            for item in items():
                self._came.emit(came, item)

        end = self.run(work)
        end.add_done_callback(lambda _: came.put_nowait(_END))
        try:
            while not isinstance(item := await came.get(), _End):
                yield item
            await end
        finally:
            end.cancel()

    def shutdown(self, patience: float = PATIENCE_S) -> bool:
        """Wait for the work that was started, then write what waits its turn; False if that did not end in time.

        Nothing is delivered any more; the coroutines are cancelled.
        """
        self._open = False
        if self._owns_tasks:
            self.tasks.close()
        self._pool.shutdown(wait=False)
        if wait(list(self._futures), patience).not_done:
            return False
        self._pool.shutdown(wait=True)  # threads that still let go of widgets must not outlive them
        for lane in list(self._lanes):
            lane.finish()
        return True

    def _keep(self, lane: SerialQueue) -> None:
        """Let a lane finish at shutdown, as long as somebody holds it."""
        self._lanes.add(lane)

    def _call(self, work: Callable[[], T], writes: bool) -> _Call:
        call = _Call(work, self.tasks.loop.create_future(), writes)
        if not self._open:
            call.future.cancel()
        elif writes:
            self._writes.begin()
        return call

    def _submit(self, call: _Call, then: Callable[[], None] | None = None) -> None:
        """Run a call, unless nobody wants it any more; ``then`` is called when the thread is done with it."""
        if not self._open or (call.future.cancelled() and not call.writes):
            if then is not None:
                then()
            return
        future = self._pool.submit(self._run, call, then)
        self._futures.add(future)
        future.add_done_callback(self._futures.discard)

    def _run(self, call: _Call, then: Callable[[], None] | None) -> None:
        result, error = None, None
        if call.writes or not call.future.cancelled():
            try:
                result = call.work()
            except Exception as raised:
                error = raised
        self._ended.emit(call, (result, error), then)

    @Slot(object, object, object)
    def _deliver(self, call: _Call, how: tuple[Any, Exception | None], then: Callable[[], None] | None) -> None:
        if not self._open:
            return
        if then is not None:
            then()
        result, error = how
        if call.future.cancelled():
            pass
        elif error is not None:
            call.future.set_exception(error)
        else:
            call.future.set_result(result)
        if call.writes:
            self._writes.end()

    @Slot(object, object)
    def _pass_on(self, came: asyncio.Queue[Any], item: object) -> None:
        if self._open:
            came.put_nowait(item)


class _End:
    """Comes after the last item."""


_END = _End()


class LatestOnly:
    """Slot that keeps the newest work: one runs, one waits, a newer one replaces it.

    The future of work that was replaced is cancelled, and with it the coroutine that waits for it.
    """

    def __init__(self, background: Background) -> None:
        self._background = background
        self._busy = False
        self._next: _Call | None = None

    def run(self, work: Callable[[], T]) -> asyncio.Future[T]:
        self.clear()
        self._next = call = self._background._call(work, False)
        if not self._busy:
            self._go_on()
        return call.future

    def clear(self) -> None:
        """Forget the work that waits."""
        call, self._next = self._next, None
        if call is not None:
            call.future.cancel()

    def _go_on(self) -> None:
        call, self._next = self._next, None
        self._busy = call is not None
        if call is not None:
            self._background._submit(call, self._go_on)


class SerialQueue:
    """Queue that runs work one at a time, in the order it came."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self._busy = False
        self._waiting: deque[_Call] = deque()
        background._keep(self)

    def run(self, work: Callable[[], T], *, writes: bool = False) -> asyncio.Future[T]:
        call = self._background._call(work, writes)
        self._waiting.append(call)
        if not self._busy:
            self._go_on()
        return call.future

    def finish(self) -> None:
        """Write here and now what still waits for it; nobody is left to be told how it went."""
        while self._waiting:
            call = self._waiting.popleft()
            if call.writes:
                with contextlib.suppress(Exception):
                    call.work()

    def _go_on(self) -> None:
        self._busy = bool(self._waiting)
        if self._waiting:
            self._background._submit(self._waiting.popleft(), self._go_on)


@dataclass(eq=False, slots=True)
class _Call:
    """Function that a thread is asked to run, and where what it returns goes."""

    work: Callable[[], Any]
    future: asyncio.Future[Any]
    writes: bool


class _Writes:
    """Counts what is being written; ``none`` is set while nothing is."""

    def __init__(self) -> None:
        self.count = 0
        self.none = asyncio.Event()
        self.none.set()

    def begin(self) -> None:
        self.count += 1
        self.none.clear()

    def end(self) -> None:
        self.count -= 1
        if not self.count:
            self.none.set()


async def ignored(future: asyncio.Future[Any]) -> None:
    """Wait for work whose failure is no reason to speak up."""
    with contextlib.suppress(Exception):
        await future
