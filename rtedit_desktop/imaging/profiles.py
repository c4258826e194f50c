"""ICC profiles made here, of the colours that a PNG names in words of its own."""

from __future__ import annotations

import struct
from collections.abc import Callable

import numpy as np

from rtedit_desktop.imaging.metadata.icc_profile import assembled

_D65 = (0.3127, 0.3290)
_PRIMARIES = {
    1: ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), _D65),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
}  # by the numbers of ITU-T H.273
_SRGB, _LINEAR, _BT709 = 13, 8, (1, 6, 14, 15)
_GAMMAS = {4: 2.2, 5: 2.8}
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_D50 = np.array([0.9642, 1.0, 0.8249])
_CURVE_POINTS = 1024


_ADOBE_RGB, _ADOBE_GAMMA = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), _D65), 563 / 256


class Unknown(ValueError):
    """Colours that no profile is made for here."""


def of_chunks(chunks: dict[bytes, bytes], grey: bool) -> bytes | None:
    """The profile of a PNG's cICP, or else its gAMA and cHRM; empty for sRGB, None when they say nothing.

    Raises Unknown for brightness beyond what a screen shows.
    """
    code = chunks.get(b"cICP", b"")
    if len(code) == 4 and code[2] == 0 and code[3] == 1:
        return _of_code(code[0], code[1], grey)
    if b"sRGB" in chunks:
        return b""
    if len(chunks.get(b"gAMA", b"")) != 4:
        return None
    (gamma,) = struct.unpack(">I", chunks[b"gAMA"])
    primaries = _primaries(chunks.get(b"cHRM", b""))
    near = primaries is None or np.abs(np.array(primaries) - _PRIMARIES[1]).max() < 0.001
    if not 1000 <= gamma <= 1_000_000 or (near and abs(gamma - 45455) < 500):
        return b""
    return matrix_profile(primaries or _PRIMARIES[1], lambda x: x ** (100_000 / gamma), grey)


def adobe_rgb() -> bytes:
    """Of the colours that cameras name in the EXIF alone."""
    return matrix_profile(_ADOBE_RGB, lambda x: x**_ADOBE_GAMMA)


def _of_code(primaries: int, transfer: int, grey: bool) -> bytes:
    if primaries == 1 and transfer == _SRGB:
        return b""
    if primaries not in _PRIMARIES:
        raise Unknown
    if transfer == _SRGB:
        curve = _srgb_curve
    elif transfer == _LINEAR:
        curve = _linear
    elif transfer in _BT709:
        curve = _bt709_curve
    elif transfer in _GAMMAS:
        exponent = _GAMMAS[transfer]

        def curve(x: np.ndarray) -> np.ndarray:
            return x**exponent
    else:
        raise Unknown
    return matrix_profile(_PRIMARIES[primaries], curve, grey)


def _srgb_curve(x: np.ndarray) -> np.ndarray:
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def _linear(x: np.ndarray) -> np.ndarray:
    return x


def _bt709_curve(x: np.ndarray) -> np.ndarray:
    return np.where(x < 0.081, x / 4.5, ((x + 0.099) / 1.099) ** (1 / 0.45))


def _primaries(chunk: bytes) -> tuple[tuple[float, float], ...] | None:
    """Red, green, blue and white as (x, y)."""
    if len(chunk) != 32:
        return None
    white, red, green, blue = (
        (x / 100_000, y / 100_000) for x, y in struct.iter_unpack(">II", chunk)
    )  # fmt: skip
    found = red, green, blue, white
    if not all(0 <= x <= 1 and 0.001 <= y <= 1 for x, y in found):
        return None
    return found if abs(np.linalg.det([_xyz(*point) for point in found[:3]])) > 1e-4 else None


def _xyz(x: float, y: float) -> list[float]:
    return [x / y, 1.0, (1 - x - y) / y]


def matrix_profile(
    primaries: tuple[tuple[float, float], ...], curve: Callable[[np.ndarray], np.ndarray], grey: bool = False
) -> bytes:
    """An ICC profile, version 2, of red, green, blue and white as (x, y), and the light of a value, both in [0, 1]."""
    white = np.array(_xyz(*primaries[3]))
    columns = np.array([_xyz(*point) for point in primaries[:3]]).T
    columns = columns * np.linalg.solve(columns, white)
    adapted = np.linalg.inv(_BRADFORD) @ np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white)) @ _BRADFORD @ columns
    light = np.rint(np.clip(curve(np.linspace(0, 1, _CURVE_POINTS)), 0, 1) * 65535).astype(">u2")
    tone = b"curv" + bytes(4) + struct.pack(">I", _CURVE_POINTS) + light.tobytes()
    tags = {b"wtpt": _fixed(_D50)}
    if grey:
        tags[b"kTRC"] = tone
    else:
        for name, column in zip((b"r", b"g", b"b"), adapted.T, strict=True):
            tags[name + b"XYZ"], tags[name + b"TRC"] = _fixed(column), tone
    head = bytes(8) + struct.pack(">I", 0x02100000) + b"mntr" + (b"GRAY" if grey else b"RGB ") + b"XYZ "
    return assembled(head.ljust(36, b"\0") + b"acsp" + bytes(28) + _fixed(_D50)[8:], tags)


def of_stated_length(icc: bytes) -> bytes:
    """The profile with the length that its head states, which strict readers insist on; in fours since version 4."""
    stated = int.from_bytes(icc[:4], "big")
    whole = icc[:stated] if 132 <= stated < len(icc) else icc
    if len(whole) > 8 and whole[8] >= 4:
        whole += bytes(-len(whole) % 4)
    return struct.pack(">I", len(whole)) + whole[4:] if len(whole) >= 132 else icc


def _fixed(values: np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(float(value) * 65536) for value in values))
