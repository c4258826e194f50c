"""Noise schedule and timestep sequences (eqs. 1 and 5 of docs/method.md)."""

from __future__ import annotations

import itertools

import numpy as np
import torch

TIMESTEPS = 1000
CLEAN = -1
"""The timestep of the clean picture: alphas_cumprod is 1 there."""


def alphas_cumprod(beta_start: float = 1e-4, beta_end: float = 0.02, timesteps: int = TIMESTEPS) -> torch.Tensor:
    """(timesteps,) float64: the product of 1 - beta over a linear beta schedule (eq. 1)."""
    betas = torch.linspace(beta_start, beta_end, timesteps, dtype=torch.float64)
    return torch.cumprod(1 - betas, dim=0)


def timestep_sequence(n: int, t0: int) -> list[int]:
    """Ascending timesteps from 0 to ``t0`` by truncation, n >= 2 of them (eq. 5); [t0] for n = 1.

    Repeats, which appear when n exceeds t0, are dropped. Raises ValueError for n < 1 or t0 < 1.
    """
    if n < 1 or t0 < 1:
        raise ValueError(f"a sequence needs n >= 1 and t0 >= 1, not n = {n}, t0 = {t0}")
    if n == 1:
        return [t0]
    return list(dict.fromkeys(int(v) for v in np.linspace(0, 1, n) * t0))


def decode_pairs(n: int, t0: int, *, skip_last: bool = False) -> list[tuple[int, int]]:
    """The DDIM steps (t, s) that walk from ``t0`` down to the clean picture.

    ``skip_last`` goes from the second-lowest timestep straight to clean and so saves the call at
    t = 0, where the noise is one part in a hundred.
    """
    sequence = timestep_sequence(n, t0)
    if skip_last and len(sequence) > 1:
        sequence = sequence[1:]
    return list(zip(reversed(sequence), [*reversed(sequence[:-1]), CLEAN], strict=True))


def inversion_pairs(n: int, t0: int) -> list[tuple[int, int]]:
    """The n - 1 DDIM steps (t, s), t < s, that take a clean picture (as the sample at 0) up to ``t0``."""
    sequence = timestep_sequence(n, t0)
    return list(itertools.pairwise(sequence))
