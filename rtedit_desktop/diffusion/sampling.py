"""Encoding a picture into a latent and decoding it: one shot up, a few DDIM steps down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from rtedit_desktop.diffusion.denoiser import Denoiser, Estimate
from rtedit_desktop.diffusion.schedule import decode_pairs, inversion_pairs


class Step(NamedTuple):
    """One DDIM step that is done: ``x0`` is its estimate of the clean picture, ``x`` where it led."""

    number: int
    of: int
    t: int
    x0: Tensor
    x: Tensor


def encode(x0: Tensor, abar: float, generator: torch.Generator) -> Tensor:
    """One-shot forward sample x_t = sqrt(abar) x0 + sqrt(1 - abar) z (eq. 2 of docs/method.md); no network call.

    x0: (N, 3, H, W) in [-1, 1]. It is made on the generator's device, so that a seed gives the same on every other.
    """
    z = torch.randn(x0.shape, generator=generator, device=generator.device, dtype=x0.dtype)
    x_t: Tensor = abar**0.5 * x0.to(z.device) + (1 - abar) ** 0.5 * z
    return x_t.to(x0.device)


def ddim_step(estimate: Estimate, abar_s: float) -> Tensor:
    """The deterministic (eta = 0) step to noise level abar_s (eq. 4), up or down; abar_s = 1 gives x0 itself."""
    if abar_s == 1.0:
        return estimate.x0
    x_s: Tensor = abar_s**0.5 * estimate.x0 + (1 - abar_s) ** 0.5 * estimate.eps
    return x_s


def decode(denoiser: Denoiser, x: Tensor, t0: int, n: int, *, skip_last: bool = False) -> Iterator[Step]:
    """Walk x: (N, 3, H, W) at t0 down to the clean picture in n steps (eqs. 4 and 5), yielding each."""
    pairs = decode_pairs(n, t0, skip_last=skip_last)
    for index, (t, s) in enumerate(pairs, 1):
        with torch.no_grad():
            estimate = denoiser(x, t)
            x = ddim_step(estimate, denoiser.abar(s))
        yield Step(index, len(pairs), t, estimate.x0, x)


def invert(denoiser: Denoiser, x0: Tensor, t0: int, n: int = 40) -> Iterator[Step]:
    """DDIM inversion of x0: (N, 3, H, W) up to t0 in n - 1 calls; the last step's ``x`` is the latent."""
    pairs = inversion_pairs(n, t0)
    x = x0
    for index, (t, s) in enumerate(pairs, 1):
        with torch.no_grad():
            estimate = denoiser(x, t)
            x = ddim_step(estimate, denoiser.abar(s))
        yield Step(index, len(pairs), s, estimate.x0, x)
