"""Weights as they are shipped."""

from __future__ import annotations

from torch import Tensor


def half(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Half precision, but for what normalises: running statistics and counters stay as they are."""
    return {
        k: (v if "running_" in k or not v.is_floating_point() else v.half()).contiguous() for k, v in tensors.items()
    }
