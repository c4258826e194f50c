"""Allocation of bits to the pairs of vectors of a small delta, as rate-distortion theory has it."""

from __future__ import annotations

import numpy as np

from rtedit_desktop.core.weights import FEWEST_BITS, MOST_BITS

_SIDE_BITS = 72  # two steps and the number of bits of every pair
_GRIDS = (0, *range(FEWEST_BITS, MOST_BITS + 1))
_LEFT = np.array([1.0, *(2 * d for d in (0.1188, 0.0374, 0.0115, 0.0035, 0.00104, 0.0003, 0.00008))])
"""The share of a pair's energy that is lost on each grid: that of normal numbers, for both of its vectors."""


def allocate_bits(energy: np.ndarray, cost: np.ndarray, most: int, enough: float) -> np.ndarray:
    """Bits a number for every pair (eq. 33): the least error in ``most`` bits in all, or ``enough`` of the energy.

    energy, cost: (K,), the squared length of each pair and how many numbers its two vectors have.
    """
    grids: np.ndarray = np.array(_GRIDS)
    takes: np.ndarray = cost[:, None] * grids[None] + _SIDE_BITS * (grids[None] > 0)
    loses: np.ndarray = energy[:, None] * np.minimum(_LEFT, 1.0)[None]
    pairs = np.arange(len(energy))

    def at(price: float) -> np.ndarray:
        chosen: np.ndarray = (loses + price * takes).argmin(1)
        return chosen

    def generous(choice: np.ndarray) -> bool:
        return bool(takes[pairs, choice].sum() > most or loses[pairs, choice].sum() < (1 - enough) * energy.sum())

    low, high = 0.0, float(energy.max() / cost.min()) + 1e-300  # at the upper price nothing is bought
    for _ in range(80):
        price = (low + high) / 2 if low == 0 or high / low < 4 else (low * high) ** 0.5
        low, high = (price, high) if generous(at(price)) else (low, price)
    bits: np.ndarray = grids[at(high)]
    return bits
