"""Slider of a strength in percent."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QWidget

from rtedit_desktop.core.edits import MAX_STRENGTH


class StrengthSlider(QSlider):
    """From 0 to the largest strength; a double click asks for the usual one."""

    reset_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, round(MAX_STRENGTH * 100))
        self.setPageStep(10)

    def show_percent(self, percent: int) -> None:
        """Without a signal, and not under the hand that drags it."""
        if not self.isSliderDown() and self.value() != percent:
            self.blockSignals(True)
            self.setValue(percent)
            self.blockSignals(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.reset_asked.emit()
        event.accept()
