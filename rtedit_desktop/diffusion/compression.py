"""A small form of a weight delta: truncated SVD per layer, in as many bits as each rank is worth (section 9, idea 3).

A layer's delta (S0, ...) is seen as a matrix (S0, prod of the rest) and replaced by a sum of pairs u v^T, the
largest first. The bytes are shared out over the pairs of all layers at once, as rate-distortion theory has it: a
pair gets one more bit where that takes away most of the error for its cost, and small pairs get none. What counts
as error is weighed by how much the picture moves with a weight, where that is known (``diffusion.sensitivity``);
of the weighing only a root is used, since the layers do not act alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop.core.weights import FEWEST_BITS, MOST_BITS, Coded, LowRank, Part, off_grid, on_grid
from rtedit_desktop.diffusion.delta import Delta
from rtedit_desktop.diffusion.sensitivity import Sensitivity

TAPER = 0.25
"""The power of the sensitivity that weighs: measured, between 0.2 and 0.35 hardly differ, 0.5 and 0 are worse."""

_FLOOR = 1e-3
_SIDE_BITS = 72  # two steps and the number of bits of every pair
_GRIDS = (0, *range(FEWEST_BITS, MOST_BITS + 1))
_LEFT = np.array([1.0, *(2 * d for d in (0.1188, 0.0374, 0.0115, 0.0035, 0.00104, 0.0003, 0.00008))])
"""The share of a pair's energy that is lost on each grid: that of normal numbers, for both of its vectors."""


@dataclass(frozen=True)
class _Layer:
    """One weighed matrix with the singular vectors of its shorter side, largest energy first.

    ``matrix`` = rows[:, None] * delta * columns[None]. ``right``: the vectors are the right ones.
    """

    matrix: Tensor
    rows: Tensor
    columns: Tensor
    right: bool
    vectors: Tensor
    energy: Tensor

    @property
    def cost(self) -> int:
        return sum(self.matrix.shape)

    def cut(self, bits: np.ndarray) -> Coded:
        """The first pairs on grids of so many bits; v makes up for what u lost on its grid."""
        kept = self.vectors[:, : len(bits)]
        left = self.matrix @ kept if self.right else kept
        u, us = on_grid((left / self.rows[:, None]).numpy(), bits)
        rough = torch.from_numpy(off_grid(u, us, bits)).double() * self.rows[:, None]
        fitted = torch.linalg.lstsq(rough, self.matrix).solution / self.columns[None]
        v, vs = on_grid(fitted.T.numpy(), bits)
        return Coded(u, np.ascontiguousarray(v.T), us, vs, bits)


@torch.no_grad()
def compress(
    delta: Delta, size: int, sensitivity: Mapping[str, Sensitivity] | None = None, energy: float = 0.999
) -> dict[str, Part]:
    """The delta by name in at most ``size`` bytes, or fewer once ``energy`` of it is kept.

    Vectors (biases, norms) are kept whole in two bytes a number and count first. Energy is the squared
    Frobenius norm of all matrices together, weighed where ``sensitivity`` is given. A layer that gets
    nothing is left out.
    """
    parts: dict[str, Part] = {}
    layers: dict[str, _Layer] = {}
    left = 8 * size
    for name, difference in delta.items():
        if difference.ndim < 2:
            parts[name] = difference.detach().float().cpu().numpy()
            left -= 16 * difference.numel()
        elif difference.any():
            layers[name] = _spectrum(difference.detach().flatten(1).double().cpu(), (sensitivity or {}).get(name))
    if not layers or left <= 0:
        return parts
    costs = [np.full(len(layer.energy), layer.cost) for layer in layers.values()]
    energies = torch.cat([layer.energy for layer in layers.values()]).numpy()
    bits = _shared_out(energies, np.concatenate(costs), left, energy)
    at = 0
    for name, layer in layers.items():
        own = bits[at : at + len(layer.energy)]
        at += len(own)
        if own.any():
            parts[name] = layer.cut(own[own > 0].astype(np.uint8))  # energies fall, so these are the first
    return parts


def expand(part: Part, shape: tuple[int, ...]) -> Tensor:
    """The tensor that a part stands for, float32 on the CPU."""
    if isinstance(part, Coded):
        part = part.spread()
    if isinstance(part, LowRank):
        u, v = (torch.from_numpy(np.ascontiguousarray(thin)) for thin in part)
        return (u @ v).view(shape)
    return torch.from_numpy(np.ascontiguousarray(part, dtype=np.float32)).view(shape)


def _shared_out(energy: np.ndarray, cost: np.ndarray, most: int, enough: float) -> np.ndarray:
    """Bits a number for every pair: the least error in ``most`` bits in all, or ``enough`` of the energy."""
    grids = np.array(_GRIDS)
    takes = cost[:, None] * grids[None] + _SIDE_BITS * (grids[None] > 0)
    loses = energy[:, None] * np.minimum(_LEFT, 1.0)[None]
    pairs = np.arange(len(energy))

    def at(price: float) -> np.ndarray:
        return (loses + price * takes).argmin(1)

    def generous(choice: np.ndarray) -> bool:
        return takes[pairs, choice].sum() > most or loses[pairs, choice].sum() < (1 - enough) * energy.sum()

    low, high = 0.0, float(energy.max() / cost.min()) + 1e-300  # at the upper price nothing is bought
    for _ in range(80):
        price = (low + high) / 2 if low == 0 or high / low < 4 else (low * high) ** 0.5
        low, high = (price, high) if generous(at(price)) else (low, price)
    return grids[at(high)]


def _spectrum(matrix: Tensor, sensitivity: Sensitivity | None) -> _Layer:
    """Eigenvectors of the smaller Gram matrix: quicker than an SVD and the same answer for what is large."""
    rows, columns = torch.ones(len(matrix)).double(), torch.ones(matrix.shape[1]).double()
    if sensitivity is not None and (mean := float(sensitivity.rows.mean())) > 0:
        rows = (sensitivity.rows + _FLOOR * mean) ** (TAPER / 2)
        columns = (sensitivity.columns / mean + _FLOOR) ** (TAPER / 2)
    matrix = rows[:, None] * matrix * columns[None]
    right = matrix.shape[0] > matrix.shape[1]
    gram = matrix.T @ matrix if right else matrix @ matrix.T
    energy, vectors = torch.linalg.eigh(gram)
    return _Layer(matrix, rows, columns, right, vectors.flip(1), energy.flip(0).clamp(min=0))
