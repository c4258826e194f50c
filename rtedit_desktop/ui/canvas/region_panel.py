"""Strip above the photo while a region is drawn: tool, size, and what to do with it."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from rtedit_desktop.ui.canvas.region_pencil import LARGEST, SMALLEST, USUAL, Tool
from rtedit_desktop.ui.widgets.icons import tool_icon

_STEPS = 100


class RegionPanel(QWidget):
    """Emits what was chosen; what it shows is set from outside."""

    tool_asked = Signal(object)
    erasing_asked = Signal(bool)
    part_asked = Signal(float)
    clear_asked = Signal()
    done_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Region"))
        self.brush = self._tool(self.tr("Brush"), self.tr("Paint where the photo may change (B)"), "brush")
        self.rectangle = self._tool(
            self.tr("Rectangle"), self.tr("Draw a rectangle where the photo may change (R)"), "rectangle"
        )
        self.erase = self._tool(
            self.tr("Erase"), self.tr("Take away from the region: with the right mouse button too (X)"), "erase"
        )
        for button, tool in ((self.brush, Tool.BRUSH), (self.rectangle, Tool.RECTANGLE)):
            button.clicked.connect(lambda _, tool=tool: self.tool_asked.emit(tool))
        self.erase.clicked.connect(self.erasing_asked)
        self.size_ = QSlider(Qt.Orientation.Horizontal)
        self.size_.setRange(0, _STEPS)
        self.size_.setMinimumWidth(60)
        self.size_.setMaximumWidth(130)
        self.size_.setAccessibleName(self.tr("Size of the brush"))
        self.size_.setToolTip(self.tr("Size of the brush ([ and ] on the photo)"))
        self.size_.valueChanged.connect(lambda value: self.part_asked.emit(_part_of(value)))
        self._size_label = QLabel(self.tr("Si&ze"))
        self._size_label.setBuddy(self.size_)
        self.hint = QLabel()
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # never moves the photo
        self.hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.clear = QPushButton(self.tr("Whole s&quare"))
        self.clear.setToolTip(self.tr("No region: the change is seen wherever the model made it"))
        self.clear.clicked.connect(self.clear_asked)
        self.done = QPushButton(self.tr("Do&ne"))
        self.done.setToolTip(self.tr("Put the brush away; the region stays (Esc)"))
        self.done.clicked.connect(self.done_asked)
        layout, second = QHBoxLayout(), QHBoxLayout()
        below = QVBoxLayout(self)
        below.setContentsMargins(10, 5, 10, 5)
        below.setSpacing(3)
        below.addLayout(layout)
        below.addLayout(second)  # all in one line would not fit beside the panels of a small window
        layout.addWidget(self.brush)
        layout.addWidget(self.rectangle)
        layout.addWidget(self.erase)
        layout.addSpacing(10)
        layout.addWidget(self._size_label)
        layout.addWidget(self.size_)
        layout.addStretch(1)
        second.addWidget(self.hint, 1)
        second.addWidget(self.clear)
        second.addWidget(self.done)
        self.show_part(USUAL)
        self.hide()

    def show_tool(self, tool: Tool, erases: bool) -> None:
        self.brush.setChecked(tool is Tool.BRUSH)
        self.rectangle.setChecked(tool is Tool.RECTANGLE)
        self.erase.setChecked(erases)
        for part in (self._size_label, self.size_):
            part.setEnabled(tool is Tool.BRUSH)

    def show_part(self, part: float) -> None:
        self.size_.blockSignals(True)
        self.size_.setValue(round(_STEPS * math.log(part / SMALLEST) / math.log(LARGEST / SMALLEST)))
        self.size_.blockSignals(False)

    def show_state(self, limited: bool, locked: bool) -> None:
        for part in (self.brush, self.rectangle, self.erase, self.clear):
            part.setEnabled(not locked)
        self.clear.setEnabled(limited and not locked)
        if locked:
            self.hint.setText(self.tr("The region can be changed when the edit is done."))
        elif limited:
            self.hint.setText(self.tr("The photo changes only where it is not red."))
        else:
            self.hint.setText(self.tr("Paint where the photo may change."))

    def redraw_icons(self) -> None:
        """In the colours of a palette that has changed."""
        for button in (self.brush, self.rectangle, self.erase):
            button.setIcon(tool_icon(button.objectName(), self.palette()))

    def _tool(self, text: str, tip: str, icon: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(icon)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(tool_icon(icon, self.palette()))
        return button


def _part_of(value: int) -> float:
    """The slider is finer for small brushes."""
    return SMALLEST * math.pow(LARGEST / SMALLEST, value / _STEPS)
