"""Puts several changes back into the full-size photo at once, so that none is rounded but their sum.

Each change is added to what those below it made, as far as a pixel can show it, and travels with fractions. The photo
is never resampled: five changes leave its detail as sharp as one does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rtedit_desktop.core.photos.photo import Accumulated, Patch, Photo
from rtedit_desktop.imaging.square.compositing import Delta
from rtedit_desktop.imaging.square.region import mask_of

_STRIP_PIXELS = 1 << 24
"""Of which the fractions are held at a time: 200 MB."""


def compose(photo: Photo, patches: Sequence[Patch]) -> np.ndarray:
    """(H, W, 3) uint8: the photo with all of these, the first one lowest.

    One alone gives what ``paste`` gives. Raises PictureError for one that does not fit.
    """
    result: np.ndarray = photo.pixels.copy()
    bounds = [patch.square.bounds(photo.size) for patch in patches]
    if not bounds:
        return result
    left, top, right, bottom = _around(bounds)
    strip = max(1, _STRIP_PIXELS // max(1, right - left))
    for start in range(top, max(bottom, top + 1), strip):
        end = min(start + strip, bottom)
        total = np.zeros((max(0, end - start), right - left, 3), np.float32)
        for number, patch in enumerate(patches):
            _add(photo, _delta(photo, patch), total, (left, start), alone=not number)
        _round_into(result, total, (left, start))
    return result


def accumulate(photo: Photo, patch: Patch, below: Accumulated | None = None) -> Accumulated:
    """What one more change adds over those ``below``, which stay as they are. Raises PictureError as ``compose`` does.

    ``rounded`` makes of it, to the byte, what ``compose`` makes of the same changes.
    """
    delta = _delta(photo, patch)
    left, top, right, bottom = bounds = patch.square.bounds(photo.size)
    if below is not None:
        left, top, right, bottom = _around([bounds, below.bounds])
    total = np.zeros((bottom - top, right - left, 3), np.float32)
    if below is not None:
        x, y, end, foot = below.bounds
        total[y - top : foot - top, x - left : end - left] = below.values
    _add(photo, delta, total, (left, top), alone=below is None)
    return Accumulated(left=left, top=top, values=total)


def rounded(photo: Photo, accumulated: Accumulated) -> np.ndarray:
    """(H, W, 3) uint8: the photo with it."""
    result: np.ndarray = photo.pixels.copy()
    left, top, right, bottom = accumulated.bounds
    strip = max(1, _STRIP_PIXELS // max(1, right - left))
    for start in range(top, bottom, strip):
        end = min(start + strip, bottom)
        _round_into(result, accumulated.values[start - top : end - top].copy(), (left, start))
    return result


def _add(photo: Photo, delta: Delta, total: np.ndarray, corner: tuple[int, int], *, alone: bool) -> None:
    """Add a change to ``total``, whose corner lies there in the photo; ``alone``: there is nothing in it yet."""
    left, top = corner
    own = photo.pixels[top : top + total.shape[0], left : left + total.shape[1]]
    for down, across in delta.bands(top, top + total.shape[0]):
        inside = (slice(down.start - top, down.stop - top), slice(across.start - left, across.stop - left))
        part, below = total[inside], own[inside]
        seen = below
        if not alone:  # what the model saw has no more than a pixel can show
            np.clip(part, -below.astype(np.float32), np.float32(255) - below, out=part)
            seen = below + part
        part += delta.over(seen, down, across)


def _round_into(result: np.ndarray, total: np.ndarray, corner: tuple[int, int]) -> None:
    """Add ``total``, which is used up, to these pixels."""
    left, top = corner
    inside = (slice(top, top + total.shape[0]), slice(left, left + total.shape[1]))
    np.rint(total, out=total)
    total += result[inside]
    result[inside] = np.clip(total, 0, 255, out=total)


def _around(bounds: Sequence[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    lefts, tops, rights, bottoms = zip(*bounds, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _delta(photo: Photo, patch: Patch) -> Delta:
    return Delta(photo, patch.square, patch.before, patch.after, _mask(photo, patch))


def _mask(photo: Photo, patch: Patch) -> np.ndarray | None:
    if patch.region is None:
        return patch.mask
    drawn = mask_of(patch.region, photo.size, patch.square.bounds(photo.size))
    return drawn if patch.mask is None else np.minimum(drawn, patch.mask)
