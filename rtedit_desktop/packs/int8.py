"""Weights at a byte a number, each row on its own scale: a network's file is half as large as in half precision.

Such a file holds a matrix or a kernel ``name``, of shape (R, …), as int8, and beside it ``name.scale``, (R,) float32:
row r of the weights is row r of the whole numbers times scale r. Vectors are in half precision. What is changed in the
weights by learning is changed in the expanded ones; the hash that a preset names is that of the file.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

SCALE = ".scale"


def to_int8(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The nearest such file of a network's weights; whole numbers stay as they are."""
    kept = {}
    for name, value in tensors.items():
        if not value.is_floating_point():
            kept[name] = value
        elif value.ndim < 2:
            kept[name] = value.half()
        else:
            scale = value.float().flatten(1).abs().amax(1).clamp(min=1e-12) / 127
            kept[name] = (value.float() / _by_row(scale, value)).round().to(torch.int8).contiguous()
            kept[name + SCALE] = scale
    return kept


def from_int8(kept: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights that a file holds, those of a byte and of half precision as float32; other files stay as they are.

    Raises ValueError for an int8 tensor that has no scale, or one that does not fit it or is not finite.
    """
    tensors = {}
    for name, value in kept.items():
        if value.dtype is torch.int8:
            tensors[name] = _expanded(name, value, kept.get(name + SCALE))
        elif not _is_scale(name, kept):
            tensors[name] = value.float() if value.dtype in (torch.float16, torch.bfloat16) else value
    return tensors


def _expanded(name: str, value: Tensor, scale: Tensor | None) -> Tensor:
    if scale is None or value.ndim < 2:
        raise ValueError(f"{name} is int8 and has no scale a row")
    if scale.dtype is not torch.float32 or scale.shape != value.shape[:1]:
        raise ValueError(f"the scale of {name} is not one float32 a row")
    if not bool(torch.isfinite(scale).all()):
        raise ValueError(f"the scale of {name} is not finite")
    return value.float() * _by_row(scale, value)


def _is_scale(name: str, kept: Mapping[str, Tensor]) -> bool:
    owner = kept.get(name.removesuffix(SCALE)) if name.endswith(SCALE) else None
    return owner is not None and owner.dtype is torch.int8


def _by_row(scale: Tensor, value: Tensor) -> Tensor:
    return scale.view(-1, *[1] * (value.ndim - 1))
