"""Brightness and colours of a JPEG as its blocks hold them: blocks without a change are compressed to what they were.

A decoder spreads colours that are stored for two or four pixels over their neighbours, and an encoder takes their
mean: what goes through both comes out with fainter edges. Here every pixel has the value that the file stores for it,
whose mean is that value again; and nothing is turned into RGB and back, which rounds twice.
"""

from __future__ import annotations

import io
from functools import partial

import numpy as np

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.photos.luminance import LUMINANCE
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.photos.picture_file import open_picture
from rtedit_desktop.imaging import orientation
from rtedit_desktop.imaging.containers import jpeg_file
from rtedit_desktop.imaging.metadata.parts import Budget
from rtedit_desktop.imaging.native import BeyondSrgb, Native, changed, changes
from rtedit_desktop.imaging.pillow_pictures import quiet_pillow

_TO_YCC = np.array([LUMINANCE, [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32)  # of JFIF
_TO_RGB = np.linalg.inv(_TO_YCC)
_GREY = 1.0  # levels of colour that are none
_HALF_ACROSS, _HALF_BOTH = 1, 2  # of the colours, in Pillow's count


def with_change(data: bytes, photo: Photo, pixels: np.ndarray) -> np.ndarray | None:
    """What the photo's file ``data`` stores, with the change from its pixels to ``pixels``, as it lies in the file.

    (H, W, 3) uint8 of YCbCr, or (H, W, 4) of YCCK, which are turned round as Pillow turns inks round. None where the
    file has no such colours, or the change has no place in them.
    """
    origin = photo.origin
    if origin.format != "JPEG" or not origin.own_colours or origin.compression is None:
        return None
    try:
        if origin.compression.form == "YCbCr":
            stored = _read(data, origin.compression.sampling)
        elif origin.compression.form == "YCCK":
            stored, inks = _read_inks(data)
        else:
            return None
    except (PictureError, OSError, ValueError):
        return None
    planes = orientation.upright(stored, origin.orientation)
    if planes.shape[:2] != photo.pixels.shape[:2]:
        return None
    if planes.shape[2] == 4:
        _change_inks(planes, orientation.upright(inks, origin.orientation), photo, pixels)
        return orientation.as_stored(planes, origin.orientation)
    beyond = BeyondSrgb(origin.icc) if origin.icc else None
    for rows, delta, changed_to in changes(origin.icc, "RGB", photo, pixels):
        colours = changed_to.astype(np.float32) @ _TO_YCC[1:].T
        lost = _lost(colours, colours - delta.astype(np.float32) @ _TO_YCC[1:].T)
        colours += 128
        if beyond is not None:
            beyond.remove_from(delta, photo.pixels[rows], pixels[rows], partial(_colours, planes[rows]))
        part = delta.astype(np.float32) @ _TO_YCC.T
        part += planes[rows]
        part[..., 1:] += lost * (colours - part[..., 1:])
        np.rint(part, out=part)
        planes[rows] = np.clip(part, 0, 255, out=part)
    return orientation.as_stored(planes, origin.orientation)


def _lost(colours: np.ndarray, before: np.ndarray) -> np.ndarray:
    """(h, W, 1) float32: how much of its colour a pixel loses, 0 for none of it, 1 for all, of Cb and Cr around 0.

    It loses as much of what the file stores for it beside that, since its neighbours are stored with it and decoders
    cut values off: what becomes grey beside a colour would keep a fringe of it.
    """
    left = (np.hypot(colours[..., 0], colours[..., 1]) + _GREY) / (np.hypot(before[..., 0], before[..., 1]) + _GREY)
    lost: np.ndarray = np.maximum(1 - left, 0)[..., None]
    return lost


def _colours(planes: np.ndarray, told: np.ndarray) -> np.ndarray:
    """(N, 3) uint8 RGB of (h, W, 3) YCbCr, where (h, W) booleans are true."""
    colours = (planes[told] - np.array([0, 128, 128], np.float32)) @ _TO_RGB.T
    found: np.ndarray = np.clip(np.rint(colours), 0, 255).astype(np.uint8)
    return found


def _change_inks(planes: np.ndarray, inks: np.ndarray, photo: Photo, pixels: np.ndarray) -> None:
    """What the change does to the ``inks``, (H, W, 4) uint8, done to the ``planes`` of YCCK that they are stored in."""
    after = changed(Native(pixels=inks.copy(), icc=photo.origin.icc), photo, pixels)
    assert after is not None  # as there is only for greys
    told = (after.pixels != inks).any(axis=2)
    delta = after.pixels[told].astype(np.float32) - inks[told]
    delta[:, :3] = -delta[:, :3] @ _TO_YCC.T
    planes[told] = np.clip(np.rint(planes[told] + delta), 0, 255)


def _read_inks(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """(H, W, 4) uint8 twice: the planes as stored, read like inks that nobody has transformed, and the inks."""
    with quiet_pillow():
        picture = jpeg_file.read(data, Budget()).picture
        plain = jpeg_file.with_transform(picture, 0)
        stored, inks = (np.array(open_picture(io.BytesIO(one), ["JPEG"])) for one in (plain, picture))
    if stored.shape != inks.shape or stored.ndim != 3 or stored.shape[2] != 4:
        raise ValueError("other colours")
    return stored, inks


def _read(data: bytes, sampling: int) -> np.ndarray:
    """(H, W, 3) uint8, to be written to."""
    with quiet_pillow():
        picture = jpeg_file.read(data, Budget()).picture
        planes = _decoded(picture)
        if sampling == _HALF_BOTH:
            height, width = planes.shape[:2]
            # At half the size the decoder has colours for every pixel, and spreads none.
            small = _decoded(picture, (width // 2, height // 2))
            for channel in (1, 2):
                planes[..., channel] = _repeated(_repeated(small[..., channel], 0, height), 1, width)
    if sampling == _HALF_ACROSS:
        for channel in (1, 2):
            planes[..., channel] = _repeated(_gathered(planes[..., channel]), 1, planes.shape[1])
    return planes


def _decoded(picture: bytes, size: tuple[int, int] | None = None) -> np.ndarray:
    image = open_picture(io.BytesIO(picture), ["JPEG"])
    image.draft("YCbCr", size)
    if image.mode != "YCbCr":
        raise ValueError("other colours")
    return np.array(image)


def _repeated(values: np.ndarray, axis: int, length: int) -> np.ndarray:
    twice = values.repeat(2, axis=axis)
    return twice[:length] if axis == 0 else twice[:, :length]


def _gathered(spread: np.ndarray) -> np.ndarray:
    """(H, ceil(W / 2)) uint8: what a decoder spread over (H, W), each value three quarters and a neighbour one.

    There are two equations for each value; they are solved by least squares, a tridiagonal system for each row.
    """
    columns = spread.T.astype(np.float32)
    even, odd = columns[0::2], columns[1::2]
    count, whole = len(even), len(odd) == len(even)
    even[1:] += 0.125  # the means of what rounding took away, and added
    odd[: count - 1] -= 0.125
    own_even, own_odd = (np.full(count, 0.75, np.float32) for _ in range(2))
    own_even[0], own_odd[-1] = 1.0, 1.0 if whole else 0.0
    if not whole:
        odd = np.concatenate([odd, even[-1:]])
    diagonal = own_even**2 + own_odd**2
    diagonal[:-1] += 0.0625
    diagonal[1:] += 0.0625
    right = own_even[:, None] * even + own_odd[:, None] * odd
    right[:-1] += 0.25 * even[1:]
    right[1:] += 0.25 * odd[:-1]
    beside = 0.375
    for index in range(1, count):
        share = beside / diagonal[index - 1]
        diagonal[index] -= share * beside
        right[index] -= share * right[index - 1]
    right[-1] /= diagonal[-1]
    for index in range(count - 2, -1, -1):
        right[index] = (right[index] - beside * right[index + 1]) / diagonal[index]
    found: np.ndarray = np.clip(np.rint(right), 0, 255).astype(np.uint8).T
    return found
