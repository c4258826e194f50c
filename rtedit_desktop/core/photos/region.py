"""Region of a photo that a change is limited to: strokes of a round brush, and rectangles."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from rtedit_desktop.core.photos.geometry import Position, Square

_MOST_POINTS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One drag. ``points`` are in the photo's pixels, (0, 0) its upper left corner.

    ``width`` is the brush's diameter; 0 is a rectangle whose opposite corners are the first and the last point, and
    whose sides are turned by ``angle`` degrees clockwise. What ``erases`` takes away from what was drawn before it.
    """

    points: tuple[Position, ...]
    width: float = 0.0
    erases: bool = False
    angle: float = 0.0

    @property
    def corners(self) -> tuple[Position, ...]:
        """Of a rectangle, one after the other."""
        (x, y), (right, bottom) = self.points[0], self.points[-1]
        across, down = _turned((right - x, bottom - y), -self.angle)
        sides = ((0.0, 0.0), (across, 0.0), (across, down), (0.0, down))
        return tuple(_moved(_turned(side, self.angle), x, y) for side in sides)

    def touches(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether the upright rectangle around it meets that one."""
        points, half = self.points if self.width else self.corners, self.width / 2
        across, down = ([point[way] for point in points] for way in (0, 1))
        beside = max(across) + half <= left or min(across) - half >= right
        return not (beside or max(down) + half <= top or min(down) - half >= bottom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Strokes in the order they were drawn; where the first one erases, all but it is the region.

    ``softness``: over how many of the photo's pixels the change fades out, inside of the border.
    """

    strokes: tuple[Stroke, ...]
    softness: float = 0.0

    def with_stroke(self, stroke: Stroke) -> Region:
        """A thin brush is not softer than it is wide."""
        softness = min(self.softness, stroke.width / 4) if stroke.width else self.softness
        return Region(strokes=(*self.strokes, stroke), softness=softness)

    def moved(self, x: float, y: float) -> Region:
        """In a photo whose corner lies there."""
        return self._mapped(lambda point: _moved(point, -x, -y), 1.0, 0.0)

    def reaches(self, square: Square) -> bool:
        """Whether anything of the square may lie in it; by the upright rectangles around the two."""
        if not self.strokes or self.strokes[0].erases:
            return True
        across, down = ([corner[way] for corner in square.corners] for way in (0, 1))
        return any(
            stroke.touches(min(across), min(down), max(across), max(down))
            for stroke in self.strokes
            if not stroke.erases
        )

    def carried(self, old: Square, new: Square) -> Region:
        """As it lies in one square, in another."""
        turn, scale = new.angle - old.angle, new.side / old.side

        def mapped(point: Position) -> Position:
            across, down = _turned(_moved(point, -old.centre[0], -old.centre[1]), turn)
            return across * scale + new.centre[0], down * scale + new.centre[1]

        return self._mapped(mapped, scale, turn)

    def _mapped(self, mapped: Any, scale: float, turn: float) -> Region:
        strokes = tuple(
            replace(
                one,
                points=tuple(mapped(point) for point in one.points),
                width=one.width * scale,
                angle=one.angle + (turn if not one.width else 0.0),
            )
            for one in self.strokes
        )
        return Region(strokes=strokes, softness=self.softness * scale)


def region_to_json(region: Region | None) -> dict[str, Any] | None:
    """The region as data for a file, in hundredths of a pixel."""
    if region is None:
        return None
    strokes = [
        {
            "points": [[round(x, 2), round(y, 2)] for x, y in one.points],
            "width": round(one.width, 2),
            "erases": one.erases,
            "angle": one.angle,
        }
        for one in region.strokes
    ]
    return {"softness": round(region.softness, 2), "strokes": strokes}


def region_from_json(data: Mapping[str, Any] | None) -> Region | None:
    """The region in the data of a file; raises KeyError, TypeError or ValueError where there is none."""
    if data is None:
        return None
    strokes = tuple(
        Stroke(
            points=tuple((_number(x), _number(y)) for x, y in one["points"]),
            width=_number(one["width"], least=0),
            erases=one["erases"] is True,
            angle=_number(one["angle"]),
        )
        for one in data["strokes"]
    )
    if not strokes or not all(one.points for one in strokes) or sum(len(one.points) for one in strokes) > _MOST_POINTS:
        raise ValueError("not a region")
    return Region(strokes=strokes, softness=_number(data["softness"], least=0))


def _number(value: Any, least: float = -1e7) -> float:
    number = float(value)
    if not (math.isfinite(number) and least <= number <= 1e7):
        raise ValueError("not a place in a photo")
    return number


def _moved(point: Position, x: float, y: float) -> Position:
    return point[0] + x, point[1] + y


def _turned(point: Position, degrees: float) -> Position:
    """Clockwise about the origin."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return point[0] * cos - point[1] * sin, point[0] * sin + point[1] * cos
