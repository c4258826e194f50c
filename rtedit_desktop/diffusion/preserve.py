"""Keep what an edit does not touch: blend decode(theta) into the picture where it differs from decode(theta0)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def change_mask(edited: Tensor, rebuilt: Tensor, *, low: float = 0.08, high: float = 0.30) -> Tensor:
    """(N, 1, H, W) in [0, 1]: where two decodes of one latent differ, grown a little and softened.

    edited, rebuilt: (N, 3, H, W) in [-1, 1]. Differences (mean over channels) under ``low`` count as
    none, over ``high`` as full. The soft edges scale with the picture: 1/64 of its side.
    """
    radius = max(1, edited.shape[-1] // 64)
    difference = (edited - rebuilt).abs().mean(1, keepdim=True)
    difference = _blur(difference, radius)
    mask = ((difference - low) / (high - low)).clamp(0, 1)
    mask = functional.max_pool2d(mask, 2 * radius + 1, stride=1, padding=radius)
    return _blur(mask, radius)


def keep_untouched(x0: Tensor, edited: Tensor, rebuilt: Tensor) -> Tensor:
    """x0 where nothing changed, ``edited`` where it did; all (N, 3, H, W) in [-1, 1]."""
    return torch.lerp(x0, edited, change_mask(edited, rebuilt))


def _blur(x: Tensor, radius: int) -> Tensor:
    padded = functional.pad(x, [2 * radius] * 4, mode="replicate")
    once = functional.avg_pool2d(padded, 2 * radius + 1, stride=1)
    return functional.avg_pool2d(once, 2 * radius + 1, stride=1)
