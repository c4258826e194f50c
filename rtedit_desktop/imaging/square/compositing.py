"""Put a change that was made at the model's size back into the full-size photo.

Only the difference travels, so the photo keeps its own detail and every pixel that the edit does not touch. Where
the difference follows what the picture shows (a cheek gets darker up to its edge), the photo's own fine detail,
which the model never saw, changes in proportion: so an edge in the change is as sharp as the photo's.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.square import crop
from rtedit_desktop.imaging.square.guided_upsampling import Change

FEATHER, WIDEST = 0.05, 0.1
"""Width of the ramp at the square's border, as a part of its side: for a small change there, and for a large one."""

_LARGE = 20.0

_BAND_PIXELS = 1 << 19


def paste(
    photo: Photo, square: Square, before: np.ndarray, after: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    """(H, W, 3) uint8: the photo plus the change from ``before`` to ``after``, inside the square.

    ``before`` and ``after``: (S, S, 3) uint8; ``mask``: (H, W) uint8, how much of the change a pixel takes, 255 for
    all. Where S is the side of an upright square nothing is resampled. A change that reaches a side of the square
    which is not the photo's own edge is faded out there. Pixels outside the square and the mask, and where nothing
    changed, are the photo's own. Works in bands, so the memory beyond the result does not grow with the square.
    Raises PictureError when the pictures, the mask or the square do not fit.
    """
    delta = Delta(photo, square, before, after, mask)
    result: np.ndarray = photo.pixels.copy()
    for rows, columns in delta.bands():
        own = result[rows, columns]
        change = delta.over(own, rows, columns)
        np.rint(change, out=change)
        change += own
        result[rows, columns] = np.clip(change, 0, 255, out=change)
    return result


class Delta:
    """What a change of a square adds to the pixels of a photo, faded and masked. Raises as ``paste`` does."""

    def __init__(
        self, photo: Photo, square: Square, before: np.ndarray, after: np.ndarray, mask: np.ndarray | None = None
    ) -> None:
        if (
            before.shape != after.shape
            or before.ndim != 3
            or before.shape[0] != before.shape[1]
            or before.shape[2] != 3
        ):
            raise PictureError(tr("The result does not belong to this picture."), tr("Run the edit again."))
        check_mask(photo, mask)
        crop.check(photo, square)
        self.bounds = _bounds(photo, square)
        self._mask = mask
        self._changes = not np.array_equal(before, after)
        if self._changes:
            self._change, self._fade = Change(square, before, after), _Fade(photo, square, before, after)

    def bands(self, first: int = 0, end: int | None = None) -> Iterator[tuple[slice, slice]]:
        """Rows and columns of the photo, from the row ``first`` to before ``end``, that are done at a time."""
        left, top, right, bottom = self.bounds
        top, bottom = max(top, first), bottom if end is None else min(bottom, end)
        band = max(1, _BAND_PIXELS // max(1, right - left))
        for start in range(top, bottom, band) if self._changes else ():
            yield slice(start, min(start + band, bottom)), slice(left, right)

    def over(self, own: np.ndarray, rows: slice, columns: slice) -> np.ndarray:
        """(h, w, 3) float32: what to add to ``own``, the pixels of these rows and columns."""
        delta = self._change.over(own, columns.start, rows.start)
        delta *= self._fade.weights(rows, columns)[..., None]
        if self._mask is not None:
            delta *= (self._mask[rows, columns].astype(np.float32) / 255)[..., None]
        return delta


def check_mask(photo: Photo, mask: np.ndarray | None) -> None:
    """Raises PictureError for a mask that is not (H, W) uint8 of the photo."""
    if mask is not None and (mask.ndim != 2 or mask.dtype != np.uint8):
        raise PictureError(tr("The mask is not a picture in greys."), tr("Save it as a greyscale picture."))
    if mask is not None and mask.shape != photo.pixels.shape[:2]:
        width, height = photo.size
        raise PictureError(
            tr(
                "The mask has {across} × {down} pixels and the picture {width} × {height}.",
                across=mask.shape[1],
                down=mask.shape[0],
                width=width,
                height=height,
            ),
            tr("Make a mask of the picture's own size."),
        )


def _bounds(photo: Photo, square: Square) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what the square covers of the photo, in whole pixels."""
    width, height = photo.size
    corners = np.array(square.corners)
    (left, top), (right, bottom) = np.floor(corners.min(axis=0) + 1e-6), np.ceil(corners.max(axis=0) - 1e-6)
    return max(0, int(left)), max(0, int(top)), min(width, int(right)), min(height, int(bottom))


class _Fade:
    """Weights in [0, 1] that take a change to nothing at the square's border, where it comes that far."""

    def __init__(self, photo: Photo, square: Square, before: np.ndarray, after: np.ndarray) -> None:
        self._square = square
        change = np.abs(after.astype(np.int16) - before)
        border = (change[[0, -1]].mean() + change[:, [0, -1]].mean()) / 2
        part = FEATHER + (WIDEST - FEATHER) * min(1.0, float(border) / _LARGE)
        self._length = min(max(2.0, round(square.side * part)), max(1, square.side // 2))
        width, height = photo.size
        x, y, side, turned = square.x, square.y, square.side, bool(square.angle)
        changed = (before != after).any(axis=2)
        self._left = bool(changed[:, 0].any()) and (turned or x > 0)
        self._right = bool(changed[:, -1].any()) and (turned or x + side < width)
        self._top = bool(changed[0].any()) and (turned or y > 0)
        self._bottom = bool(changed[-1].any()) and (turned or y + side < height)

    def weights(self, rows: slice, columns: slice) -> np.ndarray:
        """(h, w) float32 for these rows and columns of the photo."""
        (x, y), side = self._square.centre, self._square.side
        right = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :] + np.float32(0.5 - x)
        down = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] + np.float32(0.5 - y)
        along, across = right, down
        if self._square.angle:
            angle = np.radians(self._square.angle)
            cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
            along, across = right * cos + down * sin, down * cos - right * sin
        half = side / 2
        weights: np.ndarray = self._ramp(along + half, side, self._left, self._right) * self._ramp(
            across + half, side, self._top, self._bottom
        )
        return weights

    def _ramp(self, place: np.ndarray, side: int, at_start: bool, at_end: bool) -> np.ndarray:
        """By the distance from one border, in the photo's pixels; nothing beyond both."""
        weights: np.ndarray = ((place > 0) & (place < side)).astype(np.float32)
        for faded, distance in ((at_start, place), (at_end, side - place)):
            if faded:
                t = np.clip(distance / self._length, 0, 1)
                weights *= t * t * (3 - 2 * t)
        return weights
