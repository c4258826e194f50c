"""Decode by change: lay what the adapted net would change over the picture, and let the base clean it.

At t0 the difference between the adapted and the base estimate, (x0(t0; theta) - x0(t0; theta0)), is the edit without
the blur that both share. Added to the sharp source and noised to a lower timestep, it is decoded by the base net, which
removes what is not of the domain (the texture a CLIP loss likes to paint) and keeps what is (eqs. 17 and 18 of
docs/method.md).
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.delta import BaseWeights, Delta
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.schedule import decode_pairs


@torch.no_grad()
def estimated_change(
    denoiser: Denoiser, base: BaseWeights, delta: Delta, x_t: Tensor, t0: int, strength: float = 1.0
) -> Tensor:
    """x0(t0; theta0 + strength * delta) - x0(t0; theta0), shape of x_t: (N, 3, H, W) (eq. 17); two calls.

    Leaves the base weights in the network.
    """
    base.apply(delta, strength)
    edited = denoiser(x_t, t0).x0
    base.restore()
    return edited - denoiser(x_t, t0).x0


def decode(
    denoiser: Denoiser,
    x0: Tensor,
    change: Tensor,
    settings: EditSettings,
    generator: torch.Generator,
) -> Iterator[tuple[sampling.Step, Tensor]]:
    """Yield every step with what the same step makes of the picture without the change.

    x0, change: (1, 3, H, W). The first step, at t0, is x0 + change itself; the others are the base's
    DDIM steps from ``refine_from`` down, both pictures in one batch under the same noise (eq. 18).
    """
    refine_from, n, skip_last = settings.refine_from, settings.steps, settings.skip_last
    of = 1 + len(decode_pairs(n, refine_from, skip_last=skip_last))
    edited = (x0 + change).clamp(-1, 1)
    abar = denoiser.abar(refine_from)
    latent = sampling.encode(x0, abar, generator)
    both = torch.cat([latent + abar**0.5 * (edited - x0), latent])
    yield sampling.Step(1, of, settings.t0, edited, both), x0
    for step in sampling.decode(denoiser, both, refine_from, n, skip_last=skip_last):
        after, before = step.x0.split(1)
        yield sampling.Step(step.number + 1, of, step.t, after, step.x), before
