"""What the engine's tests share: requests, readings of a stream of events, the weights' bytes."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from rtedit_desktop.core.edits import EditSettings, EditSpec
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished
from rtedit_desktop.core.requests import EditRequest, Request
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog

SETTINGS = EditSettings(
    t0=350, steps=3, iterations=3, learning_rate=1e-3, noise_draws=2, crops=2, seed=7, preview_every=1
)


def new_engine(catalog: Catalog) -> TorchEngine:
    """On the CPU in float32, whatever the machine has."""
    return TorchEngine(catalog, Device(torch.device("cpu")))


def picture(seed: int = 0, size: int = 32) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)


def edit(seed_of_picture: int = 0, prompt: str = "smiling face", source: str = "face", **settings: Any) -> EditRequest:
    spec = EditSpec(prompt=prompt, source=source, pack="tiny", settings=replace(SETTINGS, **settings))
    return EditRequest(spec=spec, picture=picture(seed_of_picture))


def run(engine: Engine, request: Request) -> list[Event]:
    """All events of a job, after looking at what every stream of events must be."""
    events = list(engine.run(request, threading.Event()))
    if isinstance(engine, TorchEngine):
        engine._cache.settle()  # another engine may be made of the same folder
    check_stream(events, request)
    return events


def finished(engine: Engine, request: Request) -> Finished:
    """The end of a job that makes a picture."""
    last = run(engine, request)[-1]
    assert isinstance(last, Finished), last
    assert last.picture is not None
    return last


def same_picture(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    """Whether two pictures, both of which must be there, are equal in every value."""
    assert one is not None and other is not None
    return np.array_equal(one, other)


def picture_of(event: Event) -> np.ndarray:
    """The picture that a job ended with."""
    assert isinstance(event, Finished) and event.picture is not None
    return event.picture


def failed(engine: Engine, request: Request) -> Failed:
    last = run(engine, request)[-1]
    assert isinstance(last, Failed), last
    for sentence in (last.what, last.todo):
        assert sentence.endswith((".", "”."))
        assert sentence[0].isupper() or sentence.startswith("t0 ")
        assert "Traceback" not in sentence
        assert "\n" not in sentence
    return last


def check_stream(events: list[Event], request: Request) -> None:
    ends = [index for index, event in enumerate(events) if isinstance(event, Finished | Cancelled | Failed)]
    assert ends == [len(events) - 1]
    assert {event.job_id for event in events} == {request.job_id}


def kinds(events: Iterable[Event]) -> list[str]:
    """Names of the events in order, repeats folded."""
    names: list[str] = []
    for event in events:
        if not names or names[-1] != type(event).__name__:
            names.append(type(event).__name__)
    return names


def loaded(engine: TorchEngine) -> LoadedPack:
    """The pack that a job has loaded."""
    assert engine.packs.loaded is not None
    return engine.packs.loaded


def weights(engine: TorchEngine) -> str:
    """A hash over the bytes, flags and modes of the loaded U-Net."""
    net = loaded(engine).denoiser.net
    digest = hashlib.sha256()
    for name, value in net.state_dict().items():
        digest.update(name.encode() + value.numpy().tobytes())
    assert not any(p.requires_grad or p.grad is not None for p in net.parameters())
    assert not any(module.training for module in net.modules())
    return digest.hexdigest()
