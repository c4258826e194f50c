"""The eight ways in which a picture can lie in its file, as EXIF counts them."""

from __future__ import annotations

from PIL import Image

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = _UPRIGHT | {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}  # the others undo themselves


def upright(picture: Image.Image, orientation: int) -> Image.Image:
    """A picture as it is stored in a file of this orientation, 1 to 8, turned upright."""
    return picture.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else picture


def as_stored(picture: Image.Image, orientation: int) -> Image.Image:
    """An upright picture turned to how a file of this orientation stores it."""
    return picture.transpose(_LYING[orientation]) if orientation in _LYING else picture
