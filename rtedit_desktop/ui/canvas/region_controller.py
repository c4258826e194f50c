"""Controller of the region: joins its strip, its keys, the canvas and the state."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.canvas.region_panel import RegionPanel
from rtedit_desktop.ui.canvas.region_pencil import Tool
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.actions import Actions


class RegionController(QObject, RedrawnOnce):
    """Joins the strip, the pencil on the canvas and the state."""

    def __init__(self, window: QWidget, state: EditorState, canvas: Canvas, do: Actions) -> None:
        super().__init__(window)
        self._state, self._canvas, self._do = state, canvas, do
        self.panel = RegionPanel()
        self.panel.tool_asked.connect(self.use_tool)
        self.panel.erasing_asked.connect(canvas.pencil.set_erases)
        self.panel.part_asked.connect(canvas.pencil.set_part)
        self.panel.clear_asked.connect(lambda: self._set(None))
        self.panel.done_asked.connect(lambda: self.use_tool(Tool.NONE))
        do.region.triggered.connect(lambda on: self.use_tool(Tool.BRUSH if on else Tool.NONE))
        canvas.region_asked.connect(self._set)
        canvas.tool_asked.connect(self.use_tool)
        canvas.tool_changed.connect(self._show_tool)
        self.redraw_on(state, state.photo_changed, state.square_changed, state.region_changed, state.phase_changed)
        self.redraw()

    def use_tool(self, tool: Tool) -> None:
        """Draw with it; NONE ends drawing, and leaves the region as it is."""
        self._canvas.pencil.use_tool(tool)
        self.redraw()
        if tool is not Tool.NONE:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def redraw(self) -> None:
        state, pencil = self._state, self._canvas.pencil
        has_photo, locked = state.photo is not None, state.phase not in (Phase.EMPTY, Phase.READY)
        pencil.square, pencil.region = state.square, state.region
        if locked is not pencil.locked:
            pencil.set_locked(locked)
        if not has_photo and pencil.active:
            pencil.use_tool(Tool.NONE)
        self._do.region.setEnabled(has_photo)
        self.panel.show_state(state.region is not None, locked)
        self._show_tool()
        self._canvas.update()

    def _show_tool(self) -> None:
        pencil = self._canvas.pencil
        self._do.region.setChecked(pencil.active)
        self.panel.show_tool(pencil.tool, pencil.erases)
        self.panel.show_part(pencil.part)
        self.panel.setVisible(pencil.active)

    def _set(self, region: Region | None) -> None:
        if self._state.phase is Phase.READY:
            self._state.set_region(region)
