"""Frame of the model's square on the canvas: its outline, hit test and dragging.

A turned square is handled upright: points are turned back about its middle first.
"""

from __future__ import annotations

import math
from dataclasses import replace
from enum import Enum, auto

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainterPath, QPolygonF

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.ui.canvas.view import View

NEAR = 9.0
MIN_SIDE = 16
_HANDLE = 26.0
_CORNER = 30.0
_SNAP = 15.0


class Grab(Enum):
    """Part of the frame that the mouse holds."""

    NOTHING = auto()
    PAN = auto()
    DIVIDER = auto()
    MOVE = auto()
    TOP_LEFT = auto()
    TOP_RIGHT = auto()
    BOTTOM_LEFT = auto()
    BOTTOM_RIGHT = auto()
    TURN = auto()


_CORNERS = (Grab.TOP_LEFT, Grab.TOP_RIGHT, Grab.BOTTOM_RIGHT, Grab.BOTTOM_LEFT)


def outline(view: View, square: Square) -> QPolygonF:
    """Its corners in the widget, upper left, upper right, lower right, lower left."""
    corner, scale = view.frame.topLeft(), view.scale
    return QPolygonF([corner + QPointF(x, y) * scale for x, y in square.corners])


def points(corners: QPolygonF) -> list[QPointF]:
    """The corners one by one."""
    return [corners.at(index) for index in range(corners.size())]


def handle(view: View, square: Square) -> QLineF:
    """From the middle of its upper side to the knob that turns it, in the widget."""
    corners = points(outline(view, square))
    foot = (corners[0] + corners[1]) / 2
    return QLineF(foot, foot + turned(QPointF(0, -_HANDLE), square.angle))


def around(view: View, square: Square) -> QRectF:
    """What shows the edited square: the upright part of the photo that holds it, in the widget."""
    left, top, right, bottom = square.bounds((int(view.picture.width()), int(view.picture.height())))
    corner, scale = view.frame.topLeft(), view.scale
    return QRectF(corner.x() + left * scale, corner.y() + top * scale, (right - left) * scale, (bottom - top) * scale)


def outside(frame: QRectF, corners: QPolygonF) -> QPainterPath:
    """The photo without the square."""
    whole, inside = QPainterPath(), QPainterPath()
    whole.addRect(frame)
    inside.addPolygon(corners)
    inside.closeSubpath()
    return whole.subtracted(inside)


def grab_at(view: View, square: Square, point: QPointF, *, all_of_it: bool) -> Grab:
    """What a press takes hold of. ``all_of_it``: anywhere inside moves the square, not its border alone."""
    corners = points(outline(view, square))
    for grab, corner in zip(_CORNERS, corners, strict=True):
        if (point - corner).manhattanLength() <= 1.5 * NEAR:
            return grab
    centre = (corners[0] + corners[2]) / 2
    upright = centre + turned(point - centre, -square.angle)
    half = square.side * view.scale / 2
    rect = QRectF(centre.x() - half, centre.y() - half, 2 * half, 2 * half)
    if rect.adjusted(-6, -6, 6, 6).contains(upright) and (
        all_of_it or not rect.adjusted(6, 6, -6, -6).contains(upright)
    ):
        return Grab.MOVE
    return Grab.TURN if all_of_it and _turns(view, square, point) else Grab.NOTHING


def _turns(view: View, square: Square, point: QPointF) -> bool:
    """On the knob, or beyond a corner; for what lies outside of the square."""
    near = [(handle(view, square).p2(), 1.5 * NEAR)]
    near += [(corner, _CORNER) for corner in points(outline(view, square))]
    return any(QLineF(point, place).length() <= reach for place, reach in near)


def dragged(square: Square, grab: Grab, by: QPointF, picture: QSizeF) -> Square:
    """The square after its corner, or all of it, was dragged ``by`` photo pixels."""
    if grab is Grab.MOVE:
        return moved(square, round(by.x()), round(by.y()), picture)
    by = turned(by, -square.angle)
    dx, dy = round(by.x()), round(by.y())
    across = -dx if grab in (Grab.TOP_LEFT, Grab.BOTTOM_LEFT) else dx
    down = -dy if grab in (Grab.TOP_LEFT, Grab.TOP_RIGHT) else dy
    grown = max(across, down)
    if is_free(square, picture):
        return resized(square, 2 * grown, picture)
    right, bottom = square.x + square.side, square.y + square.side
    most = min(
        right if grab in (Grab.TOP_LEFT, Grab.BOTTOM_LEFT) else int(picture.width()) - square.x,
        bottom if grab in (Grab.TOP_LEFT, Grab.TOP_RIGHT) else int(picture.height()) - square.y,
    )
    side = _side(square.side + grown, most)
    x = right - side if grab in (Grab.TOP_LEFT, Grab.BOTTOM_LEFT) else square.x
    y = bottom - side if grab in (Grab.TOP_LEFT, Grab.TOP_RIGHT) else square.y
    return Square(x=x, y=y, side=side)


def turned_by(square: Square, start: QPointF, now: QPointF, *, snap: bool) -> Square:
    """As a drag from one point of the photo to another turns it; ``snap``: to whole steps of 15 degrees."""
    x, y = square.centre
    way = math.atan2(now.y() - y, now.x() - x) - math.atan2(start.y() - y, start.x() - x)
    angle = square.angle + math.degrees(way)
    if snap:
        angle = round(angle / _SNAP) * _SNAP
    return replace(square, angle=round((angle + 180) % 360 - 180, 1))


def moved(square: Square, dx: int, dy: int, picture: QSizeF) -> Square:
    """Elsewhere; an upright one that is inside stays inside, of any other one the middle does."""
    width, height = int(picture.width()), int(picture.height())
    if is_free(square, picture):
        half = square.side / 2
        x = min(max(square.x + dx, math.ceil(-half)), math.floor(width - half))
        y = min(max(square.y + dy, math.ceil(-half)), math.floor(height - half))
        return replace(square, x=x, y=y)
    x = min(max(square.x + dx, 0), width - square.side)
    y = min(max(square.y + dy, 0), height - square.side)
    return replace(square, x=x, y=y)


def resized(square: Square, by: int, picture: QSizeF) -> Square:
    """About the same middle."""
    side = _side(square.side + by, int(min(picture.width(), picture.height())))
    half = (square.side - side) // 2
    grown = replace(square, x=square.x + half, y=square.y + half, side=side)
    return grown if is_free(square, picture) else moved(replace(square, side=side), half, half, picture)


def is_free(square: Square, picture: QSizeF) -> bool:
    """Turned, or partly outside of the photo."""
    return bool(square.angle) or not square.inside((int(picture.width()), int(picture.height())))


def turned(point: QPointF, degrees: float) -> QPointF:
    """Clockwise about the origin."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return QPointF(point.x() * cos - point.y() * sin, point.x() * sin + point.y() * cos)


def _side(side: int, most: int) -> int:
    return max(min(side, most), min(MIN_SIDE, most))
