from __future__ import annotations

import numpy as np
import pytest

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.imaging.square.region import mask_of

SIZE, WHOLE = (120, 90), (0, 0, 120, 90)


def brush(*points: tuple[float, float], width: float = 20.0, erases: bool = False) -> Stroke:
    return Stroke(points=points, width=width, erases=erases)


def masked(*strokes: Stroke, softness: float = 0.0, within: tuple[int, int, int, int] = WHOLE) -> np.ndarray:
    return mask_of(Region(strokes=strokes, softness=softness), SIZE, within)


def distance_to(x: float, y: float) -> np.ndarray:
    """Of each pixel's middle."""
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    return np.asarray(np.hypot(columns + 0.5 - x, rows + 0.5 - y))


def test_a_dab_is_round_and_where_it_was_put() -> None:
    mask = masked(brush((60, 45)))
    far = distance_to(60, 45)
    assert (mask[far < 9] == 255).all()
    assert not mask[far > 11].any()


@pytest.mark.parametrize("width", [1.0, 2.0, 5.0, 20.0, 41.0])
def test_a_line_is_as_wide_as_its_brush(width: float) -> None:
    mask = masked(brush((20, 45), (100, 45), width=width))
    assert abs(np.count_nonzero(mask[:, 60]) - width) <= 2
    assert mask.dtype == np.uint8 and set(np.unique(mask)) <= {0, 255}


def test_a_rectangle_holds_its_pixels_and_no_others() -> None:
    for points in (((10, 20), (40, 50)), ((40, 50), (10, 20)), ((10, 50), (40, 20))):
        mask = masked(Stroke(points=points))
        rest = mask.copy()
        rest[19:51, 9:41] = 0
        assert (mask[20:50, 10:40] == 255).all() and not rest.any(), points


def test_a_turned_rectangle() -> None:
    mask = masked(Stroke(points=((60, 10), (60, 80)), angle=45.0))
    assert mask[45, 60] == 255
    assert mask[45, 30] == 255 and mask[45, 90] == 255, "a square on its corner"
    assert not mask[20, 30] and not mask[70, 90]


def test_erasing_takes_away_what_was_drawn_before_and_not_after() -> None:
    first, over = brush((30, 45), (90, 45)), brush((60, 45), erases=True)
    assert masked(first, over)[45, 60] == 0
    assert masked(first, over)[45, 40] == 255
    assert masked(first, over, first)[45, 60] == 255


def test_erasing_first_leaves_all_but_it() -> None:
    mask = masked(brush((60, 45), erases=True))
    assert mask[45, 60] == 0
    assert mask[0, 0] == mask[-1, -1] == 255


def test_softness_goes_inwards() -> None:
    hard, soft = masked(brush((60, 45), width=40)), masked(brush((60, 45), width=40), softness=8)
    assert not soft[hard == 0].any()
    far = distance_to(60, 45)
    assert (soft[far < 10] == 255).all()
    ring = [float(soft[(far > low) & (far <= low + 2)].mean()) for low in range(8, 20, 2)]
    assert ring == sorted(ring, reverse=True) and ring[0] == 255 and ring[-1] < 60
    assert int(np.abs(np.diff(soft[45].astype(int))).max()) < 80, "no step"


def test_nothing_fades_along_the_photos_edge() -> None:
    mask = masked(Stroke(points=((-50, -50), (60, 200))), softness=10)
    assert (mask[:, :45] == 255).all()
    assert 0 < mask[45, 56] < 255


def test_only_within_what_was_asked_for() -> None:
    mask = masked(brush((0, 0), (120, 90), width=200), within=(30, 20, 70, 60))
    inside = np.zeros_like(mask, bool)
    inside[20:60, 30:70] = True
    assert (mask[inside] == 255).all() and not mask[~inside].any()
    assert not masked(brush((60, 45)), within=(50, 50, 50, 60)).any()


def test_strokes_far_outside_draw_nothing_there() -> None:
    assert not masked(brush((5000, 5000), (9000, 9000), width=30)).any()
    assert masked(brush((-5000, 45), (9000, 45), width=30))[45].all()


@pytest.mark.parametrize("angle", [0.0, 30.0])
def test_the_photo_changes_nowhere_but_in_the_region(angle: float) -> None:
    generator = np.random.default_rng(0)
    photo_service, photo = FilePhotoService(), Photo(pixels=generator.integers(0, 200, (90, 120, 3), dtype=np.uint8))
    square = Square(x=20, y=10, side=70, angle=angle)
    before = photo_service.crop(photo, square, 64)
    after = np.clip(before.astype(int) + 50, 0, 255).astype(np.uint8)
    region = Region(strokes=(brush((40, 40), (70, 60), width=18),), softness=3)
    mask = photo_service.mask(photo, square, region)
    pasted = photo_service.paste(photo, square, before, after, mask)
    assert np.array_equal(pasted[mask == 0], photo.pixels[mask == 0])
    assert (mask[50, 55], mask[0, 0]) == (255, 0)
    rise = pasted.astype(int) - photo.pixels
    assert rise[50, 55].min() > 30
    assert np.array_equal(pasted[mask == 255], photo_service.paste(photo, square, before, after)[mask == 255])
