"""Tells an edit that leaves none of a picture's own colours, as black and white, and keeps it to one tone (eq. 25).

A decode takes strong colours out only in part, and no map of colours takes out more than the decode did. What is meant
can be told all the same: what luminance does not say of the decode's colours hardly goes with the picture's.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from rtedit_desktop.core.photos.luminance import LUMINANCE

_RED, _GREEN, _BLUE = LUMINANCE

_OF_COLOURS = 0.04, 0.07
"""Parts of a picture's own colours in a decode: under the first it is toned, over the second it is not."""

_OF_TONE = 0.2, 0.4
"""The same of what luminance does not say, beside the picture's own colours or the tone's."""

_SEEN = 2 / 127.5, 4 / 127.5
"""Colours of a tone, on the scale of [-1, 1]: under the first it is a grey, over the second it is meant."""

_UNKNOWN = 1e-5
"""A variance of colours, on the scale of [-1, 1]: of what a picture has less of, an edit takes nothing out."""

_ENDS = 0.01, 0.99
"""Parts of the pixels that are darker: beyond these a cubic curve says nothing, and the colours at its ends go on."""

_PLACES = 32
"""Places along a side at which colours are compared: a decode's specks are finer."""


class ToneCurve(NamedTuple):
    """Colours by luminance: ``cubic`` (N, 2, 4) float64, from ``low`` to ``high``, (N, 1, 1, 1)."""

    cubic: Tensor
    low: Tensor
    high: Tensor

    def of(self, luminance: Tensor) -> Tensor:
        """The colours, (N, 2, H, W), beside a luminance (N, 1, H, W)."""
        y = torch.minimum(torch.maximum(luminance, self.low.to(luminance)), self.high.to(luminance))
        a, b, c, d = self.cubic.to(luminance)[..., None, None].unbind(2)
        return a + y * (b + y * (c + y * d))


def keep_to_tone(x: Tensor, edited: Tensor, rebuilt: Tensor) -> Tensor:
    """x with the colours that its luminance has in ``edited``, where that is toned (eq. 25); else x as it is.

    x, edited, rebuilt: (N, 3, H, W) in [-1, 1]. Between the two, as at a lower strength, a part of x's colours stays.
    """
    tone, own = tone_of(edited, rebuilt)
    if bool((own >= 1).all()):
        return x
    y = luminance(x)
    red, blue = tone.of(y).split(1, 1)
    toned = y + torch.cat([red, -(_RED * red + _BLUE * blue) / _GREEN, blue], 1)
    return torch.lerp(toned.clamp(-1, 1), x, own.to(x)[:, None, None, None])


def tone_of(edited: Tensor, rebuilt: Tensor) -> tuple[ToneCurve, Tensor]:
    """The tone of ``edited``, and (N,) in [0, 1] how far its colours are the picture's own: 0 where it is toned.

    edited, rebuilt: (N, 3, H, W) in [-1, 1]. A picture without colours tells nothing, and counts as 1.
    """
    (tone, a), (_, b) = (_by_luminance(one.detach().to("cpu", torch.float64)) for one in (edited, rebuilt))
    unknown = _UNKNOWN * torch.eye(2, dtype=torch.float64)
    together, own = (one @ b.transpose(1, 2) / b.shape[2] + unknown for one in (a, b))
    k = torch.linalg.solve(own, together.transpose(1, 2))
    reversed_colours = k.diagonal(dim1=1, dim2=2).sum(1) < 0  # of strengths over one: none is meant to be left
    carried = torch.linalg.svdvals(k)[:, -1].masked_fill(reversed_colours, 0)
    colours = tone.of(luminance(edited.detach().to("cpu", torch.float64))).square().mean((2, 3)).sum(1)
    left = a.square().mean(2).sum(1) / torch.maximum(b.square().mean(2).sum(1), colours).clamp(min=_UNKNOWN)
    meant = _ramp(colours.sqrt(), *_SEEN)[:, None, None]
    return tone._replace(cubic=tone.cubic * meant), torch.maximum(_ramp(carried, *_OF_COLOURS), _ramp(left, *_OF_TONE))


def luminance(x: Tensor) -> Tensor:
    """(N, 1, H, W) of (N, 3, H, W)."""
    return _RED * x[:, :1] + _GREEN * x[:, 1:2] + _BLUE * x[:, 2:]


def _by_luminance(x: Tensor) -> tuple[ToneCurve, Tensor]:
    """The curve nearest to the colours of x, and what it does not say of them, (N, 2, places)."""
    y, colours = luminance(x), x[:, ::2] - luminance(x)
    powers = torch.cat([y**k for k in range(4)], 1).flatten(2)
    near = powers @ powers.transpose(1, 2) / powers.shape[2] + 1e-9 * torch.eye(4, dtype=x.dtype)
    far = powers @ colours.flatten(2).transpose(1, 2) / powers.shape[2]
    low, high = (torch.quantile(y.flatten(1), part, dim=1)[:, None, None, None] for part in _ENDS)
    curve = ToneCurve(torch.linalg.solve(near, far).transpose(1, 2), low, high)
    rest = functional.adaptive_avg_pool2d(colours - curve.of(y), _PLACES)
    return curve, rest.flatten(2)


def _ramp(x: Tensor, low: float, high: float) -> Tensor:
    return ((x - low) / (high - low)).clamp(0, 1)
