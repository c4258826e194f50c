"""Face in a photo, and the square that a face model expects of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rtedit_desktop.core.photos.geometry import Point, Square


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Where a face is. Left and right are those of the face's picture when it stands upright.

    ``box`` is (x, y, width, height), upright in the photo; it and the landmarks may leave the photo, as may the
    ``square``. ``confidence`` is in [0, 1].
    """

    box: tuple[float, float, float, float]
    left_eye: Point
    right_eye: Point
    nose: Point
    left_mouth: Point
    right_mouth: Point
    confidence: float

    @property
    def square(self) -> Square:
        """What models of faces were trained on (docs/faces.md): level eyes, in the same place in every picture."""
        eyes, mouth = _middle(self.left_eye, self.right_eye), _middle(self.left_mouth, self.right_mouth)
        along = Point(self.right_eye.x - self.left_eye.x, self.right_eye.y - self.left_eye.y)
        down = Point(mouth.x - eyes.x, mouth.y - eyes.y)
        axis = Point(along.x + down.y, along.y - down.x)
        half = max(2.0 * math.hypot(*along), 1.8 * math.hypot(*down))
        side = max(1, round(2 * half))
        return Square(
            x=round(eyes.x + 0.1 * down.x - side / 2),
            y=round(eyes.y + 0.1 * down.y - side / 2),
            side=side,
            angle=math.degrees(math.atan2(axis.y, axis.x)),
        )


def _middle(a: Point, b: Point) -> Point:
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2)
