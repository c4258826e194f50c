"""What a connection carries, and what happens when it ends before the job does."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from patience import PATIENCE_S
from support.fake_engine import FakeEngine
from support.preset_files import put
from support.remote_jobs import PICTURE, SPEC, Endless, edit, finishing, step
from support.serving import serving, threads_named

from rtedit_desktop.core.engine_api import Computer
from rtedit_desktop.core.events import Adapting, Cancelled, Event, Failed, Finished, Notice
from rtedit_desktop.core.requests import LearnRequest, Request, WarmUpRequest
from rtedit_desktop.remote.client import RemoteEngine
from rtedit_desktop.remote.hosts import Host
from rtedit_desktop.remote.presets_in_memory import LearnedPresets


def test_cancelling_stops_the_other_computer(tmp_path: Path) -> None:
    endless, cancelled = Endless(), threading.Event()
    with serving(lambda: FakeEngine(endless), tmp_path) as found:
        engine = RemoteEngine(found.host())
        events = []
        for event in engine.run(edit(), cancelled):
            events.append(event)
            if len(events) == 3:
                cancelled.set()
        assert [type(event) for event in events] == [Adapting, Adapting, Adapting, Cancelled]
        assert endless.stopped.is_set()
        engine.close()


def test_an_abandoned_job_is_stopped_and_the_next_one_runs(tmp_path: Path) -> None:
    endless = Endless()

    def script(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        if isinstance(request, WarmUpRequest):
            return iter([Finished(job_id=request.job_id)])
        return endless(request, cancelled)

    with serving(lambda: FakeEngine(script), tmp_path) as found:
        engine = RemoteEngine(found.host())
        events = engine.run(edit(), threading.Event())
        next(events)
        events.close()  # type: ignore[attr-defined]
        assert endless.stopped.wait(PATIENCE_S)
        request = WarmUpRequest(pack="tiny")
        assert isinstance(list(engine.run(request, threading.Event()))[-1], Finished)
        engine.close()


def test_a_client_that_is_gone_stops_its_job(tmp_path: Path) -> None:
    endless = Endless()
    with serving(lambda: FakeEngine(endless), tmp_path) as found:
        engine = RemoteEngine(found.host())
        events = engine.run(edit(), threading.Event())
        next(events)
        assert engine._connection is not None
        engine._connection.socket.shutdown(socket.SHUT_RDWR)
        assert endless.stopped.wait(PATIENCE_S)
        assert isinstance(list(events)[-1], Failed)


def test_a_lost_connection_is_reported_and_the_next_try_connects_again(tmp_path: Path) -> None:
    endless = Endless()
    with serving(lambda: FakeEngine(endless), tmp_path) as found:
        host = found.host()
        engine = RemoteEngine(host)
        events = engine.run(edit(), threading.Event())
        next(events)
    end = list(events)[-1]  # the server is closed
    assert isinstance(end, Failed)
    assert "connection to workstation was lost" in end.what and end.computer == "workstation"
    end = list(engine.run(edit(), threading.Event()))[-1]
    assert isinstance(end, Failed) and "cannot be reached" in end.what and end.computer == "workstation"

    with serving(lambda: FakeEngine(finishing), tmp_path, port=host.computer.port):
        assert isinstance(list(engine.run(edit(), threading.Event()))[-1], Finished)
        engine.close()


def test_a_connection_that_broke_while_nothing_ran_is_no_failure(tmp_path: Path) -> None:
    with serving(lambda: FakeEngine(finishing), tmp_path) as found:
        host = found.host()
        engine = RemoteEngine(host)
        list(engine.run(edit(), threading.Event()))
        assert engine._connection is not None
        connection = engine._connection
    connection.recv_events_thread.join(PATIENCE_S)
    with serving(lambda: FakeEngine(finishing), tmp_path, port=host.computer.port):
        assert isinstance(list(engine.run(edit(), threading.Event()))[-1], Finished)
        engine.close()


def test_cancelling_does_not_wait_for_a_computer_that_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        computer = Computer(id="0" * 64, name="silent", host="127.0.0.1", port=silent.getsockname()[1])
        engine, cancelled = RemoteEngine(Host(computer, "t" * 20)), threading.Event()
        threading.Timer(0.1, cancelled.set).start()
        assert [type(event) for event in engine.run(edit(), cancelled)] == [Cancelled]


def test_a_second_computer_waits_for_its_turn_and_is_told(tmp_path: Path) -> None:
    endless = Endless()
    with serving(lambda: FakeEngine(endless), tmp_path) as found:
        first, second = RemoteEngine(found.host("one")), RemoteEngine(found.host("two"))
        stop_first, stop_second = threading.Event(), threading.Event()
        running = first.run(edit(), stop_first)
        next(running)
        waiting = second.run(edit(), stop_second)
        notice = next(waiting)
        assert isinstance(notice, Notice) and "waits for its turn" in notice.text
        stop_second.set()
        assert [type(event) for event in waiting] == [Cancelled], "at once: the first goes on"
        assert not endless.stopped.is_set()
        stop_first.set()
        assert isinstance(list(running)[-1], Cancelled)
        again = second.run(edit(), threading.Event())
        assert isinstance(next(again), Adapting)
        again.close()  # type: ignore[attr-defined]
        first.close()
        second.close()


def broken(request: Request, cancelled: threading.Event) -> Iterator[Event]:
    yield step(request, 1)
    raise ZeroDivisionError("secret")


def endless_ends(request: Request, cancelled: threading.Event) -> Iterator[Event]:
    yield step(request, 1)


def unsendable(request: Request, cancelled: threading.Event) -> Iterator[Event]:
    yield Finished(job_id=request.job_id, picture=np.zeros((8, 8, 4), np.uint8))


@pytest.mark.parametrize("script", [broken, endless_ends, unsendable])
def test_an_engine_that_breaks_its_word_fails_the_job_and_nothing_else(
    tmp_path: Path, script: Callable[[Request, threading.Event], Iterator[Event]]
) -> None:
    with serving(lambda: FakeEngine(script), tmp_path) as found:
        engine = RemoteEngine(found.host())
        for _ in range(2):
            end = list(engine.run(edit(), threading.Event()))[-1]
            assert isinstance(end, Failed) and not end.computer
        engine.close()


def test_an_engine_that_cannot_be_made_fails_the_job(tmp_path: Path) -> None:
    def make() -> FakeEngine:
        raise OSError("no torch")

    with serving(make, tmp_path) as found:
        engine = RemoteEngine(found.host())
        end = list(engine.run(edit(), threading.Event()))[-1]
        assert isinstance(end, Failed) and "no torch" in end.details
        engine.close()


def test_what_is_too_large_to_send_is_reported_and_computed_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rtedit_desktop.remote.frames.MOST_MESSAGE", 2000)
    with serving(lambda: FakeEngine(Endless()), tmp_path) as found:
        engine = RemoteEngine(found.host())
        request = LearnRequest(spec=SPEC, output=tmp_path / "a.rtpreset", pictures=(PICTURE,) * 20)
        end = list(engine.run(request, threading.Event()))[-1]
        assert isinstance(end, Failed) and "cannot be sent" in end.what and end.computer == "workstation"
        engine.close()


def test_nothing_of_it_goes_on_after_closing(tmp_path: Path) -> None:
    with serving(lambda: FakeEngine(Endless()), tmp_path) as found:
        engine = RemoteEngine(found.host())
        events = engine.run(edit(), threading.Event())
        next(events)
        engine.close()
    for name in ("server", "engine that serves", "events of a job"):
        for thread in threads_named(name):
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


def test_what_was_learned_for_somebody_who_is_gone_is_forgotten(tmp_path: Path) -> None:
    learned, begun = LearnedPresets(), threading.Event()
    content = put(tmp_path / "a.rtpreset", "A").read_bytes()

    def learning(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        assert isinstance(request, LearnRequest)
        yield step(request, 1)
        begun.set()
        cancelled.wait(PATIENCE_S)  # until it is known there that they are gone
        yield Finished(job_id=request.job_id, preset=learned.put(request.output, content).path)

    with serving(lambda: FakeEngine(learning), tmp_path / "serve", learned=learned) as found:
        engine = RemoteEngine(found.host())
        request = LearnRequest(spec=SPEC, output=tmp_path / "b.rtpreset", pictures=(PICTURE,))
        events = engine.run(request, threading.Event())
        next(events)
        assert begun.wait(PATIENCE_S)
        assert engine._connection is not None
        engine._connection.socket.shutdown(socket.SHUT_RDWR)
        assert isinstance(list(events)[-1], Failed)
        engine.close()
    assert not learned._contents


def test_a_computer_that_comes_while_the_server_ends_is_hung_up_on(tmp_path: Path) -> None:
    """websockets before 17 waits for no handshake, and the server would wait for it for ever."""
    with serving(lambda: FakeEngine(finishing), tmp_path) as found:
        found.server._closing.set()
        engine = RemoteEngine(found.host())
        (end,) = engine.run(edit(), threading.Event())
        assert isinstance(end, Failed)
        engine.close()


def test_what_nobody_foresaw_on_a_connection_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(self: object, message: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("rtedit_desktop.remote.server._Session._handle", break_down)
    with serving(lambda: FakeEngine(finishing), tmp_path) as found:
        engine = RemoteEngine(found.host())
        (end,) = engine.run(edit(), threading.Event())
        assert isinstance(end, Failed)
        engine.close()
    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert "unexpected error" in record.getMessage() and record.exc_info is not None
    caplog.clear()
