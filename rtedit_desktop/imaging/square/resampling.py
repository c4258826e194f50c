"""A square that is turned, or that leaves the photo, resampled for the model.

What lies outside is the photo mirrored at its edge and blurred the more the farther out, so that a face at the
edge keeps its place in the square and no second sharp face grows out of it.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from PIL import Image, ImageFilter

from rtedit_desktop.core.photos.geometry import Square

_FINEST = 4
"""The photo is first box-averaged until the square is at most so many times the model's size."""
_BLUR = 0.03


def turned(pixels: np.ndarray, square: Square, size: int) -> np.ndarray:
    """(size, size, C) or (size, size) uint8 of ``pixels``, (H, W, C) or (H, W) uint8.

    The square's side and the place of its middle are free; the caller knows that they make sense.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = _bounds(square, width, height)
    part = Image.fromarray(np.ascontiguousarray(pixels[top:bottom, left:right]))
    shrink = max(1, square.side // (_FINEST * size))
    if shrink > 1:
        part = part.reduce(shrink)
    between = max(size, math.ceil(square.side / shrink))
    matrix = to_photo(square, between)
    # Between the centres of pixels, as OpenCV counts, in the averaged part of the photo.
    matrix[:, 2] += matrix[:, 0] * 0.5 + matrix[:, 1] * 0.5 - (left, top)
    matrix = matrix / shrink
    matrix[:, 2] -= 0.5
    warped = cv2.warpAffine(
        np.asarray(part), matrix, (between, between),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT_101,
    )  # fmt: skip
    picture = Image.fromarray(warped)
    if between != size:
        picture = picture.resize((size, size), Image.Resampling.LANCZOS)
    if square.inside((width, height)):
        return np.array(picture)
    return _blurred_outside(picture, square, (width, height))


def to_photo(square: Square, size: int) -> np.ndarray:
    """(2, 3) float64: from places in a (size, size) picture of the square to places in the photo.

    Places are measured from corners of pixels, not from their centres.
    """
    scale, angle = square.side / size, math.radians(square.angle)
    along, down = scale * math.cos(angle), scale * math.sin(angle)
    (x, y), half = square.centre, size / 2
    return np.array([[along, -down, x - half * (along - down)], [down, along, y - half * (along + down)]])


def _bounds(square: Square, width: int, height: int) -> tuple[int, int, int, int]:
    """What of the photo the square can see, with what an interpolation needs around it."""
    xs, ys = zip(*square.corners, strict=True)
    margin = 8 + square.side // 32
    return (
        max(0, math.floor(min(xs)) - margin),
        max(0, math.floor(min(ys)) - margin),
        min(width, math.ceil(max(xs)) + margin),
        min(height, math.ceil(max(ys)) + margin),
    )


def _blurred_outside(picture: Image.Image, square: Square, photo: tuple[int, int]) -> np.ndarray:
    size = picture.width
    matrix = to_photo(square, size)
    u, v = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5)
    x = matrix[0, 0] * u + matrix[0, 1] * v + matrix[0, 2]
    y = matrix[1, 0] * u + matrix[1, 1] * v + matrix[1, 2]
    beyond = np.maximum.reduce([-x, x - photo[0], -y, y - photo[1], np.zeros_like(x)]) / square.side
    soft = np.asarray(picture.filter(ImageFilter.GaussianBlur(_BLUR * size)), dtype=np.float32)
    weight = np.clip(beyond * 8, 0, 1).astype(np.float32)
    sharp = np.asarray(picture, dtype=np.float32)
    weight = weight if sharp.ndim == 2 else weight[..., None]
    blended: np.ndarray = np.rint(sharp + (soft - sharp) * weight)
    return blended.astype(np.uint8)
