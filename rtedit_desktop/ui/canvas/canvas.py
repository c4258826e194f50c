"""Canvas: shows the photo with zoom, pan, the model's square, and before against after."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.ui.canvas.canvas_drawing import BACKGROUND, Screen, draw
from rtedit_desktop.ui.canvas.canvas_pointer import Pointer, divider_after, square_after
from rtedit_desktop.ui.canvas.canvas_scene import Scene
from rtedit_desktop.ui.canvas.region_pencil import Pencil, Tool
from rtedit_desktop.ui.canvas.square_frame import Grab
from rtedit_desktop.ui.canvas.view import View
from rtedit_desktop.ui.widgets.pyramid import Pyramid

_SETTLE_MS = 200  # the parts of a window get their room one after the other
_DRAWING = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)


class Canvas(QWidget):
    """Owns the scene; draws what it is given and says what the mouse and the keys ask for."""

    square_asked = Signal(object)
    region_asked = Signal(object)
    tool_asked = Signal(object)
    tool_changed = Signal()
    face_asked = Signal(int)
    view_changed = Signal()
    peek_changed = Signal(bool)
    menu_asked = Signal(object)
    written = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Photo"))
        self.setAccessibleDescription(
            self.tr(
                "Left and Right move the divider or the square, comma and period turn the square, Space shows the "
                "original, plus and minus zoom. While a region is drawn, the arrows move the brush and Enter puts it "
                "down and lifts it."
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.scene = Scene()
        self.pencil = Pencil(self.scene.view, self)
        self._pointer = Pointer(self.scene, self)
        self._pane_left = 0
        self._window = QSize()
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settling.timeout.connect(lambda: self.fit() if self.view.fitted else None)

    def sizeHint(self) -> QSize:
        return QSize(900, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 140 if self.scene.before is None else 90)  # the first words need more than a photo

    @property
    def view(self) -> View:
        return self.scene.view

    @property
    def square(self) -> Square | None:
        return self.scene.square

    @property
    def comparing(self) -> bool:
        return self.scene.comparing

    @property
    def side_by_side(self) -> bool:
        return self.scene.side_by_side

    @property
    def divider(self) -> float:
        return self.scene.divider

    @property
    def peeking(self) -> bool:
        return self.scene.peeking

    @property
    def has_after(self) -> bool:
        return self.scene.after is not None

    def set_photo(self, before: Pyramid | None) -> None:
        """Another photo, fitted."""
        scene = self.scene
        scene.before, scene.under, scene.after, scene.after_square, scene.label = before, None, None, None, ""
        self.updateGeometry()
        scene.view.picture = QSizeF(before.width, before.height) if before else QSizeF()
        scene.divider = 0.0
        self.settle()
        self.fit()

    def settle(self) -> None:
        """What takes room now, or gives it, was asked for: a picture that is fitted is fitted again."""
        self._settling.start()

    def set_square(self, square: Square | None, locked: bool) -> None:
        self.scene.square, self.scene.square_locked = square, locked
        if locked:
            self._pointer.let_go_of_square()
        self.update()

    def set_faces(self, squares: tuple[Square, ...]) -> None:
        """Outlines to choose from, as long as no result is shown."""
        self.scene.faces = squares
        self.update()

    def set_edited(
        self, under: Pyramid | None, after: Pyramid | None, label: str = "", square: Square | None = None
    ) -> None:
        """The photo with the edits below, and what lies on it; None of either: the photo itself.

        It stays in its ``square`` until the next one is there, also while another square is chosen.
        """
        scene = self.scene
        scene.under, scene.after, scene.after_square, scene.label = under, after, square, label
        self.update()

    def set_label(self, label: str) -> None:
        """What is shown is called so until something else is."""
        self.scene.label = label
        self.update()

    def set_comparing(self, comparing: bool) -> None:
        """The divider between before and after; it takes the place of one beside the other."""
        self.scene.comparing = comparing
        if self.side_by_side and comparing:
            self.set_side_by_side(False)
        if comparing and self.divider <= 0.0:
            self.scene.divider = 0.5
        self.update()

    def set_side_by_side(self, side_by_side: bool) -> None:
        """The original on the left, what became of it on the right, at the same zoom and place."""
        self.scene.side_by_side = side_by_side
        self._lay_out()

    def set_divider(self, divider: float) -> None:
        """0: only after; 1: only before."""
        self.scene.divider = min(max(divider, 0.0), 1.0)
        self.update()

    def set_peeking(self, peeking: bool) -> None:
        """Show the original for as long as this is on."""
        if peeking != self.peeking:
            self.scene.peeking = peeking
            self.peek_changed.emit(peeking)
            self.update()

    def ask_square(self, square: Square) -> None:
        self.square_asked.emit(square)

    def ask_face(self, index: int) -> None:
        self.face_asked.emit(index)

    def ask_region(self, region: Region) -> None:
        self.region_asked.emit(region)

    def pencil_changed(self) -> None:
        """The pencil, or what it draws, looks otherwise."""
        self.tool_changed.emit()
        self.update()

    def fit(self) -> None:
        self.view.fit()
        self._view_moved()

    def actual_size(self) -> None:
        self.view.actual_size()
        self._view_moved()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """About a point of a pane, or its middle."""
        middle = QPointF(self.view.widget.width() / 2, self.view.widget.height() / 2)
        self.view.zoom(factor, middle if at is None else at)
        self._view_moved()

    def pan(self, by: QPointF) -> None:
        self.view.pan(by)
        self._view_moved()

    def _view_moved(self) -> None:
        self.view_changed.emit()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), BACKGROUND)
        focus = self.palette().highlight().color() if self.hasFocus() else None
        draw(painter, self.scene, Screen(QRectF(self.rect()), self.devicePixelRatioF(), focus), self.pencil)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A panel that comes or goes in a window that stays as it is moves nothing that is looked at."""
        window = self.window().size()
        keeps = window == self._window and not self._settling.isActive()
        self._window = window
        self._lay_out(keeps=keeps)

    def _lay_out(self, *, keeps: bool = False) -> None:
        pane = QSizeF(self.scene.pane_width(self.width()), self.height())
        self.view.resized(pane, self.devicePixelRatioF(), keeps=keeps)
        self._view_moved()

    def _in_pane(self, point: QPointF) -> QPointF:
        """A drag stays in the pane where it began."""
        if not self._pointer.holds:
            self._pane_left = self.scene.pane_left(point, self.width())
        return point - QPointF(self._pane_left, 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.scene.before is None:
            return
        point = self._in_pane(event.position())
        if self.pencil.active and not self.peeking and event.button() in _DRAWING:  # with Space it pans
            self.pencil.press(self.view.to_picture(point), erasing=event.button() == Qt.MouseButton.RightButton)
        else:
            self._pointer.press(point, event.button())
        self._show_cursor(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        snap = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        point = self._in_pane(event.position())
        if self.pencil.active and not self._pointer.holds:
            self.pencil.move(self.view.to_picture(point))
        self._pointer.move(point, snap=snap)
        self._show_cursor(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pencil.release()
        self._pointer.release()
        self._show_cursor(self._in_pane(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        if self.pencil.active:
            self.pencil.leave()
        super().leaveEvent(event)

    def _show_cursor(self, point: QPointF) -> None:
        drawing = self.pencil.active and not self._pointer.holds
        self.setCursor(QCursor(Qt.CursorShape.BlankCursor) if drawing else self._pointer.cursor(point))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        point = self._in_pane(event.position())
        if self.pencil.active:
            self.mousePressEvent(event)
        elif self.scene.grab_at(point) is Grab.DIVIDER:
            self.set_divider(0.0 if self.divider > 0.0 else 0.5)
        elif self.scene.before is None:
            return
        elif self.view.fitted:
            self.zoom(1 / self.view.device_ratio / self.view.scale, point)
        else:
            self.fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the right button, or by the key for menus; the right button erases while a region is drawn."""
        if not self.pencil.active or event.reason() is not QContextMenuEvent.Reason.Mouse:
            self.menu_asked.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.pixelDelta().y()
        self.zoom(1.0015**turned, self._in_pane(event.position()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and (event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture):
            self.zoom(1.0 + event.value(), self._in_pane(event.position()))
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space:
            self.set_peeking(True)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1.25)
        elif key == Qt.Key.Key_Minus:
            self.zoom(0.8)
        elif not (self._region_key(event) or self._divider_key(key) or self._square_key(key) or self._letter(event)):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.set_peeking(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QEvent) -> None:
        self.set_peeking(False)
        self.update()
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def _region_key(self, event: QKeyEvent) -> bool:
        """While a region is drawn, and only then."""
        key = event.key()
        if not self.pencil.active:
            return False
        if self.pencil.key(key, far=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)):
            return True
        tools = {Qt.Key.Key_B: Tool.BRUSH, Qt.Key.Key_R: Tool.RECTANGLE, Qt.Key.Key_Escape: Tool.NONE}
        if key == Qt.Key.Key_X:
            self.pencil.set_erases(not self.pencil.erases)
        elif key in tools:
            self.tool_asked.emit(tools[Qt.Key(key)])
        return key == Qt.Key.Key_X or key in tools

    def _letter(self, event: QKeyEvent) -> bool:
        """Who writes while looking at the photo means the prompt; while a region is drawn letters are its tools."""
        commands = (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        )
        letter = event.text().isalpha() and not event.modifiers() & commands and not self.pencil.active
        if letter:
            self.written.emit(event.text())
        return letter

    def _divider_key(self, key: int) -> bool:
        in_use = self.has_after and self.comparing and not self.side_by_side
        divider = divider_after(self.divider, key) if in_use else None
        if divider is not None:
            self.set_divider(divider)
        return divider is not None

    def _square_key(self, key: int) -> bool:
        square = square_after(self.scene, key) if self.scene.square_at_hand else None
        if square is not None:
            self.square_asked.emit(square)
        return square is not None
