"""A stack of changes in the full-size photo: as sharp as one, rounded once, and nothing beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from support.edited_photos import soft

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Accumulated, Patch, Photo
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.imaging.square import composition

SIZE = 64
UPRIGHT, TURNED = Square(x=40, y=20, side=160), Square(x=150, y=60, side=130, angle=17.0)


@pytest.fixture
def photo() -> Photo:
    noise = np.random.default_rng(1).integers(-20, 21, (260, 340, 3))
    return Photo(pixels=np.clip(soft(260, 340).astype(int) * 0.7 + 40 + noise, 0, 255).astype(np.uint8))


def lighter(service: FilePhotoService, photo: Photo, square: Square, by: float = 9) -> Patch:
    """A round change in the middle of the square, as a model would make it of the picture."""
    before = service.crop(photo, square, SIZE)
    y, x = np.mgrid[0:SIZE, 0:SIZE] - SIZE / 2 + 0.5
    change = by * np.clip(1.6 - np.hypot(x, y) / (SIZE / 4), 0, 1)[..., None]
    return Patch(square=square, before=before, after=np.clip(before + change, 0, 255).astype(np.uint8))


def one_after_the_other(service: FilePhotoService, photo: Photo, patches: Sequence[Patch]) -> np.ndarray:
    for patch in patches:
        photo = replace(photo, pixels=service.paste(photo, patch.square, patch.before, patch.after))
    return photo.pixels


@pytest.mark.parametrize("square", [UPRIGHT, TURNED, Square(x=-20, y=-10, side=90), Square(x=8, y=8, side=SIZE)])
def test_one_change_is_what_paste_makes_of_it(photo: Photo, square: Square) -> None:
    service = FilePhotoService()
    patch = lighter(service, photo, square)
    assert np.array_equal(service.compose(photo, [patch]), service.paste(photo, square, patch.before, patch.after))


def test_several_are_one_over_the_other_but_rounded_once(photo: Photo) -> None:
    service, below, patches = FilePhotoService(), photo, []
    for square in (UPRIGHT, TURNED, UPRIGHT, TURNED, UPRIGHT):
        patches.append(lighter(service, below, square))
        below = replace(photo, pixels=service.compose(photo, patches))
    apart = np.abs(below.pixels.astype(int) - one_after_the_other(service, photo, patches))
    assert 1 <= apart.max() <= 3  # five roundings against one
    assert (apart > 0).mean() < 0.1


def test_five_changes_leave_the_photos_own_detail(photo: Photo) -> None:
    """What differs from pixel to pixel is finer than anything that a model saw, and must not get less."""
    service, below, patches = FilePhotoService(), photo, []
    for _ in range(5):
        patches.append(lighter(service, below, UPRIGHT, by=4))
        below = replace(photo, pixels=service.compose(photo, patches))
    middle = (slice(70, 130), slice(90, 150))
    fine = [np.diff(one.pixels[middle].astype(int), axis=1).std() for one in (photo, below)]
    assert fine[1] > 0.97 * fine[0]
    assert below.pixels[middle].mean() > photo.pixels[middle].mean() + 10


def test_pixels_beside_all_of_them_are_the_photos_own(photo: Photo) -> None:
    service = FilePhotoService()
    patches = [lighter(service, photo, square) for square in (UPRIGHT, Square(x=230, y=150, side=100))]
    made = service.compose(photo, patches)
    beside = np.ones(made.shape[:2], bool)
    beside[20:180, 40:200] = beside[150:250, 230:330] = False
    assert np.array_equal(made[beside], photo.pixels[beside])
    assert not np.array_equal(made, photo.pixels)


def test_two_faces_apart_are_each_as_if_it_were_alone(photo: Photo) -> None:
    service, left, right = FilePhotoService(), Square(x=0, y=0, side=120), Square(x=200, y=100, side=120)
    one, other = lighter(service, photo, left), lighter(service, photo, right)
    both = service.compose(photo, [one, other])
    for patch, rows, columns in ((one, slice(0, 120), slice(0, 120)), (other, slice(100, 220), slice(200, 320))):
        alone = service.paste(photo, patch.square, patch.before, patch.after)
        assert np.array_equal(both[rows, columns], alone[rows, columns])
    assert np.array_equal(both, service.compose(photo, [other, one]))


def test_each_has_its_own_region_and_mask(photo: Photo) -> None:
    service = FilePhotoService()
    region = Region(strokes=(Stroke(points=((100, 80), (140, 120))),))
    mask = np.zeros(photo.pixels.shape[:2], np.uint8)
    mask[:, :120] = 255
    patch = lighter(service, photo, UPRIGHT)
    made = service.compose(photo, [replace(patch, region=region), replace(patch, mask=mask)])
    changed = (made != photo.pixels).any(axis=2)
    allowed = (mask > 0) | (service.mask(photo, UPRIGHT, region) > 0)
    assert changed.any() and not (changed & ~allowed).any()


def test_a_large_photo_is_done_in_strips(photo: Photo, monkeypatch: pytest.MonkeyPatch) -> None:
    service = FilePhotoService()
    patches = [lighter(service, photo, square) for square in (UPRIGHT, TURNED)]
    whole = service.compose(photo, patches)
    monkeypatch.setattr(composition, "_STRIP_PIXELS", 300 * 7)
    assert np.array_equal(service.compose(photo, patches), whole)


@pytest.mark.parametrize("rows", [1 << 20, 7])
def test_a_change_at_a_time_leads_to_the_same_bytes(photo: Photo, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each on what is kept of those below it, which it leaves as it is, wherever they lie and however they overlap."""
    monkeypatch.setattr(composition, "_STRIP_PIXELS", 300 * rows)
    service, patches, kept = FilePhotoService(), list[Patch](), list[tuple[Accumulated, np.ndarray]]()
    below: Accumulated | None = None
    region = Region(strokes=(Stroke(points=((100, 80), (140, 120))),))
    far, beyond = Square(x=270, y=190, side=60), Square(x=-30, y=-20, side=120)
    for number, square in enumerate((UPRIGHT, TURNED, far, UPRIGHT, beyond, TURNED)):
        under = photo if below is None else replace(photo, pixels=service.rounded(photo, below))
        patch = lighter(service, under, square, by=(-1) ** number * 60)  # past what a pixel can show, too
        patches.append(replace(patch, region=region) if number == 3 else patch)
        below = service.accumulate(photo, patches[-1], below)
        kept.append((below, below.values.copy()))
        assert np.array_equal(service.rounded(photo, below), service.compose(photo, patches))
    assert all(np.array_equal(one.values, before) for one, before in kept)


def test_no_changes_are_the_photo(photo: Photo) -> None:
    service = FilePhotoService()
    same = lighter(service, photo, UPRIGHT, by=0)
    for patches in ([], [same], [same, same]):
        assert np.array_equal(service.compose(photo, patches), photo.pixels)


def test_one_that_does_not_fit_is_refused(photo: Photo) -> None:
    service = FilePhotoService()
    patch = lighter(service, photo, UPRIGHT)
    for wrong in (
        replace(patch, after=patch.after[:32, :32]),
        replace(patch, square=Square(x=900, y=900, side=20)),
        replace(patch, mask=np.zeros((3, 3), np.uint8)),
    ):
        with pytest.raises(PictureError):
            service.compose(photo, [patch, wrong])
        with pytest.raises(PictureError):
            service.accumulate(photo, wrong, service.accumulate(photo, patch))
