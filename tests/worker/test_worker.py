"""Jobs, threads and their ends, without a window."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator

import numpy as np
from patience import A_WHILE_MS, PATIENCE_MS, PATIENCE_S
from PySide6.QtCore import QThread, QTimer
from pytestqt.qtbot import QtBot
from support.fake_engine import FakeEngine, Script
from support.stall_meter import StallMeter

from rtedit_desktop.core.errors import DeviceError
from rtedit_desktop.core.events import Cancelled, DecodeStep, Event, Failed, Finished, Loading
from rtedit_desktop.core.requests import Request, WarmUpRequest
from rtedit_desktop.worker.engine_thread import EngineThread
from rtedit_desktop.worker.job_runner import run_job
from rtedit_desktop.worker.tasks import Tasks


def loading(request: Request) -> Loading:
    return Loading(job_id=request.job_id, what="net", fraction=0.1)


def pumped(run: Script, cancelled: threading.Event | None = None) -> list[Event]:
    seen: list[Event] = []
    run_job(FakeEngine(run), WarmUpRequest(pack="p"), cancelled or threading.Event(), seen.append)
    return seen


def test_events_pass_through_up_to_the_end() -> None:
    def run(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        yield loading(request)
        yield Finished(job_id=request.job_id)
        raise AssertionError("pumped after the end")

    assert [type(event) for event in pumped(run)] == [Loading, Finished]


def test_an_exception_ends_as_failed_with_its_traceback() -> None:
    def run(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        yield loading(request)
        raise ValueError("odd shape")

    end = pumped(run)[-1]
    assert isinstance(end, Failed)
    assert "odd shape" in end.details
    assert "Traceback" in end.details


def test_an_error_for_people_keeps_its_sentences() -> None:
    def run(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        raise DeviceError("The memory is full.", "Close something.")

    end = pumped(run)[-1]
    assert isinstance(end, Failed)
    assert (end.what, end.todo) == ("The memory is full.", "Close something.")


def test_events_that_run_out_are_a_failure() -> None:
    seen = pumped(lambda request, cancelled: iter([loading(request)]))
    assert [type(event) for event in seen] == [Loading, Failed]


def test_a_cancel_between_events_closes_the_generator_before_the_end() -> None:
    cancelled = threading.Event()
    closed: list[bool] = []

    def run(request: Request, _: threading.Event) -> Iterator[Event]:
        try:
            yield loading(request)
            cancelled.set()
            yield loading(request)
        finally:
            closed.append(True)

    seen: list[Event] = []

    def emit(event: Event) -> None:
        if isinstance(event, Cancelled):
            assert closed
        seen.append(event)

    run_job(FakeEngine(run), WarmUpRequest(pack="p"), cancelled, emit)
    assert [type(event) for event in seen] == [Loading, Cancelled]


def test_a_failing_clean_up_is_a_failure() -> None:
    def run(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        try:
            yield Finished(job_id=request.job_id)
        finally:
            raise RuntimeError("weights not restored")

    assert [type(event) for event in pumped(run)] == [Failed]


def test_jobs_run_in_order_on_the_engine_s_thread(qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []

    def run(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        threads.append(threading.current_thread())
        yield Finished(job_id=request.job_id)

    engine = FakeEngine(run)
    thread = EngineThread(lambda: engine)
    seen: list[Event] = []
    heard_on: list[QThread] = []

    def hear(event: Event) -> None:
        seen.append(event)
        heard_on.append(QThread.currentThread())

    jobs = [WarmUpRequest(pack=str(number)) for number in range(3)]
    for job in jobs:
        thread.submit(job, hear)
    assert len(thread._jobs) == 3
    qtbot.waitUntil(lambda: len(seen) == 3, timeout=PATIENCE_MS)
    assert [event.job_id for event in seen] == [job.job_id for job in jobs]
    assert not thread._jobs
    assert all(one is not threading.main_thread() for one in threads)
    assert all(one is QThread.currentThread() for one in heard_on)
    assert thread.shutdown()
    assert engine.closed_on == threads[:1]


def test_a_waiting_job_can_be_cancelled(qtbot: QtBot) -> None:
    free = threading.Event()

    def run(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        yield loading(request)
        free.wait(PATIENCE_S)
        yield Finished(job_id=request.job_id)

    thread = EngineThread(lambda: FakeEngine(run))
    seen: list[Event] = []
    first, second = WarmUpRequest(pack="a"), WarmUpRequest(pack="b")
    thread.submit(first, seen.append)
    thread.submit(second, seen.append)
    thread.cancel(second.job_id)
    thread.cancel("unknown")
    free.set()
    qtbot.waitUntil(lambda: len(seen) == 3, timeout=PATIENCE_MS)
    assert [type(event) for event in seen] == [Loading, Finished, Cancelled]
    assert thread.shutdown()


def test_an_engine_that_cannot_be_made_fails_the_job(qtbot: QtBot) -> None:
    def factory() -> FakeEngine:
        raise ImportError("no torch")

    thread = EngineThread(factory)
    seen: list[Event] = []
    thread.submit(WarmUpRequest(pack="a"), seen.append)
    qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert isinstance(seen[0], Failed)
    assert "no torch" in seen[0].details
    assert thread.shutdown()


def test_shutting_down_cancels_what_runs_and_what_waits(qtbot: QtBot) -> None:
    started = threading.Event()

    def run(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        yield loading(request)
        started.set()
        while not cancelled.is_set():
            time.sleep(0.001)
        yield Cancelled(job_id=request.job_id)

    thread = EngineThread(lambda: FakeEngine(run))
    thread.run(WarmUpRequest(pack="a"))
    thread.run(WarmUpRequest(pack="b"))
    assert started.wait(PATIENCE_S)
    assert thread.shutdown(loading_ms=PATIENCE_MS)
    assert thread.shutdown()


def test_shutting_down_does_not_wait_for_libraries_that_load(qtbot: QtBot) -> None:
    loaded = threading.Event()

    def factory() -> FakeEngine:
        loaded.wait(PATIENCE_S)
        return FakeEngine(until_cancelled)

    thread = EngineThread(factory)
    assert not thread.only_loads
    thread.run(WarmUpRequest(pack="a"))
    qtbot.waitUntil(lambda: thread.only_loads, timeout=PATIENCE_MS)
    assert not thread.shutdown(loading_ms=1)
    assert thread.only_loads
    loaded.set()
    assert thread.shutdown(loading_ms=PATIENCE_MS)
    assert not thread.only_loads


def test_shutting_down_waits_for_an_edit_that_has_begun(qtbot: QtBot) -> None:
    begun = threading.Event()

    def run(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        yield loading(request)
        yield DecodeStep(job_id=request.job_id, index=1, of=2, t=100, picture=np.zeros((1, 1, 3), np.uint8))
        begun.set()
        cancelled.wait(PATIENCE_S)
        time.sleep(A_WHILE_MS / 1000)  # what it learned is being written
        yield Cancelled(job_id=request.job_id)

    thread = EngineThread(lambda: FakeEngine(run))
    thread.run(WarmUpRequest(pack="a"))
    assert begun.wait(PATIENCE_S)
    assert not thread.only_loads
    assert thread.shutdown(loading_ms=1)


class Reader:
    """Reads a job's events in a coroutine."""

    def __init__(self, thread: EngineThread, pack: str = "a") -> None:
        self.seen: list[str] = []
        self.job = thread.run(WarmUpRequest(pack=pack))

    async def read(self) -> None:
        try:
            async for event in self.job:
                self.seen.append(type(event).__name__)
            self.seen.append("over")
        except asyncio.CancelledError:
            self.seen.append("cancelled")
            raise


def until_cancelled(request: Request, cancelled: threading.Event) -> Iterator[Event]:
    yield loading(request)
    assert cancelled.wait(PATIENCE_S)
    yield Cancelled(job_id=request.job_id)


def test_a_coroutine_reads_the_events_up_to_the_end(qtbot: QtBot) -> None:
    thread, tasks = EngineThread(lambda: FakeEngine(until_cancelled)), Tasks()
    first, second = Reader(thread), Reader(thread)
    for reader in (first, second):
        tasks.start(reader.read())
    qtbot.waitUntil(lambda: first.seen == ["Loading"], timeout=PATIENCE_MS)
    first.job.cancel()
    qtbot.waitUntil(lambda: second.seen == ["Loading"], timeout=PATIENCE_MS)
    assert first.seen == ["Loading", "Cancelled", "over"]
    second.job.cancel()
    qtbot.waitUntil(lambda: not tasks.running, timeout=PATIENCE_MS)
    assert thread.shutdown()


def test_events_that_came_together_leave_others_a_turn_between_them(qtbot: QtBot) -> None:
    def run(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        yield from (loading(request) for _ in range(4))
        yield Finished(job_id=request.job_id)

    thread, tasks = EngineThread(lambda: FakeEngine(run)), Tasks()
    job = thread.run(WarmUpRequest(pack="a"))
    qtbot.waitUntil(lambda: not thread._jobs, timeout=PATIENCE_MS)  # all of them wait now
    turns: list[str] = []

    async def read() -> None:
        async for event in job:
            turns.append(type(event).__name__)

    async def others() -> None:
        while "Finished" not in turns:
            turns.append("")
            await asyncio.sleep(0)

    tasks.start(others())
    tasks.start(read())
    qtbot.waitUntil(lambda: not tasks.running, timeout=PATIENCE_MS)
    assert [event for event in turns if event] == [*["Loading"] * 4, "Finished"]
    assert all(before == "" for before, event in itertools.pairwise(turns) if event)
    assert thread.shutdown()


def test_cancelling_who_reads_a_job_stops_it_and_nothing_more_is_heard(qtbot: QtBot) -> None:
    thread, tasks = EngineThread(lambda: FakeEngine(until_cancelled)), Tasks()
    reader = Reader(thread)
    task = tasks.start(reader.read())
    assert task is not None
    qtbot.waitUntil(lambda: reader.seen == ["Loading"], timeout=PATIENCE_MS)
    task.cancel()
    qtbot.waitUntil(lambda: not thread._jobs and not tasks.running, timeout=PATIENCE_MS)
    assert reader.seen == ["Loading", "cancelled"]
    assert thread.shutdown()


def test_a_job_is_stopped_whose_reader_is_cancelled_before_its_first_turn(qtbot: QtBot) -> None:
    thread, tasks = EngineThread(lambda: FakeEngine(until_cancelled)), Tasks()
    reader = Reader(thread)
    task = tasks.start(reader.read())
    assert task is not None
    task.cancel()
    qtbot.waitUntil(lambda: not thread._jobs and not tasks.running, timeout=PATIENCE_MS)
    assert reader.seen == ["cancelled"]
    assert thread.shutdown()


def test_the_stall_meter_sees_a_stall(qtbot: QtBot) -> None:
    meter = StallMeter()
    meter.start()
    QTimer.singleShot(0, lambda: time.sleep(0.08))
    qtbot.waitUntil(lambda: meter.ticks > 3, timeout=PATIENCE_MS)
    assert meter.stop() >= 80
