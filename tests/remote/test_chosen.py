"""Which computer computes: the choice, and what is known of one that is off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path

from support.fake_engine import FakeEngine
from support.remote_jobs import PICTURE
from support.serving import serving

from rtedit_desktop.core.engine_api import Computer
from rtedit_desktop.core.events import Failed, Finished
from rtedit_desktop.core.requests import RecallRequest, WarmUpRequest
from rtedit_desktop.remote.chosen import ChosenEngine
from rtedit_desktop.remote.client import RemoteEngine
from rtedit_desktop.remote.hosts import Host, Hosts


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
    def named(name: str) -> Callable[[], FakeEngine]:
        recipe = {"by": name}
        return lambda: FakeEngine(lambda request, stop: iter([Finished(job_id=request.job_id, recipe=recipe)]))

    made: list[FakeEngine] = []

    def make_here() -> FakeEngine:
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
