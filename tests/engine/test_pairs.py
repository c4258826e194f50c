"""Learning an edit from pictures before and after it, through the engine."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from support.nets.engines import (
    SETTINGS,
    new_engine,
    picture,
    run,
    same_picture,
    weights,
)

from rtedit_desktop.core.edits import EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.events import Adapting, Cancelled, Finished, Notice
from rtedit_desktop.core.requests import ApplyRequest, LearnRequest, Pair, WarmUpRequest
from rtedit_desktop.diffusion.pairs import fitting
from rtedit_desktop.diffusion.pairs.best_application import CANDIDATES
from rtedit_desktop.diffusion.pairs.pairs import Pairs
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.format import read_info

LEARNING = replace(SETTINGS, iterations=6, learning_rate=2e-3, noise_draws=4, steps=2)


def pair(seed: int) -> Pair:
    before = picture(seed)
    after = before.copy()
    after[8:20] = (20, 20, 200)
    return Pair(before, after)


def learn(output: Path, count: int = 6, **settings: object) -> LearnRequest:
    return LearnRequest(
        spec=EditSpec(
            prompt="a blue stripe that no text model knows",
            source="face",
            pack="tiny",
            settings=replace(LEARNING, **settings),  # type: ignore[arg-type]
        ),
        output=output,
        title="Stripe",
        pairs=tuple(pair(seed) for seed in range(count)),
    )


@pytest.mark.parametrize("count", [1, 3, 6])
def test_any_number_of_pairs_becomes_a_preset(engine: TorchEngine, tmp_path: Path, count: int) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before = weights(engine)
    events = run(engine, learn(tmp_path / "stripe.rtpreset", count))
    last = events[-1]
    assert isinstance(last, Finished), last
    assert [event.step for event in events if isinstance(event, Adapting)] == list(range(1, 7))
    assert weights(engine) == before
    info = read_info(tmp_path / "stripe.rtpreset")
    assert (info.title, info.pictures) == ("Stripe", count)
    assert info.spec.settings.t0 in CANDIDATES
    assert info.score == pytest.approx(last.score or 0.0)
    request = ApplyRequest(spec=MixSpec(pack="tiny", uses=(PresetUse(info.path),)), picture=picture(50))
    assert isinstance(run(engine, request)[-1], Finished)
    assert weights(engine) == before


def test_the_same_request_teaches_the_same(catalog: Catalog, tmp_path: Path) -> None:
    presets = []
    for name in ("a", "b"):
        last = run(new_engine(catalog), learn(tmp_path / f"{name}.rtpreset"))[-1]
        assert isinstance(last, Finished), last
        spec = MixSpec(pack="tiny", uses=(PresetUse(last.preset or Path()),))
        presets.append(ApplyRequest(spec=spec, picture=picture(50)))
    first, second = (run(new_engine(catalog), request)[-1] for request in presets)
    assert isinstance(first, Finished) and isinstance(second, Finished)
    assert same_picture(first.picture, second.picture)


def test_cancelling_leaves_no_preset_and_the_base_as_it_was(engine: TorchEngine, tmp_path: Path) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before, cancelled, events = weights(engine), threading.Event(), []
    for event in engine.run(learn(tmp_path / "a.rtpreset", iterations=50), cancelled):
        events.append(event)
        if isinstance(event, Adapting) and event.step == 2:
            cancelled.set()
    assert isinstance(events[-1], Cancelled)
    assert len([event for event in events if isinstance(event, Adapting)]) == 2
    assert not list(tmp_path.iterdir())
    assert weights(engine) == before


def test_where_memory_is_short_fewer_pictures_are_learned_at_a_time(
    engine: TorchEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    whole = fitting._loss

    def short(denoiser: object, pairs: Pairs, *rest: object) -> object:
        batches.append(len(pairs.before))
        if len(pairs.before) > 1:
            raise torch.OutOfMemoryError("out of memory")
        return whole(denoiser, pairs, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(fitting, "_loss", short)
    events = run(engine, learn(tmp_path / "a.rtpreset"))
    assert isinstance(events[-1], Finished)
    assert batches == [4] + [1] * 6
    assert len([event for event in events if isinstance(event, Notice)]) == 1
