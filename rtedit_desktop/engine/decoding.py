"""From what was learned to a picture: the decodes that editing and applying share (section 4)."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop.core.events import DecodeStep, Event
from rtedit_desktop.core.requests import EditSettings
from rtedit_desktop.diffusion import refine, sampling
from rtedit_desktop.diffusion.delta import Delta
from rtedit_desktop.diffusion.preserve import keep_untouched
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.pictures import to_pixels
from rtedit_desktop.engine.stopping import Stop


@dataclass(frozen=True)
class Walk:
    """One picture on its way: ``x0`` and its latent ``x_t`` at t0, each (1, 3, S, S), and the weights.

    ``rebuilt`` holds the base's own decode by (steps, skip_last), which another strength need not repeat.
    """

    x0: Tensor
    x_t: Tensor
    delta: Delta
    rebuilt: dict[tuple[int, bool], list[Tensor]] = field(default_factory=dict)


def decode(
    job: str, pack: LoadedPack, walk: Walk, settings: EditSettings, stop: Stop
) -> Generator[Event, None, np.ndarray]:
    """Decode with theta0 + strength * delta, yielding every step; the generator's value is the picture.

    The base weights are not put back here: the caller borrowed them.
    """
    steps = _refined if settings.refine_from else _adapted
    picture = to_pixels(walk.x0)
    for step, rebuilt in steps(pack, walk, settings, stop):
        edited = keep_untouched(walk.x0, step.x0, rebuilt) if rebuilt is not None else step.x0
        picture = to_pixels(edited)
        yield DecodeStep(job_id=job, index=step.number, of=step.of, t=step.t, picture=picture)
        stop.check()
    return picture


def _adapted(
    pack: LoadedPack, walk: Walk, settings: EditSettings, stop: Stop
) -> Iterator[tuple[sampling.Step, Tensor | None]]:
    """The paper's decode, each step with the base's estimate beside it when pixels are preserved."""
    how = (settings.steps, settings.skip_last)
    if settings.preserve and how not in walk.rebuilt:
        pack.base.restore()
        estimates = []
        for step in sampling.decode(pack.denoiser, walk.x_t, settings.t0, settings.steps, skip_last=settings.skip_last):
            stop.check()
            estimates.append(step.x0)
        walk.rebuilt[how] = estimates
    pack.base.apply(walk.delta, settings.strength)
    for step in sampling.decode(pack.denoiser, walk.x_t, settings.t0, settings.steps, skip_last=settings.skip_last):
        yield step, walk.rebuilt[how][step.number - 1].to(step.x0.device) if settings.preserve else None


def _refined(
    pack: LoadedPack, walk: Walk, settings: EditSettings, stop: Stop
) -> Iterator[tuple[sampling.Step, Tensor | None]]:
    """One adapted estimate, then the base's own steps: see ``diffusion.refine``."""
    change = refine.estimated_change(pack.denoiser, pack.base, walk.delta, walk.x_t, settings.t0, settings.strength)
    stop.check()
    generator = torch.Generator().manual_seed(settings.seed)
    way = (settings.t0, settings.refine_from, settings.steps, generator)
    for step, rebuilt in refine.decode(pack.denoiser, walk.x0, change, *way, skip_last=settings.skip_last):
        yield step, rebuilt if settings.preserve else None
