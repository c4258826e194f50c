"""Sensitivity of the one-step estimate to each weight: what a small form of a delta should be true to.

For random signs r over the picture, the mean of (d<r, x0(x_t, t0; theta)> / d theta)^2 is the squared length of
the picture's derivative by a weight (eq. 34 of docs/method.md). A few draws are enough for the mean over a row or a
column of a layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.delta import BaseWeights, Delta
from rtedit_desktop.diffusion.denoiser import Denoiser

PROBES = 4
"""How many rows are looked at: the pictures, again under other noise where there are fewer."""


class Sensitivity(NamedTuple):
    """Of a weight seen as a matrix (S0, prod of the rest): the mean over each row (S0,) and each column."""

    rows: Tensor
    columns: Tensor


def measure_sensitivity(
    denoiser: Denoiser, base: BaseWeights, delta: Delta, x0: Tensor, t0: int
) -> Iterator[dict[str, Sensitivity]]:
    """How much the estimates of pictures x0 (N, 3, S, S) move with each weight, halfway to the edit; see ``probe``.

    The weights are not put back.
    """
    generator = torch.Generator().manual_seed(0)
    rows = x0.repeat(-(-PROBES // len(x0)), 1, 1, 1)[:PROBES]
    x_t = sampling.encode(rows, denoiser.abar(t0), generator)
    base.apply(delta, 0.5)
    yield from probe(denoiser, x_t, t0, generator)


def probe(denoiser: Denoiser, x_t: Tensor, t0: int, generator: torch.Generator) -> Iterator[dict[str, Sensitivity]]:
    """Yield the sensitivities (eq. 34) by parameter name after each row of x_t (N, 3, H, W), each better than the last.

    One call with gradient a row; matrices only. The gradient flags of the net are the caller's to put back.
    """
    parameters = {name: p.requires_grad_(True) for name, p in denoiser.net.named_parameters() if p.ndim > 1}
    sums: dict[str, Sensitivity] = {}
    for row in x_t.split(1):
        signs = torch.randint(0, 2, row.shape, generator=generator).to(row) * 2 - 1
        with torch.enable_grad():
            seen = (denoiser(row, t0).x0 * signs).sum()
        gradients = torch.autograd.grad(seen, list(parameters.values()), allow_unused=True)
        for name, gradient in zip(parameters, gradients, strict=True):
            if gradient is not None:
                square = gradient.flatten(1).double().square().cpu()
                now = Sensitivity(square.mean(1), square.mean(0))
                before = sums.get(name)
                sums[name] = now if before is None else Sensitivity(*(a + b for a, b in zip(before, now, strict=True)))
        yield sums
