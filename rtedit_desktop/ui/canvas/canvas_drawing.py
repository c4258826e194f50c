"""Draws the canvas: the photo, the result in the square, and the lines and tags above them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.ui.canvas.canvas_scene import GAP, GRIP, Scene
from rtedit_desktop.ui.canvas.region_drawing import draw_region
from rtedit_desktop.ui.canvas.region_pencil import Pencil
from rtedit_desktop.ui.canvas.square_frame import around, handle, outline, outside, points

BACKGROUND = QColor(36, 37, 41)
_SHADE = QColor(0, 0, 0, 110)
_LINE = QColor(255, 255, 255, 235)
_DARK = QColor(0, 0, 0, 150)
_GAP_COLOUR = QColor(12, 12, 14)


@dataclass(frozen=True, slots=True)
class Screen:
    """Target of the drawing: its place, its device pixel ratio, and the focus colour where it has the focus."""

    rect: QRectF
    ratio: float
    focus: QColor | None


def draw(painter: QPainter, scene: Scene, screen: Screen, pencil: Pencil) -> None:
    """The photo with what lies on it, or the original beside it; the background is there already."""
    if scene.before is None:
        return
    if not scene.side_by_side:
        _draw_pane(painter, scene, screen, pencil)
        return
    pane = replace(screen, rect=QRectF(QPointF(), scene.view.widget))
    _draw_pane(painter, replace(scene, peeking=True), pane, pencil)
    painter.save()
    painter.translate(screen.rect.right() - pane.rect.width(), 0)
    _draw_pane(painter, scene, pane, pencil)
    painter.restore()
    painter.setClipping(False)
    painter.fillRect(QRectF(pane.rect.right(), 0, GAP, screen.rect.height()), _GAP_COLOUR)


def _draw_pane(painter: QPainter, scene: Scene, screen: Screen, pencil: Pencil) -> None:
    if pencil.active:  # no divider in its way
        scene = replace(scene, comparing=False)
    assert scene.before is not None
    painter.setClipRect(screen.rect)
    shown = scene.before if scene.under is None or scene.peeking else scene.under
    shown.draw(painter, scene.view.frame, screen.ratio, smooth=scene.view.smooth)
    if scene.square is None or scene.edited_square is None:
        return
    inside = around(scene.view, scene.edited_square)
    if scene.divided and scene.under is not None:
        _draw_before(painter, scene, inside, screen)
    if scene.result_shown:
        _draw_after(painter, scene, inside, screen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not scene.square_is_everything:
        _draw_square(painter, scene, scene.square)
    if scene.faces_at_hand:
        _draw_faces(painter, scene)
    if scene.divided:
        _draw_divider(painter, scene, inside, screen)
    if pencil.active and (scene.side_by_side or not scene.peeking):
        draw_region(painter, pencil, scene.view, screen.ratio)
    label = _tr("original") if scene.original_shown else scene.label
    if label:
        _draw_tag(painter, label, QPointF(12, screen.rect.height() - 12), Qt.AlignmentFlag.AlignLeft)


def _draw_before(painter: QPainter, scene: Scene, inside: QRectF, screen: Screen) -> None:
    """The original left of the divider, over what was made of it."""
    assert scene.before is not None
    left = QRectF(inside)
    left.setRight(scene.divider_x(inside))
    painter.setClipRect(left.intersected(screen.rect))
    scene.before.draw(painter, scene.view.frame, screen.ratio, smooth=scene.view.smooth)
    painter.setClipRect(screen.rect)


def _draw_after(painter: QPainter, scene: Scene, inside: QRectF, screen: Screen) -> None:
    assert scene.after is not None
    shown = QRectF(inside)
    if scene.divided:
        shown.setLeft(scene.divider_x(inside))
    painter.setClipRect(shown.intersected(screen.rect))
    scene.after.draw(painter, inside, screen.ratio, smooth=scene.view.smooth)
    painter.setClipRect(screen.rect)


def _draw_square(painter: QPainter, scene: Scene, square: Square) -> None:
    corners, at_hand = outline(scene.view, square), scene.square_at_hand
    if at_hand:
        painter.fillPath(outside(scene.view.frame, corners), _SHADE)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setOpacity(1.0 if at_hand else 0.45)
    for colour, width in ((_DARK, 3.0), (_LINE, 1.25)):
        painter.setPen(QPen(colour, width))
        painter.drawPolygon(corners)
    painter.setOpacity(1.0)
    if at_hand:
        _draw_corners(painter, corners)
        _draw_handle(painter, handle(scene.view, square))


def _draw_faces(painter: QPainter, scene: Scene) -> None:
    painter.setPen(QPen(_LINE, 1.25, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for face in scene.faces:
        if face != scene.square:
            painter.drawPolygon(outline(scene.view, face))


def _draw_corners(painter: QPainter, corners: QPolygonF) -> None:
    painter.setPen(QPen(_DARK, 1.0))
    painter.setBrush(_LINE)
    for corner in points(corners):
        painter.drawEllipse(corner, 5.0, 5.0)


def _draw_handle(painter: QPainter, line: QLineF) -> None:
    painter.setBrush(_LINE)
    for colour, width in ((_DARK, 3.0), (_LINE, 1.25)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(line)
    painter.setPen(QPen(_DARK, 1.0))
    painter.drawEllipse(line.p2(), 6.0, 6.0)


def _draw_divider(painter: QPainter, scene: Scene, inside: QRectF, screen: Screen) -> None:
    x = scene.divider_x(inside)
    middle = min(max(inside.center().y(), 40.0), screen.rect.height() - 40.0)
    for colour, width in ((_DARK, 4.0), (_LINE, 2.0)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()))
    painter.setPen(QPen(screen.focus, 2.0) if screen.focus is not None else QPen(_DARK, 1.0))
    painter.setBrush(_LINE)
    painter.drawEllipse(QPointF(x, middle), GRIP, GRIP)
    painter.setPen(QPen(QColor(40, 40, 44), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for way in (-1, 1):
        tip = QPointF(x + way * 8.0, middle)
        painter.drawLine(tip, QPointF(x + way * 4.0, middle - 4.0))
        painter.drawLine(tip, QPointF(x + way * 4.0, middle + 4.0))
    if scene.divider > 0.0:
        top = max(inside.top(), 0.0) + 34.0
        _draw_tag(painter, _tr("before"), QPointF(x - 12, top), Qt.AlignmentFlag.AlignRight)
        _draw_tag(painter, _tr("after"), QPointF(x + 12, top), Qt.AlignmentFlag.AlignLeft)


def _draw_tag(painter: QPainter, text: str, foot: QPointF, side: Qt.AlignmentFlag) -> None:
    """White on a dark pill; ``foot`` is its lower corner on the given side."""
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(text) + 16.0, metrics.height() + 6.0
    left = foot.x() if side == Qt.AlignmentFlag.AlignLeft else foot.x() - width
    pill = QRectF(left, foot.y() - height, width, height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawRoundedRect(pill, height / 2, height / 2)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Canvas", text)
