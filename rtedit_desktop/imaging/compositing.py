"""Put a change that was made at the model's size back into the full-size photo.

Only the difference travels, so the photo keeps its own detail and every pixel that the edit does not
touch.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.photo import Photo, Square
from rtedit_desktop.imaging.crop import region

FEATHER = 0.04
"""Width of the ramp at the square's border, as a part of its side."""

SEAM = 3
"""A change at the border of up to so many levels makes no visible seam."""

_BAND_PIXELS = 1 << 20


def paste(photo: Photo, square: Square, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8: the photo plus the change from ``before`` to ``after``, inside the square.

    ``before`` and ``after``: (S, S, 3) uint8. Where S is the square's side nothing is resampled. A
    change that reaches a side of the square which is not the photo's own edge is faded out there.
    Pixels outside the square, and where nothing changed, are the photo's own. Works in bands, so the
    memory beyond the result does not grow with the square. Raises PictureError when the pictures or
    the square do not fit.
    """
    if before.shape != after.shape or before.ndim != 3 or before.shape[0] != before.shape[1] or before.shape[2] != 3:
        raise PictureError("The result does not belong to this picture.", "Run the edit again.")
    rows, columns = region(photo, square)
    result = photo.pixels.copy()
    change = after.astype(np.int16) - before.astype(np.int16)
    if not change.any():
        return result
    target = result[rows, columns]
    across, down = _ramps(photo, square, change)
    channels = [Image.fromarray(change[..., channel].astype(np.float32)) for channel in range(3)]
    band = max(1, _BAND_PIXELS // square.side)
    for top in range(0, square.side, band):
        bottom = min(top + band, square.side)
        fade = down[top:bottom, None] * across[None, :]
        for channel, picture in enumerate(channels):
            delta = np.rint(_enlarged(picture, square.side, top, bottom) * fade).astype(np.int16)
            target[top:bottom, :, channel] = np.clip(target[top:bottom, :, channel] + delta, 0, 255)
    return result


def _enlarged(picture: Image.Image, side: int, top: int, bottom: int) -> np.ndarray:
    """Rows ``top`` to ``bottom`` of the (side, side) float32 picture that ``picture`` becomes."""
    size = picture.width
    if size == side:
        return np.asarray(picture)[top:bottom]
    box = (0.0, top * size / side, float(size), bottom * size / side)
    return np.asarray(picture.resize((side, bottom - top), Image.Resampling.BICUBIC, box=box))


def _ramps(photo: Photo, square: Square, change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weights in [0, 1] of the change along x and along y, (side,) float32 each."""
    width, height = photo.size
    across = _ramp(
        square.side,
        at_start=square.x > 0 and _reaches(change[:, 0]),
        at_end=square.x + square.side < width and _reaches(change[:, -1]),
    )
    down = _ramp(
        square.side,
        at_start=square.y > 0 and _reaches(change[0]),
        at_end=square.y + square.side < height and _reaches(change[-1]),
    )
    return across, down


def _reaches(border: np.ndarray) -> bool:
    return int(np.abs(border).max()) > SEAM


def _ramp(side: int, *, at_start: bool, at_end: bool) -> np.ndarray:
    weights = np.ones(side, dtype=np.float32)
    length = min(max(2, round(side * FEATHER)), side // 2)
    t = (np.arange(length, dtype=np.float32) + 0.5) / max(length, 1)
    smooth = t * t * (3 - 2 * t)
    if at_start:
        weights[:length] *= smooth
    if at_end:
        weights[side - length :] *= smooth[::-1]
    return weights
