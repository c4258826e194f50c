"""The square of a photo that the model sees, and how it is resampled to the model's size."""

from __future__ import annotations

import numpy as np
from PIL import Image

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo


def centred_square(photo: Photo) -> Square:
    """The largest square, in the middle."""
    width, height = photo.size
    side = min(width, height)
    return Square(x=(width - side) // 2, y=(height - side) // 2, side=side)


def crop(photo: Photo, square: Square, size: int) -> np.ndarray:
    """(size, size, 3) uint8: the square, resampled by Lanczos; over white where it is transparent.

    A square smaller than ``size`` is enlarged; of one that leaves the photo the rest is the photo mirrored and
    blurred. Raises PictureError when the square's middle is outside the photo.
    """
    check(photo, square)
    if square.angle or not square.inside(photo.size):
        from rtedit_desktop.imaging.square.resampling import turned  # OpenCV takes a while to load

        picture = Image.fromarray(turned(photo.pixels, square, size))
        if photo.alpha is not None:
            picture = over_white(picture, Image.fromarray(turned(photo.alpha, square, size)))
        return np.array(picture)
    rows, columns = region(photo, square)
    picture = Image.fromarray(np.ascontiguousarray(photo.pixels[rows, columns]))
    if photo.alpha is not None:
        picture = over_white(picture, Image.fromarray(np.ascontiguousarray(photo.alpha[rows, columns])))
    if square.side != size:
        picture = picture.resize((size, size), Image.Resampling.LANCZOS)
    return np.array(picture)


def check(photo: Photo, square: Square) -> None:
    """Raises PictureError for a square that nothing can be seen in."""
    width, height = photo.size
    x, y = square.centre
    if square.side < 1 or not (0 <= x <= width and 0 <= y <= height):
        raise PictureError(tr("The middle of the square is not inside the picture."), tr("Move it into the picture."))
    if not square.side <= 4 * max(width, height):
        raise PictureError(tr("The square is more than four times as large as the picture."), tr("Make it smaller."))


def region(photo: Photo, square: Square) -> tuple[slice, slice]:
    """The (rows, columns) of a square that stands upright inside the photo. Raises PictureError for another."""
    check(photo, square)
    if square.angle or not square.inside(photo.size):
        raise PictureError(tr("The square is not inside the picture."), tr("Move it or make it smaller."))
    return slice(square.y, square.y + square.side), slice(square.x, square.x + square.side)


def over_white(picture: Image.Image, alpha: Image.Image) -> Image.Image:
    """The picture (mode RGB) as it looks on white paper through its alpha (mode L)."""
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=alpha)
    return paper
