from __future__ import annotations

import json
from typing import Any

import pytest

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region, Stroke, region_from_json, region_to_json

BRUSH = Stroke(points=((10.0, 20.0), (30.5, 40.25)), width=8.0)
RECTANGLE = Stroke(points=((5.0, 5.0), (15.0, 25.0)), erases=True, angle=30.0)
REGION = Region(strokes=(BRUSH, RECTANGLE), softness=2.5)


def test_a_region_comes_back_from_its_file() -> None:
    assert region_from_json(json.loads(json.dumps(region_to_json(REGION)))) == REGION
    assert region_to_json(None) is None
    assert region_from_json(None) is None


def _spoilt(change: str, value: Any) -> dict[str, Any]:
    spoilt: Any = region_to_json(REGION)
    if change in ("softness", "strokes"):
        spoilt[change] = value
    else:
        spoilt["strokes"][0][change] = value
    return dict(spoilt)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("softness", "soft"), ("softness", None), ("softness", float("nan")), ("strokes", []), ("strokes", 7),
        ("strokes", [{}]), ("points", []), ("points", [[1]]), ("points", [[1, 2, 3]]), ("points", [["x", "y"]]),
        ("points", [[1e300, 0]]), ("points", [[float("inf"), 0]]), ("width", "wide"), ("angle", None),
        ("points", [[0, 0]] * 200_001),
    ],
)  # fmt: skip
def test_what_is_no_region_is_refused(change: str, value: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        region_from_json(_spoilt(change, value))


def test_a_width_or_softness_below_nothing_is_refused() -> None:
    for change in ("softness", "width"):
        with pytest.raises(ValueError):
            region_from_json(_spoilt(change, -1.0))


def test_a_thin_brush_is_less_soft() -> None:
    soft = Region(strokes=(), softness=10.0)
    assert soft.with_stroke(Stroke(points=((0, 0),), width=100)).softness == 10
    assert soft.with_stroke(Stroke(points=((0, 0),), width=8)).softness == 2
    assert soft.with_stroke(RECTANGLE).softness == 10


def test_the_corners_of_a_rectangle() -> None:
    upright = Stroke(points=((1.0, 2.0), (5.0, 4.0)))
    assert [tuple(map(round, corner)) for corner in upright.corners] == [(1, 2), (5, 2), (5, 4), (1, 4)]
    turned = Stroke(points=((0.0, 0.0), (0.0, 10.0)), angle=45.0)
    assert [tuple(map(round, corner)) for corner in turned.corners] == [(0, 0), (5, 5), (0, 10), (-5, 5)]


def test_where_it_lies_in_the_square_it_was_cut_to() -> None:
    """The middle of the square stays the middle; what was right of it in a square turned by 90 degrees is above."""
    region = Region(strokes=(Stroke(points=((50.0, 50.0), (60.0, 50.0)), width=4.0),), softness=2.0)
    moved = region.carried(Square(x=30, y=30, side=40, angle=90.0), Square(x=0, y=0, side=80))
    (points, width) = moved.strokes[0].points, moved.strokes[0].width
    assert points[0] == pytest.approx((40, 40))
    assert points[1] == pytest.approx((40, 20))
    assert (width, moved.softness) == (8, 4)


def test_a_rectangle_keeps_its_corners_in_the_square() -> None:
    square, whole = Square(x=20, y=10, side=64, angle=25.0), Square(x=0, y=0, side=64)
    region = Region(strokes=(Stroke(points=((30.0, 30.0), (60.0, 50.0))),))
    there = region.carried(square, whole).strokes[0].corners
    lone = [Region(strokes=(Stroke(points=(corner,), width=1.0),)) for corner in region.strokes[0].corners]
    for corner, single in zip(there, lone, strict=True):
        assert corner == pytest.approx(single.carried(square, whole).strokes[0].points[0])


@pytest.mark.parametrize(
    ("stroke", "expected"),
    [
        (Stroke(points=((50, 50),), width=10), True),
        (Stroke(points=((5, 50),), width=8), False),
        (Stroke(points=((5, 50),), width=12), True),
        (Stroke(points=((95, 50),), width=8), False),
        (Stroke(points=((50, 96),), width=8), False),
        (Stroke(points=((0, 0), (100, 100))), True),
        (Stroke(points=((0, 0), (9, 100))), False),
        (Stroke(points=((50, 50),), width=10, erases=True), True),
    ],
)
def test_whether_it_reaches_the_square(stroke: Stroke, expected: bool) -> None:
    assert Region(strokes=(stroke,)).reaches(Square(x=10, y=10, side=80)) is expected
