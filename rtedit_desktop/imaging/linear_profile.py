"""Profiles whose numbers are near to light itself, as raw converters and PNGs of gamma 1 have them.

Their darks lie so close together that 8 bits cannot tell them apart, so 16 go through curves and matrix here; for all
other profiles 8 bits and Little CMS are as good.
"""

from __future__ import annotations

import functools
import struct

import numpy as np

from rtedit_desktop.imaging import light

_STEP = 1.5  # levels of sRGB that the first of 255 steps may be worth
_ENCODED = np.rint(light.encoded(np.linspace(0, 1, 65536)) * 255).astype(np.uint8)
_DECODED = light.decoded(np.linspace(0, 1, 256))
_BAND_PIXELS = 1 << 20
_MOST_TAGS = 200
_PARAMETERS = (1, 3, 4, 5, 7)  # of the kinds of parametric curves


class LinearProfile:
    """Owns the curves, (65536,) each, and the matrix of a profile of greys or of red, green and blue."""

    def __init__(self, curves: list[np.ndarray], to_linear_srgb: np.ndarray) -> None:
        self._curves = [np.maximum.accumulate(curve) for curve in curves]
        self._matrix, self._inverse = to_linear_srgb, np.linalg.inv(to_linear_srgb)

    def to_srgb(self, values: np.ndarray) -> np.ndarray:
        """(H, W, 3) uint8 of (H, W, 1 or 3) uint16."""
        height, width, _ = values.shape
        result = np.empty((height, width, 3), np.uint8)
        rows = max(1, _BAND_PIXELS // max(1, width))
        for top in range(0, height, rows):
            part = values[top : top + rows]
            amounts = np.stack([curve[part[..., at]] for at, curve in enumerate(self._curves)], axis=-1)
            if len(self._curves) == 3:
                amounts = amounts @ self._matrix.T
            result[top : top + rows] = _ENCODED[np.rint(np.clip(amounts, 0, 1) * 65535).astype(np.uint16)]
        return result

    def from_srgb(self, pixels: np.ndarray) -> np.ndarray:
        """(H, W, 1 or 3) int32 of 16 bits of (H, W, 3) uint8; for greys the three must be alike."""
        amounts = _DECODED[pixels if len(self._curves) == 3 else pixels[..., :1]]
        if len(self._curves) == 3:
            amounts = amounts @ self._inverse.T
        values = [
            np.interp(np.clip(amounts[..., at], 0, 1), curve, np.arange(65536)) for at, curve in enumerate(self._curves)
        ]
        found: np.ndarray = np.rint(np.stack(values, axis=-1)).astype(np.int32)
        return found


@functools.lru_cache(maxsize=4)
def of(icc: bytes, model: str) -> LinearProfile | None:
    """None for other profiles; ``icc`` is one that can be used for these colours."""
    names = {"L": (b"kTRC",), "RGB": (b"rTRC", b"gTRC", b"bTRC")}.get(model)
    try:
        tags = _tags(icc)
        if names is None or b"A2B0" in tags or b"A2B1" in tags:
            return None
        curves = [_curve(tags[name]) for name in names]
        columns = [_xyz(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")] if model == "RGB" else light.TO_XYZ.T
        if max(float(light.encoded(curve[257])) for curve in curves) * 255 <= _STEP:
            return None
        return LinearProfile(curves, light.FROM_XYZ @ np.array(columns).T)
    except (KeyError, ValueError, struct.error, np.linalg.LinAlgError):
        return None


def _tags(icc: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", icc, 128)
    if count > _MOST_TAGS:
        raise ValueError("too many tags")
    entries = (struct.unpack_from(">4sII", icc, 132 + 12 * number) for number in range(count))
    return {name: icc[start : start + length] for name, start, length in entries}


def _xyz(tag: bytes) -> list[float]:
    return [value / 65536 for value in struct.unpack_from(">3i", tag, 8)]


def _curve(tag: bytes) -> np.ndarray:
    """The light of each value of 16 bits, (65536,) in [0, 1]. Raises ValueError and struct.error."""
    x = np.linspace(0, 1, 65536)
    if tag[:4] == b"curv":
        (count,) = struct.unpack_from(">I", tag, 8)
        if count == 0:
            return x
        points = np.frombuffer(tag, ">u2", count, 12)
        if count == 1:
            return x ** (float(points[0]) / 256)
        return np.interp(x, np.linspace(0, 1, count), points / 65535)
    if tag[:4] != b"para":
        raise ValueError("no curve")
    (kind,) = struct.unpack_from(">H", tag, 8)
    if kind >= len(_PARAMETERS):
        raise ValueError("no curve")
    read = [value / 65536 for value in struct.unpack_from(f">{_PARAMETERS[kind]}i", tag, 12)]
    g, a, b, c, d, e, f = _named(kind, read)
    high = np.maximum(a * x + b, 0) ** g + e
    curve: np.ndarray = np.clip(np.where(x >= d, high, c * x + f), 0, 1)
    return curve


def _named(kind: int, read: list[float]) -> tuple[float, ...]:
    """g, a, b, c, d, e and f of the curve (a x + b)^g + e from d on, and c x + f below."""
    match kind:
        case 0:
            return read[0], 1.0, 0.0, 0.0, 0.0, 0.0, 0.0
        case 1 | 2:
            g, a, b = read[:3]
            beyond = read[3] if kind == 2 else 0.0
            return g, a, b, 0.0, -b / a if a else 0.0, beyond, beyond
        case 3:
            return (*read, 0.0, 0.0)
        case _:
            return tuple(read)
