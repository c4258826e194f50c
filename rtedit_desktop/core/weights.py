"""The parts that a learned edit is stored in, as plain arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class LowRank(NamedTuple):
    """The matrix u @ v in place of a tensor of shape S: ``u`` (S0, r), ``v`` (r, product of the rest)."""

    u: np.ndarray
    v: np.ndarray


Part = np.ndarray | LowRank
"""What stands for one tensor: itself, or two thin matrices."""
