"""Squares that are turned or leave the photo; masks; how a change looks at the photo's own size."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter
from support.portrait import portrait, turned_portrait

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.imaging.square import compositing

SIZE = 64
SQUARES = [
    Square(x=80, y=30, side=120, angle=30),
    Square(x=100, y=60, side=64, angle=-77),
    Square(x=120, y=70, side=40, angle=133),
    Square(x=-40, y=-30, side=150, angle=10),
    Square(x=-20, y=90, side=150),
    Square(x=-100, y=-100, side=500, angle=180),
]


def _covered(square: Square, size: tuple[int, int]) -> np.ndarray:
    """(H, W) bool: the square's own pixels and those that it cuts."""
    picture = Image.new("L", size)
    ImageDraw.Draw(picture).polygon(list(square.corners), fill=255)
    return np.asarray(picture.filter(ImageFilter.MaxFilter(3))) > 0


@pytest.mark.parametrize("square", SQUARES)
def test_no_change_returns_the_photo(photo_service: FilePhotoService, big_photo: Photo, square: Square) -> None:
    before = photo_service.crop(big_photo, square, SIZE)
    assert before.shape == (SIZE, SIZE, 3)
    assert np.array_equal(photo_service.paste(big_photo, square, before, before.copy()), big_photo.pixels)


@pytest.mark.parametrize("square", SQUARES)
def test_outside_of_a_turned_square_every_byte_is_the_photos(
    photo_service: FilePhotoService, big_photo: Photo, square: Square
) -> None:
    before = photo_service.crop(big_photo, square, SIZE)
    after = np.random.default_rng(3).integers(0, 256, before.shape, dtype=np.uint8)
    result = photo_service.paste(big_photo, square, before, after)
    covered = _covered(square, big_photo.size)
    assert np.array_equal(result[~covered], big_photo.pixels[~covered])
    assert not np.array_equal(result, big_photo.pixels)


@pytest.mark.parametrize("square", SQUARES)
def test_a_spot_lands_where_it_was_seen(photo_service: FilePhotoService, square: Square) -> None:
    """Paint a spot in the photo and one in the crop at the same place: they cover each other."""
    from rtedit_desktop.imaging.square.resampling import to_photo

    photo = Photo(pixels=np.full((200, 300, 3), 100, np.uint8))
    before = photo_service.crop(photo, square, SIZE)
    after = before.copy()
    after[20:30, 34:44] += 100
    grown = photo_service.paste(photo, square, before, after)[..., 0].astype(int) - 100
    rows, columns = np.nonzero(grown > 50)
    if square.angle == 180:
        assert len(rows) > 0
    x, y = to_photo(square, SIZE) @ (39, 25, 1)
    if 5 < x < 295 and 5 < y < 195:
        assert columns.mean() + 0.5 == pytest.approx(x, abs=0.6)
        assert rows.mean() + 0.5 == pytest.approx(y, abs=0.6)
        assert len(rows) == pytest.approx(100 * (square.side / SIZE) ** 2, rel=0.15)


def test_a_turn_by_nothing_is_the_upright_square(photo_service: FilePhotoService) -> None:
    photo = Photo(pixels=np.asarray(portrait()))
    upright, turned = Square(x=120, y=10, side=200), Square(x=120, y=10, side=200, angle=1e-9)
    a, b = (photo_service.crop(photo, square, SIZE).astype(int) for square in (upright, turned))
    assert np.abs(a - b)[2:-2, 2:-2].max() <= 12
    assert np.abs(a - b).mean() < 0.6
    after = np.roll(a, 5, axis=0).astype(np.uint8)
    one, other = (photo_service.paste(photo, square, a.astype(np.uint8), after) for square in (upright, turned))
    assert np.abs(one.astype(int) - other).mean() < 0.5


@pytest.mark.parametrize("degrees", [0, 25, 140])
def test_the_model_sees_its_own_result_in_the_photo(photo_service: FilePhotoService, degrees: int) -> None:
    """Crop, edit, paste, crop again: the edit, but for the ramp at the border."""
    photo = Photo(pixels=np.asarray(turned_portrait(degrees).resize((1200, 1200), Image.Resampling.BICUBIC)))
    square = photo_service.faces(photo)[0].square
    before = photo_service.crop(photo, square, 128)
    after = np.asarray(Image.fromarray(before).filter(ImageFilter.GaussianBlur(2)))[..., ::-1].copy()
    pasted = Photo(pixels=photo_service.paste(photo, square, before, after))
    again = photo_service.crop(pasted, square, 128).astype(int)
    inner = slice(10, -10)
    assert np.abs(again - after)[inner, inner].mean() < 2.0


def test_an_edge_in_the_change_is_as_sharp_as_the_photos(photo_service: FilePhotoService) -> None:
    """A dark disc on a light ground is lightened: at full size that is a sharp step, not a halo."""
    y, x = np.mgrid[0:512, 0:512]
    disc = np.hypot(x - 256, y - 256) < 150
    photo = Photo(pixels=np.where(disc[..., None], 60, 180).astype(np.uint8).repeat(3, axis=2))
    wanted = np.where(disc, 110, 180)
    square = Square(x=0, y=0, side=512)
    before = photo_service.crop(photo, square, SIZE)
    after = photo_service.crop(Photo(pixels=wanted.astype(np.uint8)[..., None].repeat(3, axis=2)), square, SIZE)
    result = photo_service.paste(photo, square, before, after)[..., 0].astype(int)
    smooth = np.asarray(
        Image.fromarray((after.astype(np.int16) - before)[..., 0].astype(np.float32)).resize((512, 512), 3)
    )
    plain = photo.pixels[..., 0] + smooth
    assert np.abs(result - wanted).mean() < 0.4 * np.abs(plain - wanted).mean()


def test_the_photos_detail_stays_where_the_change_has_nothing_to_do_with_it(photo_service: FilePhotoService) -> None:
    photo = Photo(pixels=np.random.default_rng(4).integers(80, 120, (512, 512, 3), dtype=np.uint8))
    square = Square(x=0, y=0, side=512)
    before = photo_service.crop(photo, square, SIZE)
    result = photo_service.paste(photo, square, before, before + 20).astype(int)
    assert np.abs(result - photo.pixels - 20).max() <= 1


@pytest.mark.parametrize("square", [Square(x=50, y=20, side=150), SQUARES[0]])
def test_a_mask_limits_the_change(photo_service: FilePhotoService, big_photo: Photo, square: Square) -> None:
    before = photo_service.crop(big_photo, square, SIZE)
    after = 255 - before
    whole = photo_service.paste(big_photo, square, before, after)
    mask = np.zeros((200, 300), np.uint8)
    mask[60:120, 100:160] = 255
    part = photo_service.paste(big_photo, square, before, after, mask)
    assert np.array_equal(part[mask == 0], big_photo.pixels[mask == 0])
    assert np.array_equal(part[mask == 255], whole[mask == 255])
    none = photo_service.paste(big_photo, square, before, after, np.zeros_like(mask))
    assert np.array_equal(none, big_photo.pixels)
    half = photo_service.paste(big_photo, square, before, after, np.full_like(mask, 128)).astype(int)
    assert np.abs(half - big_photo.pixels).mean() < 0.7 * np.abs(whole.astype(int) - big_photo.pixels).mean()


def test_a_mask_of_another_size_is_refused(photo_service: FilePhotoService, big_photo: Photo) -> None:
    square = photo_service.centred_square(big_photo)
    before = photo_service.crop(big_photo, square, SIZE)
    with pytest.raises(PictureError, match="300 × 200"):
        photo_service.paste(big_photo, square, before, before, np.zeros((300, 200), np.uint8))
    with pytest.raises(PictureError, match="greys"):
        photo_service.paste(big_photo, square, before, before, np.zeros((200, 300, 3), np.uint8))


@pytest.mark.parametrize("degrees", [0, 33])
def test_the_border_is_no_steeper_than_the_photo(photo_service: FilePhotoService, degrees: int) -> None:
    """Every pixel of the crop changes by 60 levels: across the border no step is larger than it was."""
    photo = Photo(pixels=np.full((400, 400, 3), 90, np.uint8))
    square = Square(x=100, y=100, side=200, angle=degrees)
    before = photo_service.crop(photo, square, SIZE)
    result = photo_service.paste(photo, square, before, before + 60).astype(int)[..., 0]
    assert result[200, 200] == 150
    steps = max(np.abs(np.diff(result, axis=0)).max(), np.abs(np.diff(result, axis=1)).max())
    assert steps <= 1.5 * 60 / (200 * compositing.FEATHER) + 1


def test_bands_of_a_turned_square_fit_together(
    photo_service: FilePhotoService, big_photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    square = SQUARES[0]
    before = photo_service.crop(big_photo, square, SIZE)
    after = np.random.default_rng(6).integers(0, 256, before.shape, dtype=np.uint8)
    whole = photo_service.paste(big_photo, square, before, after)
    monkeypatch.setattr(compositing, "_BAND_PIXELS", 1500)
    banded = photo_service.paste(big_photo, square, before, after)
    assert np.abs(whole.astype(int) - banded).max() <= 2
