"""Keeps the pictures that stacks lead to, so that what several parts of the window need is composed once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from rtedit_desktop.core.photos.photo import Accumulated, Photo, PhotoService
from rtedit_desktop.core.stack import Layer, composed

_KEPT = 2
_MOST_STEPS = 128
_MOST_BYTES = 600 * 2**20
"""Of changes that are kept to be gone on from: those of two stacks that cover 24 megapixels, or of many faces."""


class _Kept(NamedTuple):
    photo: Photo
    layers: tuple[Layer, ...]
    accumulated: Accumulated


class Compositions:
    """Owns the latest few pictures, which are as large as the photo, and what the layers that led to them add to it.

    One layer more on layers that are kept is composed alone, so that a stack that is made anew from its middle is
    composed once, not once for each of its layers. Any thread may ask.
    """

    def __init__(self, photo_service: PhotoService) -> None:
        self._photo_service = photo_service
        self._pictures: list[tuple[Photo, tuple[Layer, ...], Photo]] = []
        self._kept: list[_Kept] = []
        self._turn = threading.Lock()
        self._forgotten = object()

    def of(self, photo: Photo, layers: Sequence[Layer]) -> Photo:
        """The photo with these layers; itself where none is on. Raises PictureError."""
        on = tuple(layer for layer in layers if layer.on)
        if not on:
            return photo
        with self._turn:
            for source, shown, picture in self._pictures:
                if source is photo and look_the_same(shown, on):
                    return picture
            forgotten = self._forgotten
            made, kept = self._made(photo, on)
            self._kept, self._pictures = kept, [*self._pictures, (photo, on, made)][-_KEPT:]
            if forgotten is not self._forgotten:
                self._pictures, self._kept = [], []
            return made

    def forget(self) -> None:
        """Another photo is on the table. Waits for nothing; what is being composed is not kept."""
        self._forgotten = object()
        self._pictures, self._kept = [], []

    def _made(self, photo: Photo, layers: tuple[Layer, ...]) -> tuple[Photo, list[_Kept]]:
        """With what is to be kept then; what memory is too small for is made in strips, from the photo itself."""
        if _bytes_of(photo, layers) > _MOST_BYTES:
            return composed(self._photo_service, photo, layers), self._kept
        try:
            return self._gone_on_with(photo, layers)
        except MemoryError:
            self._kept = []
            return composed(self._photo_service, photo, layers), []

    def _gone_on_with(self, photo: Photo, layers: tuple[Layer, ...]) -> tuple[Photo, list[_Kept]]:
        """From the most of these that are kept."""
        below = max(
            (kept for kept in self._kept if kept.photo is photo and _lies_below(kept.layers, layers)),
            key=lambda kept: len(kept.layers),
            default=None,
        )
        accumulated = below.accumulated if below is not None else None
        for layer in layers[len(below.layers) if below is not None else 0 :]:
            accumulated = self._photo_service.accumulate(photo, layer.patch, accumulated)
        assert accumulated is not None
        longer = below is None or len(below.layers) < len(layers)
        kept = self._with(_Kept(photo, layers, accumulated)) if longer else self._kept
        return replace(photo, pixels=self._photo_service.rounded(photo, accumulated)), kept

    def _with(self, new: _Kept) -> list[_Kept]:
        """Together with what there is room for: first goes what the new one was not made on, then the most of what it
        was, so that the layers stay that are below all that changes."""
        others = list(self._kept)
        while others and (
            len(others) >= _MOST_STEPS or sum(kept.accumulated.values.nbytes for kept in (*others, new)) > _MOST_BYTES
        ):
            apart = [kept for kept in others if kept.photo is not new.photo or not _lies_below(kept.layers, new.layers)]
            others.remove(apart[0] if apart else max(others, key=lambda kept: len(kept.layers)))
        return [*others, new]


def look_the_same(some: Sequence[Layer], others: Sequence[Layer]) -> bool:
    """Whether these layers change a photo in the same way."""
    return len(some) == len(others) and all(
        one.picture is other.picture
        and one.request.picture is other.request.picture
        and one.mask is other.mask
        and (one.square, one.region, one.on) == (other.square, other.region, other.on)
        for one, other in zip(some, others, strict=True)
    )


def _lies_below(some: Sequence[Layer], layers: Sequence[Layer]) -> bool:
    """Whether these are the lowest of the layers."""
    return len(some) <= len(layers) and look_the_same(some, layers[: len(some)])


def _bytes_of(photo: Photo, layers: Sequence[Layer]) -> int:
    """How much their changes take together."""
    bounds = [layer.square.bounds(photo.size) for layer in layers]
    across = max(one[2] for one in bounds) - min(one[0] for one in bounds)
    down = max(one[3] for one in bounds) - min(one[1] for one in bounds)
    return max(0, across) * max(0, down) * 3 * 4
