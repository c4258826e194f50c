"""Map of a change by a picture's colours: a guided filter, carried to a sharper picture (eq. 23)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional


class ColourMap(NamedTuple):
    """An affine map of colours for every pixel: ``slope`` (N, C, 3, H, W), ``offset`` (N, C, H, W).

    One for all pixels has 1 as H and W.
    """

    slope: Tensor
    offset: Tensor

    def of(self, x: Tensor) -> Tensor:
        """slope x + offset at every pixel of x (N, 3, H, W)."""
        return (self.slope * x[:, None]).sum(2) + self.offset


def colour_map(values: Tensor, picture: Tensor, *, radius: int, ridge: float) -> ColourMap:
    """The map that brings ``picture`` (N, 3, H, W) nearest to ``values`` (N, C, H, W) in a window around each pixel.

    Eq. 23. Windows reach ``radius`` pixels to each side. Where the picture varies less than ``ridge`` (a variance, on
    the scale of [-1, 1]) its colours explain nothing, and the map is the mean of the values.
    """
    middle, mean = _box(picture, radius), _box(values, radius)
    spread = _products(picture, picture, radius) - middle[:, :, None] * middle[:, None]
    together = _products(values, picture, radius) - mean[:, :, None] * middle[:, None]
    spread = spread + ridge * torch.eye(3, device=picture.device, dtype=picture.dtype)[..., None, None]
    slope = (together[:, :, :, None] * _inverse(spread)[:, None]).sum(2)
    offset = mean - (slope * middle[:, None]).sum(2)
    return ColourMap(_box(slope.flatten(1, 2), radius).view_as(slope), _box(offset, radius))


def whole_map(values: Tensor, picture: Tensor, *, ridge: float) -> ColourMap:
    """The one map of all pixels that brings ``picture`` nearest to ``values``, both (N, 3, H, W)."""
    middle, mean = (x.mean((2, 3), keepdim=True) for x in (picture, values))
    near, far = (picture - middle).flatten(2), (values - mean).flatten(2)
    spread = (near @ near.transpose(1, 2)) / near.shape[2] + ridge * torch.eye(3, device=near.device, dtype=near.dtype)
    together = (far @ near.transpose(1, 2)) / near.shape[2]
    slope = (together[:, :, :, None] * _inverse(spread[..., None, None])[:, None, :, :, 0, 0]).sum(2)[..., None, None]
    return ColourMap(slope, mean - (slope * middle[:, None]).sum(2))


def smoothed(x: Tensor, *, radius: int, ridge: float) -> Tensor:
    """x (N, 3, H, W) without its fine texture, its edges where they are."""
    return colour_map(x, x, radius=radius, ridge=ridge).of(x)


def _products(a: Tensor, b: Tensor, radius: int) -> Tensor:
    """The mean over each window of a b^T, (N, C, 3, H, W)."""
    together = a[:, :, None] * b[:, None]
    return _box(together.flatten(1, 2), radius).view_as(together)


def _inverse(m: Tensor) -> Tensor:
    """Of (N, 3, 3, H, W) symmetric and positive definite, by cofactors: devices differ in what they can solve."""
    (a, b, c), (_, d, e), (_, _, f) = (row.unbind(1) for row in m.unbind(1))
    p, q, r = d * f - e * e, c * e - b * f, b * e - c * d
    s, t, u = a * f - c * c, b * c - a * e, a * d - b * b
    rows = [torch.stack(row, 1) for row in ((p, q, r), (q, s, t), (r, t, u))]
    return torch.stack(rows, 1) / (a * p + b * q + c * r)[:, None, None]


def _box(x: Tensor, radius: int) -> Tensor:
    """The mean over the window around each pixel, the picture mirrored at its edges."""
    for dim in (-1, -2):  # a window longer than the picture is the picture's
        reach = min(radius, x.shape[dim] - 1)
        pad = (reach, reach, 0, 0) if dim == -1 else (0, 0, reach, reach)
        length = 2 * reach + 1
        x = _sums(functional.pad(x, pad, mode="reflect"), dim, length) / length
    return x


def _sums(x: Tensor, dim: int, length: int) -> Tensor:
    """Over every ``length`` neighbours along a dimension: of sums over 1, 2, 4, … each is made of the one before.

    A tenth of the additions of a pooling, and none of the error of a running sum.
    """
    places = x.shape[dim] - length + 1
    total, power, size, done = torch.zeros((), dtype=x.dtype, device=x.device), x, 1, 0
    while True:
        if length & size:
            total = total + power.narrow(dim, done, places)
            done += size
        if done == length:
            return total
        count = power.shape[dim] - size
        power = power.narrow(dim, 0, count) + power.narrow(dim, size, count)
        size *= 2
