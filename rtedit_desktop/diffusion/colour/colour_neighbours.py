"""Which pixels a soft change is meant for: those whose neighbours of the same colour change (a joint bilateral mean).

Eq. 22 of docs/method.md.
"""

from __future__ import annotations

from math import ceil, sqrt

import torch
from torch import Tensor
from torch.nn import functional

_COLOUR = 0.13
"""A standard deviation of what counts as one colour, in each channel, on the scale of [-1, 1]."""

_REACH, _NEAREST, _FARTHEST = 0.25, 0.02, 0.13
"""A standard deviation of what is near, over the side of a square as large as the change, and its bounds over the
picture's side: lips are told from the skin beside them, hair from the wall far behind it."""

_GRID, _DENSEST, _APART = 128, 48, 5
"""Cells to a side that are asked about; samples to a side at most, and to a standard deviation of the distance."""

_LEAST, _ABOUT = 0.1, 32
"""Only within a thirty-second of the side around shares over this is there anything to tell."""

_AT_A_TIME = 256  # whose weights stay near the processor
_FAR = 3.0  # standard deviations
_NOTHING = -40.0  # of which the exponential counts for nothing, and is not so small that it is slow


def share_of_colour(share: Tensor, picture: Tensor) -> Tensor:
    """(N, 1, H, W) in [0, 1]: for each pixel the mean ``share`` of the pixels near by that have its colour (eq. 22).

    share: (N, 1, H, W) in [0, 1]; picture: (N, 3, H, W) in [-1, 1]. Nothing far from every share.
    """
    return torch.cat([_of_one(s, p) for s, p in zip(share.split(1), picture.split(1), strict=True)])


def reach(share: Tensor) -> float:
    """A standard deviation of what is near, over the picture's side, for a change of one picture."""
    return min(max(_REACH * sqrt(float(share.mean())), _NEAREST), _FARTHEST)


def _of_one(share: Tensor, picture: Tensor) -> Tensor:
    height, width = share.shape[-2:]
    side = max(height, width)
    near_by = reach(share)
    apart = max(ceil(side / _DENSEST), round(side * near_by / _APART))
    samples = [_at(x, apart) for x in (_features(picture, near_by), share)]
    cells = [ceil(x * min(1.0, _GRID / side)) for x in (height, width)]
    asked = functional.interpolate(_features(picture, near_by), cells, mode="area")
    about = ceil(max(cells) / _ABOUT)
    strongest = functional.adaptive_max_pool2d(share, cells)
    near = functional.max_pool2d(strongest, 2 * about + 1, stride=1, padding=about).flatten() > _LEAST
    found = torch.zeros_like(near, dtype=share.dtype)
    if bool(near.any()):
        found[near] = _mean(asked.flatten(2)[0].T[near], *samples)
    return functional.interpolate(found.view(1, 1, *cells), (height, width), mode="bilinear", align_corners=False)


def _features(picture: Tensor, near_by: float) -> Tensor:
    """(1, 5, H, W): colour and place, each in its standard deviations."""
    height, width = picture.shape[-2:]
    side = max(height, width)
    down, across = (
        torch.arange(n, device=picture.device, dtype=picture.dtype) / (side * near_by) for n in (height, width)
    )
    place = torch.stack(torch.meshgrid(down, across, indexing="ij"))[None]
    return torch.cat([picture / _COLOUR, place], 1)


def _at(x: Tensor, apart: int) -> Tensor:
    """(M, C): every so many pixels of x (1, C, H, W)."""
    return x[..., apart // 2 :: apart, apart // 2 :: apart].flatten(2)[0].T


def _mean(asked: Tensor, samples: Tensor, share: Tensor) -> Tensor:
    """(K,): for each of asked (K, 5) the mean of share (M, 1), weighted by how near the samples (M, 5) are."""
    first, last = (asked[:, 3:].amin(0) - _FAR, asked[:, 3:].amax(0) + _FAR)
    beside = ((samples[:, 3:] > first) & (samples[:, 3:] < last)).all(1)
    samples, share = samples[beside], share[beside]
    values = torch.cat([share, torch.ones_like(share)], 1)
    middle = samples.mean(0)
    asked, samples = asked - middle, samples - middle
    one = torch.ones_like
    ask = torch.cat([asked, asked.square().sum(1, keepdim=True) / -2, one(asked[:, :1])], 1)
    answer = torch.cat([samples, one(samples[:, :1]), samples.square().sum(1, keepdim=True) / -2], 1).T.contiguous()
    means = []
    for part in ask.split(_AT_A_TIME):  # a b - a a / 2 - b b / 2 in one product
        over, under = ((part @ answer).clamp_(_NOTHING, 0).exp_() @ values).unbind(1)
        means.append(over / (under + 1e-6))
    return torch.cat(means)
