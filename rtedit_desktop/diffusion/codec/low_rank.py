"""Compress a weight delta: truncated SVD per layer, in as many bits as each rank is worth (eq. 31 of docs/method.md).

A layer's delta (S0, ...) is seen as a matrix (S0, prod of the rest) and replaced by a sum of pairs u v^T, the
largest first. The bytes are shared out over the pairs of all layers at once, as rate-distortion theory has it: a
pair gets one more bit where that takes away most of the error for its cost, and small pairs get none. What counts
as error is weighed by how much the picture moves with a weight, where that is known (``codec.sensitivity``);
of the weighing only a root is used, since the layers do not act alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop.core.weights import LowRank, Part, QuantizedLowRank, dequantize, quantize
from rtedit_desktop.diffusion.codec.bit_allocation import allocate_bits
from rtedit_desktop.diffusion.codec.sensitivity import Sensitivity
from rtedit_desktop.diffusion.delta import Delta

TAPER = 0.25
"""The power of the sensitivity that weighs: measured, between 0.2 and 0.35 hardly differ, 0.5 and 0 are worse."""

_FLOOR = 1e-3


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

    def cut(self, bits: np.ndarray) -> QuantizedLowRank:
        """The first pairs on grids of so many bits; v makes up for what u lost on its grid."""
        kept = self.vectors[:, : len(bits)]
        left = self.matrix @ kept if self.right else kept
        u, us = quantize((left / self.rows[:, None]).numpy(), bits)
        rough = torch.from_numpy(dequantize(u, us, bits)).double() * self.rows[:, None]
        fitted = torch.linalg.lstsq(rough, self.matrix).solution / self.columns[None]
        v, vs = quantize(fitted.T.numpy(), bits)
        return QuantizedLowRank(u, np.ascontiguousarray(v.T), us, vs, bits)


@torch.no_grad()
def compress(
    delta: Delta, size: int, sensitivity: Mapping[str, Sensitivity] | None = None, energy: float = 0.999
) -> dict[str, Part]:
    """The delta by name in at most ``size`` bytes, or fewer once ``energy`` of it is kept (eq. 31).

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
    bits = allocate_bits(energies, np.concatenate(costs), left, energy)
    at = 0
    for name, layer in layers.items():
        own = bits[at : at + len(layer.energy)]
        at += len(own)
        if own.any():
            parts[name] = layer.cut(own[own > 0].astype(np.uint8))  # energies fall, so these are the first
    return parts


def expand(part: Part, shape: tuple[int, ...]) -> Tensor:
    """The tensor that a part stands for, float32 on the CPU."""
    if isinstance(part, QuantizedLowRank):
        part = part.dequantized()
    if isinstance(part, LowRank):
        u, v = (torch.from_numpy(np.ascontiguousarray(thin)) for thin in part)
        return (u @ v).view(shape)
    return torch.from_numpy(np.ascontiguousarray(part, dtype=np.float32)).view(shape)


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
