"""The square of a photo that the model sees, and how it is resampled to the model's size."""

from __future__ import annotations

import numpy as np
from PIL import Image

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.photo import Photo, Square


def centred_square(photo: Photo) -> Square:
    """The largest square, in the middle."""
    width, height = photo.size
    side = min(width, height)
    return Square(x=(width - side) // 2, y=(height - side) // 2, side=side)


def crop(photo: Photo, square: Square, size: int) -> np.ndarray:
    """(size, size, 3) uint8: the square, resampled by Lanczos; over white where it is transparent.

    A square smaller than ``size`` is enlarged. Raises PictureError when the square leaves the photo.
    """
    rows, columns = region(photo, square)
    picture = Image.fromarray(np.ascontiguousarray(photo.pixels[rows, columns]))
    if photo.alpha is not None:
        picture = over_white(picture, Image.fromarray(np.ascontiguousarray(photo.alpha[rows, columns])))
    if square.side != size:
        picture = picture.resize((size, size), Image.Resampling.LANCZOS)
    return np.array(picture)


def region(photo: Photo, square: Square) -> tuple[slice, slice]:
    """The square's (rows, columns) in the photo's pixels. Raises PictureError when it leaves them."""
    width, height = photo.size
    inside = square.x >= 0 and square.y >= 0 and square.x + square.side <= width and square.y + square.side <= height
    if square.side < 1 or not inside:
        raise PictureError("The square is not inside the picture.", "Move it or make it smaller.")
    return slice(square.y, square.y + square.side), slice(square.x, square.x + square.side)


def over_white(picture: Image.Image, alpha: Image.Image) -> Image.Image:
    """The picture (mode RGB) as it looks on white paper through its alpha (mode L)."""
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=alpha)
    return paper
