"""Weights at a byte a number, each row on its own scale: small enough to be kept beside the code and gone on from."""

from __future__ import annotations

import torch
from torch import Tensor

SCALE = ".scale"


def to_int8(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Matrices and kernels as int8 with a float32 scale a row, ``name.scale``; vectors in half precision."""
    kept = {}
    for name, value in tensors.items():
        if value.ndim < 2 or not value.is_floating_point():
            kept[name] = value.half() if value.is_floating_point() else value
            continue
        scale = value.flatten(1).abs().amax(1).clamp(min=1e-12) / 127
        rows = value / scale.view(-1, *[1] * (value.ndim - 1))
        kept[name], kept[name + SCALE] = rows.round().to(torch.int8).contiguous(), scale.float()
    return kept


def from_int8(kept: dict[str, Tensor]) -> dict[str, Tensor]:
    """The inverse, float32; tensors of any other file only become float32."""
    tensors = {}
    for name, value in kept.items():
        if name.endswith(SCALE) and name.removesuffix(SCALE) in kept:
            continue
        scale = kept.get(name + SCALE)
        if scale is not None:
            tensors[name] = value.float() * scale.view(-1, *[1] * (value.ndim - 1))
        else:
            tensors[name] = value.float() if value.is_floating_point() else value
    return tensors
