"""A photo that is gone is put together of what the models saw of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from support.journal_entries import edit

from rtedit_desktop.core.history import Entry
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.support.restoring.remains import GREY, MOST_PIXELS, remains


@pytest.fixture
def soft() -> Photo:
    """Without fine detail, so that a crop of it has all there is."""
    small = np.random.default_rng(3).integers(0, 256, (6, 9, 3), dtype=np.uint8)
    return Photo(pixels=np.asarray(Image.fromarray(small).resize((300, 200), Image.Resampling.BICUBIC)))


def seen(of: Photo, square: Square, size: int = 64) -> Entry:
    entry = edit(1)
    return replace(
        entry, request=replace(entry.request, picture=FilePhotoService().crop(of, square, size)), square=square
    )


@pytest.mark.parametrize("angle", [0.0, 20.0, -75.0])
def test_what_was_seen_is_where_it_was(soft: Photo, angle: float) -> None:
    square = Square(x=80, y=30, side=120, angle=angle)
    made = remains([seen(soft, square)], soft.size)
    assert made is not None and made.shape == soft.pixels.shape
    x, y = (round(way) for way in square.centre)
    near = (slice(y - 35, y + 35), slice(x - 35, x + 35))
    assert np.abs(made[near].astype(int) - soft.pixels[near]).max() <= 6
    assert (made[:20, :20] == GREY).all()


def test_a_square_that_leaves_the_photo(soft: Photo) -> None:
    made = remains([seen(soft, Square.around(soft.size), 256)], soft.size)
    assert made is not None and np.abs(made.astype(int) - soft.pixels).max() <= 8
    assert np.abs(made.astype(int) - soft.pixels).mean() < 1


def test_the_finer_lies_over_the_coarser_and_the_photo_over_what_was_edited(soft: Photo) -> None:
    fine, coarse = seen(soft, Square(x=10, y=10, side=64)), seen(soft, Square.around(soft.size), 16)
    for entries in ([fine, coarse], [coarse, fine]):
        made = remains(entries, soft.size)
        assert made is not None and np.array_equal(made[10:74, 10:74], soft.pixels[10:74, 10:74])
    white = replace(fine, request=replace(fine.request, picture=np.full((64, 64, 3), 255, np.uint8)))
    on_it = replace(white, id="other", below=coarse.layers)
    made = remains([on_it], soft.size)
    assert made is not None and not (made[20:60, 20:60] == 255).all(), "it has the edit below in it"
    beside = replace(on_it, below=seen(soft, Square(x=200, y=100, side=50)).layers)
    made = remains([beside], soft.size)
    assert made is not None and (made[20:60, 20:60] == 255).all()


def test_without_its_size_it_reaches_as_far_as_the_squares(soft: Photo) -> None:
    made = remains([seen(soft, Square(x=50, y=20, side=100))], None)
    assert made is not None and made.shape == (120, 150, 3)


def test_what_would_be_too_large_is_not_made(soft: Photo) -> None:
    far = replace(seen(soft, Square(x=0, y=0, side=64)), square=Square(x=10**6, y=10**6, side=64))
    assert remains([far], None) is None and remains([far], (MOST_PIXELS, 2)) is None
    behind = replace(far, square=Square(x=-500, y=-500, side=64))
    assert remains([behind], None) is None
