"""Hint on an empty canvas: a photo of one's own first of all, or a sample."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from rtedit_desktop.ui.widgets.tab_order import one_after_the_other

_THUMB = 88
_MOST = 6
_ROOM = 250


class EmptyHint(QWidget):
    """Lies on the canvas while there is no photo."""

    open_asked = Signal()
    paste_asked = Signal()
    camera_asked = Signal()
    sample_asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty")
        self.setStyleSheet(
            "#empty QLabel { color: #c9cad0; }"
            "#empty #title { color: #ffffff; font-size: 22px; font-weight: 600; }"
            "#empty QPushButton { color: #ffffff; background: #3a3d45; border: 1px solid #5a5e68;"
            " border-radius: 6px; padding: 8px 18px; }"
            "#empty QPushButton:hover { background: #484c56; } #empty QPushButton:focus { border-color: white; }"
            "#empty #open { background: #3f6fd8; border-color: #3f6fd8; font-weight: 600; }"
            "#empty #open:hover { background: #4f7fe8; } #empty #open:focus { border-color: white; }"
            "#empty QToolButton { border: 2px solid transparent; border-radius: 8px; padding: 2px; }"
            "#empty QToolButton:hover, #empty QToolButton:focus { border-color: #7aa2ff; }"
        )
        title = QLabel(self.tr("Drop a photo here"))
        title.setObjectName("title")
        text = QLabel(self.tr("It stays on this computer."))
        self.open = QPushButton(self.tr("Open a photo…"))
        self.open.setObjectName("open")
        self.open.clicked.connect(self.open_asked)
        self.paste = QPushButton(self.tr("Paste one"))
        self.paste.setToolTip(self.tr("The picture in the clipboard (Ctrl+V)"))
        self.paste.clicked.connect(self.paste_asked)
        self.take_photo = QPushButton(self.tr("Take one…"))
        self.take_photo.setToolTip(self.tr("With the camera, which is asked for first (Ctrl+Alt+T)"))
        self.take_photo.clicked.connect(self.camera_asked)
        own = QHBoxLayout()
        own.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        own.setSpacing(10)
        for button in (self.open, self.paste, self.take_photo):
            own.addWidget(button)
        self._or = QLabel(self.tr("or start with a sample"))
        self._or.setContentsMargins(0, 22, 0, 0)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        self.samples: list[QToolButton] = []
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addStretch()
        for widget in (title, text):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(6)
        layout.addLayout(own)
        layout.addWidget(self._or, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(self._row)
        self._row.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        self._or.hide()

    def set_samples(self, samples: list[tuple[Path, QImage]]) -> None:
        for button in self.samples:
            button.deleteLater()
        self.samples = [self._button(path, image) for path, image in samples[:_MOST]]
        for button in self.samples:
            self._row.addWidget(button)
        one_after_the_other(self.open, self.paste, self.take_photo, *self.samples)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a low window the samples go (the File menu has them too), so that the rest stays whole."""
        fits = self.height() >= _ROOM
        self._or.setVisible(bool(self.samples) and fits)
        for button in self.samples:
            button.setVisible(fits)

    def _button(self, path: Path, image: QImage) -> QToolButton:
        button = QToolButton()
        button.setIcon(QIcon(QPixmap.fromImage(image)))
        button.setIconSize(QSize(_THUMB, _THUMB))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        name = path.stem.replace("-", " ").replace("_", " ")
        button.setAccessibleName(self.tr("Sample: {name}").format(name=name))
        button.setToolTip(name)
        button.clicked.connect(lambda: self.sample_asked.emit(path))
        return button
