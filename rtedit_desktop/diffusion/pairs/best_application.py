"""Find how an edit that pairs taught is applied best: from which timestep, in how many steps, put back how (eq. 30)."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor

from rtedit_desktop.core.edits import BLENDINGS, Blending, EditSettings
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.delta import BaseWeights, Delta
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.pairs.pairs import Pairs
from rtedit_desktop.diffusion.preserve import keep_untouched

CANDIDATES = (100, 150, 200, 250, 300, 400)
"""The timesteps that a preset may start from: the lower, the more of the person is kept."""

_TRIED_ON = 6  # pictures
_WORTH = 0.02  # a higher t0 must bring the result so much nearer to the after pictures


class Application(NamedTuple):
    """From which timestep a delta is applied, in how many steps, and how its decode goes back into the picture."""

    t0: int
    steps: int
    blending: Blending


def best_application(
    denoiser: Denoiser, base: BaseWeights, delta: Delta, pairs: Pairs, t_high: int, settings: EditSettings
) -> Generator[sampling.Step, None, Application]:
    """The t0 below t_high, the steps and the blending whose result comes nearest to the after pictures (eq. 30).

    Steps are the settings' or a single one: each step of a model that has not learned long blurs once more.

    Yields the steps of every decode. The base weights are in the network at the end.
    """
    before, after = pairs.before[:_TRIED_ON], pairs.after[:_TRIED_ON]
    best, least = Application(settings.t0, settings.steps, "auto"), float("inf")
    ways = product((t for t in CANDIDATES if t < t_high), sorted({settings.steps, 1}))
    for t0, steps in ways:
        x_t = sampling.encode(before, denoiser.abar(t0), torch.Generator().manual_seed(settings.seed))
        way = replace(settings, t0=t0, steps=steps)
        base.restore()
        rebuilt = yield from _decoded(denoiser, x_t, way)
        base.apply(delta)
        edited = yield from _decoded(denoiser, x_t, way)
        for blending in BLENDINGS:
            error = float((keep_untouched(before, edited, rebuilt, blending) - after).square().mean())
            if error < (1 - _WORTH) * least:
                best, least = Application(t0, steps, blending), error
    base.restore()
    return best


def _decoded(denoiser: Denoiser, x_t: Tensor, way: EditSettings) -> Generator[sampling.Step, None, Tensor]:
    x0 = x_t
    for step in sampling.decode(denoiser, x_t, way.t0, way.steps, skip_last=way.skip_last):
        x0 = step.x0
        yield step
    return x0
