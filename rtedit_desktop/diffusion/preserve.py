"""Keep what an edit does not touch: blend decode(theta) into the picture where it differs from decode(theta0).

Eqs. 19 to 25 of docs/method.md.
"""

from __future__ import annotations

from collections.abc import Collection

import torch
from torch import Tensor
from torch.nn import functional

from rtedit_desktop.core.edits import Blending
from rtedit_desktop.diffusion.colour.colour_map import colour_map, smoothed, whole_map
from rtedit_desktop.diffusion.colour.colour_neighbours import reach, share_of_colour
from rtedit_desktop.diffusion.colour.soft_ends import soft_ends
from rtedit_desktop.diffusion.colour.toning import keep_to_tone, luminance

COVERS = 0.35, 0.7
"""Changes under the first number tint, those over the second cover what was there, where the kind is not known."""

_EDGE = 0.38, 0.62
"""Shares of an opaque edit's full change at which it begins and is all there: a soft decode's edge, made narrow."""

_TINTS = 0.25, 0.8
"""Shares of a tonal edit's strongest change at which one begins to count, and counts in full."""

_MEANT = 0.35, 0.65
"""Mean shares of a colour near by at which a tonal edit begins to be meant for it, and is."""

_OUTLINE = 0.15, 0.85
"""Shares of a pixel, by its colour between those on both sides of an outline, that count as none and as all."""

_NEAR, _HOLE = 0.25, 0.2
"""How far an outline looks for the colours on both sides, and how wide a hole is closed to each side, of how far a
change looks for pixels of one colour."""

_EDGES = 0.005, 0.03
"""Variances of colour, on the scale of [-1, 1], near no outline and near one."""

_RIDGE, _TEXTURE, _PALEST = 0.003, 0.03, 0.0003
"""Variances on the scale of [-1, 1]: of colours that explain nothing, of what is texture and not an edge, and of the
palest outline."""

_DARKEST = 0.05  # of [0, 2]: what is darker has texture of noise alone

_STRONGER = 2.5
"""How much stronger texture gets at the most where an edit makes it lighter."""

_EVERY_PIXEL = 1e-5
"""As _RIDGE, where one map is asked of all pixels: there are enough of them to tell the palest colours from noise."""


def blending_of(kinds: Collection[Blending]) -> Blending:
    """How several edits at once go back into a picture; opposite ways are left to the change's size."""
    if len(set(kinds)) == 1:
        return next(iter(kinds))
    if set(kinds) == {"opaque", "tonal"}:
        return "opaque"  # which tints where little changes
    return "whole" if set(kinds) == {"whole", "tonal"} else "auto"


def change_mask(edited: Tensor, rebuilt: Tensor, *, low: float = 0.08, high: float = 0.30) -> Tensor:
    """(N, 1, H, W) in [0, 1]: where two decodes of one latent differ, grown a little and softened (eq. 19).

    edited, rebuilt: (N, 3, H, W) in [-1, 1]. Differences (mean over channels) under ``low`` count as
    none, over ``high`` as full. The soft edges scale with the picture: 1/64 of its side.
    """
    return _grown((edited - rebuilt).abs().mean(1, keepdim=True), low, high)


def tint_mask(edited: Tensor, rebuilt: Tensor, picture: Tensor) -> Tensor:
    """change_mask for an edit that is known to tint, by the picture's colours too (eq. 22).

    picture: (N, 3, H, W) in [-1, 1], whose outlines the mask gets: near one, which for hair is farther than for lips, a
    pixel is as much of what is meant as its colour says. A decode that is not certain where hair ends tints the wall
    about it; the wall farther away has the same colour and does not change, so none of it is meant to
    (``share_of_colour``). Lipstick changes red alone. What is under a quarter of the strongest change counts as none.
    Holes are closed. Where there is no outline, as between cheek and beard, the mask stays soft.
    """
    unit = max(1, round(picture.shape[-1] / 256))
    change = _blur((edited - rebuilt).abs().amax(1, keepdim=True), 2 * unit)
    strongest = torch.quantile(change.flatten(1), 0.99, dim=1).clamp(min=0.1)[:, None, None, None]
    low, high = _TINTS
    share = ((change / strongest - low) / (high - low)).clamp(0, 1)
    meant = _smooth_step(share_of_colour(share, _blur(picture, unit)), *_MEANT)
    near = [reach(one) * max(picture.shape[-2:]) for one in share.split(1)]
    masks = [_outlined(*one) for one in zip(meant.split(1), picture.split(1), near, strict=True)]
    return torch.cat(masks)


def _outlined(meant: Tensor, picture: Tensor, near: float) -> Tensor:
    """A mask (1, 1, H, W) without holes that ends at the picture's outlines, and softly elsewhere.

    ``near``: how far pixels of one colour belong together. Holes and outlines are looked for within a part of it.
    """
    unit = max(1, round(picture.shape[-1] / 256))
    radius = max(2 * unit, round(_NEAR * near))
    meant = torch.maximum(meant, _closed(meant, max(unit, round(_HOLE * near))))
    spread = (_blur(picture.square(), radius) - _blur(picture, radius).square()).sum(1, keepdim=True)
    by_colour = colour_map(meant, picture, radius=radius, ridge=_PALEST).of(picture)
    soft = colour_map(_blur(_largest(meant, unit), unit), picture, radius=2 * unit, ridge=_RIDGE).of(picture)
    return torch.lerp(soft.clamp(0, 1), _smooth_step(by_colour, *_OUTLINE), _smooth_step(spread, *_EDGES))


def tinted(picture: Tensor, change: Tensor, smooth: Tensor) -> Tensor:
    """The picture with a change of its tone, its texture as much stronger as it gets lighter (eq. 24).

    picture, change, smooth: (N, 3, H, W), the last the picture without its texture. Black hair that a constant made
    blond would be a haze; where less is light, more of it is texture.
    """
    light = luminance(smooth) + 1
    stronger = ((light + luminance(change)) / light.clamp(min=_DARKEST)).clamp(1, _STRONGER)
    return picture + change + (stronger - 1) * luminance(picture - smooth)


def _grown(difference: Tensor, low: float, high: float) -> Tensor:
    radius = max(1, difference.shape[-1] // 64)
    mask = ((_blur(difference, radius) - low) / (high - low)).clamp(0, 1)
    return _blur(_largest(mask, radius), radius)


def opacity(edited: Tensor, rebuilt: Tensor, *, low: float, high: float) -> Tensor:
    """(N, 1, H, W) in [0, 1]: where a change covers what was there (glasses, a hat), not tints it (eq. 20).

    What tells is the size of the change around a pixel, not at it alone: a dark eye behind a dark lens hardly changes,
    yet must not shine through.
    """
    radius = max(1, edited.shape[-1] // 32)
    difference = _blur((edited - rebuilt).abs().mean(1, keepdim=True), radius)
    closed = -_largest(-_largest(difference, 2 * radius), 2 * radius)  # grown, and shrunk again
    return ((closed - low) / (high - low)).clamp(0, 1)


def cover(edited: Tensor, rebuilt: Tensor) -> tuple[Tensor, Tensor]:
    """What an opaque edit lays over a picture: (N, 3, H, W) of its colours, and (N, 1, H, W) where, in [0, 1].

    A net that is not certain where a rim lies decodes it soft, half of the skin and half of the frame. How large a
    pixel's change is beside the full change near by says its share of the edit; the shares are made steep, holes in
    them are closed (eyes behind lenses, which hardly change), and the colours at the rim come from inside (eq. 21).
    """
    unit = edited.shape[-1] / 256
    radius = max(1, round(unit))
    change = _blur((edited - rebuilt).abs().mean(1, keepdim=True), radius)
    near = _blur(_largest(change, max(2, round(14 * unit))), max(1, round(4 * unit)))
    most = torch.quantile(change.flatten(1), 0.99, dim=1)[:, None, None, None]
    share = change / torch.maximum(near, 0.7 * most).clamp(min=0.25)
    low, high = _EDGE
    where = _smooth_step(share, low, high)
    closed = _closed(where, max(1, round(6 * unit)))
    where = torch.maximum(where, _blur(closed, radius))
    share = torch.maximum(share, 0.95 * closed)
    inside = share.clamp(0, 1) ** 6 + 1e-4
    around = max(1, round(3 * unit))
    carried = _blur(edited * inside, around) / _blur(inside, around)
    return torch.lerp(carried, edited, _smooth_step(share, 0.6, 0.9)), where.clamp(0, 1)


def _largest(x: Tensor, radius: int, *, beyond: bool = True) -> Tensor:
    """In the square of ``radius`` around each pixel; without ``beyond``, of those whose squares lie in the picture.

    Its columns first, then its rows: of large squares that is a small part of the work, and the same. So in _blur.
    """
    side, pad = 2 * radius + 1, radius if beyond else 0
    columns = functional.max_pool2d(x, (side, 1), stride=1, padding=(pad, 0))
    return functional.max_pool2d(columns, (1, side), stride=1, padding=(0, pad))


def _closed(x: Tensor, radius: int) -> Tensor:
    """Grown and shrunk again, so that holes are gone; nothing lies beyond the picture's edges."""
    grown = functional.pad(_largest(x, radius), [radius] * 4)
    return -_largest(-grown, radius, beyond=False)


def _smooth_step(x: Tensor, low: float, high: float) -> Tensor:
    at = ((x - low) / (high - low)).clamp(0, 1)
    return at * at * (3 - 2 * at)


def keep_untouched(x0: Tensor, edited: Tensor, rebuilt: Tensor, blending: Blending = "auto") -> Tensor:
    """x0 where nothing changed; where it did, x0 with the change added, or ``edited`` itself where that covers x0.

    x0, edited, rebuilt: (N, 3, H, W) in [-1, 1]. Added (eq. 24), a change of tone or colour keeps the picture's own
    detail, which no decode has; an opaque one must bring its own pixels, and lies over the picture (eq. 21). A tonal
    change follows the picture's edges, where a soft decode would leave a rim around dyed hair, and not its texture,
    which would pale with it (eqs. 22 and 23); that of a whole picture is everywhere and follows both: what one map of
    all its colours explains by that map, the rest near by, without its texture, which is what the decode was not
    certain of; and where the edit leaves none of the picture's own colours, by luminance alone (eq. 25). Its whites and
    blacks keep their order (``soft_ends``).
    """
    radius = max(1, x0.shape[-1] // 64)
    if blending == "whole":
        toned = whole_map(edited - rebuilt, rebuilt, ridge=_EVERY_PIXEL)
        rest = colour_map(edited - rebuilt - toned.of(rebuilt), rebuilt, radius=2 * radius, ridge=_TEXTURE)
        return keep_to_tone(soft_ends(x0 + toned.of(x0) + rest.of(x0)).clamp(-1, 1), edited, rebuilt)
    if blending == "tonal":
        smooth = smoothed(x0, radius=radius, ridge=_TEXTURE)
        change = colour_map(edited - rebuilt, rebuilt, radius=radius, ridge=_RIDGE).of(smooth)
        return torch.lerp(x0, tinted(x0, change, smooth).clamp(-1, 1), tint_mask(edited, rebuilt, x0))
    if blending == "opaque":
        colours, where = cover(edited, rebuilt)
        return torch.lerp(x0, colours.clamp(-1, 1), where)
    added = (x0 + edited - rebuilt).clamp(-1, 1)
    low, high = COVERS
    covered = opacity(edited, rebuilt, low=low, high=high)
    changed = torch.lerp(added, edited, covered)
    return torch.lerp(x0, changed, torch.maximum(change_mask(edited, rebuilt), covered))


def _blur(x: Tensor, radius: int) -> Tensor:
    x, side = functional.pad(x, [2 * radius] * 4, mode="replicate"), 2 * radius + 1
    for _ in range(2):
        x = functional.avg_pool2d(functional.avg_pool2d(x, (side, 1), stride=1), (1, side), stride=1)
    return x
