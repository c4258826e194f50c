"""Jobs, threads and their ends, without a window."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from patience import A_WHILE_MS, PATIENCE_MS, PATIENCE_S
from PySide6.QtCore import QThread, QTimer
from pytestqt.qtbot import QtBot
from support.scripted_engine import Script, ScriptedEngine

from rtedit_desktop.core.errors import DeviceError
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, Loading
from rtedit_desktop.core.requests import Request, WarmUpRequest
from rtedit_desktop.worker.background import Background, LatestOnly, SerialQueue
from rtedit_desktop.worker.engine_thread import EngineThread
from rtedit_desktop.worker.job_runner import run_job
from rtedit_desktop.worker.stall_meter import StallMeter


def unexpected(value: object) -> None:
    pytest.fail(str(value))


def loading(request: Request) -> Loading:
    return Loading(job_id=request.job_id, what="net", fraction=0.1)


def pumped(run: Script, cancelled: threading.Event | None = None) -> list[Event]:
    seen: list[Event] = []
    run_job(ScriptedEngine(run), WarmUpRequest(pack="p"), cancelled or threading.Event(), seen.append)
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

    run_job(ScriptedEngine(run), WarmUpRequest(pack="p"), cancelled, emit)
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

    engine = ScriptedEngine(run)
    thread = EngineThread(lambda: engine)
    seen: list[Event] = []
    heard_on: list[QThread] = []
    thread.happened.connect(seen.append)
    thread.happened.connect(lambda _: heard_on.append(QThread.currentThread()))
    jobs = [WarmUpRequest(pack=str(number)) for number in range(3)]
    for job in jobs:
        thread.submit(job)
    assert thread.open_jobs == 3
    qtbot.waitUntil(lambda: len(seen) == 3, timeout=PATIENCE_MS)
    assert [event.job_id for event in seen] == [job.job_id for job in jobs]
    assert thread.open_jobs == 0
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

    thread = EngineThread(lambda: ScriptedEngine(run))
    seen: list[Event] = []
    thread.happened.connect(seen.append)
    first, second = WarmUpRequest(pack="a"), WarmUpRequest(pack="b")
    thread.submit(first)
    thread.submit(second)
    thread.cancel(second.job_id)
    thread.cancel("unknown")
    free.set()
    qtbot.waitUntil(lambda: len(seen) == 3, timeout=PATIENCE_MS)
    assert [type(event) for event in seen] == [Loading, Finished, Cancelled]
    assert thread.shutdown()


def test_an_engine_that_cannot_be_made_fails_the_job(qtbot: QtBot) -> None:
    def factory() -> ScriptedEngine:
        raise ImportError("no torch")

    thread = EngineThread(factory)
    seen: list[Event] = []
    thread.happened.connect(seen.append)
    thread.submit(WarmUpRequest(pack="a"))
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

    thread = EngineThread(lambda: ScriptedEngine(run))
    thread.submit(WarmUpRequest(pack="a"))
    thread.submit(WarmUpRequest(pack="b"))
    assert started.wait(PATIENCE_S)
    assert thread.shutdown()
    assert thread.shutdown()


def test_background_work_comes_back_on_the_main_thread(qtbot: QtBot) -> None:
    background = Background()
    got: list[object] = []

    def fail() -> object:
        raise OSError("gone")

    background.start(threading.current_thread, lambda made: got.extend([made, threading.current_thread()]), got.append)
    qtbot.waitUntil(lambda: len(got) == 2, timeout=PATIENCE_MS)
    assert got[0] is not got[1]
    assert got[1] is threading.main_thread()
    background.start(fail, pytest.fail, got.append)
    qtbot.waitUntil(lambda: len(got) == 3, timeout=PATIENCE_MS)
    assert isinstance(got[2], OSError)
    background.shutdown()


def test_after_the_shutdown_nothing_is_begun(qtbot: QtBot) -> None:
    background = Background()
    lane = SerialQueue(background)
    background.shutdown()
    begun: list[int] = []
    for start in (background.start, lane.start):
        start(lambda: begun.append(1), begun.append, lambda error: begun.append(2))
    qtbot.wait(A_WHILE_MS)
    assert begun == []


def test_shutdown_waits_for_work_and_delivers_nothing(qtbot: QtBot) -> None:
    background = Background()
    done: list[bool] = []
    delivered: list[object] = []

    def work() -> None:
        time.sleep(0.02)
        done.append(True)

    background.start(work, delivered.append, delivered.append)
    background.shutdown()
    assert done == [True]
    qtbot.wait(A_WHILE_MS)
    assert delivered == []


def test_what_waits_its_turn_is_done_before_the_end(qtbot: QtBot) -> None:
    background = Background()
    lane = SerialQueue(background)
    done: list[object] = []

    def work(number: int) -> None:
        time.sleep(0.02)
        done.append(number)
        if number == 1:
            raise OSError("full")

    for number in range(3):
        lane.start(partial(work, number), done.append, lambda error: done.append(9), writes=True)
    lane.start(partial(work, 3), done.append, done.append)
    assert background.writing == 3
    assert background.shutdown()
    assert done == [0, 1, 2], "what is only read need not be read any more"


def test_what_is_being_written_is_counted_until_it_was_told(qtbot: QtBot) -> None:
    background = Background()
    free = threading.Event()
    seen: list[int] = []

    def told(_: object) -> None:
        seen.append(background.writing)

    def fail() -> None:
        raise OSError("full")

    background.start(lambda: free.wait(PATIENCE_S), told, told, writes=True)
    background.start(fail, told, told, writes=True)
    background.start(lambda: None, told, told)
    assert background.writing == 2
    free.set()
    qtbot.waitUntil(lambda: len(seen) == 3, timeout=PATIENCE_MS)
    assert background.writing == 0
    background.shutdown()


def test_the_end_does_not_wait_for_ever(qtbot: QtBot) -> None:
    background = Background()
    free = threading.Event()
    background.start(lambda: free.wait(PATIENCE_S), unexpected, unexpected)
    assert not background.shutdown(0.05)
    free.set()
    assert background.shutdown(PATIENCE_S)


def test_only_the_newest_waiting_work_runs(qtbot: QtBot) -> None:
    background = Background()
    lane = LatestOnly(background)
    free = threading.Event()
    ran: list[int] = []
    shown: list[int] = []

    def work(number: int) -> Callable[[], int]:
        def job() -> int:
            free.wait(PATIENCE_S)
            ran.append(number)
            return number

        return job

    for number in range(5):
        lane.start(work(number), shown.append, unexpected)
    free.set()
    qtbot.waitUntil(lambda: shown == [0, 4], timeout=PATIENCE_MS)
    assert ran == [0, 4]
    background.shutdown()


def test_work_is_done_in_turn_past_what_fails(qtbot: QtBot) -> None:
    background = Background()
    lane = SerialQueue(background)
    running: list[int] = []
    ended: list[object] = []

    def work(number: int) -> int:
        running.append(number)
        time.sleep(0.01)
        assert running == [number]
        running.clear()
        if number == 1:
            raise ValueError(number)
        return number

    for number in range(4):
        lane.start(partial(work, number), ended.append, lambda error: ended.append(type(error)))
    qtbot.waitUntil(lambda: ended == [0, ValueError, 2, 3], timeout=PATIENCE_MS)
    background.shutdown()


def test_the_stall_meter_sees_a_stall(qtbot: QtBot) -> None:
    meter = StallMeter()
    meter.start()
    QTimer.singleShot(0, lambda: time.sleep(0.08))
    qtbot.waitUntil(lambda: meter.ticks > 3, timeout=PATIENCE_MS)
    assert meter.stop() >= 80
