"""The photo: zoom, pan, the model's square, and before against after."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtedit_desktop.core.photo import Square
from rtedit_desktop.ui.pyramid import Pyramid
from rtedit_desktop.ui.square_frame import (
    CURSORS,
    NEAR,
    Grab,
    around,
    dragged,
    grab_at,
    moved,
    outline,
    outside,
    points,
    resized,
)
from rtedit_desktop.ui.view import View

BACKGROUND = QColor(36, 37, 41)
_SHADE = QColor(0, 0, 0, 110)
_LINE = QColor(255, 255, 255, 235)
_DARK = QColor(0, 0, 0, 150)
_GRIP = 14.0
_KEY_STEP = 0.02
_TURN = 5.0


class Canvas(QWidget):
    """Draws what it is given and says what the mouse and the keys ask for."""

    square_asked = Signal(object)
    face_asked = Signal(int)
    view_changed = Signal()
    peek_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Photo"))
        self.setAccessibleDescription(
            self.tr(
                "Left and Right move the divider or the square, comma and period turn the square, Space shows the "
                "original, plus and minus zoom."
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view = View()
        self.square: Square | None = None
        self.square_locked = False
        self._faces: tuple[Square, ...] = ()
        self.comparing = True
        self.divider = 0.0
        self.label = ""
        self._before: Pyramid | None = None
        self._after: Pyramid | None = None
        self._peeking = False
        self._grab = Grab.NOTHING
        self._grabbed_at = QPointF()
        self._grabbed_square: Square | None = None

    def sizeHint(self) -> QSize:
        return QSize(900, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 180)

    # --- what to show ------------------------------------------------------------------------

    def set_photo(self, before: Pyramid | None) -> None:
        """Another photo, fitted."""
        self._before, self._after, self.label = before, None, ""
        self.view.picture = QSizeF(before.width, before.height) if before else QSizeF()
        self.divider = 0.0
        self.fit()

    def set_square(self, square: Square | None, locked: bool) -> None:
        self.square, self.square_locked = square, locked
        if locked and self._grab not in (Grab.PAN, Grab.DIVIDER):
            self._grab = Grab.NOTHING
        self.update()

    def set_faces(self, squares: tuple[Square, ...]) -> None:
        """Outlines to choose from, as long as no result is shown."""
        self._faces = squares
        self.update()

    def set_after(self, after: Pyramid | None, label: str = "") -> None:
        """What lies in the square now; None: the photo itself."""
        self._after, self.label = after, label
        self.update()

    def set_comparing(self, comparing: bool) -> None:
        self.comparing = comparing
        if comparing and self.divider <= 0.0:
            self.divider = 0.5
        self.update()

    def set_divider(self, divider: float) -> None:
        """0: only after; 1: only before."""
        self.divider = min(max(divider, 0.0), 1.0)
        self.update()

    def set_peeking(self, peeking: bool) -> None:
        """Show the original for as long as this is on."""
        if peeking != self._peeking:
            self._peeking = peeking
            self.peek_changed.emit(peeking)
            self.update()

    @property
    def peeking(self) -> bool:
        return self._peeking

    @property
    def has_after(self) -> bool:
        return self._after is not None

    # --- zoom --------------------------------------------------------------------------------

    def fit(self) -> None:
        self.view.fit()
        self._view_moved()

    def actual_size(self) -> None:
        self.view.actual_size()
        self._view_moved()

    def zoom(self, factor: float) -> None:
        self.view.zoom(factor, QPointF(self.width() / 2, self.height() / 2))
        self._view_moved()

    def _view_moved(self) -> None:
        self.view_changed.emit()
        self.update()

    # --- drawing -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), BACKGROUND)
        if self._before is None:
            return
        frame, ratio = self.view.frame, self.devicePixelRatioF()
        painter.setClipRect(QRectF(self.rect()))
        self._before.draw(painter, frame, ratio)
        if self.square is None:
            return
        inside = around(self.view, self.square)
        if self._after is not None and not self._peeking:
            shown = QRectF(inside)
            if self.comparing:
                shown.setLeft(self._divider_x(inside))
            painter.setClipRect(shown.intersected(QRectF(self.rect())))
            self._after.draw(painter, inside, ratio)
            painter.setClipRect(QRectF(self.rect()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._square_is_everything():
            self._draw_square(painter, frame, outline(self.view, self.square))
        if self._after is not None and not self._peeking and self.comparing:
            self._draw_divider(painter, inside)
        label = self.tr("original") if self._peeking and self._after is not None else self.label
        if label:
            self._draw_tag(painter, label, QPointF(12, self.height() - 12), Qt.AlignmentFlag.AlignLeft)

    def _draw_square(self, painter: QPainter, frame: QRectF, corners: QPolygonF) -> None:
        at_hand = self._square_editable() and self._after is None
        if at_hand:
            painter.fillPath(outside(frame, corners), _SHADE)
        for colour, width in ((_DARK, 3.0), (_LINE, 1.25)):
            painter.setOpacity(1.0 if at_hand else 0.45)
            painter.setPen(QPen(colour, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolygon(corners)
        painter.setOpacity(1.0)
        if at_hand:
            painter.setPen(QPen(_LINE, 1.25, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for face in self._faces:
                if face != self.square:
                    painter.drawPolygon(outline(self.view, face))
            painter.setPen(QPen(_DARK, 1.0))
            painter.setBrush(_LINE)
            for corner in points(corners):
                painter.drawEllipse(corner, 5.0, 5.0)

    def _draw_divider(self, painter: QPainter, inside: QRectF) -> None:
        x = self._divider_x(inside)
        middle = min(max(inside.center().y(), 40.0), self.height() - 40.0)
        for colour, width in ((_DARK, 4.0), (_LINE, 2.0)):
            painter.setPen(QPen(colour, width))
            painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()))
        focused = self.hasFocus()
        painter.setPen(QPen(self.palette().highlight().color() if focused else _DARK, 2.0 if focused else 1.0))
        painter.setBrush(_LINE)
        painter.drawEllipse(QPointF(x, middle), _GRIP, _GRIP)
        painter.setPen(QPen(QColor(40, 40, 44), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for way in (-1, 1):
            tip = QPointF(x + way * 8.0, middle)
            painter.drawLine(tip, QPointF(x + way * 4.0, middle - 4.0))
            painter.drawLine(tip, QPointF(x + way * 4.0, middle + 4.0))
        if self.divider > 0.0:
            top = max(inside.top(), 0.0) + 34.0
            self._draw_tag(painter, self.tr("before"), QPointF(x - 12, top), Qt.AlignmentFlag.AlignRight)
            self._draw_tag(painter, self.tr("after"), QPointF(x + 12, top), Qt.AlignmentFlag.AlignLeft)

    def _draw_tag(self, painter: QPainter, text: str, foot: QPointF, side: Qt.AlignmentFlag) -> None:
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

    # --- geometry ----------------------------------------------------------------------------

    def _divider_x(self, inside: QRectF) -> float:
        return inside.left() + self.divider * inside.width()

    def _square_is_everything(self) -> bool:
        square, picture = self.square, self.view.picture
        if square is None:
            return True
        return not square.angle and square.side >= picture.width() and square.side >= picture.height()

    def _square_editable(self) -> bool:
        return not self.square_locked and not self._square_is_everything()

    def _grab_at(self, point: QPointF) -> Grab:
        """What a press here would take hold of; NOTHING means: the picture, to pan it."""
        if self._before is None or self.square is None:
            return Grab.NOTHING
        inside = around(self.view, self.square)
        if self._after is not None and self.comparing and not self._peeking:
            reach = inside.adjusted(-_GRIP, 0, _GRIP, 0)
            if reach.contains(point) and abs(point.x() - self._divider_x(inside)) <= NEAR:
                return Grab.DIVIDER
        if not self._square_editable():
            return Grab.NOTHING
        return grab_at(self.view, self.square, point, all_of_it=self._after is None)

    def _face_at(self, point: QPointF) -> int | None:
        """Which face that is not chosen lies there, where the square does not."""
        if self._after is not None or self.square is None or not self._square_editable():
            return None
        if self._grab_at(point) is not Grab.NOTHING:
            return None
        for index, face in enumerate(self._faces):
            if face != self.square and outline(self.view, face).containsPoint(point, Qt.FillRule.OddEvenFill):
                return index
        return None

    # --- mouse -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._before is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            if (face := self._face_at(event.position())) is not None:
                self.face_asked.emit(face)
                return
            grab = Grab.NOTHING if self._peeking else self._grab_at(event.position())
            self._grab = Grab.PAN if grab is Grab.NOTHING else grab
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._grab = Grab.PAN
        else:
            return
        self._grabbed_at, self._grabbed_square = event.position(), self.square
        self.setCursor(CURSORS[self._grab])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._grab is Grab.NOTHING:
            over = self._face_at(point) is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if over else CURSORS[self._grab_at(point)])
        elif self._grab is Grab.PAN:
            self.view.pan(point - self._grabbed_at)
            self._grabbed_at = point
            self._view_moved()
        elif self.square is not None and self._grab is Grab.DIVIDER:
            inside = around(self.view, self.square)
            self.set_divider((point.x() - inside.left()) / inside.width())
        elif self._grabbed_square is not None:
            by = (point - self._grabbed_at) / self.view.scale
            self.square_asked.emit(dragged(self._grabbed_square, self._grab, by, self.view.picture))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grab = Grab.NOTHING
        self.setCursor(CURSORS[self._grab_at(event.position())])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._grab_at(event.position()) is Grab.DIVIDER:
            self.set_divider(0.0 if self.divider > 0.0 else 0.5)
        elif self._before is not None:
            if self.view.fitted:
                self.view.zoom(1 / self.view.device_ratio / self.view.scale, event.position())
                self._view_moved()
            else:
                self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.pixelDelta().y()
        self.view.zoom(1.0015**turned, event.position())
        self._view_moved()
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and (event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture):
            self.view.zoom(1.0 + event.value(), event.position())
            self._view_moved()
            return True
        return super().event(event)

    # --- keys --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space:
            self.set_peeking(True)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom(0.8)
        elif self._after is not None and self.comparing and self._divider_key(key):
            pass
        elif not (self._after is None and self._square_editable() and self._square_key(key)):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.set_peeking(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QEvent) -> None:  # type: ignore[override]
        self.set_peeking(False)
        self.update()
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def _divider_key(self, key: int) -> bool:
        places = {
            Qt.Key.Key_Left: self.divider - _KEY_STEP,
            Qt.Key.Key_Right: self.divider + _KEY_STEP,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }
        if key not in places:
            return False
        self.set_divider(places[Qt.Key(key)])
        return True

    def _square_key(self, key: int) -> bool:
        square = self.square
        assert square is not None
        step = max(1, round(_KEY_STEP * square.side))
        ways = {
            Qt.Key.Key_Left: QPoint(-step, 0),
            Qt.Key.Key_Right: QPoint(step, 0),
            Qt.Key.Key_Up: QPoint(0, -step),
            Qt.Key.Key_Down: QPoint(0, step),
        }
        if key in ways:
            way = ways[Qt.Key(key)]
            self.square_asked.emit(moved(square, way.x(), way.y(), self.view.picture))
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            grow = step if key == Qt.Key.Key_BracketRight else -step
            self.square_asked.emit(resized(square, 2 * grow, self.view.picture))
        elif key in (Qt.Key.Key_Comma, Qt.Key.Key_Period):
            angle = square.angle + (_TURN if key == Qt.Key.Key_Period else -_TURN)
            self.square_asked.emit(replace(square, angle=(angle + 180) % 360 - 180))
        else:
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.view.resized(QSizeF(self.size()), self.devicePixelRatioF())
        self._view_moved()
