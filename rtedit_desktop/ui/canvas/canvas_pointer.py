"""Handles mouse and keys on the canvas."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QCursor

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.ui.canvas.canvas_scene import Scene
from rtedit_desktop.ui.canvas.cursors import cursor
from rtedit_desktop.ui.canvas.square_frame import Grab, around, dragged, moved, resized, turned_by

_KEY_STEP = 0.02
_TURN = 5.0


class Hand(Protocol):
    """Receives what a drag, a click or a key asks for."""

    def ask_square(self, square: Square) -> None: ...

    def ask_face(self, index: int) -> None: ...

    def set_divider(self, divider: float) -> None: ...

    def pan(self, by: QPointF) -> None: ...


class Pointer:
    """Tracks what the mouse holds, since when, and what the square was then."""

    def __init__(self, scene: Scene, hand: Hand) -> None:
        self._scene, self._hand = scene, hand
        self._grab = Grab.NOTHING
        self._grabbed_at = QPointF()
        self._grabbed_square: Square | None = None

    @property
    def holds(self) -> bool:
        return self._grab is not Grab.NOTHING

    def let_go_of_square(self) -> None:
        if self._grab not in (Grab.PAN, Grab.DIVIDER):
            self._grab = Grab.NOTHING

    def press(self, point: QPointF, button: Qt.MouseButton) -> None:
        scene = self._scene
        if button == Qt.MouseButton.MiddleButton:
            self._grab = Grab.PAN
        elif button != Qt.MouseButton.LeftButton:
            return
        elif (face := scene.face_at(point)) is not None:
            self._hand.ask_face(face)
            return
        else:
            grab = Grab.NOTHING if scene.peeking else scene.grab_at(point)
            self._grab = Grab.PAN if grab is Grab.NOTHING else grab
        self._grabbed_at, self._grabbed_square = point, scene.square

    def move(self, point: QPointF, *, snap: bool = False) -> None:
        """``snap``: what turns goes by whole steps."""
        scene = self._scene
        if self._grab is Grab.PAN:
            self._hand.pan(point - self._grabbed_at)
            self._grabbed_at = point
        elif self._grab is Grab.DIVIDER and scene.edited_square is not None:
            inside = around(scene.view, scene.edited_square)
            self._hand.set_divider((point.x() - inside.left()) / inside.width())
        elif self._grabbed_square is None:
            return
        elif self._grab is Grab.TURN:
            start, now = scene.view.to_picture(self._grabbed_at), scene.view.to_picture(point)
            self._hand.ask_square(turned_by(self._grabbed_square, start, now, snap=snap))
        elif self._grab is not Grab.NOTHING:
            by = (point - self._grabbed_at) / scene.view.scale
            self._hand.ask_square(dragged(self._grabbed_square, self._grab, by, scene.view.picture))

    def release(self) -> None:
        self._grab = Grab.NOTHING

    def cursor(self, point: QPointF) -> QCursor:
        """What the mouse holds, or would take hold of there."""
        if not self.holds and self._scene.face_at(point) is not None:
            return QCursor(Qt.CursorShape.PointingHandCursor)
        return cursor(self._grab if self.holds else self._scene.grab_at(point))


def divider_after(divider: float, key: int) -> float | None:
    """Where a key moves the divider; None: it does not."""
    places: dict[int, float] = {
        Qt.Key.Key_Left: divider - _KEY_STEP,
        Qt.Key.Key_Right: divider + _KEY_STEP,
        Qt.Key.Key_Home: 0.0,
        Qt.Key.Key_End: 1.0,
    }
    return places.get(key)


def square_after(scene: Scene, key: int) -> Square | None:
    """What a key makes of the square; None: nothing."""
    square, picture = scene.square, scene.view.picture
    assert square is not None
    step = max(1, round(_KEY_STEP * square.side))
    ways: dict[int, QPoint] = {
        Qt.Key.Key_Left: QPoint(-step, 0),
        Qt.Key.Key_Right: QPoint(step, 0),
        Qt.Key.Key_Up: QPoint(0, -step),
        Qt.Key.Key_Down: QPoint(0, step),
    }
    if key in ways:
        way = ways[key]
        return moved(square, way.x(), way.y(), picture)
    if key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
        return resized(square, 2 * step if key == Qt.Key.Key_BracketRight else -2 * step, picture)
    if key in (Qt.Key.Key_Comma, Qt.Key.Key_Period):
        angle = square.angle + (_TURN if key == Qt.Key.Key_Period else -_TURN)
        return replace(square, angle=(angle + 180) % 360 - 180)
    return None
