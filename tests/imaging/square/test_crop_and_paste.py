from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.imaging.square import compositing

SIZE = 64


def _spot(before: np.ndarray, change: int, low: int = 24, high: int = 40) -> np.ndarray:
    """``before`` with a brighter or darker square in the middle."""
    after = before.astype(np.int16)
    after[low:high, low:high] += change
    return after.clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(("width", "height"), [(300, 200), (200, 301), (64, 64), (20, 33)])
def test_the_centred_square_is_the_largest_inside(photo_service: FilePhotoService, width: int, height: int) -> None:
    square = photo_service.centred_square(Photo(pixels=np.zeros((height, width, 3), np.uint8)))
    assert square.side == min(width, height)
    assert 0 <= square.x <= width - square.side
    assert 0 <= square.y <= height - square.side
    assert abs(2 * square.x + square.side - width) <= 1


@pytest.mark.parametrize("square", [Square(x=10, y=20, side=100), Square(x=0, y=0, side=17)])
def test_a_crop_has_the_models_size(photo_service: FilePhotoService, big_photo: Photo, square: Square) -> None:
    picture = photo_service.crop(big_photo, square, SIZE)
    assert picture.shape == (SIZE, SIZE, 3)
    assert picture.dtype == np.uint8
    assert picture.flags.writeable
    part = big_photo.pixels[square.y : square.y + square.side, square.x : square.x + square.side]
    assert np.abs(picture.mean((0, 1)) - part.mean((0, 1))).max() < 6


def test_a_crop_of_the_models_own_size_is_exact(photo_service: FilePhotoService, big_photo: Photo) -> None:
    picture = photo_service.crop(big_photo, Square(x=7, y=9, side=SIZE), SIZE)
    assert np.array_equal(picture, big_photo.pixels[9 : 9 + SIZE, 7 : 7 + SIZE])


def test_a_transparent_photo_is_seen_on_white(photo_service: FilePhotoService, big_photo: Photo) -> None:
    hidden = replace(big_photo, alpha=np.zeros((200, 300), np.uint8))
    assert photo_service.crop(hidden, photo_service.centred_square(hidden), SIZE).min() == 255


@pytest.mark.parametrize(
    "square",
    [
        Square(x=-26, y=0, side=50),
        Square(x=280, y=0, side=50, angle=7),
        Square(x=0, y=0, side=0),
        Square(x=-500, y=-500, side=1300),
    ],
)
def test_a_square_outside_the_photo_is_refused(
    photo_service: FilePhotoService, big_photo: Photo, square: Square
) -> None:
    picture = np.zeros((SIZE, SIZE, 3), np.uint8)
    with pytest.raises(PictureError, match="square"):
        photo_service.crop(big_photo, square, SIZE)
    with pytest.raises(PictureError, match="square"):
        photo_service.paste(big_photo, square, picture, picture)


def test_pictures_that_do_not_fit_are_refused(photo_service: FilePhotoService, big_photo: Photo) -> None:
    square = photo_service.centred_square(big_photo)
    with pytest.raises(PictureError, match="does not belong"):
        photo_service.paste(big_photo, square, np.zeros((8, 8, 3), np.uint8), np.zeros((9, 9, 3), np.uint8))


@pytest.mark.parametrize(
    "square", [Square(x=10, y=20, side=150), Square(x=0, y=0, side=200), Square(x=5, y=5, side=30)]
)
def test_no_change_returns_the_photo(photo_service: FilePhotoService, big_photo: Photo, square: Square) -> None:
    before = photo_service.crop(big_photo, square, SIZE)
    result = photo_service.paste(big_photo, square, before, before.copy())
    assert np.array_equal(result, big_photo.pixels)
    assert not np.shares_memory(result, big_photo.pixels)


def test_without_resampling_the_change_is_added_exactly(photo_service: FilePhotoService, big_photo: Photo) -> None:
    square = Square(x=100, y=50, side=SIZE)
    before = photo_service.crop(big_photo, square, SIZE)
    after = np.random.default_rng(5).integers(0, 256, before.shape, dtype=np.uint8)
    after[0], after[-1], after[:, 0], after[:, -1] = before[0], before[-1], before[:, 0], before[:, -1]
    result = photo_service.paste(big_photo, square, before, after)
    assert np.array_equal(result[50 : 50 + SIZE, 100 : 100 + SIZE], after)


def test_without_resampling_the_change_is_clipped(photo_service: FilePhotoService) -> None:
    photo = Photo(pixels=np.full((SIZE, SIZE, 3), 250, np.uint8))
    before = np.full((SIZE, SIZE, 3), 100, np.uint8)
    square = photo_service.centred_square(photo)
    assert np.all(photo_service.paste(photo, square, before, before + 50) == 255)
    assert np.all(photo_service.paste(photo, square, before, before - 50) == 200)


@pytest.mark.parametrize("side", [200, 150, 40])
def test_only_what_changed_is_touched(photo_service: FilePhotoService, big_photo: Photo, side: int) -> None:
    square = Square(x=60, y=0, side=side)
    before = photo_service.crop(big_photo, square, SIZE)
    result = photo_service.paste(big_photo, square, before, _spot(before, -60))
    touched = np.zeros((200, 300), bool)
    # Bicubic looks two model pixels (or, shrinking, two photo pixels) beyond the spot.
    reach = 3 * max(side / SIZE, 1)
    low, high = int(24 * side / SIZE - reach), int(np.ceil(40 * side / SIZE + reach))
    touched[max(low, 0) : high, 60 + low : 60 + high] = True
    assert np.array_equal(result[~touched], big_photo.pixels[~touched])
    assert not np.array_equal(result, big_photo.pixels)


def test_an_enlarged_change_keeps_its_strength_and_place(photo_service: FilePhotoService) -> None:
    photo = Photo(pixels=np.full((256, 256, 3), 100, np.uint8))
    before = np.full((SIZE, SIZE, 3), 90, np.uint8)
    result = photo_service.paste(photo, photo_service.centred_square(photo), before, _spot(before, 40)).astype(int)
    assert np.all(result[112:144, 112:144] == 140)
    rows = np.flatnonzero(result[:, 128, 0] > 120)
    assert (rows[0], rows[-1]) == (96, 159)


def test_a_change_up_to_the_border_leaves_no_seam(photo_service: FilePhotoService) -> None:
    photo = Photo(pixels=np.full((200, 300, 3), 100, np.uint8))
    before = np.full((SIZE, SIZE, 3), 100, np.uint8)
    square = Square(x=50, y=0, side=150)
    result = photo_service.paste(photo, square, before, before + 60).astype(int)
    line = result[75, :, 0]
    assert line[125] == 160
    assert np.abs(np.diff(line)).max() <= 20, "a step of the whole change would be a seam"
    assert result[0, 125, 0] == 160, "the photo's own edge is no seam"
    assert np.all(result[:, :50] == 100)
    assert np.all(result[150:] == 100)


def test_the_whole_photo_is_not_faded(photo_service: FilePhotoService) -> None:
    photo = Photo(pixels=np.full((200, 200, 3), 100, np.uint8))
    before = np.full((SIZE, SIZE, 3), 100, np.uint8)
    assert np.all(photo_service.paste(photo, photo_service.centred_square(photo), before, before + 60) == 160)


def test_bands_give_what_one_piece_gives(
    photo_service: FilePhotoService, big_photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    square = Square(x=30, y=10, side=187)
    before = photo_service.crop(big_photo, square, SIZE)
    after = np.random.default_rng(6).integers(0, 256, before.shape, dtype=np.uint8)
    whole = photo_service.paste(big_photo, square, before, after)
    monkeypatch.setattr(compositing, "_BAND_PIXELS", 187 * 13)
    banded = photo_service.paste(big_photo, square, before, after)
    assert np.abs(whole.astype(int) - banded).max() <= 1


def test_the_photo_itself_is_never_changed(photo_service: FilePhotoService, big_photo: Photo) -> None:
    own = big_photo.pixels.copy()
    square = photo_service.centred_square(big_photo)
    before = photo_service.crop(big_photo, square, SIZE)
    photo_service.paste(big_photo, square, before, _spot(before, 99))
    assert np.array_equal(big_photo.pixels, own)
