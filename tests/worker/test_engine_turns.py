"""The window's engine, used from another thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from patience import PATIENCE_MS, PATIENCE_S
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot
from support.fake_engine import FakeEngine

from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, Loading
from rtedit_desktop.core.requests import Request, WarmUpRequest
from rtedit_desktop.worker.background import Background
from rtedit_desktop.worker.engine_thread import EngineThread
from rtedit_desktop.worker.engine_turns import EngineTurns


class TenSteps:
    """Script of ten steps a job; a pack called “bad” fails. ``ran`` tells the packs in the order they came.

    ``hold`` keeps every job at its third step, until it is cancelled or let go on.
    """

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.threads: set[QThread] = set()
        self.steps: list[int] = []
        self.hold = threading.Event()
        self.hold.set()

    def __call__(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        assert isinstance(request, WarmUpRequest)
        self.ran.append(request.pack)
        self.threads.add(QThread.currentThread())
        if request.pack == "bad":
            raise ValueError("bad")
        for step in range(10):
            while step == 2 and not self.hold.is_set() and not cancelled.is_set():
                time.sleep(0.001)
            if cancelled.is_set():
                yield Cancelled(job_id=request.job_id)
                return
            self.steps.append(step)
            yield Loading(job_id=request.job_id, what=request.pack, fraction=step / 10)
        yield Finished(job_id=request.job_id)


class Harness:
    """An engine thread, its turns, and a thread to use them on."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.jobs = TenSteps()
        self.thread = EngineThread(lambda: FakeEngine(self.jobs))
        self.turns = EngineTurns(self.thread)
        self.background = Background(1)
        self.seen: list[Event] = []

    def start(self, work: Callable[[], None]) -> None:
        self.background.tasks.start(self._watch(work))

    async def _watch(self, work: Callable[[], None]) -> None:
        await self.background.run(work)  # what it raises fails the test

    def use(self, pack: str, cancelled: threading.Event | None = None, at_most: int = 99) -> Callable[[], None]:
        def work() -> None:
            events = self.turns.run(WarmUpRequest(pack=pack), cancelled or threading.Event())
            for number, event in enumerate(events, start=1):
                self.seen.append(event)
                if number == at_most:
                    break
            events.close()  # type: ignore[attr-defined]

        return work

    def ended(self) -> Event:
        self.qtbot.waitUntil(
            lambda: bool(self.seen) and isinstance(self.seen[-1], Finished | Cancelled | Failed), timeout=PATIENCE_MS
        )
        return self.seen[-1]

    def shutdown(self) -> None:
        self.turns.close()
        assert self.background.shutdown(PATIENCE_S)
        assert self.thread.shutdown(loading_ms=PATIENCE_MS)


@pytest.fixture
def harness(qtbot: QtBot) -> Iterator[Harness]:
    made = Harness(qtbot)
    yield made
    made.shutdown()
    qtbot.waitUntil(lambda: not made.background.tasks.running, timeout=PATIENCE_MS)


def test_events_come_through_in_order_and_run_on_the_engines_thread(harness: Harness) -> None:
    harness.start(harness.use("a"))
    assert isinstance(harness.ended(), Finished)
    assert [event.fraction for event in harness.seen if isinstance(event, Loading)] == [step / 10 for step in range(10)]
    assert len(harness.jobs.threads) == 1 and QThread.currentThread() not in harness.jobs.threads


def test_other_jobs_come_in_between(harness: Harness) -> None:
    def both() -> None:
        harness.use("a")()
        harness.use("b")()

    harness.jobs.hold.clear()
    harness.start(both)
    harness.qtbot.waitUntil(lambda: bool(harness.jobs.ran), timeout=PATIENCE_MS)
    harness.thread.run(WarmUpRequest(pack="mine"))
    harness.jobs.hold.set()
    harness.qtbot.waitUntil(
        lambda: len(harness.jobs.ran) == 3 and isinstance(harness.seen[-1], Finished), timeout=PATIENCE_MS
    )
    assert harness.jobs.ran == ["a", "mine", "b"]


def test_a_cancel_reaches_the_job(harness: Harness) -> None:
    cancelled = threading.Event()
    harness.jobs.hold.clear()
    harness.start(harness.use("a", cancelled))
    harness.qtbot.waitUntil(lambda: len(harness.seen) > 1, timeout=PATIENCE_MS)
    cancelled.set()
    assert isinstance(harness.ended(), Cancelled) and len(harness.seen) < 11
    harness.qtbot.waitUntil(lambda: not harness.thread._jobs, timeout=PATIENCE_MS)


def test_an_abandoned_job_is_cancelled(harness: Harness) -> None:
    harness.jobs.hold.clear()
    harness.start(harness.use("a", at_most=2))
    harness.qtbot.waitUntil(lambda: bool(harness.jobs.ran) and not harness.thread._jobs, timeout=PATIENCE_MS)
    assert len(harness.jobs.steps) < 10


def test_an_error_is_an_end_like_any_other(harness: Harness) -> None:
    harness.start(harness.use("bad"))
    end = harness.ended()
    assert isinstance(end, Failed) and "ValueError" in end.what


def test_closing_ends_a_job_that_nobody_would_pass_events_to(qtbot: QtBot) -> None:
    harness = Harness(qtbot)
    harness.jobs.hold.clear()
    harness.start(harness.use("a"))
    qtbot.waitUntil(lambda: bool(harness.seen), timeout=PATIENCE_MS)
    harness.shutdown()  # the event loop does not run meanwhile
    assert isinstance(harness.seen[-1], Cancelled)
