"""Brings what an edit of light made whiter than white, or blacker than black, back in order (part of eq. 24).

Cut off, a white shirt before a white wall would be one white: the photo's own steps between lights are kept instead,
closer together.
"""

from __future__ import annotations

import torch
from torch import Tensor

_KNEE = 0.5
"""Where it begins, on the scale of [-1, 1]: light between the knees stays as it is."""

_MOST = 0.999
"""The part of the pixels that is not beyond the one that becomes white."""


def soft_ends(x: Tensor) -> Tensor:
    """x (N, 3, H, W) with its ends bent to [-1, 1]; unchanged where hardly a pixel lies beyond."""
    return -_shoulder(-_shoulder(x))


def _shoulder(x: Tensor) -> Tensor:
    """From the knee on u -> u (1 + u / M^2) / (1 + u), which has a slope of 1 at 0 and brings M to 1."""
    most = torch.quantile(x.amax(1).flatten(1), _MOST, dim=1)[:, None, None, None]
    u, m = (((value - _KNEE) / (1 - _KNEE)).clamp(min=0) for value in (x, most))
    bent = _KNEE + (1 - _KNEE) * u * (1 + u / m.clamp(min=1).square()) / (1 + u)
    return torch.where((x > _KNEE) & (most > 1), bent, x)
