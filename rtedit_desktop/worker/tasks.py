"""Coroutines of the window: started, owned, cancelled at the end, and one place for the errors that escape them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any

from PySide6.QtCore import QObject


class Tasks:
    """Owns the coroutines that a window started; ``close`` cancels them, and none begins after that.

    An exception that a coroutine does not handle goes where those of slots go, through the loop's own handler.
    """

    def __init__(self) -> None:
        self.loop = asyncio.get_event_loop()
        self._running: set[asyncio.Task[Any]] = set()
        self._open = True

    @property
    def running(self) -> tuple[asyncio.Task[Any], ...]:
        return tuple(self._running)

    def start(self, coroutine: Coroutine[Any, Any, object], owner: QObject | None = None) -> asyncio.Task[Any] | None:
        """Run ``coroutine``, up to its first wait at once; None where nothing is left to wait for.

        So what it asks for is asked for when this returns, as with a plain function. It is cancelled where ``owner``
        is deleted. Before the loop runs, it begins with the loop.
        """
        if not self._open:
            coroutine.close()
            return None
        name = getattr(coroutine, "__qualname__", "")
        if self.loop.is_running():
            try:
                first = coroutine.send(None)
            except StopIteration:
                return None
            coroutine = _Begun(coroutine, first)
        task = self.loop.create_task(coroutine, name=name)
        self._running.add(task)
        if owner is not None:
            owner.destroyed.connect(lambda: task.cancel())
        task.add_done_callback(self._ended)
        return task

    def close(self) -> None:
        """Cancel all of them; each ends when the loop comes to it."""
        self._open = False
        for task in self.running:
            task.cancel()

    async def ended(self) -> None:
        """Return when none runs any more."""
        if self._running:
            await asyncio.wait(self._running)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.loop.call_exception_handler({"message": f"{task.get_name()} failed", "exception": error, "task": task})


class NewestTask:
    """Slot for one coroutine; a newer one cancels the one before."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._task: asyncio.Task[Any] | None = None

    def start(self, coroutine: Coroutine[Any, Any, object], owner: QObject | None = None) -> None:
        self.cancel()
        self._task = self._tasks.start(coroutine, owner)

    def cancel(self) -> bool:
        """Nothing more comes of the one that runs; False where none does."""
        task, self._task = self._task, None
        return task is not None and task.cancel()


class _Begun(Coroutine[Any, Any, object]):
    """Coroutine of which the first step has been made; ``first`` is what it waits for.

    Python 3.12 has eager tasks for the same, earlier ones have not.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, object], first: object) -> None:
        self._coroutine, self._first, self._waits = coroutine, first, True

    def send(self, value: Any) -> object:
        if self._waits:
            self._waits = False
            return self._first
        return self._coroutine.send(value)

    def throw(self, *error: Any) -> object:
        if self._waits:
            self._waits = False
            if isinstance(self._first, asyncio.Future):
                self._first.cancel()  # nobody has come to wait for it yet
        return self._coroutine.throw(*error)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, object]:
        raise TypeError("It is for a task to run.")
