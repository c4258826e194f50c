"""Calls of a net that are recorded and replayed, with a stand-in for the card: a recording that computes again."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from support.nets.engines import edit, finished
from torch import Tensor

from rtedit_desktop.core.requests import CheckRequest
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.schedule import alphas_cumprod
from rtedit_desktop.engine import models
from rtedit_desktop.engine.machine import devices
from rtedit_desktop.engine.machine.devices import Device, records_calls
from rtedit_desktop.engine.machine.recorded_calls import RecordedCalls, capture_by_cuda
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog


@dataclass
class Tape:
    """Records as a card does: it ends in one place, which every replay writes over. ``broken`` says what it spoils."""

    broken: float = 0.0
    fails: str = ""
    recorded: int = 0
    replayed: int = 0

    def __call__(self, compute: Callable[[], Tensor]) -> tuple[Tensor, Callable[[], object]]:
        if self.fails:
            raise RuntimeError(self.fails)
        self.recorded += 1
        out = compute().clone()

        def replay() -> None:
            self.replayed += 1
            out.copy_(compute() + self.broken)

        return out, replay


class Net(torch.nn.Module):
    """Counts what is computed by its own layers."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Conv2d(3, 3, 1)
        self.computed = 0

    def forward(self, x: Tensor, times: Tensor) -> Tensor:
        self.computed += 1
        told: Tensor = self.layer(x) + times[:, None, None, None] / 1000
        return told


def denoiser(tape: Tape, decoding: torch.dtype | None = None) -> Denoiser:
    return Denoiser(Net(), alphas_cumprod(), prediction="sample", decoding=decoding, calls=RecordedCalls(tape))


def picture(seed: int, size: int = 8) -> Tensor:
    return torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def test_a_replay_says_what_the_net_says_at_every_time_and_of_every_picture() -> None:
    tape = Tape()
    seen = denoiser(tape)
    told = [seen(picture(n), 100 * n).x0 for n in range(1, 6)]
    assert (tape.recorded, tape.replayed) == (1, 1 + 4), "the first is computed, the second recorded and looked at"
    with seen.called_plainly():
        assert all(torch.equal(out, seen(picture(n), 100 * n).x0) for n, out in enumerate(told, 1))


@torch.no_grad()
def test_weights_that_are_written_into_the_net_count() -> None:
    seen = denoiser(Tape())
    before = [seen(picture(1), 100).x0 for _ in range(3)][-1]
    seen.net.get_parameter("layer.weight").add_(1.0)
    after = seen(picture(1), 100).x0
    assert not torch.equal(before, after)
    with seen.called_plainly():
        assert torch.equal(after, seen(picture(1), 100).x0)


@torch.no_grad()
def test_every_size_and_every_precision_has_its_own_recording() -> None:
    tape = Tape()
    seen = denoiser(tape, decoding=torch.bfloat16)
    for size in (8, 16):
        for _ in range(3):
            assert seen(picture(1, size), 100).x0.shape[-1] == size
    assert tape.recorded == 2
    plain = RecordedCalls(tape)
    for _ in range(2):
        plain(seen.net, picture(1), torch.tensor([1.0]))
    with torch.autocast("cpu", torch.bfloat16):
        for _ in range(2):
            plain(seen.net, picture(1), torch.tensor([1.0]))
    assert tape.recorded == 4


@torch.no_grad()
def test_no_more_than_a_few_are_kept_and_all_can_be_given_back() -> None:
    tape = Tape()
    seen = denoiser(tape)
    for size in range(4, 12):
        for _ in range(2):
            seen(picture(1, size), 100)
    assert tape.recorded == 8
    seen(picture(1, 11), 100)
    assert tape.recorded == 8, "known"
    seen(picture(1, 4), 100)
    seen(picture(1, 4), 100)
    assert tape.recorded == 9, "was given up"
    seen.spare_memory()
    seen(picture(1, 4), 100)
    seen(picture(1, 4), 100)
    assert tape.recorded == 10


@torch.no_grad()
@pytest.mark.parametrize(
    "tape", [Tape(fails="CUDA error: operation not permitted when stream is capturing"), Tape(broken=1.0)]
)
def test_where_it_does_not_work_the_net_is_called(tape: Tape, caplog: pytest.LogCaptureFixture) -> None:
    seen, known = denoiser(tape), Denoiser(Net(), alphas_cumprod(), prediction="sample")
    known.net.load_state_dict(seen.net.state_dict())
    for n in range(4):
        assert torch.equal(seen(picture(n), 100).x0, known(picture(n), 100).x0)
    assert [record.levelname for record in caplog.records] == ["WARNING"], "tried once"
    caplog.clear()


def test_what_is_learned_is_computed() -> None:
    tape = Tape()
    seen = denoiser(tape)
    for _ in range(3):
        seen(picture(1), 100).x0.sum().backward()
    assert tape.recorded == 0 and seen.net.get_parameter("layer.weight").grad is not None


@pytest.fixture
def tapes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Tape]]:
    """The processor taken for a card whose calls are recorded."""
    made: list[Tape] = []

    def recorded() -> RecordedCalls:
        made.append(Tape())
        return RecordedCalls(made[-1])

    monkeypatch.setattr(models, "records_calls", lambda device: True)
    monkeypatch.setattr(models, "RecordedCalls", recorded)
    yield made


def test_an_edit_by_recorded_calls_is_the_same(catalog: Catalog, tapes: list[Tape]) -> None:
    engine = TorchEngine(catalog, Device(torch.device("cpu")))
    ours = [finished(engine, edit(strength=strength)).picture for strength in (1.0, 0.5)]
    (tape,) = tapes
    assert tape.recorded and tape.replayed
    tapes.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "records_calls", devices.records_calls)
        plain = TorchEngine(catalog, Device(torch.device("cpu")))
        known = [finished(plain, edit(strength=strength)).picture for strength in (1.0, 0.5)]
    assert not tapes, "no processor needs it"
    for a, b in zip(ours, known, strict=True):
        assert a is not None and b is not None and np.array_equal(a, b)


def test_who_looks_into_the_net_sees_it_called(catalog: Catalog, tapes: list[Tape]) -> None:
    """The check of the domain reads a layer at each call."""
    engine = TorchEngine(Catalog.default(), Device(torch.device("cpu")))
    for seed in range(3):
        look = np.random.default_rng(seed).integers(0, 256, (128, 128, 3), dtype=np.uint8)
        *_, last = engine.run(CheckRequest(pack="avatars", picture=look), threading.Event())
        assert last.check is not None  # type: ignore[union-attr]
    assert [tape.recorded for tape in tapes] == [0]
    engine.close()


def test_nvidias_cards_record(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not records_calls(torch.device("cpu")) and not records_calls(torch.device("mps"))
    monkeypatch.setattr(torch.version, "hip", None)
    assert records_calls(torch.device("cuda"))
    monkeypatch.setattr(torch.version, "hip", "6.4")
    assert not records_calls(torch.device("cuda"))


class CardGraph:
    """Notes what torch's graph of a card is told."""

    told: list[str]

    def capture_begin(self, *, capture_error_mode: str) -> None:
        self.told.append(f"begin, {capture_error_mode}")

    def capture_end(self) -> None:
        self.told.append("end")

    def replay(self) -> None:
        self.told.append("replay")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    class Stream:
        def wait_stream(self, other: Stream) -> None: ...

    monkeypatch.setattr(CardGraph, "told", [], raising=False)
    monkeypatch.setattr(torch.cuda, "CUDAGraph", CardGraph)
    monkeypatch.setattr(torch.cuda, "Stream", Stream)
    monkeypatch.setattr(torch.cuda, "current_stream", Stream)
    monkeypatch.setattr(torch.cuda, "stream", lambda _: contextlib.nullcontext())
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: None)
    return CardGraph.told


def test_a_card_records_one_computation_and_collects_no_garbage(told: list[str]) -> None:
    collected: list[str] = []

    def look(phase: str, _: dict[str, int]) -> None:
        collected.append(phase)

    def compute() -> Tensor:
        told.append("compute")
        return torch.ones(1)

    collects = gc.isenabled()
    gc.disable()
    gc.callbacks.append(look)
    out, replay = capture_by_cuda(compute)
    gc.callbacks.remove(look)
    if collects:
        gc.enable()
    replay()
    assert told == ["compute", "begin, thread_local", "compute", "end", "replay"]
    assert out == 1 and not collected


def test_a_recording_that_fails_on_a_card_is_ended(told: list[str]) -> None:
    def compute() -> Tensor:
        if told:
            raise RuntimeError("cannot be recorded")
        return torch.ones(1)

    with pytest.raises(RuntimeError, match="cannot be recorded"):
        capture_by_cuda(compute)
    assert told == ["begin, thread_local", "end"]
