"""Pencil that draws a region on the canvas, by mouse and by keys."""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QPointF, QSizeF, Qt

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.ui.canvas.view import View

SMALLEST, LARGEST, USUAL = 0.01, 0.6, 0.12
"""The brush's diameter, as a part of the square's side."""
SOFTNESS = 0.02
_FINER = 1.25
_NEAR = 1.5


class Tool(Enum):
    """What a press on the canvas draws with."""

    NONE = auto()
    BRUSH = auto()
    RECTANGLE = auto()


class Artist(Protocol):
    """Receives the strokes that are drawn."""

    def ask_region(self, region: Region) -> None: ...

    def pencil_changed(self) -> None: ...


class Pencil:
    """Owns the tool, its size, and the stroke that is being drawn. Points are the photo's."""

    def __init__(self, view: View, artist: Artist) -> None:
        self._view, self._artist = view, artist
        self.tool = Tool.NONE
        self.erases = False
        self.part = USUAL
        self.square: Square | None = None
        self.region: Region | None = None
        self.at: QPointF | None = None
        self.locked = False
        self._points: list[tuple[float, float]] = []
        self._erasing = False
        self._by_keys = False

    @property
    def active(self) -> bool:
        return self.tool is not Tool.NONE

    @property
    def draws(self) -> bool:
        """A stroke has begun."""
        return bool(self._points)

    @property
    def width(self) -> float:
        """Of the brush, in the photo's pixels."""
        side = self.square.side if self.square is not None else min(self._view.picture.width(), 1e6)
        return max(1.0, self.part * side)

    @property
    def shown(self) -> Region | None:
        """With the stroke that is being drawn."""
        return self._with(self._stroke()) if self.draws else self.region

    def use_tool(self, tool: Tool) -> None:
        """Another tool; NONE puts it away."""
        self.tool = tool
        self.drop()

    def set_erases(self, erases: bool) -> None:
        self.erases = erases
        self._artist.pencil_changed()

    def set_part(self, part: float) -> None:
        self.part = min(max(part, SMALLEST), LARGEST)
        self._artist.pencil_changed()

    def set_locked(self, locked: bool) -> None:
        """A job runs: the region stays as it is."""
        self.locked = locked
        if locked:
            self.drop()

    def drop(self) -> None:
        """What was begun is given up."""
        self._points = []
        self._artist.pencil_changed()

    def press(self, point: QPointF, *, erasing: bool = False) -> None:
        if self.locked:
            return
        self._by_keys, self._erasing = False, self.erases or erasing
        self._begin(point)

    def move(self, point: QPointF) -> None:
        """With the mouse, down or up."""
        self.at = point
        if self.draws and not self._by_keys:
            self._on_to(point)
        self._artist.pencil_changed()

    def release(self) -> None:
        if self.draws and not self._by_keys:
            self._finish()

    def leave(self) -> None:
        """The mouse is elsewhere."""
        if not self.draws:
            self.at = None
        self._artist.pencil_changed()

    def key(self, key: int, *, far: bool = False) -> bool:
        """Whether the key meant something: arrows move the pencil, Enter puts it down and lifts it."""
        steps = {
            Qt.Key.Key_Left: QPointF(-1, 0),
            Qt.Key.Key_Right: QPointF(1, 0),
            Qt.Key.Key_Up: QPointF(0, -1),
            Qt.Key.Key_Down: QPointF(0, 1),
        }
        if key in steps:
            self._step(steps[Qt.Key(key)] * (10.0 if far else 2.0) / self._view.scale)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._put_down_or_lift()
        elif key == Qt.Key.Key_Escape and self.draws:
            self.drop()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self.set_part(self.part * (_FINER if key == Qt.Key.Key_BracketRight else 1 / _FINER))
        else:
            return False
        return True

    def _step(self, by: QPointF) -> None:
        self.at = _inside((self.at or self._middle()) + by, self._view.picture)
        if self.draws:
            self._on_to(self.at)
        self._artist.pencil_changed()

    def _put_down_or_lift(self) -> None:
        if self.draws:
            self._finish()
        elif not self.locked:
            self._by_keys, self._erasing = True, self.erases
            self._begin(self.at or self._middle())
            self._artist.pencil_changed()

    def _middle(self) -> QPointF:
        return QPointF(*self.square.centre) if self.square is not None else QPointF()

    def _begin(self, point: QPointF) -> None:
        self.at = point
        self._points = [(point.x(), point.y())]
        self._artist.pencil_changed()

    def _on_to(self, point: QPointF) -> None:
        """Points that lie on one another are one; of a rectangle the last one counts."""
        here = (point.x(), point.y())
        if self.tool is Tool.RECTANGLE:
            self._points = [self._points[0], here]
        elif (point - QPointF(*self._points[-1])).manhattanLength() * self._view.scale >= _NEAR:
            self._points.append(here)

    def _finish(self) -> None:
        stroke, region = self._stroke(), self._with(self._stroke())
        self.drop()
        if stroke.width or len(set(stroke.corners)) == 4:  # a click draws no rectangle
            self._artist.ask_region(region)

    def _stroke(self) -> Stroke:
        points = tuple(self._points)
        if self.tool is Tool.RECTANGLE:
            return Stroke(points=(points[0], points[-1]), erases=self._erasing)
        return Stroke(points=points, width=self.width, erases=self._erasing)

    def _with(self, stroke: Stroke) -> Region:
        side = self.square.side if self.square is not None else 0
        return (self.region or Region(strokes=(), softness=SOFTNESS * side)).with_stroke(stroke)


def _inside(point: QPointF, picture: QSizeF) -> QPointF:
    return QPointF(min(max(point.x(), 0.0), picture.width()), min(max(point.y(), 0.0), picture.height()))
