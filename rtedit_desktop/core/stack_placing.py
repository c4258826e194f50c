"""Finds the squares of a stack in another photo: people stand elsewhere there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.stack import StackSpec


def placed(stack: StackSpec, square: Square, faces: Sequence[Square] = ()) -> StackSpec:
    """The stack with its first square here, and each other one at a face that none of them has, the largest first.

    Regions come along, as they lie in their squares. Raises PictureError where there are fewer faces than that.
    """
    olds = list(dict.fromkeys(layer.square for layer in stack.layers))
    rest = [face for face in faces if face != square]
    if len(rest) < len(olds) - 1:
        raise PictureError(
            tr("These edits are of {n} places, and fewer faces were found in this photo.", n=len(olds)),
            tr("Make them one by one: place the square, run the edit, continue from its result."),
        )
    new = dict(zip(olds, (square, *rest), strict=False))
    return StackSpec(
        layers=tuple(
            replace(layer, square=new[layer.square], region=_moved(layer.region, layer.square, new[layer.square]))
            for layer in stack.layers
        )
    )


def _moved(region: Region | None, old: Square | None, new: Square) -> Region | None:
    return region if region is None or old is None or old == new else region.carried(old, new)
