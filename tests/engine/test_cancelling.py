from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from support.nets.engines import (
    check_stream,
    edit,
    finished,
    loaded,
    new_engine,
    run,
    same_picture,
    weights,
)
from support.serving import ServedEngine

from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Adapting, Cancelled, DecodeStep, Event, Finished, Loading
from rtedit_desktop.core.requests import EditRequest, Request, WarmUpRequest
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog


def cancel_after(engine: Engine, request: Request, count: int) -> list[Event]:
    """Run a job and ask it to stop once ``count`` events came."""
    cancelled = threading.Event()
    events: list[Event] = []
    if count == 0:
        cancelled.set()
    for event in engine.run(request, cancelled):
        events.append(event)
        if len(events) == count:
            cancelled.set()
    check_stream(events, request)
    return events


@pytest.fixture(scope="module")
def whole(catalog: Catalog) -> tuple[list[Event], str]:
    """The events of an undisturbed job on a fresh engine, and the hash of the base."""
    engine = new_engine(catalog)
    return run(engine, edit()), weights(engine)


def test_a_job_stops_after_any_of_its_events(new_any: Callable[[], Engine], whole: tuple[list[Event], str]) -> None:
    events, base = whole
    *before_the_end, last = events
    assert isinstance(last, Finished)
    for count in range(len(before_the_end) + 1):
        engine = new_any()
        stopped = cancel_after(engine, edit(), count)
        assert isinstance(stopped[-1], Cancelled)
        assert [type(event) for event in stopped[:-1]] == [type(event) for event in events[:count]]
        again = finished(engine, edit())
        assert same_picture(again.picture, last.picture)
        where = engine.there if isinstance(engine, ServedEngine) else engine
        assert isinstance(where, TorchEngine) and weights(where) == base
        engine.close()


def test_the_weights_are_the_bases_when_cancelled_is_reported(
    engine: TorchEngine, whole: tuple[list[Event], str]
) -> None:
    _, base = whole
    run(engine, WarmUpRequest(pack="tiny"))
    for wanted in (Adapting, DecodeStep):
        cancelled = threading.Event()
        for event in engine.run(edit(), cancelled):
            if isinstance(event, wanted):
                assert not isinstance(event, Adapting) or event.step == 0
                cancelled.set()
            if isinstance(event, Cancelled):
                assert weights(engine) == base
                break
        else:
            raise AssertionError("the job was not cancelled")


@pytest.mark.parametrize("steps_before", [0, 1, 20])
def test_an_inversion_stops_within_one_step(
    engine: TorchEngine, monkeypatch: pytest.MonkeyPatch, steps_before: int
) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    pack = loaded(engine)
    cancelled = threading.Event()
    real, pack.denoiser.calls = pack.denoiser.net.forward, 0

    def forward(*args: object) -> object:
        if pack.denoiser.calls > steps_before:
            cancelled.set()
        return real(*args)

    monkeypatch.setattr(pack.denoiser.net, "forward", forward)
    events = list(engine.run(edit(encoding="deterministic"), cancelled))
    assert [type(event) for event in events] == [Cancelled]
    assert pack.denoiser.calls == steps_before + 1


def test_a_stop_during_a_network_call_ends_within_that_step(
    engine: TorchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    pack = loaded(engine)
    base = weights(engine)
    calls = 1 + 3 + 2 + 2  # the source's estimate, three steps, two decodes of two calls
    real = pack.denoiser.net.forward
    for at in range(1, calls + 1):
        cancelled = threading.Event()
        engine._cache.forget()
        pack.denoiser.calls = 0

        def forward(*args: object, at: int = at, cancelled: threading.Event = cancelled) -> object:
            if pack.denoiser.calls == at:
                cancelled.set()
            return real(*args)

        monkeypatch.setattr(pack.denoiser.net, "forward", forward)
        request = edit()
        events = list(engine.run(request, cancelled))
        check_stream(events, request)
        assert isinstance(events[-1], Cancelled)
        assert pack.denoiser.calls <= at + 1
        assert weights(engine) == base


def test_a_job_that_is_cancelled_before_it_starts_loads_nothing(engine: TorchEngine) -> None:
    for request in (edit(), WarmUpRequest(pack="tiny")):
        assert [type(event) for event in cancel_after(engine, request, 0)] == [Cancelled]
    assert engine.packs.loaded is None


def test_loading_can_be_cancelled_while_warming_up(any_engine: Engine) -> None:
    request = WarmUpRequest(pack="tiny")
    events = cancel_after(any_engine, request, 1)
    assert [type(event) for event in events] == [Loading, Cancelled]
    assert isinstance(run(any_engine, WarmUpRequest(pack="tiny"))[-1], Finished)


def test_other_strengths_are_cancelled_too(any_engine: Engine) -> None:
    finished(any_engine, edit())
    request: EditRequest = edit(strength=0.5)
    assert [type(event) for event in cancel_after(any_engine, request, 1)] == [DecodeStep, Cancelled]
    assert [type(event) for event in cancel_after(any_engine, request, 2)] == [DecodeStep, DecodeStep, Cancelled]
