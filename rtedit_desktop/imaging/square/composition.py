"""Puts several changes back into the full-size photo at once, so that none is rounded but their sum.

Each change is added to what those below it made, as far as a pixel can show it, and travels with fractions. The photo
is never resampled: five changes leave its detail as sharp as one does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rtedit_desktop.core.photos.photo import Patch, Photo
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
    left, top = min(one[0] for one in bounds), min(one[1] for one in bounds)
    right, bottom = max(one[2] for one in bounds), max(one[3] for one in bounds)
    strip = max(1, _STRIP_PIXELS // max(1, right - left))
    for start in range(top, max(bottom, top + 1), strip):
        _compose_rows(photo, patches, result, (start, min(start + strip, bottom)), (left, right))
    return result


def _compose_rows(
    photo: Photo, patches: Sequence[Patch], result: np.ndarray, rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    (first, end), (left, right) = rows, columns
    total = np.zeros((max(0, end - first), right - left, 3), np.float32)
    own = photo.pixels[first:end, left:right]
    for number, patch in enumerate(patches):
        delta = Delta(photo, patch.square, patch.before, patch.after, _mask(photo, patch))
        for down, across in delta.bands(first, end):
            inside = (slice(down.start - first, down.stop - first), slice(across.start - left, across.stop - left))
            part, below = total[inside], own[inside]
            seen = below
            if number:  # what the model saw has no more than a pixel can show
                np.clip(part, -below.astype(np.float32), np.float32(255) - below, out=part)
                seen = below + part
            part += delta.over(seen, down, across)
    np.rint(total, out=total)
    total += own
    result[first:end, left:right] = np.clip(total, 0, 255, out=total)


def _mask(photo: Photo, patch: Patch) -> np.ndarray | None:
    if patch.region is None:
        return patch.mask
    drawn = mask_of(patch.region, photo.size, patch.square.bounds(photo.size))
    return drawn if patch.mask is None else np.minimum(drawn, patch.mask)
