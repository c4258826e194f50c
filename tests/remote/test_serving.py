"""What a connection carries, and what happens when it ends before the job does."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from patience import PATIENCE_S
from support.preset_files import put
from support.scripted_engine import ScriptedEngine
from support.serving import Serving, serving, threads_named

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.engine_api import Computer
from rtedit_desktop.core.events import Adapting, Cancelled, DecodeStep, Event, Failed, Finished, Notice
from rtedit_desktop.core.requests import EditRequest, LearnRequest, RecallRequest, Request, WarmUpRequest
from rtedit_desktop.remote.chosen import ChosenEngine
from rtedit_desktop.remote.client import RemoteEngine
from rtedit_desktop.remote.hosts import Host, Hosts
from rtedit_desktop.remote.presets_in_memory import LearnedPresets

PICTURE = np.zeros((8, 8, 3), np.uint8)
SPEC = EditSpec(pack="tiny", prompt="smiling face", source="face")


def edit() -> EditRequest:
    return EditRequest(spec=SPEC, picture=PICTURE)


def step(request: Request, number: int) -> Adapting:
    return Adapting(job_id=request.job_id, step=number, of=1000, score=0.1, seconds_left=1.0, preview=PICTURE)


class Endless:
    """Steps until it is stopped; ``stopped`` tells that it was, ``closed`` that its iterator was given up."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.begun = threading.Event()

    def __call__(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        number = 0
        self.begun.set()
        while not cancelled.wait(0.01):
            number += 1
            yield step(request, min(number, 1000))
        self.stopped.set()
        yield Cancelled(job_id=request.job_id)


def test_cancelling_stops_the_other_computer(tmp_path: Path) -> None:
    endless, cancelled = Endless(), threading.Event()
    with serving(lambda: ScriptedEngine(endless), tmp_path) as found:
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

    with serving(lambda: ScriptedEngine(script), tmp_path) as found:
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
    with serving(lambda: ScriptedEngine(endless), tmp_path) as found:
        engine = RemoteEngine(found.host())
        events = engine.run(edit(), threading.Event())
        next(events)
        assert engine._connection is not None
        engine._connection.socket.shutdown(socket.SHUT_RDWR)
        assert endless.stopped.wait(PATIENCE_S)
        assert isinstance(list(events)[-1], Failed)


def test_a_lost_connection_is_reported_and_the_next_try_connects_again(tmp_path: Path) -> None:
    endless = Endless()
    with serving(lambda: ScriptedEngine(endless), tmp_path) as found:
        host = found.host()
        engine = RemoteEngine(host)
        events = engine.run(edit(), threading.Event())
        next(events)
    end = list(events)[-1]  # the server is closed
    assert isinstance(end, Failed)
    assert "connection to workstation was lost" in end.what and end.computer == "workstation"
    end = list(engine.run(edit(), threading.Event()))[-1]
    assert isinstance(end, Failed) and "cannot be reached" in end.what and end.computer == "workstation"

    with serving(lambda: ScriptedEngine(finishing), tmp_path, port=host.computer.port):
        assert isinstance(list(engine.run(edit(), threading.Event()))[-1], Finished)
        engine.close()


def test_a_connection_that_broke_while_nothing_ran_is_no_failure(tmp_path: Path) -> None:
    with serving(lambda: ScriptedEngine(finishing), tmp_path) as found:
        host = found.host()
        engine = RemoteEngine(host)
        list(engine.run(edit(), threading.Event()))
        assert engine._connection is not None
        connection = engine._connection
    connection.recv_events_thread.join(PATIENCE_S)
    with serving(lambda: ScriptedEngine(finishing), tmp_path, port=host.computer.port):
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
    with serving(lambda: ScriptedEngine(endless), tmp_path) as found:
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
    with serving(lambda: ScriptedEngine(script), tmp_path) as found:
        engine = RemoteEngine(found.host())
        for _ in range(2):
            end = list(engine.run(edit(), threading.Event()))[-1]
            assert isinstance(end, Failed) and not end.computer
        engine.close()


def test_an_engine_that_cannot_be_made_fails_the_job(tmp_path: Path) -> None:
    def make() -> ScriptedEngine:
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
    with serving(lambda: ScriptedEngine(Endless()), tmp_path) as found:
        engine = RemoteEngine(found.host())
        request = LearnRequest(spec=SPEC, output=tmp_path / "a.rtpreset", pictures=(PICTURE,) * 20)
        end = list(engine.run(request, threading.Event()))[-1]
        assert isinstance(end, Failed) and "cannot be sent" in end.what and end.computer == "workstation"
        engine.close()


def test_nothing_of_it_goes_on_after_closing(tmp_path: Path) -> None:
    with serving(lambda: ScriptedEngine(Endless()), tmp_path) as found:
        engine = RemoteEngine(found.host())
        events = engine.run(edit(), threading.Event())
        next(events)
        engine.close()
    for name in ("server", "engine that serves", "events of a job"):
        for thread in threads_named(name):
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


class Relay:
    """A cable between two computers, which can be pulled: nothing comes through any more, and nobody is told.

    While it is ``jammed`` nothing is taken from either side.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.pulled, self.jammed = threading.Event(), threading.Event()
        self._socks: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.jammed.clear()
        for sock in (self._listening, *self._socks):
            sock.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._port))
            self._socks += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while content := source.recv(65536):
                while self.jammed.is_set():
                    time.sleep(0.01)
                if not self.pulled.is_set():
                    target.sendall(content)
        except OSError:
            return


def test_a_network_that_goes_away_without_a_word_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("client", "server"):
        monkeypatch.setattr(f"rtedit_desktop.remote.{module}.PING_S", 0.2)
        monkeypatch.setattr(f"rtedit_desktop.remote.{module}.PONG_S", 2.0)
    endless = Endless()
    with serving(lambda: ScriptedEngine(endless), tmp_path) as found:
        engine, relay = by_cable(found)
        events = engine.run(edit(), threading.Event())
        next(events)
        relay.pulled.set()
        end = list(events)[-1]
        assert isinstance(end, Failed) and "was lost" in end.what
        assert endless.stopped.wait(PATIENCE_S), "the other side notices too, and stops"
        engine.close()
        relay.close()


def by_cable(found: Serving) -> tuple[RemoteEngine, Relay]:
    relay, host = Relay(found.server.port), found.host()
    computer = Computer(id=host.computer.id, name="workstation", host="127.0.0.1", port=relay.port)
    return RemoteEngine(Host(computer, host.token)), relay


def finishing(request: Request, cancelled: threading.Event) -> Iterator[Event]:
    return iter([Finished(job_id=request.job_id)])


LARGE = np.zeros((1024, 1024, 3), np.uint8)


def test_stopping_is_heard_while_a_message_goes_nowhere(tmp_path: Path) -> None:
    with serving(lambda: ScriptedEngine(finishing), tmp_path) as found:
        engine, relay = by_cable(found)
        assert isinstance(list(engine.run(WarmUpRequest(pack="tiny"), threading.Event()))[-1], Finished)
        relay.jammed.set()
        request = LearnRequest(spec=SPEC, output=tmp_path / "a.rtpreset", pictures=(LARGE,) * 16)
        cancelled = threading.Event()
        threading.Timer(0.1, cancelled.set).start()
        assert [type(event) for event in engine.run(request, cancelled)] == [Cancelled]
        relay.jammed.clear()
        assert isinstance(list(engine.run(WarmUpRequest(pack="tiny"), threading.Event()))[-1], Finished)
        engine.close()
        relay.close()


def test_a_message_that_goes_nowhere_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtedit_desktop.remote.client.STALLED_S", 0.3)
    with serving(lambda: ScriptedEngine(finishing), tmp_path) as found:
        engine, relay = by_cable(found)
        list(engine.run(WarmUpRequest(pack="tiny"), threading.Event()))
        relay.jammed.set()
        tried: list[str] = []

        def unreachable(host: str, *given: object) -> None:
            tried.append(host)
            raise OSError("no way there")

        monkeypatch.setattr("rtedit_desktop.remote.client.open_encrypted", unreachable)
        request = LearnRequest(spec=SPEC, output=tmp_path / "a.rtpreset", pictures=(LARGE,) * 16)
        (end,) = engine.run(request, threading.Event())
        assert isinstance(end, Failed) and "no way there" in end.what and end.computer == "workstation"
        assert len(tried) == 1, "over a new connection, because nothing was asked over the old one"
        engine.close()
        relay.close()


def test_a_stopped_job_is_not_waited_for_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The network is gone, and no ping tells of it before long."""
    for module in ("client", "server"):
        monkeypatch.setattr(f"rtedit_desktop.remote.{module}.PING_S", 3600.0)
    monkeypatch.setattr("rtedit_desktop.remote.client.STOP_S", 0.2)
    endless, cancelled = Endless(), threading.Event()
    with serving(lambda: ScriptedEngine(endless), tmp_path) as found:
        engine, relay = by_cable(found)
        events = engine.run(edit(), cancelled)
        next(events)
        relay.pulled.set()
        cancelled.set()
        assert [type(event) for event in events] == [Cancelled]
        engine.close()
        relay.close()


def test_a_large_message_does_not_keep_pings_from_being_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes in pieces, and the connection is tried between two of them."""
    monkeypatch.setattr("rtedit_desktop.remote.protocol.PIECE", 1000)
    frames: list[int] = []
    with serving(lambda: ScriptedEngine(finishing), tmp_path) as found:
        engine = RemoteEngine(found.host())
        list(engine.run(WarmUpRequest(pack="tiny"), threading.Event()))
        assert engine._connection is not None
        protocol = engine._connection.protocol
        real = protocol.send_continuation

        def noting(data: bytes, fin: bool) -> None:
            frames.append(len(data))
            real(data, fin)

        monkeypatch.setattr(protocol, "send_continuation", noting)
        request = LearnRequest(spec=SPEC, output=tmp_path / "a.rtpreset", pictures=(PICTURE,) * 50)
        assert isinstance(list(engine.run(request, threading.Event()))[-1], Finished)
        assert len(frames) > 9 and max(frames) <= 1000
        engine.close()


def test_a_server_ends_though_somebody_takes_nothing_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtedit_desktop.remote.server.FAREWELL_S", 0.3)

    def pictures(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        while not cancelled.is_set():
            yield DecodeStep(job_id=request.job_id, index=1, of=2, t=1, picture=LARGE)
        yield Cancelled(job_id=request.job_id)

    with serving(lambda: ScriptedEngine(pictures), tmp_path) as found:
        engine, relay = by_cable(found)
        events = engine.run(edit(), threading.Event())
        next(events)
        relay.jammed.set()
        (sender,) = threads_named("events of a job")
        until = time.monotonic() + PATIENCE_S
        while not stands_still(found, sender):
            assert time.monotonic() < until
    assert not sender.is_alive()
    relay.jammed.clear()
    events.close()  # type: ignore[attr-defined]
    engine.close()
    relay.close()


def stands_still(found: Serving, sender: threading.Thread) -> bool:
    """Whether what is sent to it waits in the middle of a message for a while."""
    (connection,) = found.server._open
    busy = connection.protocol_mutex.locked()
    time.sleep(0.2)
    return busy and connection.protocol_mutex.locked() and sender.is_alive()


def test_a_connection_that_takes_no_events_is_hung_up_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtedit_desktop.remote.engine_queue._STALLED_S", 0.1)

    def pictures(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        while not cancelled.is_set():
            yield DecodeStep(job_id=request.job_id, index=1, of=2, t=1, picture=LARGE)
        yield Cancelled(job_id=request.job_id)

    with serving(lambda: ScriptedEngine(pictures), tmp_path) as found:
        engine, relay = by_cable(found)
        events = engine.run(edit(), threading.Event())
        next(events)
        relay.jammed.set()
        until = time.monotonic() + PATIENCE_S
        while found.server._open:
            assert time.monotonic() < until
            time.sleep(0.05)
        relay.jammed.clear()
        events.close()  # type: ignore[attr-defined]
        engine.close()
        relay.close()


def test_what_was_learned_for_somebody_who_is_gone_is_forgotten(tmp_path: Path) -> None:
    learned, begun = LearnedPresets(), threading.Event()
    content = put(tmp_path / "a.rtpreset", "A").read_bytes()

    def learning(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        assert isinstance(request, LearnRequest)
        yield step(request, 1)
        begun.set()
        cancelled.wait(PATIENCE_S)  # until it is known there that they are gone
        yield Finished(job_id=request.job_id, preset=learned.put(request.output, content).path)

    with serving(lambda: ScriptedEngine(learning), tmp_path / "serve", learned=learned) as found:
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
    with serving(lambda: ScriptedEngine(finishing), tmp_path) as found:
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
    with serving(lambda: ScriptedEngine(finishing), tmp_path) as found:
        engine = RemoteEngine(found.host())
        (end,) = engine.run(edit(), threading.Event())
        assert isinstance(end, Failed)
        engine.close()
    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert "unexpected error" in record.getMessage() and record.exc_info is not None
    caplog.clear()


def test_what_is_asked_while_a_person_types_does_not_wait_for_a_computer_that_is_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    asked: list[str] = []
    computer = Computer(id="0" * 64, name="workstation", host="127.0.0.1", port=port)
    engine = RemoteEngine(Host(computer, "t" * 20), lambda url, purpose: asked.append(url))
    for request in (WarmUpRequest(pack="tiny"), RecallRequest(edits=(), picture=PICTURE), WarmUpRequest(pack="tiny")):
        (end,) = engine.run(request, threading.Event())
        assert isinstance(end, Failed) and "cannot be reached" in end.what
    assert len(asked) == 2, "the question in between is answered from what was found before"


def test_the_choice_holds_for_the_next_job(tmp_path: Path) -> None:
    def named(name: str) -> Callable[[], ScriptedEngine]:
        recipe = {"by": name}
        return lambda: ScriptedEngine(lambda request, stop: iter([Finished(job_id=request.job_id, recipe=recipe)]))

    made: list[ScriptedEngine] = []

    def make_here() -> ScriptedEngine:
        made.append(named("here")())
        return made[-1]

    def computed_by(engine: ChosenEngine) -> object:
        (end,) = engine.run(WarmUpRequest(pack="tiny"), threading.Event())
        assert isinstance(end, Finished), end
        return end.recipe["by"]

    hosts = Hosts(tmp_path, tmp_path / "settings.json")
    with serving(named("there"), tmp_path / "serve", pairing=True) as found:
        assert found.pairing is not None
        computer = hosts.pair(f"127.0.0.1:{found.server.port}", str(found.pairing.code))
        engine = ChosenEngine(make_here, hosts)
        hosts.choose(computer)
        assert computed_by(engine) == "there" and not made, "what is not needed is not made"
        hosts.choose(None)
        assert computed_by(engine) == "here"
        hosts.choose(computer)
        assert computed_by(engine) == "there" and made[0].closed_on, "its models are freed"
        hosts.forget(computer)
        assert computed_by(engine) == "here", "also where the settings still name it"
        hosts.path.write_text("nothing")
        hosts.choose(computer)
        (end,) = engine.run(WarmUpRequest(pack="tiny"), threading.Event())
        assert isinstance(end, Failed) and "cannot be read" in end.what
        engine.close()
