"""Which learned edits a text means, by the directions that they have in the space of a CLIP."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Candidates(NamedTuple):
    """Edits that a text may mean: their numbers, first coefficients, and the cosine that they reach together."""

    indices: list[int]
    coefficients: list[float]
    cosine: float


def candidates(direction: Tensor, image_directions: Tensor, most: int = 4, least: float = 0.25) -> Candidates:
    """Which edits a text direction (D,) is made of, by the image directions (K, D) that each of them has.

    The best non-negative combination (projected gradient), cut to the ``most`` that carry it, each at least ``least``
    of the largest. Both are unit vectors; the cosine is that of the combination to the text direction: low, and the
    text lies outside what the edits can do.
    """
    m, target = image_directions.double(), direction.double()
    active = torch.ones(len(m), dtype=torch.bool)
    for _ in range(2):  # once to see what carries it, once with that alone
        weights = _non_negative(m, target, active)
        order = weights.argsort(descending=True)[:most]
        active = torch.zeros_like(active)
        active[order[weights[order] >= least * weights.max()]] = True
        if not weights.max() > 0:
            return Candidates([], [], 0.0)
    weights = _non_negative(m, target, active)
    together = weights @ m
    indices = [int(k) for k in weights.argsort(descending=True) if active[k] and weights[k] > 0]
    largest = float(weights.max())
    cosine = float(together @ target / together.norm().clamp(min=1e-12) / target.norm().clamp(min=1e-12))
    return Candidates(indices, [min(1.0, float(weights[k]) / largest) for k in indices], cosine)


def _non_negative(m: Tensor, target: Tensor, active: Tensor, iterations: int = 500) -> Tensor:
    """(K,) >= 0, zero outside ``active``: the least squares of target = weights @ m."""
    gram, aim = m @ m.T, m @ target
    rate = 1 / torch.linalg.eigvalsh(gram)[-1].clamp(min=1e-9)
    weights = torch.zeros(len(m), dtype=m.dtype)
    for _ in range(iterations):
        weights = (weights - rate * (gram @ weights - aim)).clamp(min=0) * active
    return weights
