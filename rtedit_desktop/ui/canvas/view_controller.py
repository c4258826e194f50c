"""Controller of the view: zoom, the divider, and the original for as long as a key is held."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.actions import Actions


class ViewController(QObject, RedrawnOnce):
    """Joins the actions and the keys of the lists to the canvas."""

    def __init__(self, window: QWidget, state: EditorState, canvas: Canvas, do: Actions) -> None:
        super().__init__(window)
        self._state, self._canvas, self._do = state, canvas, do
        do.fit.triggered.connect(canvas.fit)
        do.actual_size.triggered.connect(canvas.actual_size)
        do.zoom_in.triggered.connect(lambda: canvas.zoom(1.25))
        do.zoom_out.triggered.connect(lambda: canvas.zoom(0.8))
        do.compare.triggered.connect(self._compare)
        do.side_by_side.triggered.connect(self._side_by_side)
        do.original.triggered.connect(self._show_original)
        canvas.peek_changed.connect(do.original.setChecked)
        canvas.menu_asked.connect(self._show_menu)
        self.redraw_on(state, state.photo_changed, state.phase_changed, state.results_changed)
        self.redraw()

    def watch(self) -> None:
        """Turn to what a job that began will show."""
        self._canvas.set_divider(0.0)
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def peek_from(self, *widgets: QWidget) -> None:
        """Space shows the original from these too."""
        for widget in widgets:
            widget.installEventFilter(self)

    def _show_menu(self, at: QPoint) -> None:
        """What can be done with what is on the canvas."""
        do, menu = self._do, QMenu(self._canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        photo = self._state.photo is not None
        groups: tuple[tuple[QAction, ...], ...] = ((do.open, do.paste),)
        if photo:
            groups = (
                (do.save_as, do.copy_picture, do.continue_from),
                (do.undo, do.redo),
                (do.fit, do.actual_size, do.compare, do.side_by_side),
                (do.region,),
            )
        for number, group in enumerate(groups):
            if number:
                menu.addSeparator()
            menu.addActions(list(group))
        menu.popup(at)

    def redraw(self) -> None:
        do, has_photo = self._do, self._state.photo is not None
        for action in (do.fit, do.actual_size, do.zoom_in, do.zoom_out, do.compare, do.side_by_side, do.original):
            action.setEnabled(has_photo)
        beside = self._canvas.side_by_side
        do.compare.setChecked(has_photo and self._canvas.comparing and not beside)
        do.side_by_side.setChecked(has_photo and beside)

    def _compare(self, comparing: bool) -> None:
        self._canvas.set_comparing(comparing)
        self.redraw()

    def _side_by_side(self, beside: bool) -> None:
        self._canvas.set_side_by_side(beside)
        self.redraw()

    def _show_original(self, shown: bool) -> None:
        """For hands that cannot hold Space: until the canvas loses the focus."""
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self._canvas.set_peeking(shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            if event.type() == QEvent.Type.KeyPress:
                self._canvas.set_peeking(True)
                return True
            if event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat():
                self._canvas.set_peeking(False)
                return True
        return super().eventFilter(watched, event)
