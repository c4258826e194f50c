"""Parts that a learned edit is stored in, as plain arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

FEWEST_BITS, MOST_BITS = 2, 8
_CLIPPED = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)


class LowRank(NamedTuple):
    """The matrix u @ v in place of a tensor of shape S: ``u`` (S0, r), ``v`` (r, product of the rest)."""

    u: np.ndarray
    v: np.ndarray


class QuantizedLowRank(NamedTuple):
    """A LowRank in few bits (eq. 32 of docs/method.md): ``u`` (S0, r) and ``v`` (r, product of the rest) uint8.

    They are numbers of steps. Pair k, a column of u and a row of v, has ``bits[k]`` (r,) uint8 bits a number, 2 to 8,
    and the steps ``us[k]`` and ``vs[k]`` (r,) float32. Grids lie around zero: a number n of b bits stands for
    (n - (2^b - 1) / 2) steps.
    """

    u: np.ndarray
    v: np.ndarray
    us: np.ndarray
    vs: np.ndarray
    bits: np.ndarray

    @classmethod
    def of(cls, thin: LowRank, bits: int = MOST_BITS) -> QuantizedLowRank:
        """The nearest one with so many bits for every pair."""
        each = np.full(thin.u.shape[1], bits, dtype=np.uint8)
        (u, us), (v, vs) = quantize(thin.u, each), quantize(thin.v.T, each)
        return cls(u, np.ascontiguousarray(v.T), us, vs, each)

    def dequantized(self) -> LowRank:
        """The numbers that the codes stand for, float32."""
        return LowRank(dequantize(self.u, self.us, self.bits), dequantize(self.v.T, self.vs, self.bits).T)


Part = np.ndarray | LowRank | QuantizedLowRank
"""What stands for one tensor: itself, or two thin matrices."""


def quantize(columns: np.ndarray, bits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The codes (n, r) uint8 of ``columns`` (n, r), and the steps (r,) float32; ``bits`` is (r,) (eq. 32).

    A coarse grid does better when it clips the few largest numbers; how far is tried for each column.
    """
    columns = np.asarray(columns, dtype=np.float64)
    top = np.exp2(bits.astype(np.float64)) - 1
    reach = np.abs(columns).max(0, initial=0.0)
    codes, steps = np.zeros(columns.shape, dtype=np.uint8), np.zeros(len(bits), dtype=np.float32)
    least = np.full(len(bits), np.inf)
    for share in _CLIPPED:
        step = (2 * share * reach / top).astype(np.float32)
        divisor = np.where(step > 0, step, 1).astype(np.float64)
        tried = np.clip(np.rint(columns / divisor + top / 2), 0, top)
        error = np.square((tried - top / 2) * step - columns).sum(0)
        better = error < least
        codes[:, better], steps[better], least[better] = tried[:, better], step[better], error[better]
    return codes, steps


def dequantize(codes: np.ndarray, steps: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """The float32 numbers (n, r) that codes (n, r) stand for (eq. 32)."""
    middle = (np.exp2(bits.astype(np.float32)) - 1) / 2
    numbers: np.ndarray = (codes.astype(np.float32) - middle) * steps
    return numbers.astype(np.float32)
