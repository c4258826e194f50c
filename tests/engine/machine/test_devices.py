"""The device that the settings allow."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from support.nets.engines import edit, finished

from rtedit_desktop.app import engine_maker
from rtedit_desktop.commands.shared.running import engine_for
from rtedit_desktop.engine.cache import LearnedCache
from rtedit_desktop.engine.machine import devices
from rtedit_desktop.engine.machine.devices import Device, best_device, chosen_device, own_device
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support import settings
from rtedit_desktop.support.settings import AppSettings

CARD = Device(torch.device("cuda"), torch.bfloat16)


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
