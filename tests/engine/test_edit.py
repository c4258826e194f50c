from __future__ import annotations

import json
import math
import shutil
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pytest
import torch
from patience import PATIENCE_S
from support.nets.engines import (
    edit,
    finished,
    kinds,
    loaded,
    new_engine,
    picture,
    picture_of,
    run,
    same_picture,
    weights,
)

from rtedit_desktop.core.edits import read_spec
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Adapting, DecodeStep, Event, Finished, Loading
from rtedit_desktop.core.json_reader import Fields
from rtedit_desktop.core.requests import EditRequest, RecallRequest, WarmUpRequest
from rtedit_desktop.diffusion.edit import Learned
from rtedit_desktop.diffusion.pictures import to_pixels, to_tensor
from rtedit_desktop.diffusion.sampling import decode
from rtedit_desktop.engine.cache import LearnedCache
from rtedit_desktop.engine.machine.devices import Device, best_device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support.paths import write_atomically


def test_it_is_an_engine(any_engine: Engine) -> None:
    protocol: Engine = any_engine
    assert protocol


def test_events_come_in_order_and_say_what_they_promise(any_engine: Engine) -> None:
    request = edit()
    events = run(any_engine, request)
    assert kinds(events) == ["Loading", "Adapting", "DecodeStep", "Finished"]

    loading = [event for event in events if isinstance(event, Loading)]
    assert [event.fraction for event in loading] == sorted(event.fraction for event in loading)
    assert (loading[0].fraction, loading[-1].fraction) == (0.0, 1.0)
    assert all("Tiny" in event.what for event in loading)

    adapting = [event for event in events if isinstance(event, Adapting)]
    assert [(event.step, event.of) for event in adapting] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    begin, *adapting = adapting
    assert begin.preview is None and math.isinf(begin.seconds_left), "the first step of a large model takes a while"
    for event in adapting:
        assert -1 <= event.score <= 1
        assert event.seconds_left >= 0
        assert event.preview is not None
        assert (event.preview.shape, event.preview.dtype) == ((32, 32, 3), np.uint8)
    assert adapting[-1].seconds_left == 0

    decoding = [event for event in events if isinstance(event, DecodeStep)]
    assert [(event.index, event.of, event.t) for event in decoding] == [(1, 2, 350), (2, 2, 175)]
    assert all((event.picture.shape, event.picture.dtype) == ((32, 32, 3), np.uint8) for event in decoding)

    last = events[-1]
    assert isinstance(last, Finished)
    assert same_picture(last.picture, decoding[-1].picture)
    assert last.steps_taken == 3
    assert last.score == max(event.score for event in adapting)
    assert set(last.seconds) >= {"encode", "adapt", "decode", "total"}
    assert all(spent >= 0 for spent in last.seconds.values())


def test_the_recipe_repeats_the_result(any_engine: Engine) -> None:
    request = edit()
    recipe = finished(any_engine, request).recipe
    assert recipe["prompt"] == "smiling face"
    assert recipe["source"] == "face"
    assert (recipe["pack"], recipe["pack_version"]) == ("tiny", "0.1")
    assert recipe["settings"] == asdict(request.spec.settings)
    assert read_spec(Fields(recipe)) == request.spec


def test_the_callers_picture_is_left_alone(any_engine: Engine) -> None:
    request = edit()
    request.picture.flags.writeable = False
    finished(any_engine, request)
    assert np.array_equal(request.picture, picture())


@pytest.mark.parametrize("source_image", ["clean", "estimate"])
@pytest.mark.parametrize("encoding", ["stochastic", "deterministic"])
def test_every_way_to_encode_and_compare_finishes(any_engine: Engine, encoding: str, source_image: str) -> None:
    result = finished(any_engine, edit(encoding=encoding, source_image=source_image, preserve=False))
    assert not same_picture(result.picture, picture())
    base = finished(any_engine, edit(encoding=encoding, source_image=source_image, preserve=False, strength=0.0))
    assert not same_picture(result.picture, base.picture)


def test_how_a_picture_is_encoded_changes_the_result(engine: TorchEngine) -> None:
    ways: list[dict[str, Any]] = [
        {}, {"encoding": "deterministic"}, {"source_image": "clean"}, {"seed": 8}, {"t0": 300},
    ]  # fmt: skip
    results = [picture_of(finished(engine, edit(preserve=False, **given))).tobytes() for given in ways]
    assert len(set(results)) == len(results)


@pytest.mark.parametrize(("every", "steps"), [(0, []), (2, [1, 2, 4]), (1, [1, 2, 3, 4]), (9, [1])])
def test_previews_come_when_asked_for(any_engine: Engine, every: int, steps: list[int]) -> None:
    events = run(any_engine, edit(iterations=4, preview_every=every))
    assert [e.step for e in events if isinstance(e, Adapting) and e.preview is not None] == steps


@pytest.mark.parametrize(("steps", "skip_last", "ts"), [(1, True, [350]), (3, False, [350, 175, 0]), (2, True, [350])])
def test_decode_steps_are_the_sequence(any_engine: Engine, steps: int, skip_last: bool, ts: list[int]) -> None:
    events = run(any_engine, edit(steps=steps, skip_last=skip_last))
    assert [e.t for e in events if isinstance(e, DecodeStep)] == ts


def test_one_iteration_is_an_edit_too(any_engine: Engine) -> None:
    changed = finished(any_engine, edit(iterations=1, preserve=False))
    base = finished(any_engine, edit(iterations=1, preserve=False, strength=0.0))
    assert changed.steps_taken == 1
    assert not same_picture(changed.picture, base.picture)


def test_the_same_seed_gives_the_same_bytes_whatever_ran_before(new_any: Callable[[], Engine]) -> None:
    first = finished(new_any(), edit()).picture
    busy = new_any()
    finished(busy, edit(seed_of_picture=1, prompt="old face", encoding="deterministic"))
    finished(busy, edit(seed=8))
    assert same_picture(finished(busy, edit()).picture, first)
    assert same_picture(finished(busy, edit()).picture, first)
    assert not same_picture(finished(busy, edit(seed=9)).picture, first)


def test_a_job_leaves_the_global_randomness_alone(engine: TorchEngine) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before = torch.get_rng_state()
    finished(engine, edit())
    assert torch.equal(torch.get_rng_state(), before)


def test_what_was_learned_is_used_again_for_another_strength_only(any_engine: Engine) -> None:
    full = finished(any_engine, edit(preserve=False))
    others: list[dict[str, Any]] = [
        {"strength": 0.5}, {"steps": 2}, {"preserve": True}, {"skip_last": False}, {"preview_every": 0},
    ]  # fmt: skip
    for again in others:
        assert kinds(run(any_engine, edit(**{"preserve": False, **again}))) == ["DecodeStep", "Finished"]
    half = finished(any_engine, edit(preserve=False, strength=0.5))
    assert (half.score, half.steps_taken) == (full.score, full.steps_taken)
    assert not same_picture(half.picture, full.picture)
    for other in (
        edit(seed_of_picture=1),
        edit(prompt="old face"),
        edit(source="a face"),
        edit(seed=8),
        edit(t0=351),
        edit(iterations=4),
        edit(noise_draws=3),
        edit(encoding="deterministic"),
    ):
        assert "Adapting" in kinds(run(any_engine, other))


def test_another_strength_decodes_once(engine: TorchEngine) -> None:
    finished(engine, edit())
    pack = loaded(engine)
    pack.denoiser.calls = 0
    finished(engine, edit(strength=0.5))
    assert pack.denoiser.calls == 2
    finished(engine, edit(strength=0.5, steps=4))
    assert pack.denoiser.calls == 2 + 2 * 3


def test_a_result_from_what_was_learned_equals_a_fresh_one(new_any: Callable[[], Engine]) -> None:
    used, fresh = new_any(), new_any()
    finished(used, edit())
    again = finished(used, edit(strength=0.6, steps=4))
    assert same_picture(again.picture, finished(fresh, edit(strength=0.6, steps=4)).picture)


def test_pictures_of_other_shapes_with_the_same_bytes_are_others(any_engine: Engine) -> None:
    pixels = picture(size=32)
    spec = edit(prompt="old face").spec
    for shape in ((32, 32, 3), (16, 64, 3)):
        request = EditRequest(spec=spec, picture=pixels.reshape(shape))
        assert "Adapting" in kinds(run(any_engine, request))


def test_only_the_latest_learning_is_kept(catalog: Catalog, engine: TorchEngine) -> None:
    short: dict[str, Any] = {"iterations": 1, "noise_draws": 1, "steps": 1}
    finished(engine, edit(seed=0, **short))
    one = engine._cache._latest.bytes
    weights_of_it = sum(p.numel() for p in loaded(engine).denoiser.net.parameters())
    assert one < 2.1 * weights_of_it, "in half precision"
    engine = TorchEngine(catalog, Device(torch.device("cpu")), LearnedCache(in_memory=int(2.5 * one)))
    for seed in (0, 1, 0, 2):
        finished(engine, edit(seed=seed, **short))
    assert len(engine._cache._latest) == 2
    assert "Adapting" not in kinds(run(engine, edit(seed=0, **short)))
    assert "Adapting" in kinds(run(engine, edit(seed=1, **short)))


def test_the_picture_is_made_before_what_was_learned_is_written(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[Event] = []
    seen: list[list[str]] = []
    may_write = threading.Event()

    def slowly(path: Path, write: Callable[[BinaryIO], None]) -> None:
        assert may_write.wait(PATIENCE_S)
        write_atomically(path, write)

    def noting(self: LearnedCache, key: str, learned: Learned) -> None:
        seen.append(kinds(events))
        put_behind(self, key, learned)

    put_behind = LearnedCache.put_behind
    monkeypatch.setattr(LearnedCache, "put_behind", noting)
    monkeypatch.setattr("rtedit_desktop.engine.cache.write_atomically", slowly)
    engine = TorchEngine(catalog, Device(torch.device("cpu")), LearnedCache(tmp_path))
    for event in engine.run(edit(), threading.Event()):
        events.append(event)
    assert seen == [["Loading", "Adapting", "DecodeStep"]]
    assert isinstance(events[-1], Finished) and not list(tmp_path.iterdir()), "nobody waited for the disk"
    assert "Adapting" not in kinds(list(engine.run(edit(), threading.Event())))
    may_write.set()
    engine.close()
    assert [path.suffix for path in tmp_path.iterdir()] == [".learned"]


def test_strength_0_that_preserves_is_the_picture(any_engine: Engine) -> None:
    for encoding in ("stochastic", "deterministic"):
        result = finished(any_engine, edit(strength=0.0, preserve=True, encoding=encoding))
        assert same_picture(result.picture, picture())


def test_strength_0_that_does_not_preserve_is_the_base_decode(engine: TorchEngine) -> None:
    result = finished(engine, edit(strength=0.0, preserve=False))
    pack, ((learned, _),) = loaded(engine), engine._cache._latest._kept.values()
    *_, last = decode(pack.denoiser, learned.x_t, 350, 3, skip_last=True)
    assert same_picture(result.picture, to_pixels(last.x0))


def test_the_base_is_back_after_a_job(engine: TorchEngine) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before = weights(engine)
    finished(engine, edit())
    assert weights(engine) == before
    finished(engine, edit(strength=1.5))
    assert weights(engine) == before


def test_an_abandoned_job_gives_the_base_back(engine: TorchEngine) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before = weights(engine)
    undisturbed = finished(new_engine(engine._catalog), edit())
    for count in range(1, 6):
        engine._cache.forget()
        events = engine.run(edit(), threading.Event())
        for _ in range(count):
            next(events)
        events.close()  # type: ignore[attr-defined]
        assert weights(engine) == before
    assert same_picture(finished(engine, edit()).picture, undisturbed.picture)


def test_larger_pictures_are_resized(any_engine: Engine) -> None:
    request = replace(edit(), picture=picture(size=50))
    assert picture_of(finished(any_engine, request)).shape == (32, 32, 3)


def test_warming_up_loads_once_and_makes_no_picture(any_engine: Engine) -> None:
    events = run(any_engine, WarmUpRequest(pack="tiny"))
    assert kinds(events) == ["Loading", "Finished"]
    assert isinstance(events[-1], Finished)
    assert events[-1].picture is None
    assert kinds(run(any_engine, WarmUpRequest(pack="tiny"))) == ["Finished"]
    assert kinds(run(any_engine, edit())) == ["Adapting", "DecodeStep", "Finished"]


def test_closing_frees_the_models(engine: TorchEngine) -> None:
    first = finished(engine, edit()).picture
    engine.close()
    assert "Loading" in kinds(run(engine, WarmUpRequest(pack="tiny")))
    assert same_picture(finished(engine, edit()).picture, first)


def test_the_best_device_finishes_an_edit(catalog: Catalog) -> None:
    assert finished(TorchEngine(catalog, best_device()), edit()).picture is not None


def test_pixels_survive_the_way_to_a_tensor_and_back() -> None:
    every = np.arange(256, dtype=np.uint8).repeat(3).reshape(16, 16, 3)
    x = to_tensor(every, 16)
    assert (x.min(), x.max()) == (-1, 1)
    assert np.array_equal(to_pixels(x), every)
    assert to_pixels(x * 3).min() == 0


def test_refining_goes_on_from_its_timestep_and_changes_nothing_at_strength_0(any_engine: Engine) -> None:
    events = run(any_engine, edit(refine_from=200, steps=4, skip_last=True))
    assert [event.t for event in events if isinstance(event, DecodeStep)] == [350, 200, 133, 66]
    again = run(any_engine, edit(refine_from=200, steps=4, strength=0.0))
    assert "Adapting" not in kinds(again)
    assert isinstance(again[-1], Finished) and again[-1].picture is not None
    assert np.array_equal(again[-1].picture, picture())


def test_overshoot_lengthens_what_was_learned(engine: TorchEngine) -> None:
    ways: list[dict[str, Any]] = [{"overshoot": 0.5}, {"strength": 0.5}, {}]
    shorter, weaker, whole = (picture_of(finished(engine, edit(**how))).astype(int) for how in ways)
    difference = np.abs(shorter - weaker)  # a delta is kept in half precision, and the half of it rounds in its own way
    assert difference.max() <= 1 and difference.mean() < 0.01
    assert np.abs(shorter - whole).mean() > 0.1


def test_a_prompt_in_another_language_is_the_same_edit(tiny_pack: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_pack, tmp_path / "packs" / "tiny"))
    layout = json.loads((folder / "manifest.json").read_text("utf-8"))
    layout["languages"] = {"de": {"words": {"smiling": ["lachendes"], "face": ["Gesicht"]}}}
    (folder / "manifest.json").write_text(json.dumps(layout), "utf-8")
    engine = TorchEngine(Catalog([folder.parent]), best_device())
    english = finished(engine, edit(prompt="smiling face"))
    german = edit(prompt="lachendes Gesicht", source="Gesicht")
    *_, told = run(engine, RecallRequest(edits=(german.spec,), picture=german.picture))
    assert isinstance(told, Finished) and told.known == (True,)
    again = finished(engine, german)
    assert again.instant and same_picture(again.picture, english.picture)
    assert again.recipe["prompt"] == "smiling face" and again.recipe["source"] == "face"
    engine.close()


def test_what_was_learned_in_another_precision_of_decoding_is_learned_anew(catalog: Catalog, tmp_path: Path) -> None:
    """The estimates that are learned from are decoded, too."""
    for decoding in (torch.bfloat16, None):
        engine = TorchEngine(catalog, Device(torch.device("cpu"), decoding=decoding), LearnedCache(tmp_path))
        assert "Adapting" in kinds(run(engine, edit()))
        engine.close()
