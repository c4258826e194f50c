"""Work on other threads: delivered, counted, queued, and ended."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

import pytest
from patience import PATIENCE_MS, PATIENCE_S
from pytestqt.qtbot import QtBot

from rtedit_desktop.worker.background import Background, LatestOnly, SerialQueue, ignored


class Reports:
    """Awaits futures, and notes what comes of each."""

    def __init__(self, background: Background) -> None:
        self.background = background
        self.seen: list[object] = []

    def note(self, future: asyncio.Future[object]) -> None:
        self.background.tasks.start(self._note(future))

    async def _note(self, future: asyncio.Future[object]) -> None:
        try:
            self.seen.append(await future)
        except Exception as error:
            self.seen.append(type(error))


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    background = Background()
    yield background
    background.shutdown()
    qtbot.waitUntil(lambda: not background.tasks.running, timeout=PATIENCE_MS)


def full() -> None:
    raise OSError("full")


def test_after_the_shutdown_nothing_is_begun(qtbot: QtBot, background: Background) -> None:
    lane, latest = SerialQueue(background), LatestOnly(background)
    begun: list[int] = []
    background.shutdown()
    for run in (background.run, lane.run, latest.run):
        assert run(partial(begun.append, 1)).cancelled()
    assert begun == [] and not background.writing


def test_shutdown_waits_for_work_and_delivers_nothing(qtbot: QtBot, background: Background) -> None:
    done: list[bool] = []
    reports = Reports(background)

    def work() -> None:
        time.sleep(0.02)
        done.append(True)

    reports.note(background.run(work))
    background.shutdown()
    assert done == [True]
    qtbot.waitUntil(lambda: not background.tasks.running, timeout=PATIENCE_MS)
    assert reports.seen == []


def test_what_waits_its_turn_is_done_before_the_end(qtbot: QtBot, background: Background) -> None:
    lane = SerialQueue(background)
    done: list[int] = []

    def work(number: int) -> None:
        time.sleep(0.02)
        done.append(number)
        if number == 1:
            raise OSError("full")

    for number in range(3):
        background.tasks.start(ignored(lane.run(partial(work, number), writes=True)))
    lane.run(partial(work, 3))
    assert background.writing == 3
    assert background.shutdown()
    assert done == [0, 1, 2], "what is only read need not be read any more"


def test_what_is_being_written_is_counted_until_it_is_told(qtbot: QtBot, background: Background) -> None:
    free, counts = threading.Event(), []

    async def count(future: asyncio.Future[object]) -> None:
        await ignored(future)
        counts.append(background.writing)

    for work, writes in ((lambda: free.wait(PATIENCE_S), True), (full, True), (lambda: None, False)):
        background.tasks.start(count(background.run(work, writes=writes)))
    assert background.writing == 2
    free.set()
    qtbot.waitUntil(lambda: len(counts) == 3, timeout=PATIENCE_MS)
    assert background.writing == 0 and counts[-1] == 0


def test_the_end_does_not_wait_for_ever(qtbot: QtBot, background: Background) -> None:
    free = threading.Event()
    background.run(lambda: free.wait(PATIENCE_S))
    assert not background.shutdown(0.05)
    free.set()
    assert background.shutdown(PATIENCE_S)


def test_only_the_newest_waiting_work_runs(qtbot: QtBot, background: Background) -> None:
    lane, reports = LatestOnly(background), Reports(background)
    free = threading.Event()
    ran: list[int] = []

    def work(number: int) -> Callable[[], int]:
        def job() -> int:
            free.wait(PATIENCE_S)
            ran.append(number)
            return number

        return job

    for number in range(5):
        reports.note(lane.run(work(number)))
    free.set()
    # who waited for work that was replaced waits no more
    qtbot.waitUntil(lambda: reports.seen == [0, 4] and not background.tasks.running, timeout=PATIENCE_MS)
    assert ran == [0, 4]


def test_work_is_done_in_turn_past_what_fails(qtbot: QtBot, background: Background) -> None:
    lane, reports = SerialQueue(background), Reports(background)
    running: list[int] = []

    def work(number: int) -> int:
        running.append(number)
        time.sleep(0.01)
        assert running == [number]
        running.clear()
        if number == 1:
            raise ValueError(number)
        return number

    for number in range(4):
        reports.note(lane.run(partial(work, number)))
    qtbot.waitUntil(lambda: reports.seen == [0, ValueError, 2, 3], timeout=PATIENCE_MS)


def test_what_a_thread_yields_is_read_in_a_coroutine(qtbot: QtBot, background: Background) -> None:
    seen: list[object] = []

    def items() -> Iterator[object]:
        yield 1
        yield threading.current_thread() is threading.main_thread()
        raise OSError("gone")

    async def read(items: AsyncIterator[object]) -> None:
        try:
            async for item in items:
                seen.append((item, threading.current_thread() is threading.main_thread()))
        except OSError as error:
            seen.append(str(error))

    background.tasks.start(read(background.iterate(items)))
    qtbot.waitUntil(lambda: not background.tasks.running, timeout=PATIENCE_MS)
    assert seen == [(1, True), (False, True), "gone"]
