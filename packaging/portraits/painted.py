"""Attributes painted on training pictures: for the base, so that it can rebuild them; as pairs, to learn them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from paint import ATTRIBUTES
from photos import Photos

SECOND = 0.3  # how often a picture gets another attribute on top


def painter(folder: Path, masks: Path) -> Callable[[int, np.random.Generator], np.ndarray]:
    """A function (number of a photograph, rng) -> (256, 256, 3) uint8: the photograph with an attribute or two.

    Photographs without masks, and faces that take no paint, come back as they are.
    """
    photos = Photos(folder, masks)
    names = list(ATTRIBUTES)

    def paint(index: int, rng: np.random.Generator) -> np.ndarray:
        if not photos.mask_path(index).exists():
            return photos.bare(index).picture
        face = photos[index]
        for _ in range(2 if rng.random() < SECOND else 1):
            painted = ATTRIBUTES[names[rng.integers(len(names))]](face, rng)
            if painted is not None:
                face.picture = painted
        return face.picture

    return paint


def pairs(
    name: str,
    photos: Photos,
    which: np.ndarray,
    weights: np.ndarray,
    count: int,
    rng: np.random.Generator,
    style: int | None = None,
) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """(n, 256, 256, 3) uint8 before and after one attribute, n <= count, and of which photographs they are.

    The before pictures may bear other attributes: an edit must work on a face that has some already. With ``style``
    every face gets the same glasses, the same beard: of many different ones a network learns the blurred mean.
    """
    names = [other for other in ATTRIBUTES if other != name]
    before, after, numbers = [], [], []
    for index in rng.choice(which, 4 * count, p=weights):
        if len(before) == count:
            break
        if not photos.mask_path(int(index)).exists():
            continue
        face = photos[int(index)]
        if rng.random() < 0.2:
            other = ATTRIBUTES[names[rng.integers(len(names))]](face, rng)
            face.picture = face.picture if other is None else other
        painted = ATTRIBUTES[name](face, rng if style is None else np.random.default_rng(style))
        if painted is not None:
            before.append(face.picture)
            after.append(painted)
            numbers.append(int(index))
    return np.stack(before), np.stack(after), numbers
