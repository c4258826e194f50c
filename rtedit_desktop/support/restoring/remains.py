"""Puts a photo together of what is left of it: the squares as the models saw them.

It is as large as the photo was, so that every square and region is where it was, and grey where nobody looked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from rtedit_desktop.core.history import Entry
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.stack import Layer

GREY = 48
MOST_PIXELS = 150_000_000
_ROWS = 256


def remains(entries: Sequence[Entry], size: tuple[int, int] | None) -> np.ndarray | None:
    """(H, W, 3) uint8; without the ``size`` of the photo as far as the squares reach. None where that is too much.

    What a layer saw has the edits below it in it, where they reach. So what was seen of the photo itself lies over
    that, and the finer over the coarser.
    """
    seen: dict[tuple[str, Square], tuple[bool, float, Layer]] = {}
    for entry in entries:
        for number, layer in enumerate(entry.layers):
            edited = any(one.on and _meet(one.square, layer.square) for one in entry.layers[:number])
            pixel = layer.square.side / layer.request.picture.shape[0]
            seen[layer.id, layer.square] = (not edited, -pixel, layer)
    width, height = size or _reach([layer.square for _, _, layer in seen.values()])
    if not 0 < width * height <= MOST_PIXELS:
        return None
    pixels = np.full((height, width, 3), GREY, np.uint8)
    for _, _, layer in sorted(seen.values(), key=lambda one: one[:2]):
        _lay(pixels, layer.square, layer.request.picture)
    return pixels


def _meet(one: Square, other: Square) -> bool:
    """Whether the upright parts of the photo in which they lie have something in common."""
    return all(
        min(corner[way] for corner in a.corners) < max(corner[way] for corner in b.corners)
        for way in (0, 1)
        for a, b in ((one, other), (other, one))
    )


def _reach(squares: Sequence[Square]) -> tuple[int, int]:
    corners = [corner for square in squares for corner in square.corners]
    return tuple(max(0, math.ceil(max(corner[way] for corner in corners) - 1e-6)) for way in (0, 1))  # type: ignore[return-value]


def _lay(pixels: np.ndarray, square: Square, picture: np.ndarray) -> None:
    """``picture``, (S, S, 3) uint8, where the square is, between its pixels by the distance to them."""
    left, top, right, bottom = square.bounds((pixels.shape[1], pixels.shape[0]))
    (x, y), scale, angle = square.centre, picture.shape[0] / square.side, math.radians(square.angle)
    cos, sin = np.float32(math.cos(angle) * scale), np.float32(math.sin(angle) * scale)
    across = np.arange(left, right, dtype=np.float32)[None, :] + np.float32(0.5 - x)
    last, half = picture.shape[0] - 1, picture.shape[0] / 2
    for first in range(top, bottom, _ROWS):
        rows = slice(first, min(first + _ROWS, bottom))
        down = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] + np.float32(0.5 - y)
        u, v = across * cos + down * sin, down * cos - across * sin
        inside = (np.abs(u) <= half) & (np.abs(v) <= half)
        u, v = (np.clip(way[inside] + np.float32(half - 0.5), 0, last) for way in (u, v))
        i, j = u.astype(np.intp), v.astype(np.intp)
        to_right, below = np.minimum(i + 1, last), np.minimum(j + 1, last)
        du, dv = (u - i)[:, None], (v - j)[:, None]
        upper = picture[j, i] * (1 - du) + picture[j, to_right] * du
        lower = picture[below, i] * (1 - du) + picture[below, to_right] * du
        part = pixels[rows, left:right]
        part[inside] = np.rint(upper * (1 - dv) + lower * dv)
