"""Iterates several generators side by side, each on a thread of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, TypeVar

_Event = TypeVar("_Event")
_End = TypeVar("_End")
_LOOK_S = 0.2  # a wait without an end would keep Ctrl+C out on Windows


@dataclass(frozen=True)
class _Left:
    """A generator came to its end; ``error``: what it raised."""

    error: BaseException | None = None


class SideBySide(Generic[_Event, _End]):
    """Owns the threads, at most ``most`` at a time; left in the middle it calls ``stop`` and waits for them.

    What the generators yield, return and raise comes out of ``news`` on the thread that asks.
    """

    def __init__(self, most: int, stop: Callable[[], None]) -> None:
        self._most, self._stop = most, stop
        self._told: queue.SimpleQueue[_Event | _End | _Left] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self.running = 0

    def __enter__(self) -> SideBySide[_Event, _End]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.running:
            self._stop()
        for thread in self._threads:
            thread.join()

    @property
    def has_room(self) -> bool:
        return self.running < self._most

    def start(self, work: Generator[_Event, None, _End]) -> None:
        thread = threading.Thread(target=self._iterate, args=(work,), name="photo of a batch")
        self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        self.running += 1
        thread.start()

    def news(self) -> Iterator[_Event | _End]:
        """What came since, up to the end of one of them; waits a moment for it where nothing did."""
        try:
            one = self._told.get(timeout=_LOOK_S)
            while not isinstance(one, _Left):
                yield one
                one = self._told.get_nowait()
        except queue.Empty:
            return
        self.running -= 1
        if one.error is not None:
            raise one.error

    def _iterate(self, work: Generator[_Event, None, _End]) -> None:
        error: BaseException | None = None
        try:
            while True:
                self._told.put(next(work))
        except StopIteration as end:
            self._told.put(end.value)
        except BaseException as raised:  # raised again where it is read
            error = raised
        self._told.put(_Left(error))
