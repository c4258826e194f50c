"""The photo: zoom, pan, the model's square, and before against after."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtedit_desktop.core.photo import Square
from rtedit_desktop.ui.pyramid import Pyramid
from rtedit_desktop.ui.view import View

BACKGROUND = QColor(36, 37, 41)
_SHADE = QColor(0, 0, 0, 110)
_LINE = QColor(255, 255, 255, 235)
_DARK = QColor(0, 0, 0, 150)
_GRIP = 14.0
_NEAR = 9.0
_MIN_SIDE = 16
_KEY_STEP = 0.02


class _Grab(Enum):
    NOTHING = auto()
    PAN = auto()
    DIVIDER = auto()
    MOVE = auto()
    TOP_LEFT = auto()
    TOP_RIGHT = auto()
    BOTTOM_LEFT = auto()
    BOTTOM_RIGHT = auto()


_CURSORS = {
    _Grab.NOTHING: Qt.CursorShape.ArrowCursor,
    _Grab.PAN: Qt.CursorShape.ClosedHandCursor,
    _Grab.DIVIDER: Qt.CursorShape.SplitHCursor,
    _Grab.MOVE: Qt.CursorShape.SizeAllCursor,
    _Grab.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    _Grab.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    _Grab.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    _Grab.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
}


class Canvas(QWidget):
    """Draws what it is given and says what the mouse and the keys ask for."""

    square_asked = Signal(object)
    view_changed = Signal()
    peek_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Photo"))
        self.setAccessibleDescription(
            self.tr("Left and Right move the divider or the square, Space shows the original, plus and minus zoom.")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.view = View()
        self.square: Square | None = None
        self.square_locked = False
        self.comparing = True
        self.divider = 0.0
        self.label = ""
        self._before: Pyramid | None = None
        self._after: Pyramid | None = None
        self._peeking = False
        self._grab = _Grab.NOTHING
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
        if locked and self._grab not in (_Grab.PAN, _Grab.DIVIDER):
            self._grab = _Grab.NOTHING
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
        inside = self.view.of_square(self.square)
        if self._after is not None and not self._peeking:
            shown = QRectF(inside)
            if self.comparing:
                shown.setLeft(self._divider_x(inside))
            painter.setClipRect(shown.intersected(QRectF(self.rect())))
            self._after.draw(painter, inside, ratio)
            painter.setClipRect(QRectF(self.rect()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._square_is_everything():
            self._draw_square(painter, frame, inside)
        if self._after is not None and not self._peeking and self.comparing:
            self._draw_divider(painter, inside)
        label = self.tr("original") if self._peeking and self._after is not None else self.label
        if label:
            self._draw_tag(painter, label, QPointF(12, self.height() - 12), Qt.AlignmentFlag.AlignLeft)

    def _draw_square(self, painter: QPainter, frame: QRectF, inside: QRectF) -> None:
        editable = self._square_editable()
        if editable and self._after is None:
            for shade in (
                QRectF(frame.left(), frame.top(), frame.width(), inside.top() - frame.top()),
                QRectF(frame.left(), inside.bottom(), frame.width(), frame.bottom() - inside.bottom()),
                QRectF(frame.left(), inside.top(), inside.left() - frame.left(), inside.height()),
                QRectF(inside.right(), inside.top(), frame.right() - inside.right(), inside.height()),
            ):
                painter.fillRect(shade, _SHADE)
        strength = 1.0 if editable and self._after is None else 0.45
        for colour, width in ((_DARK, 3.0), (_LINE, 1.25)):
            painter.setOpacity(strength)
            painter.setPen(QPen(colour, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(inside)
        painter.setOpacity(1.0)
        if editable and self._after is None:
            painter.setPen(QPen(_DARK, 1.0))
            painter.setBrush(_LINE)
            for corner in (inside.topLeft(), inside.topRight(), inside.bottomLeft(), inside.bottomRight()):
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
        return square is None or (square.side >= picture.width() and square.side >= picture.height())

    def _square_editable(self) -> bool:
        return not self.square_locked and not self._square_is_everything()

    def _grab_at(self, point: QPointF) -> _Grab:
        """What a press here would take hold of; NOTHING means: the picture, to pan it."""
        if self._before is None or self.square is None:
            return _Grab.NOTHING
        inside = self.view.of_square(self.square)
        if self._after is not None and self.comparing and not self._peeking:
            reach = inside.adjusted(-_GRIP, 0, _GRIP, 0)
            if reach.contains(point) and abs(point.x() - self._divider_x(inside)) <= _NEAR:
                return _Grab.DIVIDER
        if not self._square_editable():
            return _Grab.NOTHING
        for grab, corner in (
            (_Grab.TOP_LEFT, inside.topLeft()),
            (_Grab.TOP_RIGHT, inside.topRight()),
            (_Grab.BOTTOM_LEFT, inside.bottomLeft()),
            (_Grab.BOTTOM_RIGHT, inside.bottomRight()),
        ):
            if (point - corner).manhattanLength() <= 1.5 * _NEAR:
                return grab
        outer, inner = inside.adjusted(-6, -6, 6, 6), inside.adjusted(6, 6, -6, -6)
        if outer.contains(point) and (self._after is None or not inner.contains(point)):
            return _Grab.MOVE
        return _Grab.NOTHING

    # --- mouse -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._before is None:
            return
        if event.button() == Qt.MouseButton.LeftButton:
            grab = _Grab.NOTHING if self._peeking else self._grab_at(event.position())
            self._grab = _Grab.PAN if grab is _Grab.NOTHING else grab
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._grab = _Grab.PAN
        else:
            return
        self._grabbed_at, self._grabbed_square = event.position(), self.square
        self.setCursor(_CURSORS[self._grab])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._grab is _Grab.NOTHING:
            self.setCursor(_CURSORS[self._grab_at(point)])
        elif self._grab is _Grab.PAN:
            self.view.pan(point - self._grabbed_at)
            self._grabbed_at = point
            self._view_moved()
        elif self.square is not None and self._grab is _Grab.DIVIDER:
            inside = self.view.of_square(self.square)
            self.set_divider((point.x() - inside.left()) / inside.width())
        elif self._grabbed_square is not None:
            self.square_asked.emit(self._dragged(self._grabbed_square, point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grab = _Grab.NOTHING
        self.setCursor(_CURSORS[self._grab_at(event.position())])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._grab_at(event.position()) is _Grab.DIVIDER:
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

    def _dragged(self, start: Square, point: QPointF) -> Square:
        by = (point - self._grabbed_at) / self.view.scale
        dx, dy = round(by.x()), round(by.y())
        width, height = int(self.view.picture.width()), int(self.view.picture.height())
        if self._grab is _Grab.MOVE:
            return _moved(start, dx, dy, width, height)
        right, bottom = start.x + start.side, start.y + start.side
        match self._grab:
            case _Grab.TOP_LEFT:
                side = _side(start.side - max(dx, dy), min(right, bottom))
                return Square(x=right - side, y=bottom - side, side=side)
            case _Grab.TOP_RIGHT:
                side = _side(start.side + max(dx, -dy), min(width - start.x, bottom))
                return Square(x=start.x, y=bottom - side, side=side)
            case _Grab.BOTTOM_LEFT:
                side = _side(start.side + max(-dx, dy), min(right, height - start.y))
                return Square(x=right - side, y=start.y, side=side)
            case _:
                side = _side(start.side + max(dx, dy), min(width - start.x, height - start.y))
                return Square(x=start.x, y=start.y, side=side)

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
        width, height = int(self.view.picture.width()), int(self.view.picture.height())
        step = max(1, round(_KEY_STEP * square.side))
        ways = {
            Qt.Key.Key_Left: QPoint(-step, 0),
            Qt.Key.Key_Right: QPoint(step, 0),
            Qt.Key.Key_Up: QPoint(0, -step),
            Qt.Key.Key_Down: QPoint(0, step),
        }
        if key in ways:
            way = ways[Qt.Key(key)]
            self.square_asked.emit(_moved(square, way.x(), way.y(), width, height))
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            grow = step if key == Qt.Key.Key_BracketRight else -step
            side = _side(square.side + 2 * grow, min(width, height))
            grown = Square(x=square.x, y=square.y, side=side)
            half = (square.side - side) // 2
            self.square_asked.emit(_moved(grown, half, half, width, height))
        else:
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.view.resized(QSizeF(self.size()), self.devicePixelRatioF())
        self._view_moved()


def _side(side: int, most: int) -> int:
    return max(min(side, most), min(_MIN_SIDE, most))


def _moved(square: Square, dx: int, dy: int, width: int, height: int) -> Square:
    x = min(max(square.x + dx, 0), width - square.side)
    y = min(max(square.y + dy, 0), height - square.side)
    return Square(x=x, y=y, side=square.side)
