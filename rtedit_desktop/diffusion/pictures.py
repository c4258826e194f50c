"""Pixels to tensors and back."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional


def to_tensor(pixels: np.ndarray, size: int) -> Tensor:
    """(H, W, 3) uint8 to (1, 3, size, size) float32 in [-1, 1], resampled when it has another size."""
    x = torch.from_numpy(np.array(pixels)).permute(2, 0, 1)[None].float() / 127.5 - 1
    if x.shape[-2:] != (size, size):
        x = functional.interpolate(x, size=(size, size), mode="bicubic", antialias=True).clamp(-1, 1)
    return x


def to_pixels(x: Tensor) -> np.ndarray:
    """The first of (N, 3, H, W) in [-1, 1], clamped, to (H, W, 3) uint8."""
    scaled = ((x[0].detach().float().clamp(-1, 1) + 1) * 127.5).round()
    return scaled.byte().permute(1, 2, 0).cpu().numpy()
