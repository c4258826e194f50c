"""Pictures that stacks lead to: each layer composed once, from what is kept of those below it, in bounded memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from patience import PATIENCE_S
from support.edited_photos import soft

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Accumulated, Patch, Photo
from rtedit_desktop.core.requests import request_for
from rtedit_desktop.core.stack import Layer, composed
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.support.stacks import compositions as module
from rtedit_desktop.support.stacks.compositions import Compositions

LAYERS = 8
WHOLE, FACE = Square(x=0, y=-20, side=160), Square(x=30, y=20, side=64)


class Counting(FilePhotoService):
    """Knows how many layers were composed."""

    def __init__(self) -> None:
        self.composed = 0

    def accumulate(self, photo: Photo, patch: Patch, below: Accumulated | None = None) -> Accumulated:
        self.composed += 1
        return super().accumulate(photo, patch, below)

    def compose(self, photo: Photo, patches: Sequence[Patch]) -> np.ndarray:
        self.composed += len(patches)
        return super().compose(photo, patches)


def layer(number: int, square: Square, by: int = 10) -> Layer:
    before = np.random.default_rng(number).integers(60, 150, (32, 32, 3), np.uint8)
    spec = EditSpec(pack="fakes", prompt=f"edit {number}", source="face")
    return Layer(request=request_for(spec, before), square=square, picture=(before + by).astype(np.uint8))


@pytest.fixture
def photo() -> Photo:
    return Photo(pixels=soft(120, 160))


@pytest.fixture
def stack() -> list[Layer]:
    return [layer(number, (WHOLE, FACE)[number % 2]) for number in range(LAYERS)]


def grow(compositions: Compositions, photo: Photo, stack: Sequence[Layer], first: int = 0) -> None:
    """As a stack is made anew: each edit sees what lies below it."""
    for number in range(first, len(stack) + 1):
        compositions.of(photo, stack[:number])


def test_each_layer_is_composed_once(photo: Photo, stack: list[Layer]) -> None:
    service = Counting()
    grow(Compositions(service), photo, stack)
    assert service.composed == LAYERS


def test_what_lies_below_a_change_is_kept(photo: Photo, stack: list[Layer]) -> None:
    service = Counting()
    compositions = Compositions(service)
    grow(compositions, photo, stack)
    for by in (20, 30, 40):  # a slider that is moved three times
        service.composed = 0
        changed = [*stack[:3], *(layer(number, stack[number].square, by) for number in range(3, LAYERS))]
        grow(compositions, photo, changed, first=3)
        assert service.composed == LAYERS - 3
        made = compositions.of(photo, changed).pixels
        assert np.array_equal(made, composed(FilePhotoService(), photo, changed).pixels)


def test_what_is_switched_off_is_no_part_of_it(photo: Photo, stack: list[Layer]) -> None:
    service = Counting()
    compositions = Compositions(service)
    off = [replace(one, on=number != 2) for number, one in enumerate(stack)]
    grow(compositions, photo, off)
    assert service.composed == LAYERS - 1
    assert compositions.of(photo, [replace(one, on=False) for one in stack]) is photo


def test_memory_is_bounded_and_the_stack_is_still_composed_once(
    photo: Photo, stack: list[Layer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that cover the photo are kept: what lies below the change, and the latest."""
    whole = [replace(one, square=WHOLE) for one in stack]
    monkeypatch.setattr(module, "_MOST_BYTES", 2 * 120 * 160 * 3 * 4)
    service = Counting()
    compositions = Compositions(service)
    grow(compositions, photo, whole)
    assert service.composed == LAYERS
    for by in (20, 30):
        service.composed = 0
        changed = [*whole[:1], *(layer(number, WHOLE, by) for number in range(1, LAYERS))]
        grow(compositions, photo, changed, first=1)
        assert service.composed == LAYERS - 1
        assert sum(kept.accumulated.values.nbytes for kept in compositions._kept) <= module._MOST_BYTES
    other = [layer(number, WHOLE, 50) for number in range(LAYERS)]
    grow(compositions, photo, other)
    assert np.array_equal(compositions.of(photo, other).pixels, composed(FilePhotoService(), photo, other).pixels)
    assert all(kept.layers[0] is other[0] for kept in compositions._kept), "what leads nowhere any more goes first"


def test_a_change_that_is_too_large_to_be_kept_is_composed_all_the_same(
    photo: Photo, stack: list[Layer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_BYTES", 100)
    compositions = Compositions(FilePhotoService())
    made = compositions.of(photo, stack).pixels
    assert np.array_equal(made, composed(FilePhotoService(), photo, stack).pixels) and not compositions._kept


def test_where_memory_is_short_it_is_composed_in_strips(photo: Photo, stack: list[Layer]) -> None:
    class Short(Counting):
        def accumulate(self, photo: Photo, patch: Patch, below: Accumulated | None = None) -> Accumulated:
            if below is not None:
                raise MemoryError
            return super().accumulate(photo, patch, below)

    compositions = Compositions(Short())
    compositions.of(photo, stack[:1])
    made = compositions.of(photo, stack).pixels
    assert np.array_equal(made, composed(FilePhotoService(), photo, stack).pixels) and not compositions._kept


def test_another_photo_has_nothing_of_the_one_before(photo: Photo, stack: list[Layer]) -> None:
    service = Counting()
    compositions = Compositions(service)
    compositions.of(photo, stack)
    other = replace(photo, pixels=255 - photo.pixels)
    assert np.array_equal(compositions.of(other, stack).pixels, composed(service, other, stack).pixels)
    compositions.forget()
    service.composed = 0
    compositions.of(photo, stack)
    assert service.composed == LAYERS


def test_who_opens_another_photo_does_not_wait_for_what_is_composed(photo: Photo, stack: list[Layer]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(Counting):
        def accumulate(self, photo: Photo, patch: Patch, below: Accumulated | None = None) -> Accumulated:
            begun.set()
            assert go_on.wait(PATIENCE_S)
            return super().accumulate(photo, patch, below)

    compositions = Compositions(Slow())
    with ThreadPoolExecutor(1) as pool:
        composing = pool.submit(compositions.of, photo, stack[:1])
        assert begun.wait(PATIENCE_S)
        compositions.forget()
        assert not composing.done()
        go_on.set()
        assert composing.result(PATIENCE_S).pixels.shape == photo.pixels.shape
    assert not compositions._kept and not compositions._pictures, "nothing of a photo that is gone takes memory"
