"""Finds the squares of a stack in another photo: people stand elsewhere there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.stack import StackSpec


def placed(
    stack: StackSpec,
    square: Square,
    faces: Sequence[Square] = (),
    around: Square | None = None,
    everywhere: Collection[int] = (),
) -> StackSpec:
    """The stack with its first square here, and each other one at a face that none of them has, the largest first.

    The layers with the numbers ``everywhere`` are of the whole photo, and get the square ``around`` it. Regions come
    along, as they lie in their squares. Raises PictureError where there are fewer faces than that.
    """
    olds = list(dict.fromkeys(layer.square for number, layer in enumerate(stack.layers) if number not in everywhere))
    rest = [face for face in faces if face != square]
    if len(rest) < len(olds) - 1:
        raise PictureError(
            tr("These edits are of {n} places, and fewer faces were found in this photo.", n=len(olds)),
            tr("Make them one by one: place the square, run the edit, continue from its result."),
        )
    new = dict(zip(olds, (square, *rest), strict=False))
    layers = []
    for number, layer in enumerate(stack.layers):
        here = around if number in everywhere and around is not None else new[layer.square]
        layers.append(replace(layer, square=here, region=_moved(layer.region, layer.square, here)))
    return StackSpec(layers=tuple(layers))


def _moved(region: Region | None, old: Square | None, new: Square) -> Region | None:
    return region if region is None or old is None or old == new else region.carried(old, new)
