"""A small form of a weight delta: truncated SVD per layer, ranks chosen by energy (section 9, idea 3).

A layer's delta (S0, ...) is seen as a matrix (S0, prod of the rest) and replaced by its best approximation
of rank r. What a rank costs is the same number of stored values in all layers of a shape, but what it
keeps differs; so the ranks of all layers are taken in order of energy per stored value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from rtedit_desktop.core.weights import LowRank, Part
from rtedit_desktop.diffusion.delta import Delta


@dataclass(frozen=True)
class _Layer:
    """One matrix with the singular vectors of its shorter side, largest energy first.

    ``right``: they are the right ones, of a matrix that is taller than wide.
    """

    matrix: Tensor
    right: bool
    vectors: Tensor
    energy: Tensor

    @property
    def cost(self) -> int:
        return sum(self.matrix.shape)

    def cut(self, rank: int) -> LowRank:
        kept = self.vectors[:, :rank]
        if self.right:
            u, v = self.matrix @ kept, kept.T
        else:
            u, v = kept, kept.T @ self.matrix
        return LowRank(u.float().numpy(), v.float().numpy())


@torch.no_grad()
def compress(delta: Delta, values: int, energy: float = 0.999) -> dict[str, Part]:
    """The delta by name in at most ``values`` stored numbers, or fewer once ``energy`` of it is kept.

    Vectors (biases, norms) are kept whole and count first. Energy is the squared Frobenius norm of all
    matrices together. A layer of rank 0 is left out.
    """
    parts: dict[str, Part] = {}
    layers: dict[str, _Layer] = {}
    left = values
    for name, difference in delta.items():
        if difference.ndim < 2:
            parts[name] = difference.detach().float().cpu().numpy()
            left -= difference.numel()
        else:
            layers[name] = _spectrum(difference.detach().flatten(1).double().cpu())
    total = sum(float(layer.energy.sum()) for layer in layers.values())
    offers = sorted(
        ((float(gain) / layer.cost, name) for name, layer in layers.items() for gain in layer.energy),
        key=lambda offer: (-offer[0], offer[1]),
    )
    ranks = dict.fromkeys(layers, 0)
    kept = 0.0
    for worth, name in offers:
        cost = layers[name].cost
        if kept >= energy * total or cost > left:
            break
        ranks[name] += 1
        kept += worth * cost
        left -= cost
    parts.update({name: layers[name].cut(rank) for name, rank in ranks.items() if rank})
    return parts


def expand(part: Part, shape: tuple[int, ...]) -> Tensor:
    """The tensor that a part stands for, float32 on the CPU."""
    if isinstance(part, LowRank):
        return (torch.from_numpy(part.u) @ torch.from_numpy(part.v)).view(shape)
    return torch.from_numpy(np.ascontiguousarray(part, dtype=np.float32)).view(shape)


def _spectrum(matrix: Tensor) -> _Layer:
    """Eigenvectors of the smaller Gram matrix: quicker than an SVD and the same answer for what is large."""
    right = matrix.shape[0] > matrix.shape[1]
    gram = matrix.T @ matrix if right else matrix @ matrix.T
    energy, vectors = torch.linalg.eigh(gram)
    return _Layer(matrix, right, vectors.flip(1), energy.flip(0).clamp(min=0))
