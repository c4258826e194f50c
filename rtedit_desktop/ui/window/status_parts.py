"""Labels of the status bar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.jobs.computer_in_use import ComputerInUse
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.colours import amber


class LoadingStatus(QWidget):
    """Shows which model is being loaded behind the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLabel()
        self.bar = QProgressBar()
        self.bar.setFixedSize(120, 8)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 100)
        self.bar.setAccessibleName(self.tr("Loading the model"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)
        layout.addWidget(self.bar)
        self.hide()

    def show_loading(self, what: str, fraction: float) -> None:
        self.text.setText(self.tr("Loading {what}").format(what=what))
        self.bar.setValue(round(fraction * 100))
        self.show()


class ComputerStatus(QLabel):
    """Shows which other computer computes, and whether it is lost; hidden where this one does."""

    def __init__(self, in_use: ComputerInUse, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._in_use = in_use
        self.setContentsMargins(8, 0, 8, 0)
        self.setTextFormat(Qt.TextFormat.PlainText)
        in_use.changed.connect(self.redraw)
        self.redraw()

    def redraw(self) -> None:
        computer = self._in_use.computer
        self.setVisible(computer is not None)
        if computer is None:
            self.clear()
            return
        words = self.tr("{name} cannot be reached") if self._in_use.lost else self.tr("Computed on {name}")
        self.setText(words.format(name=computer.name))
        self.setToolTip(computer.address)
        self.redraw_colour()

    def redraw_colour(self) -> None:
        """That of the window's words, but where it is lost; again after the theme changed."""
        colours = QPalette()
        if self._in_use.lost:
            colours.setColor(QPalette.ColorRole.WindowText, amber(QGuiApplication.palette()))
        self.setPalette(colours)


class PlaceStatus(QWidget, RedrawnOnce):
    """Shows the photo's size, the zoom, and the device."""

    def __init__(self, state: EditorState, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._canvas = state, canvas
        self.place, self.device = QLabel(), QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for label in (self.place, self.device):
            label.setContentsMargins(8, 0, 8, 0)
            layout.addWidget(label)
        canvas.view_changed.connect(self.redraw)
        self.redraw_on(state, state.photo_changed, state.square_changed, state.region_changed, state.device_changed)
        self.redraw()

    def redraw(self) -> None:
        self.device.setText(self._state.device)
        photo = self._state.photo
        if photo is None:
            self.place.clear()
            return
        width, height = photo.size
        limited = self._state.region is not None
        words = self.tr("in a region · {width} × {height} · {zoom:.0f} %")
        if not limited:
            words = self.tr("{width} × {height} · {zoom:.0f} %")
        self.place.setText(words.format(width=width, height=height, zoom=self._canvas.view.percent))
