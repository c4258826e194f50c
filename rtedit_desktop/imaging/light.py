"""Light as sRGB encodes it, and as XYZ measures it beside the white of D50, which ICC profiles are made for."""

from __future__ import annotations

import numpy as np

TO_XYZ = np.array(
    [[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]]
)  # of red, green and blue, as sRGB's own profile has them
WHITE = TO_XYZ.sum(axis=1)  # so that greys stay greys
FROM_XYZ = np.linalg.inv(TO_XYZ)
_TO_DAYLIGHT_XYZ = np.array(
    [[0.412391, 0.357584, 0.180481], [0.212639, 0.715169, 0.072192], [0.019331, 0.119195, 0.950532]]
)  # beside the white of D65, as IEC 61966-2-1 has it
DAYLIGHT = _TO_DAYLIGHT_XYZ.sum(axis=1)
FROM_DAYLIGHT_XYZ = np.linalg.inv(_TO_DAYLIGHT_XYZ)


def encoded(light: np.ndarray) -> np.ndarray:
    """Values of sRGB for an amount of light, both in [0, 1]."""
    values: np.ndarray = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return values


def decoded(values: np.ndarray) -> np.ndarray:
    """The other way round."""
    light: np.ndarray = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return light
