"""The device that the settings allow."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from support.nets.engines import edit, finished, loaded, run, weights
from support.portrait import portrait
from torch import Tensor

from rtedit_desktop.app import engine_maker
from rtedit_desktop.commands.shared.running import engine_for
from rtedit_desktop.core.edits import MixSpec, PresetUse
from rtedit_desktop.core.events import Notice
from rtedit_desktop.core.requests import ApplyRequest, WarmUpRequest
from rtedit_desktop.diffusion.memory.fused_backward import FusedBackwardAdam
from rtedit_desktop.engine import models, torch_engine
from rtedit_desktop.engine.cache import LearnedCache
from rtedit_desktop.engine.learning import warms_learning
from rtedit_desktop.engine.machine import devices
from rtedit_desktop.engine.machine.devices import Device, best_device, chosen_device, own_device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support import settings
from rtedit_desktop.support.paths import resources
from rtedit_desktop.support.settings import AppSettings

CARD = Device(torch.device("cuda"), torch.bfloat16, torch.float16)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[float]:
    """A card, and the parts of its memory that were asked for."""
    parts: list[float] = []
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    monkeypatch.setattr(devices, "best_device", lambda: CARD)
    monkeypatch.setattr(torch.cuda, "set_per_process_memory_fraction", parts.append)
    return parts


def test_without_a_choice_it_is_the_best() -> None:
    assert chosen_device(AppSettings()) == best_device()


def test_the_processor_alone(taken: list[float]) -> None:
    settings.change(device="cpu", gpu_percent=50)
    assert own_device().device.type == "cpu" and not taken


def test_plain_precision(taken: list[float]) -> None:
    assert chosen_device(AppSettings(precision="float32")) == Device(CARD.device, None)
    assert own_device() == CARD and not taken


def test_a_part_of_the_cards_memory(taken: list[float]) -> None:
    settings.change(gpu_percent=40)
    assert chosen_device(settings.load()) == CARD and not taken, "it was only asked about"
    assert own_device() == CARD
    assert taken == [0.4]


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    """A card that torch sees, and nothing more is known of it."""
    devices._computes.cache_clear()
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.xpu, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_on_a_card_pictures_are_decoded_in_half_precision(card: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen in bfloat16, which a processor has too and which is the coarser of the two."""
    monkeypatch.setattr(devices, "_computes", lambda device: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: True)
    assert best_device().decoding is torch.float16
    blond = MixSpec(pack="portraits", uses=(PresetUse(resources() / "packs" / "portraits" / "blond-hair.rtpreset"),))
    request = ApplyRequest(spec=blond, picture=np.asarray(portrait().resize((256, 256))))
    packs = Catalog([resources() / "packs"])
    rough, fine = (
        finished(TorchEngine(packs, Device(torch.device("cpu"), decoding=kind)), request)
        for kind in (torch.bfloat16, None)
    )
    assert (rough.recipe["decoded_in"], fine.recipe["decoded_in"]) == ("bfloat16", "float32")
    assert rough.picture is not None and fine.picture is not None
    difference = np.abs(rough.picture.astype(int) - fine.picture)
    assert 0 < difference.max() <= 4, "levels of 256; texture that a tint makes stronger makes them more"
    assert difference.mean() < 0.1


def test_a_card_that_only_imitates_bfloat16_learns_in_float32(card: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_computes", lambda device: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: including_emulation)
    assert best_device() == replace(CARD, learning=None)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: True)
    assert best_device() == CARD


def test_a_card_that_torch_has_no_programs_for_is_not_used(
    card: None, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here no card is there at all, which is found out in the same way: by trying."""
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: True)
    device = best_device()
    assert device == devices.processor()
    engine = TorchEngine(catalog, replace(device, learning=None))
    told = [event.text for request in (edit(), edit(1)) for event in run(engine, request) if isinstance(event, Notice)]
    assert [text for text in told if "graphics card is not used" in text] == [device.notice], "once"


def test_intels_cards_are_used(card: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.xpu, "is_available", lambda: True)
    monkeypatch.setattr(torch.xpu, "is_bf16_supported", lambda including_emulation=True: True, raising=False)
    monkeypatch.setattr(torch.xpu, "get_device_name", lambda device: "Arc")
    monkeypatch.setattr(devices, "_computes", lambda device: True)
    assert best_device() == Device(torch.device("xpu"), torch.bfloat16)
    assert best_device().label == "Arc"
    assert devices.is_card_full(RuntimeError("XPU out of memory. Tried to allocate 20.00 MiB"))


def test_what_a_card_keeps_for_later_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    freed: list[str] = []
    for name, there, module in (
        ("cuda", torch.cuda, torch.cuda), ("xpu", torch.xpu, torch.xpu), ("mps", torch.backends.mps, torch.mps),
    ):  # fmt: skip
        monkeypatch.setattr(there, "is_available", lambda: True)
        monkeypatch.setattr(module, "empty_cache", partial(freed.append, name))
    devices.free_cached_memory()
    assert freed == ["cuda", "xpu", "mps"]


def test_in_the_layout_of_cards_the_same_is_made(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = finished(TorchEngine(catalog, Device(torch.device("cpu"))), edit())
    monkeypatch.setattr(models, "prefers_channels_last", lambda device: True)
    engine = TorchEngine(catalog, Device(torch.device("cpu")))
    result = finished(engine, edit())
    kernel = loaded(engine).denoiser.net.get_parameter("conv_in.weight")
    assert kernel.is_contiguous(memory_format=torch.channels_last)
    assert result.picture is not None and expected.picture is not None
    assert np.abs(result.picture.astype(int) - expected.picture.astype(int)).max() <= 2


def test_a_card_is_warmed_up_for_learning_too(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, warmed = (TorchEngine(catalog, Device(torch.device("cpu"))) for _ in range(2))
    run(plain, WarmUpRequest(pack="tiny"))
    steps: list[float] = []
    real = FusedBackwardAdam.step

    def step(self: FusedBackwardAdam, loss: Tensor) -> None:
        steps.append(float(loss.detach()))
        real(self, loss)

    monkeypatch.setattr(FusedBackwardAdam, "step", step)
    monkeypatch.setattr(torch_engine, "warms_learning", lambda device: True)
    run(warmed, WarmUpRequest(pack="tiny"))
    assert len(steps) == 1
    assert weights(warmed) == weights(plain), "and it is forgotten"
    assert not warms_learning(Device(torch.device("cpu"))) and warms_learning(CARD)


@pytest.mark.parametrize("by", ["window", "command"])
def test_both_engines_follow_the_settings(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    monkeypatch.setattr(devices, "_cpu_multiplies_bfloat16", lambda: True)
    settings.change(device="cpu", precision="float32")
    if by == "window":
        engine = engine_maker(catalog, LearnedCache())()
        assert isinstance(engine, TorchEngine) and engine._device == Device(torch.device("cpu"), None)
        assert finished(engine, edit()).recipe["device"] == "CPU"
        engine.close()
    else:
        threads = torch.get_num_threads()
        with engine_for(None, catalog, exact=True) as engine:
            assert isinstance(engine, TorchEngine) and engine._device.exact
        torch.set_num_threads(threads)
        with engine_for(None, catalog) as engine:
            assert isinstance(engine, TorchEngine) and engine._device == Device(torch.device("cpu"), None)
