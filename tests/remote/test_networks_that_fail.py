"""A network that fails without a word: nothing comes through, or nothing is taken any more."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from patience import PATIENCE_S
from support.fake_engine import FakeEngine
from support.remote_jobs import PICTURE, SPEC, Endless, edit, finishing
from support.serving import Serving, serving, threads_named

from rtedit_desktop.core.engine_api import Computer
from rtedit_desktop.core.events import Cancelled, DecodeStep, Event, Failed, Finished
from rtedit_desktop.core.requests import LearnRequest, Request, WarmUpRequest
from rtedit_desktop.remote.client import RemoteEngine
from rtedit_desktop.remote.hosts import Host


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
    with serving(lambda: FakeEngine(endless), tmp_path) as found:
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


LARGE = np.zeros((1024, 1024, 3), np.uint8)


def test_stopping_is_heard_while_a_message_goes_nowhere(tmp_path: Path) -> None:
    with serving(lambda: FakeEngine(finishing), tmp_path) as found:
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
    with serving(lambda: FakeEngine(finishing), tmp_path) as found:
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
    with serving(lambda: FakeEngine(endless), tmp_path) as found:
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
    with serving(lambda: FakeEngine(finishing), tmp_path) as found:
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

    with serving(lambda: FakeEngine(pictures), tmp_path) as found:
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

    with serving(lambda: FakeEngine(pictures), tmp_path) as found:
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
