"""The eight orientations of a picture in its file, as EXIF counts them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_UPRIGHT: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda p: p,
    lambda p: p[:, ::-1],
    lambda p: p[::-1, ::-1],
    lambda p: p[::-1],
    lambda p: p.swapaxes(0, 1),
    lambda p: np.rot90(p, 3),
    lambda p: np.rot90(p.swapaxes(0, 1), 2),
    lambda p: np.rot90(p, 1),
)
_INVERSE = {6: 8, 8: 6}  # the others undo themselves


def upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """(H, W, ...) as stored in a file of this orientation, 1 to 8, turned upright; contiguous."""
    return np.ascontiguousarray(_UPRIGHT[orientation - 1](pixels))


def as_stored(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Upright (H, W, ...) turned to how a file of this orientation stores it; contiguous."""
    return upright(pixels, _INVERSE.get(orientation, orientation))
