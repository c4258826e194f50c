"""Remarks on a result that is not what was hoped for, by the pictures alone.

An edit that was learned from photographs of faces finds nothing to change behind a mask, paints blots in the dark, and
brings colour into a photograph that has none. Each is worth a sentence; none of them is an error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from rtedit_desktop.core.edits import OF_FACE, Blending
from rtedit_desktop.core.lazy_text import LazyText, tr

_DARK = 60  # of 255: of a photograph that can be seen well, one pixel in twenty is brighter
_COLOURLESS, _COLOURED = 1.5, 6  # differences of the channels: their mean in a photograph, and a colour that is seen
_SEEN, _FEW = 5, 0.0003  # a change that is seen, and the part of the pixels that hardly anybody notices


def remarks(before: np.ndarray, after: np.ndarray, kinds: Collection[Blending]) -> Iterator[LazyText]:
    """On edits that go back into the picture in these ways; (S, S, 3) uint8 both."""
    if "auto" in kinds:  # nobody knows what it was to do
        return
    change = np.abs(after.astype(np.int16) - before).max(axis=2)
    if (change > _SEEN).mean() < _FEW:
        yield tr(
            "Hardly anything changed: what the edit does is there already, or its place cannot be seen in this picture."
        )
        return
    if not OF_FACE.issuperset(kinds):
        return
    if np.percentile(before.mean(axis=2), 95) < _DARK:
        yield tr("The picture is very dark, and edits of a face fail in the dark: make it brighter first.")
    if np.ptp(before, axis=2).mean() < _COLOURLESS and (np.ptp(after, axis=2) > _COLOURED).mean() > _FEW:
        yield tr("The picture is black and white, and this edit puts a colour into it.")
