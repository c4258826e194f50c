"""Learning on many pictures, keeping what one edit learned, applying and mixing."""

from __future__ import annotations

import io
import math
import os
import struct
import threading
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from support.nets import tiny_pack
from support.nets.engines import (
    SETTINGS,
    edit,
    failed,
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

from rtedit_desktop.core.edits import EditSpec, MixSpec, PresetUse, read_spec
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Adapting, Cancelled, DecodeStep, Finished, Loading
from rtedit_desktop.core.json_reader import Fields
from rtedit_desktop.core.requests import ApplyRequest, KeepRequest, LearnRequest, WarmUpRequest
from rtedit_desktop.engine.cache import LearnedCache
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.presets import LoadedPresets
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.format import read_info

LEARNING = replace(SETTINGS, iterations=6, learning_rate=2e-3)


def learn(output: Path, prompt: str = "smiling face", pictures: int = 4, **settings: object) -> LearnRequest:
    return LearnRequest(
        spec=EditSpec(
            prompt=prompt,
            source="face",
            pack="tiny",
            settings=replace(LEARNING, **settings),  # type: ignore[arg-type]
        ),
        output=output,
        title="My edit",
        pictures=tuple(picture(seed) for seed in range(pictures)),
    )


def apply(*uses: PresetUse, seed_of_picture: int = 50, seed: int = 0) -> ApplyRequest:
    return ApplyRequest(spec=MixSpec(pack="tiny", uses=uses, seed=seed), picture=picture(seed_of_picture))


@pytest.fixture(scope="module")
def smiling(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("presets") / "smiling.rtpreset"
    last = run(new_engine(catalog), learn(path))[-1]
    assert isinstance(last, Finished), last
    return path


def test_presets_stay_small_until_they_are_used(catalog: Catalog, smiling: Path, angry: Path) -> None:
    engine = new_engine(catalog)
    run(engine, WarmUpRequest(pack="tiny"))
    pack = loaded(engine)
    presets = LoadedPresets(expanded_bytes=1)
    smile, anger = presets.load([PresetUse(smiling), PresetUse(angry)], pack)
    assert (len(presets._read), len(presets._expanded)) == (2, 0)
    assert smile.expanded() is smile.expanded()
    size = presets._expanded.bytes
    assert anger.expanded().keys() and len(presets._expanded) == 1, "there is room for one"
    assert presets._read.bytes < size, "two of them, as they are in their files"
    (again,) = presets.load([PresetUse(smiling)], pack)
    assert again.info is smile.info, "its file is not read anew"


def test_a_preset_is_applied_without_the_text_model(catalog: Catalog, smiling: Path) -> None:
    engine = new_engine(catalog)
    finished(engine, apply(PresetUse(smiling)))
    pack = loaded(engine)
    assert pack.waits_for_text_model
    told = [str(event.what) for event in run(engine, edit()) if isinstance(event, Loading)]
    assert told == ["Tiny: the text model", "Tiny: ready"]
    assert not pack.waits_for_text_model
    assert not any(isinstance(event, Loading) for event in run(engine, edit(seed_of_picture=1)))


def test_a_file_that_came_meanwhile_stays(any_engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "a.rtpreset"
    path.write_bytes(b"somebody else's")
    last = run(any_engine, replace(learn(path, iterations=1), overwrite=False))[-1]
    assert isinstance(last, Finished)
    assert last.preset == tmp_path / "a 2.rtpreset"
    assert read_info(last.preset).title == "My edit"
    assert path.read_bytes() == b"somebody else's"


@pytest.fixture(scope="module")
def angry(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("presets") / "angry.rtpreset"
    last = run(new_engine(catalog), learn(path, "angry face", t0=450))[-1]
    assert isinstance(last, Finished), last
    return path


def test_learning_tells_how_far_it_is_and_writes_one_file(any_engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "my edit.rtpreset"
    events = run(any_engine, learn(path))
    assert [(e.step, e.of) for e in events if isinstance(e, Adapting)] == [(i, 6) for i in range(7)]
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.preset, last.instant) == (path, False)
    assert [p.name for p in tmp_path.iterdir()] == ["my edit.rtpreset"]
    info = read_info(path)
    assert (info.title, info.pictures) == ("My edit", 4)
    assert info.spec == EditSpec(pack="tiny", prompt="smiling face", source="face", settings=LEARNING)
    assert info.before is not None and info.after is not None
    assert not np.array_equal(info.before, info.after)


def test_a_preset_changes_a_picture_it_never_saw(any_engine: Engine, smiling: Path) -> None:
    events = run(any_engine, apply(PresetUse(smiling)))
    assert kinds(events) == ["Loading", "DecodeStep", "Finished"]
    last = events[-1]
    assert isinstance(last, Finished) and last.picture is not None and last.instant
    assert not np.array_equal(last.picture, picture(50))
    assert read_spec(Fields(last.recipe)) == MixSpec(pack="tiny", uses=(PresetUse(Path(smiling.name)),), seed=0)
    unchanged = run(any_engine, apply(PresetUse(smiling, 0.0)))[-1]
    assert isinstance(unchanged, Finished)
    assert same_picture(unchanged.picture, picture(50))


def test_strength_grows_the_change(any_engine: Engine, smiling: Path) -> None:
    distances = []
    for strength in (0.0, 0.4, 0.8, 1.2):
        last = run(any_engine, apply(PresetUse(smiling, strength)))[-1]
        assert isinstance(last, Finished) and last.picture is not None
        distances.append(float(np.abs(last.picture.astype(float) - picture(50)).mean()))
    none, *some, most = distances
    assert none < min(some) and max(some) < most  # between, a change may turn from a tint to a cover, and be nearer


def test_a_mix_costs_the_calls_of_one(engine: TorchEngine, smiling: Path, angry: Path) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    pack = loaded(engine)
    counts = []
    for new, uses in enumerate(((PresetUse(angry),), (PresetUse(smiling, 0.6), PresetUse(angry, 0.7)))):
        pack.denoiser.calls = 0  # of a picture that it knows, the base's own decode is kept
        assert isinstance(run(engine, apply(*uses, seed=7000 + new))[-1], Finished)
        counts.append(pack.denoiser.calls)
    assert counts[0] == counts[1]


def test_a_mix_is_decoded_from_the_highest_t0(any_engine: Engine, smiling: Path, angry: Path) -> None:
    for uses in ((PresetUse(smiling), PresetUse(angry)), (PresetUse(angry), PresetUse(smiling))):
        events = run(any_engine, apply(*uses))
        assert next(e for e in events if isinstance(e, DecodeStep)).t == 450


def test_the_base_is_back_after_applying_and_learning(engine: TorchEngine, smiling: Path, tmp_path: Path) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before = weights(engine)
    run(engine, apply(PresetUse(smiling, 1.5)))
    assert weights(engine) == before
    run(engine, learn(tmp_path / "x.rtpreset"))
    assert weights(engine) == before


def test_the_same_seed_gives_the_same_picture(catalog: Catalog, engine: TorchEngine, smiling: Path) -> None:
    one, same = (picture_of(run(e, apply(PresetUse(smiling), seed=5))[-1]) for e in (engine, new_engine(catalog)))
    assert np.array_equal(one, same)
    other = run(engine, apply(PresetUse(smiling), seed=6))[-1]
    assert not np.array_equal(one, picture_of(other))


def test_keeping_an_edit_learns_nothing_again(any_engine: Engine, tmp_path: Path) -> None:
    request = edit(preserve=False)
    result = finished(any_engine, request)
    path = tmp_path / "kept.rtpreset"
    events = run(any_engine, KeepRequest(edit=request, output=path, title="Kept"))
    assert "Adapting" not in kinds(events)
    last = events[-1]
    assert isinstance(last, Finished) and last.preset == path and last.instant
    assert read_info(path).pictures == 1
    again = run(any_engine, replace(apply(PresetUse(path), seed=7), picture=picture(0)))[-1]
    assert isinstance(again, Finished) and again.picture is not None and result.picture is not None
    far = np.abs(result.picture.astype(float) - picture(0)).mean()
    assert np.abs(again.picture.astype(float) - result.picture).mean() < 0.8 * far


def test_keeping_an_edit_that_was_forgotten_learns_it_again(any_engine: Engine, tmp_path: Path) -> None:
    events = run(any_engine, KeepRequest(edit=edit(), output=tmp_path / "kept.rtpreset"))
    assert "Adapting" in kinds(events)
    assert read_info(tmp_path / "kept.rtpreset").title == "smiling face"


def test_the_same_prompt_on_the_same_pictures_is_instant(catalog: Catalog, tmp_path: Path) -> None:
    def engine() -> TorchEngine:
        return TorchEngine(catalog, Device(torch.device("cpu")), LearnedCache(tmp_path / "cache"))

    run(engine(), learn(tmp_path / "a.rtpreset"))
    events = run(engine(), learn(tmp_path / "b.rtpreset"))
    assert "Adapting" not in kinds(events)
    assert isinstance(events[-1], Finished) and events[-1].instant
    assert "Adapting" in kinds(run(engine(), learn(tmp_path / "c.rtpreset", pictures=3)))


def test_learning_goes_on_after_a_crash(catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtedit_desktop.engine.checkpoint.EVERY_SECONDS", 0.0)
    monkeypatch.setattr("rtedit_desktop.engine.checkpoint.SHARE", math.inf)
    cache = LearnedCache(tmp_path / "cache")
    whole = TorchEngine(catalog, Device(torch.device("cpu")), LearnedCache(tmp_path / "other"))
    expected = run(whole, learn(tmp_path / "whole.rtpreset"))[-1]
    crashed = TorchEngine(catalog, Device(torch.device("cpu")), cache).run(
        learn(tmp_path / "a.rtpreset"), threading.Event()
    )
    for event in crashed:
        if isinstance(event, Adapting) and event.step == 4:
            break
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".progress"]
    after = TorchEngine(catalog, Device(torch.device("cpu")), cache)
    events = run(after, learn(tmp_path / "a.rtpreset"))
    assert next(e.step for e in events if isinstance(e, Adapting) and e.step) > 1
    last = events[-1]
    assert isinstance(last, Finished) and isinstance(expected, Finished)
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".learned"]
    for name in ("before", "after"):
        assert np.array_equal(
            getattr(read_info(tmp_path / "a.rtpreset"), name), getattr(read_info(tmp_path / "whole.rtpreset"), name)
        )


def test_a_cancelled_learning_leaves_no_file(engine: TorchEngine, tmp_path: Path) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before = weights(engine)
    cancelled = threading.Event()
    events = []
    for event in engine.run(learn(tmp_path / "a.rtpreset"), cancelled):
        events.append(event)
        if isinstance(event, Adapting) and event.step == 2:
            cancelled.set()
    assert isinstance(events[-1], Cancelled)
    assert list(tmp_path.iterdir()) == []
    assert weights(engine) == before


def test_the_packs_own_pictures_are_learned_on(tmp_path: Path) -> None:
    sheet = io.BytesIO()
    cells = np.concatenate([np.concatenate([picture(2 * r + c) for c in range(2)], 1) for r in range(2)])
    Image.fromarray(cells).save(sheet, "PNG")
    tiny_pack.write(tmp_path / "packs" / "tiny", others={"pictures.png": sheet.getvalue()})
    engine = new_engine(Catalog([tmp_path / "packs"]))
    request = learn(tmp_path / "own.rtpreset", pictures=0)
    assert isinstance(run(engine, request)[-1], Finished)
    assert read_info(tmp_path / "own.rtpreset").pictures == 4


@pytest.mark.parametrize("kind", ["postscript", "bomb", "jpeg"])
def test_pictures_of_a_pack_are_png_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    called = tmp_path / "called"
    (tmp_path / "gs").write_text(f"#!/bin/sh\ntouch {called}\n")
    (tmp_path / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    sheet = io.BytesIO()
    Image.new("RGB", (64, 64)).save(sheet, "JPEG" if kind == "jpeg" else "PNG")
    data = sheet.getvalue()
    if kind == "postscript":
        data = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n%%EndComments\nshowpage\n%%EOF\n"
    elif kind == "bomb":
        head = b"IHDR" + struct.pack(">II", 65_536, 65_536) + data[24:29]
        data = data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]
    tiny_pack.write(tmp_path / "packs" / "tiny", others={"pictures.png": data})
    last = failed(new_engine(Catalog([tmp_path / "packs"])), learn(tmp_path / "own.rtpreset", pictures=0))
    assert "pictures of the pack" in last.what and "damaged" in last.what
    assert not called.exists()


def test_a_pack_without_pictures_says_so(any_engine: Engine, tmp_path: Path) -> None:
    last = failed(any_engine, learn(tmp_path / "a.rtpreset", pictures=0))
    assert "no pictures of its own" in last.what


def test_bad_requests_are_refused_before_time_is_spent(engine: TorchEngine, smiling: Path, tmp_path: Path) -> None:
    for request in (
        learn(tmp_path / "a.rtpreset", "face"),
        learn(tmp_path / "a.rtpreset", "zebra face"),
        apply(),
        apply(PresetUse(smiling, 1.6)),
        apply(PresetUse(smiling, float("nan"))),
        apply(PresetUse(tmp_path / "missing.rtpreset")),
    ):
        failed(engine, request)
    assert list(tmp_path.iterdir()) == []


def test_a_preset_of_another_base_is_refused(tmp_path: Path, smiling: Path) -> None:
    tiny_pack.write(tmp_path / "tiny", seed=1)
    last = failed(new_engine(Catalog([tmp_path])), apply(PresetUse(smiling)))
    assert last.details.startswith("PresetMismatch")


def test_a_preset_that_changed_on_disk_is_read_again(any_engine: Engine, smiling: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.rtpreset"
    path.write_bytes(smiling.read_bytes())
    assert isinstance(run(any_engine, apply(PresetUse(path)))[-1], Finished)
    path.write_bytes(b"\0" * 100)
    assert failed(any_engine, apply(PresetUse(path))).details.startswith("PresetDamaged")


def test_a_folder_that_takes_no_file_fails_in_words(any_engine: Engine, tmp_path: Path) -> None:
    last = failed(any_engine, learn(tmp_path / "nowhere" / "a.rtpreset"))
    assert last.details.startswith("SaveError")
