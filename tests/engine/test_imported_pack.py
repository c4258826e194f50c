"""Packs made from official checkpoints, through the whole engine: noise is predicted, pixels are seen as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import save_file
from support.nets.engines import (
    edit,
    failed,
    finished,
    kinds,
    loaded,
    new_engine,
    run,
    same_picture,
    weights,
)
from support.nets.recomputing import recomputes_blocks
from support.nets.reference_nets import ADM, DDPM, seeded
from support.nets.tiny_clip import TINIER, TINY
from torch import nn

from rtedit_desktop.core.events import Finished, Notice
from rtedit_desktop.core.requests import EditRequest, RecallRequest, WarmUpRequest
from rtedit_desktop.diffusion import adaptation
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.convert.conversion import convert
from rtedit_desktop.packs.manifest import shared_parts
from rtedit_desktop.packs.manifest.shared_parts import PARTS, SMALL, USUAL, Part
from rtedit_desktop.support import settings

NETS: dict[str, Callable[[], nn.Module]] = {
    "celebahq-256": lambda: DDPM(32, (1, 2), 1, (1,)),
    "afhq-dog-256": lambda: ADM(32, (1, 2), 1, (1,)),
    "imagenet-512": lambda: ADM(64, (0.5, 1), 1, (1,), classes=5),
}


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(PARTS, USUAL, TINY)  # type: ignore[arg-type]
    monkeypatch.setitem(PARTS, SMALL, TINIER)  # type: ignore[arg-type]


def imported(tmp_path: Path, id: str) -> Catalog:
    """A catalog with the pack alone; its CLIP is not there yet."""
    torch.save(seeded(NETS[id]()).state_dict(), tmp_path / "net.pt")
    list(convert(tmp_path / "net.pt", tmp_path / "packs" / id, id))
    return Catalog([tmp_path / "packs"])


def with_clip(tmp_path: Path, part: Part = TINY) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        clip = open_clip.CLIP(**part.config, quick_gelu=True)
    save_file(clip.state_dict(), tmp_path / "clip.safetensors")
    list(convert(tmp_path / "clip.safetensors", shared_parts.folder(part.name), part.name))


def asked(engine: TorchEngine, id: str, **settings: object) -> EditRequest:
    """The pack's first suggestion with its own settings, as the window would run it."""
    info = engine._catalog.manifest(id).info
    first = info.suggestions[0]
    own = info.settings_for(first.prompt, iterations=3, preview_every=1, **settings)
    request = edit(prompt=first.prompt, source=first.source or info.source)
    return replace(request, spec=replace(request.spec, pack=id, settings=own))


@pytest.mark.parametrize("id", NETS)
def test_an_edit(tmp_path: Path, id: str) -> None:
    catalog = imported(tmp_path, id)
    with_clip(tmp_path)
    engine = new_engine(catalog)
    run(engine, WarmUpRequest(pack=id))
    before = weights(engine)
    request = asked(engine, id, preserve=False)
    events = run(engine, request)
    assert kinds(events)[-1] == "Finished", events[-1]
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.picture is not None
    assert end.picture.shape[:2] == (16, 16)
    assert weights(engine) == before
    still = replace(request.spec, settings=replace(request.spec.settings, strength=0.0))
    unchanged = finished(engine, replace(request, spec=still))
    assert unchanged.picture is not None
    assert not np.array_equal(unchanged.picture, end.picture)


def test_without_its_clip_the_pack_says_what_to_get(tmp_path: Path) -> None:
    catalog = imported(tmp_path, "celebahq-256")
    assert catalog.packs() == []
    (problem,) = catalog.problems
    assert "needs the text model CLIP tiny" in problem.what
    assert "nobody/tiny" in problem.todo
    engine = new_engine(catalog)
    end = failed(engine, replace(edit(), spec=replace(edit().spec, pack="celebahq-256")))
    assert end.what == problem.what
    with_clip(tmp_path)
    assert [pack.id for pack in catalog.packs()] == ["celebahq-256"]
    finished(engine, asked(engine, "celebahq-256"))


def test_the_small_clip_stands_in_for_the_usual_one_where_it_alone_is_here(tmp_path: Path) -> None:
    catalog = imported(tmp_path, "celebahq-256")
    with_clip(tmp_path, TINIER)
    assert [pack.id for pack in catalog.packs()] == ["celebahq-256"] and not catalog.problems
    engine = new_engine(catalog)
    events = run(engine, asked(engine, "celebahq-256"))
    assert [event.text for event in events if isinstance(event, Notice) and "CLIP tinier" in event.text]
    end = events[-1]
    assert isinstance(end, Finished) and end.recipe["text_model"] == SMALL
    assert loaded(engine).clip_sha256 == shared_parts.record(SMALL).sha256
    with_clip(tmp_path)
    end = finished(engine, asked(engine, "celebahq-256"))
    assert end.recipe["text_model"] == USUAL and end.recipe["text_model_sha256"] == shared_parts.record(USUAL).sha256
    assert loaded(engine).clip_sha256 == shared_parts.record(USUAL).sha256


def test_a_person_short_of_memory_chooses_the_small_clip(tmp_path: Path) -> None:
    catalog = imported(tmp_path, "celebahq-256")
    with_clip(tmp_path)
    engine = new_engine(catalog)
    first = finished(engine, asked(engine, "celebahq-256"))
    settings.change(text_model="small")
    assert finished(engine, asked(engine, "celebahq-256")).instant, "it is not installed: nothing changes"
    with_clip(tmp_path, TINIER)
    known = asked(engine, "celebahq-256")
    (told,) = run(engine, RecallRequest(edits=(known.spec,), picture=known.picture))
    assert isinstance(told, Finished) and told.known == (False,), "it was learned with the other one"
    events = run(engine, asked(engine, "celebahq-256"))
    assert not [event for event in events if isinstance(event, Notice) and "CLIP tinier" in event.text], "it was wished"
    other = events[-1]
    assert isinstance(other, Finished)
    assert not other.instant, "another guide teaches another edit"
    assert loaded(engine).clip_sha256 == shared_parts.record(SMALL).sha256
    settings.change(text_model="usual")
    again = finished(engine, asked(engine, "celebahq-256"))
    assert again.instant and same_picture(again.picture, first.picture)


def test_another_clip_is_another_guide(tmp_path: Path) -> None:
    catalog = imported(tmp_path, "celebahq-256")
    with_clip(tmp_path)
    engine = new_engine(catalog)
    run(engine, WarmUpRequest(pack="celebahq-256"))
    record = shared_parts.record(USUAL)
    assert loaded(engine).clip_sha256 == record.sha256
    path = shared_parts.folder(USUAL) / "clip.safetensors"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    assert "clip.safetensors" in failed(new_engine(catalog), asked(engine, "celebahq-256")).what


@pytest.mark.parametrize(("id", "learning"), [*((id, None) for id in NETS), ("celebahq-256", torch.bfloat16)])
def test_with_very_little_memory_the_same_is_learned_more_slowly(
    tmp_path: Path, id: str, learning: torch.dtype | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = imported(tmp_path, id)
    with_clip(tmp_path)
    device = Device(torch.device("cpu"), learning)
    engine = TorchEngine(catalog, device)
    request = asked(engine, id, noise_draws=1, crops=1, preserve=False)
    expected = finished(engine, request)
    real, recomputed = adaptation.adapt, []

    def adapt(*args, **keywords):  # type: ignore[no-untyped-def]
        net = args[0].net
        recomputed.append(recomputes_blocks(net))
        for step in real(*args, **keywords):
            if not recomputes_blocks(net) and step.number > 1:
                raise torch.OutOfMemoryError
            yield step

    engine = TorchEngine(catalog, device)
    with monkeypatch.context() as patch:
        patch.setattr(adaptation, "adapt", adapt)
        events = run(engine, request)
    assert recomputed == [False, True]
    told = [event.text for event in events if isinstance(event, Notice)]  # a CLIP of random weights may say more
    assert sum("Memory is very short" in text for text in told) == 1
    end = events[-1]
    assert isinstance(end, Finished), end
    if learning is None:
        assert same_picture(end.picture, expected.picture)
    assert end.score == pytest.approx(expected.score, abs=0.01)
    assert not recomputes_blocks(loaded(engine).denoiser.net)
