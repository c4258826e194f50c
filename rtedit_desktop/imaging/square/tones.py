"""A picture without colours of its own, black and white or sepia: told from its pixels, and carried to the photo's.

The photo has finer colours than the model sees. Where an edit leaves colours that luminance alone explains, so does it
in the photo: each pixel gets the colour that its luminance has in the result.
"""

from __future__ import annotations

import numpy as np

from rtedit_desktop.core.photos.luminance import LUMINANCE

_LUMINANCE = np.array(LUMINANCE)
_ROUNDED = 2.0  # levels within which colours are one: their own rounding, and that of their luminance
_NONE = 0.05  # of a level: no colour
_STEPS = 8  # to a level


class Tones:
    """Owns the colours of an edit that left but one for each luminance."""

    def __init__(self, colours: np.ndarray) -> None:
        """``colours``: (256, 3), what each level of luminance differs from grey."""
        # In the middles of their steps: no luminance lies between two levels, to be rounded apart in two channels.
        level = (np.arange(256 * _STEPS) + 0.5) / _STEPS
        parts = [level + np.interp(level, np.arange(256), colours[:, channel]) for channel in range(3)]
        self._colours = np.clip(np.stack(parts, 1), 0, 255).astype(np.float32)

    @classmethod
    def of(cls, before: np.ndarray, after: np.ndarray) -> Tones | None:
        """Of (S, S, 3) uint8 both; None where ``after`` has more colours, or ``before`` no more to begin with."""
        colours = _by_luminance(after)
        return None if colours is None or _by_luminance(before) is not None else cls(colours)

    def at(self, pixels: np.ndarray) -> np.ndarray:
        """(H, W, 3) float32: ``pixels``, (H, W, 3) float32 in levels, in these colours."""
        level = np.clip(pixels @ _LUMINANCE.astype(np.float32), 0, 255)
        toned: np.ndarray = self._colours[(level * _STEPS).astype(np.intp)]
        return toned


def _by_luminance(pixels: np.ndarray) -> np.ndarray | None:
    """(256, 3): by how much each level of luminance differs from grey, where all pixels of one level agree."""
    flat = pixels.reshape(-1, 3).astype(np.float64)
    luminance = flat @ _LUMINANCE
    colours, level = flat - luminance[:, None], np.rint(luminance).astype(np.intp)
    count = np.bincount(level, minlength=256)
    mean = np.stack([np.bincount(level, one, 256) / np.maximum(count, 1) for one in colours.T], 1)
    if np.abs(colours - mean[level]).max() > _ROUNDED:
        return None
    mean[np.abs(mean) < _NONE] = 0
    there = np.flatnonzero(count)
    return np.stack([np.interp(np.arange(256), there, mean[there, channel]) for channel in range(3)], 1)
