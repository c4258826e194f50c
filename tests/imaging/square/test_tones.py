"""A picture that was left without colours of its own has none at the photo's size either."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Patch, Photo
from rtedit_desktop.imaging.square import compositing
from rtedit_desktop.imaging.square.compositing import paste
from rtedit_desktop.imaging.square.composition import compose
from rtedit_desktop.imaging.square.crop import crop
from rtedit_desktop.imaging.square.tones import Tones

SIDE, SEEN = 256, 64
LUMINANCE = np.array([0.299, 0.587, 0.114])
INSIDE = (slice(70, 186), slice(70, 186))


def photo(side: int = SIDE) -> Photo:
    """Strong colours, and finer ones that the model does not see."""
    rng = np.random.default_rng(0)
    coarse = np.asarray(Image.fromarray(rng.integers(0, 255, (8, 8, 3), dtype=np.uint8)).resize((side, side)), float)
    pixels = np.clip(coarse + rng.normal(0, 40, coarse.shape), 0, 255).astype(np.uint8)
    pixels[100:104, 100:140] = 255, 0, 20
    return Photo(pixels=pixels, name="a.png")


def black_and_white(before: np.ndarray) -> np.ndarray:
    return np.repeat(np.rint(0.8 * (before @ LUMINANCE) + 10)[..., None], 3, 2).astype(np.uint8)


def sepia(before: np.ndarray) -> np.ndarray:
    y = (before @ LUMINANCE)[..., None]
    return np.clip(np.rint(y + np.sin(np.pi * y / 255) * np.array([25.0, -3.0, -50.0])), 0, 255).astype(np.uint8)


def spread(pixels: np.ndarray) -> float:
    """How many levels the colours of one luminance lie apart at the most."""
    flat = pixels.reshape(-1, 3).astype(float)
    level = np.rint(flat @ LUMINANCE).astype(int)
    return max(float(np.ptp(flat[level == one], axis=0).max()) for one in np.unique(level))


@pytest.mark.parametrize("side", [SIDE, 40, 62])
@pytest.mark.parametrize("angle", [0.0, 15.0])
def test_of_black_and_white_nothing_is_left_in_detail_nor_in_strong_colours(angle: float, side: int) -> None:
    opened = photo()
    square = Square(x=(SIDE - side) // 2, y=(SIDE - side) // 2, side=side, angle=angle)
    before = crop(opened, square, SEEN)
    result = paste(opened, square, before, black_and_white(before))
    inside = INSIDE if side == SIDE else (slice(123, 133), slice(123, 133))
    assert np.ptp(result[inside], axis=2).max() == 0


def test_a_whole_photo_has_no_place_with_colours() -> None:
    opened = photo()
    square = Square.around(opened.size)
    before = crop(opened, square, SEEN)
    after = black_and_white(before)
    after[before.max(2) < 80] = before.max(2)[before.max(2) < 80, None]  # where little or nothing changes
    assert np.ptp(paste(opened, square, before, after), axis=2).max() == 0
    two = [Patch(square=square, before=before, after=sepia(before)), Patch(square=square, before=before, after=after)]
    assert np.ptp(compose(opened, two), axis=2).max() == 0


def test_sepia_is_a_curve_of_luminance_in_the_photo_too() -> None:
    opened = photo()
    square = Square.around(opened.size)
    before = crop(opened, square, SEEN)
    result = paste(opened, square, before, sepia(before))
    assert spread(opened.pixels) > 100
    assert spread(result) <= 4
    middle = result[np.abs(result @ LUMINANCE - 128) < 3].mean(0)
    assert np.abs(middle - (128 + np.array([25, -3, -50]))).max() < 4


def test_half_of_the_mask_is_half_way_to_grey() -> None:
    opened = photo()
    square = Square.around(opened.size)
    before = crop(opened, square, SEEN)
    full = paste(opened, square, before, black_and_white(before)).astype(float)
    half = paste(opened, square, before, black_and_white(before), np.full((SIDE, SIDE), 128, np.uint8))
    assert np.abs(half - (opened.pixels + (full - opened.pixels) * 128 / 255)).max() <= 1


def test_an_edit_with_colours_and_a_grey_photo_have_no_tones() -> None:
    before = crop(photo(), Square.around((SIDE, SIDE)), SEEN)
    grey = black_and_white(before)
    assert Tones.of(before, np.clip(before * 0.7 + 20, 0, 255).astype(np.uint8)) is None
    assert Tones.of(grey, np.clip(grey * 0.7 + 20, 0, 255).astype(np.uint8)) is None
    one = sepia(before)
    one[3, 3] = 200, 10, 10
    assert Tones.of(before, one) is None


def test_bands_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = photo()
    square = Square.around(opened.size)
    before = crop(opened, square, SEEN)
    whole = paste(opened, square, before, sepia(before))
    monkeypatch.setattr(compositing, "_BAND_PIXELS", SIDE * 13)
    assert np.array_equal(paste(opened, square, before, sepia(before)), whole)
