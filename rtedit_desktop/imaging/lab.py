"""CIE L*a*b* of a TIFF becomes sRGB. What sRGB cannot show becomes the nearest, channel by channel."""

from __future__ import annotations

import numpy as np

from rtedit_desktop.imaging import light

_EPSILON, _KAPPA = 216 / 24389, 24389 / 27
_BAND_ROWS = 64
_STEPS = 65535


def to_srgb(values: np.ndarray, numbering: str, *, daylight: bool = False) -> np.ndarray:
    """(H, W, 3) of the same depth, uint8 or uint16, of L, a and b as TIFF numbers them: as CIE or as ICC.

    ``daylight``: white is that of a screen, D65, and not that of print, D50. Colours are the same beside their white.
    """
    result = np.empty_like(values)
    white, from_xyz = (light.DAYLIGHT, light.FROM_DAYLIGHT_XYZ) if daylight else (light.WHITE, light.FROM_XYZ)
    encoded = np.rint(light.encoded(np.linspace(0, 1, _STEPS + 1)) * np.iinfo(values.dtype).max).astype(values.dtype)
    for top in range(0, values.shape[0], _BAND_ROWS):
        rows = slice(top, top + _BAND_ROWS)
        linear = _xyz(*_numbers(values[rows], numbering), white) @ from_xyz.T.astype(np.float32)
        result[rows] = encoded[(np.clip(linear, 0, 1) * _STEPS + 0.5).astype(np.uint16)]
    return result


def _numbers(values: np.ndarray, numbering: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """L from 0 to 100, a and b from -128 on."""
    deep = values.dtype == np.uint16
    lightness = values[..., 0].astype(np.float32) * (100 / ((65280 if numbering == "ICC" else 65535) if deep else 255))
    colours = values[..., 1:]
    if numbering == "ICC":
        colours = colours.astype(np.float32) - (32768 if deep else 128)
    else:
        colours = colours.astype(np.int16 if deep else np.int8).astype(np.float32)
    colours = colours / np.float32(256 if deep else 1)
    return lightness, colours[..., 0], colours[..., 1]


def _xyz(lightness: np.ndarray, a: np.ndarray, b: np.ndarray, white: np.ndarray) -> np.ndarray:
    y = (lightness + 16) / 116
    cubes = np.stack([y + a / 500, y, y - b / 200], axis=-1)
    light_of = cubes * cubes * cubes
    xyz: np.ndarray = np.where(light_of > _EPSILON, light_of, (116 * cubes - 16) / _KAPPA) * white.astype(np.float32)
    return xyz
