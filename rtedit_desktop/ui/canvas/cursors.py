"""Mouse cursors of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from rtedit_desktop.ui.canvas.square_frame import Grab

_SHAPES = {
    Grab.NOTHING: Qt.CursorShape.ArrowCursor,
    Grab.PAN: Qt.CursorShape.ClosedHandCursor,
    Grab.DIVIDER: Qt.CursorShape.SplitHCursor,
    Grab.MOVE: Qt.CursorShape.SizeAllCursor,
    Grab.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Grab.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Grab.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Grab.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
}
_SIDE = 25
_RIMMED = (QColor(0, 0, 0), 4.5), (QColor(255, 255, 255), 2.0)


def cursor(grab: Grab) -> QCursor:
    return _turning() if grab is Grab.TURN else QCursor(_SHAPES[grab])


def _turning() -> QCursor:
    """Most of a circle with an arrow at each end; no desktop has one."""
    picture = QPixmap(_SIDE, _SIDE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = QPainterPath()
    circle = QRectF(4.5, 5.5, 16, 16)
    path.arcMoveTo(circle, 200)
    path.arcTo(circle, 200, -220)
    for tip, left, right in (((5, 18), (0.5, 12.5), (9, 13)), ((20, 18), (16, 13), (24.5, 12.5))):
        path.addPolygon(QPolygonF([QPointF(*left), QPointF(*tip), QPointF(*right)]))
    for colour, width in _RIMMED:
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPath(path)
    painter.end()
    return QCursor(picture, _SIDE // 2, _SIDE // 2)
