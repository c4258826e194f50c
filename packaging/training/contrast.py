"""What the CLIPs of packs are trained with, whatever their pictures: contrast with many positives, parts of changes."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def normalise(x: Tensor) -> Tensor:
    return functional.normalize(x.float(), dim=-1)


def many_positives(logits: Tensor, true: Tensor, known: Tensor) -> Tensor:
    """Cross-entropy to the uniform distribution over what is true, over what is known."""
    keep = true.any(1)
    log_p = logits.masked_fill(~known, -1e4).log_softmax(1)
    target = true.float() / true.sum(1, keepdim=True).clamp(min=1)
    return -(target * log_p).sum(1)[keep].mean()


def part_of(change: Tensor, rng: np.random.Generator) -> tuple[Tensor, float] | None:
    """Some places of a change (3, H, W): a mask (H, W) of zeros and ones, and how much of the change lies there.

    None where no draw had between 20 and 85 per cent of it.
    """
    amount = change.abs().sum(0)
    for _ in range(4):
        grid = int(rng.choice([2, 3, 4, 8, 16]))
        field = torch.from_numpy(rng.standard_normal((1, 1, grid, grid)).astype(np.float32))
        field = functional.interpolate(field, size=change.shape[-1], mode="bicubic", align_corners=True)[0, 0]
        mask = (field > float(rng.normal(0, 0.5))).float()
        fraction = float((mask * amount).sum() / amount.sum().clamp(min=1e-6))
        if 0.2 < fraction < 0.85:
            return mask, fraction
    return None
