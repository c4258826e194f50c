"""Area that shows all of a widget where there is room, and scrolls it where there is not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

_LINES, _LINES_OF_A_COLUMN = 3, 5
_LEAST_WIDTH = 200


class FlatScroll(QScrollArea):
    """Without a frame; a part of it that gets the focus by Tab is scrolled to.

    It is as high as what it shows. A ``column`` fills the height that there is, is as wide as what it shows, and not
    there where that shows nothing.
    """

    def __init__(self, shown: QWidget, parent: QWidget | None = None, *, column: bool = False) -> None:
        super().__init__(parent)
        self._shown, self._column = shown, column
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy.Policy
        self.setSizePolicy(*((policy.Fixed, policy.Expanding) if column else (policy.Preferred, policy.Maximum)))
        if column:
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.verticalScrollBar().rangeChanged.connect(self.updateGeometry)
        self.setWidget(shown)
        for plain in (self.viewport(), shown):
            plain.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        hint = self._shown.sizeHint()
        return QSize(self._width, hint.height()) if self._column else hint

    def minimumSizeHint(self) -> QSize:
        whole, line = self._shown.minimumSizeHint(), self.fontMetrics().lineSpacing()
        if self._column:
            return QSize(self._width, min(whole.height(), _LINES_OF_A_COLUMN * line))
        return whole.boundedTo(QSize(_LEAST_WIDTH, _LINES * line))

    @property
    def _width(self) -> int:
        """With room for its bar, where there is one."""
        width, bar = self._shown.sizeHint().width(), self.verticalScrollBar()
        return width + (bar.sizeHint().width() if width and bar.maximum() else 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._shown and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
