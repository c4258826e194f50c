"""Draws a region while it is edited: the rest of the photo is tinted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.ui.canvas.region_pencil import Pencil, Tool
from rtedit_desktop.ui.canvas.view import View

_TINT = QColor(214, 40, 70, 120)
_RINGS = (QColor(0, 0, 0, 170), 3.0), (QColor(255, 255, 255, 235), 1.25)
_CROSS = 9.0


def draw_region(painter: QPainter, pencil: Pencil, view: View, ratio: float) -> None:
    """The tint over all that is no region, and the pencil above it."""
    region = pencil.shown
    if region is not None and region.strokes:
        seen = view.frame.intersected(QRectF(QPointF(), view.widget))
        painter.drawImage(seen.topLeft(), _tint(region, view, seen, ratio))
    if pencil.at is not None:
        _draw_pencil(painter, pencil, view)


def _tint(region: Region, view: View, seen: QRectF, ratio: float) -> QImage:
    """Of the part of the photo that is in sight, in screen pixels."""
    image = QImage(
        max(1, round(seen.width() * ratio)),
        max(1, round(seen.height() * ratio)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent if region.strokes[0].erases else _TINT)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(view.frame.topLeft() - seen.topLeft())
    painter.scale(view.scale, view.scale)
    for stroke in region.strokes:
        _draw_stroke(painter, stroke)
    painter.end()
    return image


def _draw_stroke(painter: QPainter, stroke: Stroke) -> None:
    mode = QPainter.CompositionMode
    painter.setCompositionMode(mode.CompositionMode_Source if stroke.erases else mode.CompositionMode_Clear)
    if not stroke.width:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_TINT)
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in stroke.corners]))
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    round_cap, round_join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(_TINT, stroke.width, Qt.PenStyle.SolidLine, round_cap, round_join))
    points = [QPointF(*point) for point in stroke.points]
    if len(points) == 1:
        painter.drawPoint(points[0])
    else:
        painter.drawPolyline(QPolygonF(points))


def _draw_pencil(painter: QPainter, pencil: Pencil, view: View) -> None:
    assert pencil.at is not None
    at = view.frame.topLeft() + pencil.at * view.scale
    radius = pencil.width * view.scale / 2
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in _RINGS:
        painter.setPen(QPen(colour, width))
        if pencil.tool is Tool.BRUSH:
            painter.drawEllipse(at, radius, radius)
        else:
            painter.drawLine(at - QPointF(_CROSS, 0), at + QPointF(_CROSS, 0))
            painter.drawLine(at - QPointF(0, _CROSS), at + QPointF(0, _CROSS))
