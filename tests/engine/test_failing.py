from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support.nets import tiny_pack as tiny
from support.nets.engines import (
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

from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import DeviceError
from rtedit_desktop.core.events import Failed, Finished, Notice
from rtedit_desktop.core.requests import WarmUpRequest
from rtedit_desktop.diffusion import adaptation
from rtedit_desktop.diffusion.edit import Learned
from rtedit_desktop.engine.cache import LearnedCache
from rtedit_desktop.engine.machine import devices
from rtedit_desktop.engine.machine.devices import Device, out_of_memory_as_error
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog


@pytest.mark.parametrize(
    ("prompt", "source", "says"),
    [
        ("", "face", "no prompt"),
        ("  ", "face", "no prompt"),
        ("face", "face", "same as the source"),
        (" FACE ", "face", "same as the source"),
        ("zombie face", "face", "“zombie”"),
        ("!?", "face", "no words"),
        ("old face", " ", "source text is empty"),
    ],
)
def test_prompts_that_cannot_be_worked_with(engine: TorchEngine, prompt: str, source: str, says: str) -> None:
    assert says in failed(engine, edit(prompt=prompt, source=source)).what
    assert engine.packs.loaded is None


def test_texts_that_mean_the_same_to_the_model(engine: TorchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    pack = loaded(engine)
    monkeypatch.setattr(pack.text_model.clip, "encode_text", lambda tokens: torch.ones(len(tokens), 4))
    assert "means the same" in failed(engine, edit()).what


def test_an_unknown_pack(engine: TorchEngine) -> None:
    for request in (replace(edit(), spec=replace(edit().spec, pack="dogs")), WarmUpRequest(pack="dogs")):
        end = failed(engine, request)
        assert "“dogs”" in end.what
        assert end.details.startswith("PackMissing: ")


@pytest.mark.parametrize("name", ["unet.safetensors", "clip.safetensors"])
def test_damaged_weights(tiny_pack: Path, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(tiny_pack, tmp_path / "packs" / "tiny"))
    engine = new_engine(Catalog([folder.parent]))
    whole = (folder / name).read_bytes()
    flipped = bytearray(whole)
    flipped[-100] ^= 1
    (folder / name).write_bytes(flipped)
    end = failed(engine, edit())
    assert name in end.what
    assert end.details.startswith("PackDamaged: ")
    (folder / name).write_bytes(whole)
    finished(engine, edit())


def test_weights_of_another_net(tiny_pack: Path, tmp_path: Path) -> None:
    layout = tiny.fields()
    layout["unet"]["config"]["block_out_channels"] = [32, 32]
    other = tiny.write(tmp_path / "other" / "tiny", unet=layout["unet"])
    from rtedit_desktop.packs.store import load_tensors, write_pack

    tensors = {name: load_tensors(other, name) for name in other.files}
    write_pack(tmp_path / "packs" / "tiny", tiny.fields(), tensors)
    end = failed(new_engine(Catalog([tmp_path / "packs"])), edit())
    assert "do not fit" in end.what


def test_a_timestep_the_pack_does_not_have(tmp_path: Path) -> None:
    layout = {**tiny.FIELDS["schedule"], "timesteps": 500}
    tiny.write(tmp_path / "tiny", schedule=layout)
    engine = new_engine(Catalog([tmp_path]))
    assert failed(engine, edit(t0=500)).details.startswith("SettingsError: ")
    finished(engine, edit(t0=499))


def test_what_is_no_picture(engine: TorchEngine) -> None:
    end = failed(engine, replace(edit(), picture=np.zeros((0, 0, 3), np.uint8)))
    assert "unexpected" in end.what
    assert "Traceback" in end.details
    finished(engine, edit())


Adapt = Callable[..., Iterator[adaptation.AdaptStep]]


def short_of_memory(monkeypatch: pytest.MonkeyPatch, error: Exception, *, after: int, fits: int) -> list[int]:
    """Let batches larger than ``fits`` fail after ``after`` steps; returns the list of batches tried."""
    real: Adapt = adaptation.adapt
    tried: list[int] = []

    def adapt(*args: object, **keywords: object) -> Iterator[adaptation.AdaptStep]:
        config = args[3]
        assert isinstance(config, adaptation.AdaptationConfig)
        tried.append(config.batch)
        for step in real(*args, **keywords):
            if config.batch > fits and step.number > after:
                raise error
            yield step

    monkeypatch.setattr(adaptation, "adapt", adapt)
    return tried


ERRORS = [
    torch.OutOfMemoryError("CUDA out of memory."),
    MemoryError(),
    RuntimeError("[enforce fail at alloc_cpu.cpp:118] . DefaultCPUAllocator: can't allocate memory: you tried to ..."),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("after", [0, 1])
def test_short_memory_is_told_and_worked_around(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, error: Exception, after: int
) -> None:
    expected = finished(new_engine(catalog), edit(preserve=False))
    engine = new_engine(catalog)
    with monkeypatch.context() as patch:
        tried = short_of_memory(patch, error, after=after, fits=1)
        events = run(engine, edit(preserve=False))
    assert tried == [2, 1]
    assert isinstance(events[-1], Finished)
    (notice,) = [event for event in events if isinstance(event, Notice)]
    assert "Memory is short" in notice.text
    assert not same_picture(events[-1].picture, expected.picture)
    fresh = new_engine(catalog)
    assert same_picture(finished(fresh, edit(preserve=False)).picture, expected.picture)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_no_memory_at_all_fails_and_the_next_job_works(
    engine: TorchEngine, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before = weights(engine)
    with monkeypatch.context() as patch:
        short_of_memory(patch, error, after=1, fits=0)
        end = failed(engine, edit())
        assert "ran out of memory" in end.what
        assert end.details.startswith("DeviceError: ")
        assert weights(engine) == before
    assert same_picture(finished(engine, edit()).picture, finished(new_engine(engine._catalog), edit()).picture)


def test_memory_that_runs_out_while_decoding(engine: TorchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before = weights(engine)

    def full(*args: object, **keywords: object) -> None:
        raise torch.OutOfMemoryError

    with monkeypatch.context() as patch:
        patch.setattr("rtedit_desktop.diffusion.sampling.decode", full)
        assert "ran out of memory" in failed(engine, edit()).what
        assert weights(engine) == before
    assert "Adapting" not in kinds(run(engine, edit()))


class Card(Device):
    """A graphics card, as far as can be told; what it computes, the processor does."""

    is_processor = False  # type: ignore[assignment]


FULL_CARD = [torch.OutOfMemoryError("CUDA out of memory."), RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED")]


@pytest.mark.parametrize("bfloat16", [False, True])
@pytest.mark.parametrize("error", FULL_CARD, ids=lambda error: type(error).__name__)
def test_a_card_that_is_full_is_left_for_the_processor(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, error: Exception, bfloat16: bool
) -> None:
    monkeypatch.setattr(devices, "_cpu_multiplies_bfloat16", lambda: bfloat16)
    as_the_processor_does = Device(torch.device("cpu"), torch.bfloat16 if bfloat16 else None)
    expected = finished(TorchEngine(catalog, as_the_processor_does), edit(noise_draws=1))
    engine = TorchEngine(catalog, Card(torch.device("cpu")))
    run(engine, WarmUpRequest(pack="tiny"))
    real, first, judge = adaptation.adapt, loaded(engine), engine._domain

    def full_on_the_card(*args: Any, **options: Any) -> Iterator[adaptation.AdaptStep]:
        if not engine._device.is_processor:
            raise error
        return real(*args, **options)

    monkeypatch.setattr(adaptation, "adapt", full_on_the_card)
    events = run(engine, edit(noise_draws=1))
    assert kinds(events)[-1] == "Finished", events[-1]
    (notice,) = [event for event in events if isinstance(event, Notice) and "processor" in event.text]
    assert same_picture(picture_of(events[-1]), expected.picture)
    assert loaded(engine) is not first and engine._device.is_processor
    assert engine._domain is not judge, "it holds what it computed on the card"
    again = run(engine, edit(seed=5, noise_draws=1))
    assert not [event for event in again if isinstance(event, Notice) and event.text == notice.text], "said once"


def test_a_full_computer_is_no_reason_to_leave_the_card(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = TorchEngine(catalog, Card(torch.device("cpu")))

    def full(*args: Any, **options: Any) -> Iterator[adaptation.AdaptStep]:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 5 bytes")

    monkeypatch.setattr(adaptation, "adapt", full)
    assert "ran out of memory" in failed(engine, edit()).what and not engine._device.is_processor


def test_what_was_learned_is_kept_off_the_card() -> None:
    """The meta device stands for a card: what is left on it has no numbers."""
    on_card = torch.zeros(2, device="meta")
    learned = Learned({"a": on_card}, torch.zeros(1, device="meta"), 0.5, 3, {})
    with pytest.raises(NotImplementedError, match="meta"):  # as much as trying to take it off the card
        LearnedCache().put("key", learned)


def test_only_memory_errors_are_taken_for_such() -> None:
    for error in ERRORS:
        with pytest.raises(DeviceError), out_of_memory_as_error():
            raise error
    with pytest.raises(RuntimeError, match="shape"), out_of_memory_as_error():
        raise RuntimeError("shape mismatch")


def test_numbers_that_run_away(engine: TorchEngine) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before = weights(engine)
    end = failed(engine, edit(learning_rate=1.0, learning_rate_growth=1e30, learning_rate_cap=1e38, iterations=8))
    assert "ran away" in end.what
    assert end.details.startswith("DeviceError: ")
    assert weights(engine) == before
    finished(engine, edit())


def test_an_unexpected_error_is_a_sentence_with_details(engine: TorchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    run(engine, WarmUpRequest(pack="tiny"))
    before = weights(engine)

    def broken(*args: object, **keywords: object) -> None:
        raise ZeroDivisionError("secret")

    with monkeypatch.context() as patch:
        patch.setattr(adaptation, "adapt", broken)
        end = failed(engine, edit())
    assert "secret" not in end.what + end.todo
    assert end.details.startswith("ZeroDivisionError: Traceback")
    assert weights(engine) == before
    assert isinstance(run(engine, edit())[-1], Finished)


def test_a_failure_says_so_once(any_engine: Engine) -> None:
    events = run(any_engine, edit(prompt=""))
    assert [type(event) for event in events] == [Failed]
    assert same_picture(finished(any_engine, edit(strength=0.0)).picture, picture())
