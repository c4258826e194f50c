"""Keeps the pictures that stacks lead to, so that what several parts of the window need is composed once."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.stack import Layer, composed

_KEPT = 2


class Compositions:
    """Owns the latest few: they are as large as the photo. Any thread may ask."""

    def __init__(self, photo_service: PhotoService) -> None:
        self._photo_service = photo_service
        self._kept: list[tuple[Photo, tuple[Layer, ...], Photo]] = []
        self._turn = threading.Lock()

    def of(self, photo: Photo, layers: Sequence[Layer]) -> Photo:
        """The photo with these layers; itself where none is on. Raises PictureError."""
        on = tuple(layer for layer in layers if layer.on)
        if not on:
            return photo
        with self._turn:
            for kept in self._kept:
                if kept[0] is photo and look_the_same(kept[1], on):
                    return kept[2]
            made = composed(self._photo_service, photo, on)
            self._kept = [*self._kept, (photo, on, made)][-_KEPT:]
            return made

    def forget(self) -> None:
        """Another photo is on the table."""
        with self._turn:
            self._kept.clear()


def look_the_same(some: Sequence[Layer], others: Sequence[Layer]) -> bool:
    """Whether these layers change a photo in the same way."""
    return len(some) == len(others) and all(
        one.picture is other.picture
        and one.request.picture is other.request.picture
        and (one.square, one.region, one.on) == (other.square, other.region, other.on)
        for one, other in zip(some, others, strict=True)
    )
