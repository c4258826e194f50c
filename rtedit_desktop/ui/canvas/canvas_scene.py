"""Scene of the canvas: the photo, the square, the faces, before and after, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.ui.canvas.square_frame import NEAR, Grab, around, grab_at, outline
from rtedit_desktop.ui.canvas.view import View
from rtedit_desktop.ui.widgets.pyramid import Pyramid

GRIP = 14.0
GAP = 2


@dataclass(eq=False)
class Scene:
    """All that is drawn. ``after`` lies in the square; None: the photo itself is shown. ``divider``: 0 to 1.

    ``after_square`` is where it lies until what lies in another square is there; None: in the square.

    ``under`` is the photo with the edits that ``after`` was made on, and takes its place; None: there are none.

    Side by side there are two panes with one view: points are meant within a pane.
    """

    view: View = field(default_factory=View)
    before: Pyramid | None = None
    under: Pyramid | None = None
    after: Pyramid | None = None
    after_square: Square | None = None
    label: str = ""
    square: Square | None = None
    square_locked: bool = False
    faces: tuple[Square, ...] = ()
    comparing: bool = True
    side_by_side: bool = False
    divider: float = 0.0
    peeking: bool = False

    @property
    def result_shown(self) -> bool:
        return self.after is not None and not self.peeking

    @property
    def original_shown(self) -> bool:
        """In the place of what became of it."""
        return self.peeking and (self.after is not None or self.under is not None)

    @property
    def divided(self) -> bool:
        """Before and after share the square."""
        return self.result_shown and self.comparing and not self.side_by_side

    @property
    def edited_square(self) -> Square | None:
        """Where before and after lie."""
        return self.after_square or self.square

    @property
    def square_is_everything(self) -> bool:
        square, picture = self.square, self.view.picture
        if square is None:
            return True
        return not square.angle and square.side >= picture.width() and square.side >= picture.height()

    @property
    def square_editable(self) -> bool:
        return not self.square_locked and not self.square_is_everything

    @property
    def square_at_hand(self) -> bool:
        """Nothing hides it: it may be taken hold of anywhere."""
        return self.square_editable and self.after is None

    @property
    def faces_at_hand(self) -> bool:
        """One of the faces may be chosen: also while the square is the whole photo."""
        return self.square_at_hand or (self.square_is_everything and not self.square_locked and self.after is None)

    def pane_width(self, width: int) -> int:
        """Of a canvas so wide."""
        return (width - GAP) // 2 if self.side_by_side else width

    def pane_left(self, point: QPointF, width: int) -> int:
        """Where the pane begins that a point of the canvas is in."""
        right = width - self.pane_width(width)
        return right if point.x() >= right else 0

    def divider_x(self, inside: QRectF) -> float:
        return inside.left() + self.divider * inside.width()

    def grab_at(self, point: QPointF) -> Grab:
        """What a press here would take hold of; NOTHING means: the picture, to pan it."""
        if self.before is None or self.square is None:
            return Grab.NOTHING
        if self.divided and self.edited_square is not None:
            inside = around(self.view, self.edited_square)
            reach = inside.adjusted(-GRIP, 0, GRIP, 0)
            if reach.contains(point) and abs(point.x() - self.divider_x(inside)) <= NEAR:
                return Grab.DIVIDER
        if not self.square_editable:
            return Grab.NOTHING
        return grab_at(self.view, self.square, point, all_of_it=self.after is None)

    def face_at(self, point: QPointF) -> int | None:
        """Which face that is not chosen lies there, where the square does not."""
        if not self.faces_at_hand or self.grab_at(point) is not Grab.NOTHING:
            return None
        for index, face in enumerate(self.faces):
            if face != self.square and outline(self.view, face).containsPoint(point, Qt.FillRule.OddEvenFill):
                return index
        return None
