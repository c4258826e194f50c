"""View of a picture in a widget: zoom, pan, and the way back from a point to a pixel."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF

MAX_ZOOM = 32.0
SHARP_PERCENT = 800.0
_MARGIN = 24.0


class View:
    """``scale``: logical pixels per picture pixel; ``offset``: the picture's corner in the widget."""

    def __init__(self) -> None:
        self.picture = QSizeF()
        self.widget = QSizeF()
        self.device_ratio = 1.0
        self.scale = 1.0
        self.offset = QPointF()
        self.fitted = True

    def fit(self) -> None:
        """The whole picture, never larger than 8 screen pixels a pixel."""
        self.fitted = True
        if self.picture.isEmpty():
            return
        width = max(self.widget.width() - 2 * _MARGIN, 16.0)
        height = max(self.widget.height() - 2 * _MARGIN, 16.0)
        self.scale = min(width / self.picture.width(), height / self.picture.height(), 8 / self.device_ratio)
        self._centre()

    def actual_size(self) -> None:
        """One picture pixel is one screen pixel; what was in the middle stays there."""
        self.zoom(1 / self.device_ratio / self.scale, QPointF(self.widget.width() / 2, self.widget.height() / 2))

    def zoom(self, factor: float, at: QPointF) -> None:
        """Zoom so that the picture's point under ``at`` stays under it."""
        if self.picture.isEmpty():
            return
        smallest = 64 / max(self.picture.width(), self.picture.height())
        scale = min(max(self.scale * factor, min(smallest, self.scale)), MAX_ZOOM / self.device_ratio)
        self.offset = at - (at - self.offset) * (scale / self.scale)
        self.scale = scale
        self.fitted = False
        self._keep_in_sight()

    def pan(self, by: QPointF) -> None:
        self.offset += by
        self.fitted = False
        self._keep_in_sight()

    def resized(self, widget: QSizeF, device_ratio: float, *, keeps: bool = False) -> None:
        """What was in the middle stays there, at its size; a picture that was fitted is fitted again unless ``keeps``.

        It is then taken for fitted still: the next time that the widget changes for another reason, it is.
        """
        before, self.widget, self.device_ratio = self.widget, widget, device_ratio
        if self.fitted and not keeps:
            self.fit()
            return
        self.offset += QPointF((widget.width() - before.width()) / 2, (widget.height() - before.height()) / 2)
        if not self.fitted:
            self._keep_in_sight()

    @property
    def frame(self) -> QRectF:
        """The picture in the widget, on whole screen pixels so that 100 % is sharp."""
        ratio = self.device_ratio
        x, y = round(self.offset.x() * ratio) / ratio, round(self.offset.y() * ratio) / ratio
        return QRectF(x, y, self.picture.width() * self.scale, self.picture.height() * self.scale)

    @property
    def smooth(self) -> bool:
        """Up to 800 % pixels run into each other; beyond that they are to be seen."""
        return self.percent < SHARP_PERCENT - 1e-6

    @property
    def percent(self) -> float:
        return self.scale * self.device_ratio * 100

    def to_picture(self, point: QPointF) -> QPointF:
        return (point - self.frame.topLeft()) / self.scale

    def _centre(self) -> None:
        self.offset = QPointF(
            (self.widget.width() - self.picture.width() * self.scale) / 2,
            (self.widget.height() - self.picture.height() * self.scale) / 2,
        )

    def _keep_in_sight(self) -> None:
        """A third of the picture, or of the widget, always shows it."""
        self.offset = QPointF(
            _clamped(self.offset.x(), self.widget.width(), self.picture.width() * self.scale),
            _clamped(self.offset.y(), self.widget.height(), self.picture.height() * self.scale),
        )


def _clamped(offset: float, room: float, length: float) -> float:
    seen = min(room, length) / 3
    return min(max(offset, seen - length), room - seen)
