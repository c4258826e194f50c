"""Points and squares in a photo, in its pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

# The same as plain numbers, as drawings hold many of them.
Position = tuple[float, float]


class Point(NamedTuple):
    """A place in a photo, in its pixels; (0, 0) is the upper left corner of the first one."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """The part of a photo that the model sees, in the photo's pixels.

    ``x`` and ``y`` are the corner of the upright square; it is then turned about its middle by ``angle`` degrees,
    clockwise as one looks at it. It may leave the photo as long as its middle is inside: what lies outside is
    the photo mirrored, and nothing is pasted there.
    """

    x: int
    y: int
    side: int
    angle: float = 0.0

    @classmethod
    def around(cls, size: tuple[int, int]) -> Square:
        """The smallest square that all of a photo of that (width, height) is in."""
        width, height = size
        side = max(width, height)
        return cls(x=(width - side) // 2, y=(height - side) // 2, side=side)

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of its middle, about which it is turned."""
        return self.x + self.side / 2, self.y + self.side / 2

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Where its upper left, upper right, lower right and lower left corner lie, as (x, y)."""
        (x, y), half = self.centre, self.side / 2
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        return tuple(
            (x + half * (u * cos - v * sin), y + half * (u * sin + v * cos))
            for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        )

    def bounds(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """The upright part of a photo of this (width, height) that holds it: left, top, right, bottom."""
        width, height = size
        across, down = ([point[way] for point in self.corners] for way in (0, 1))
        if not self.angle:
            across, down = [self.x, self.x + self.side], [self.y, self.y + self.side]
        return (
            max(math.floor(min(across)), 0),
            max(math.floor(min(down)), 0),
            min(math.ceil(max(across)), width),
            min(math.ceil(max(down)), height),
        )

    def inside(self, size: tuple[int, int]) -> bool:
        """Whether no part of it leaves a photo of this (width, height)."""
        width, height = size
        if not self.angle:
            return self.x >= 0 and self.y >= 0 and self.x + self.side <= width and self.y + self.side <= height
        return all(0 <= x <= width and 0 <= y <= height for x, y in self.corners)
