"""A photo's pixels as its file has them: its own colours, its own depth.

Opening makes 8 bits in sRGB of every file, which is what models and screens want. Saving reads the file once more
and adds the change to the file's own values, so that pixels without a change keep them to the last bit.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from rtedit_desktop.core.photo import Photo
from rtedit_desktop.imaging import colour

DEEP_FORMATS = frozenset({"PNG", "TIFF"})
"""Those that are read, and written, with 16 bits per channel."""

_BAND_ROWS = 64
_POINTS = 200
_NEAR = 2.0  # levels on average: two ways of rounding the same colours

_TURNS: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda p: p,
    lambda p: p[:, ::-1],
    lambda p: p[::-1, ::-1],
    lambda p: p[::-1],
    lambda p: p.swapaxes(0, 1),
    lambda p: np.rot90(p, 3),
    lambda p: np.rot90(p.swapaxes(0, 1), 2),
    lambda p: np.rot90(p, 1),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Native:
    """``pixels``: (H, W, 3 or 4) uint8 or uint16, upright, in the colours of ``icc``, or sRGB when it is empty.

    ``mode`` is RGB, RGBA or CMYK.
    """

    pixels: np.ndarray
    mode: str
    icc: bytes


def stamp_of(status: os.stat_result) -> tuple[int, int]:
    """What tells whether a file is still what was read."""
    return status.st_size, status.st_mtime_ns


def is_as_opened(photo: Photo) -> bool:
    """Whether the photo's file is there and was not written to since."""
    if photo.path is None or not photo.origin.stamp:
        return False
    try:
        return stamp_of(photo.path.stat()) == photo.origin.stamp
    except OSError:
        return False


def native(photo: Photo) -> Native | None:
    """The file's own pixels; None where they are those of the photo already, or cannot be had any more."""
    origin = photo.origin
    if not is_as_opened(photo) or photo.path is None:
        return None
    deep = origin.depth > 8 and origin.format in DEEP_FORMATS
    if not deep and not origin.icc:
        return None
    try:
        own = _deep(photo.path, origin.icc) if deep else _shallow(photo.path, origin.icc)
        return _upright(own, photo) if own is not None else None
    except (OSError, ValueError, SyntaxError):
        return None


def changed(own: Native, photo: Photo, pixels: np.ndarray) -> np.ndarray:
    """``own.pixels`` plus the change from the photo's to ``pixels``, (H, W, 3) uint8 sRGB; ``own`` is used up."""
    back = colour.from_srgb(own.icc, own.mode) if own.icc else _same
    result = own.pixels if own.pixels.flags.writeable else own.pixels.copy()
    most = int(np.iinfo(result.dtype).max)
    channels = 4 if own.mode == "CMYK" else 3
    for top in range(0, result.shape[0], _BAND_ROWS):
        band = slice(top, top + _BAND_ROWS)
        before, after = photo.pixels[band], pixels[band]
        if np.array_equal(before, after):
            continue
        delta = back(after).astype(np.int32) - back(before)
        delta[(before == after).all(axis=2)] = 0
        delta *= most // 255
        delta += result[band, :, :channels]
        result[band, :, :channels] = np.clip(delta, 0, most)
    return result


def in_eight_bits(pixels: np.ndarray) -> np.ndarray:
    """uint8, rounded."""
    if pixels.dtype == np.uint8:
        return pixels
    return ((pixels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


def _same(pixels: np.ndarray) -> np.ndarray:
    return pixels


def _shallow(path: Path, icc: bytes) -> Native | None:
    with path.open("rb") as file, Image.open(file) as image:
        image.load()
        if image.mode not in {"RGB", "RGBA", "CMYK"}:
            return None  # greys become colours, which their profile is not made for
        return Native(pixels=np.array(image), mode=image.mode, icc=icc)


def _deep(path: Path, icc: bytes) -> Native | None:
    import cv2  # takes a while to load

    pixels = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        return None
    if pixels.ndim == 2:
        if icc:
            return None
        return Native(pixels=np.repeat(pixels[..., None], 3, axis=2), mode="RGB", icc=b"")
    if pixels.shape[2] not in (3, 4):
        return None
    pixels[..., :3] = pixels[..., 2::-1].copy()
    return Native(pixels=pixels, mode="RGB" if pixels.shape[2] == 3 else "RGBA", icc=icc)


def _upright(own: Native, photo: Photo) -> Native | None:
    """The way up that shows what the photo shows; readers differ in which turns they make themselves."""
    width, height = photo.size
    usual = _TURNS[photo.origin.orientation - 1]
    rows = np.linspace(0, height - 1, min(height, _POINTS)).astype(int)
    columns = np.linspace(0, width - 1, min(width, _POINTS)).astype(int)
    wanted = photo.pixels[np.ix_(rows, columns)].astype(np.int16)
    for turn in (usual, *_TURNS):
        pixels = turn(own.pixels)
        if pixels.shape[:2] != (height, width):
            continue
        part = np.ascontiguousarray(in_eight_bits(pixels[np.ix_(rows, columns)]))
        seen = np.asarray(colour.to_srgb(Image.fromarray(part, own.mode), own.icc)[0])
        if np.abs(seen - wanted).mean() <= _NEAR:
            return Native(pixels=np.ascontiguousarray(pixels), mode=own.mode, icc=own.icc)
    return None
