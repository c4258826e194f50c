"""Pictures before and after an edit as tensors: held out to check with, and varied to learn more from few."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

FEWEST_TO_HOLD_OUT = 5
"""From so many pairs on, whole pairs are held out; of fewer, parts of each."""


class Pairs(NamedTuple):
    """before, after: (N, 3, H, W) in [-1, 1]; ``taught`` (N, 1, H, W) in [0, 1] is 0 where pixels are held out."""

    before: Tensor
    after: Tensor
    taught: Tensor

    def rows(self, index: Tensor) -> Pairs:
        return Pairs(*(part[index] for part in self))


def changed(before: Tensor, after: Tensor, full: float) -> Tensor:
    """(N, 1, H, W) in [0, 1]: where pictures differ by as much as ``full`` (mean over channels), a little around it."""
    mask = ((after - before).abs().mean(1, keepdim=True) / full).clamp(0, 1)
    mask = functional.max_pool2d(mask, 5, stride=1, padding=2)
    return functional.avg_pool2d(functional.pad(mask, [3] * 4, mode="replicate"), 7, stride=1)


def hold_out(pairs: Pairs, generator: torch.Generator, share: float = 0.15, most: int = 8) -> tuple[Pairs, Pairs]:
    """Split pairs into those to learn from and those to check with.

    From five pairs on whole pairs are held out, ``share`` of them and ``most`` at most. Of fewer, each keeps one
    rectangle of itself for the check: a quarter of its sides in each direction around a point of its change.
    """
    count = len(pairs.before)
    if count >= FEWEST_TO_HOLD_OUT:
        order = torch.randperm(count, generator=generator)
        kept = max(1, min(most, round(share * count)))
        return pairs.rows(order[kept:]), pairs.rows(order[:kept])
    taught = pairs.taught.clone()
    height, width = taught.shape[-2:]
    half = max(1, height // 8), max(1, width // 8)
    for row in range(count):
        change = (pairs.after[row] - pairs.before[row]).abs().mean(0).cpu()  # where the generator is
        at = int(torch.multinomial(change.flatten().clamp(min=1e-6), 1, generator=generator))
        y, x = divmod(at, width)
        taught[row, :, max(0, y - half[0]) : y + half[0], max(0, x - half[1]) : x + half[1]] = 0
    return Pairs(pairs.before, pairs.after, taught), Pairs(pairs.before, pairs.after, 1 - taught)


def varied(pairs: Pairs, generator: torch.Generator) -> Pairs:
    """Each pair mirrored, moved (up to 6 %) and lit (up to 15 %) at random, both of its pictures alike."""
    before, after, taught = pairs
    count = len(before)
    u = torch.rand(count, 6, generator=generator) * 2 - 1
    scale, angle = 1 + 0.06 * u[:, 0], 0.07 * u[:, 1]
    mirror = torch.where(u[:, 2] < 0, -1.0, 1.0)
    views = torch.zeros(count, 2, 3)
    views[:, 0, 0], views[:, 0, 1] = scale * angle.cos() * mirror, -scale * angle.sin()
    views[:, 1, 0], views[:, 1, 1] = scale * angle.sin() * mirror, scale * angle.cos()
    views[:, :, 2] = 0.06 * u[:, 3:5]
    stacked = torch.cat([before, after, taught], 1)
    grid = functional.affine_grid(views.to(stacked), list(stacked.shape), align_corners=False)
    moved = functional.grid_sample(stacked, grid, padding_mode="reflection", align_corners=False)
    gain = (1 + 0.15 * u[:, 5]).to(stacked)[:, None, None, None]
    lit = ((moved[:, :6] + 1) * gain - 1).clamp(-1, 1)
    return Pairs(lit[:, :3], lit[:, 3:], (moved[:, 6:] > 0.99).to(stacked))
