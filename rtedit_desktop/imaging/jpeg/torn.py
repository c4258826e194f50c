"""A JPEG that ends before its picture does: a decoder fills what is missing, and does not say so.

What is missing is found by asking the decoder twice, with and without noise behind the last scan: one that had all it
wanted does not read on.
"""

from __future__ import annotations

import random

import numpy as np

from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.imaging.containers import jpeg_file
from rtedit_desktop.imaging.pillow_pictures import decoded, loaded, opened

_BLOCK, _COEFFICIENTS = 8, 64
_NOISE = bytes(random.Random(0).choices(range(1, 255), k=4 * _COEFFICIENTS))  # never 0xFF, which begins a mark


def is_torn(picture: bytes) -> bool:
    """Whether a picture that came without a mark of its end lacks anything. Raises what the decoder raises."""
    frame = jpeg_file.frame(picture)
    return frame is None or frame.is_arithmetic or _lacks_scans(frame, picture) or _reads_on(picture, 1)


def notes(picture: bytes, pixels: np.ndarray) -> list[str]:
    """What is to be said of a picture with its mark, decoded to ``pixels``, (H, W, C)."""
    frame = jpeg_file.frame(picture)
    if frame is None or frame.is_arithmetic:
        return []
    if frame.is_progressive:
        if _lacks_scans(frame, picture) or not np.array_equal(loaded(opened(_longer(picture), "JPEG")).pixels, pixels):
            return [tr("The file ends early: its finest details, or its colours, are missing.")]
    elif _lacks_scans(frame, picture) or (_ends_in_one_colour(pixels) and _reads_on(picture, _BLOCK)):
        return [tr("The file ends early: a part of the picture is missing, and is filled with one colour.")]
    return []


def _ends_in_one_colour(pixels: np.ndarray) -> bool:
    """Whether the last block may be one that a decoder filled."""
    height, width = pixels.shape[:2]
    last = pixels[(height - 1) // _BLOCK * _BLOCK :, (width - 1) // _BLOCK * _BLOCK :]
    return bool((last == last[0, 0]).all())


def _lacks_scans(frame: jpeg_file.Frame, picture: bytes) -> bool:
    """Whether a coefficient of a channel was never told to its last bit."""
    told = {channel: [False] * _COEFFICIENTS for channel in frame.channels}
    for scan in jpeg_file.scans(picture):
        for channel in scan.channels:
            if channel in told and scan.last_bit == 0:
                told[channel][scan.first : scan.last + 1] = [True] * (scan.last - scan.first + 1)
    return not all(all(coefficients) for coefficients in told.values())


def _reads_on(picture: bytes, shrink: int) -> bool:
    """Whether the decoder makes something of noise behind the last scan, in a picture so many times smaller."""
    return not np.array_equal(_small(picture, shrink), _small(_longer(picture), shrink))


def _longer(picture: bytes) -> bytes:
    return picture[:-2] + _NOISE + picture[-2:]


def _small(picture: bytes, shrink: int) -> np.ndarray:
    image = opened(picture, "JPEG")
    image.draft(None, (max(image.width // shrink, 1), max(image.height // shrink, 1)))
    return np.asarray(decoded(image))
