"""Picture ready for drawing at any zoom: itself and its halves, as QImages."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

_ROWS = 512
_SMALLEST = 512
_CHECKER = 16
_SAME = 1e-6


def to_qimage(pixels: np.ndarray) -> QImage:
    """(H, W, 3) uint8 as a QImage of its own."""
    return _view(np.ascontiguousarray(pixels)).copy()


def from_qimage(image: QImage) -> np.ndarray:
    """(H, W, 4) uint8, straight alpha; (H, W, 3) when the picture has none."""
    has_alpha = image.hasAlphaChannel()
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(rgba.constBits(), np.uint8).reshape(rgba.height(), rgba.bytesPerLine())
    pixels = rows[:, : rgba.width() * 4].reshape(rgba.height(), rgba.width(), 4)
    return np.array(pixels if has_alpha else pixels[..., :3], order="C")  # a copy: the memory is the QImage's


class Pyramid:
    """Level n is 2**n times smaller. Level 0 shares the memory of the array it was made from.

    Build it away from the main thread: NumPy lets other threads run while it averages.
    """

    def __init__(self, pixels: np.ndarray) -> None:
        self._arrays = [np.ascontiguousarray(pixels)]
        while max(self._arrays[-1].shape[:2]) > _SMALLEST and min(self._arrays[-1].shape[:2]) > 1:
            self._arrays.append(_half(self._arrays[-1]))
        self._images = [_view(array) for array in self._arrays]

    @property
    def width(self) -> int:
        return self._images[0].width()

    @property
    def height(self) -> int:
        return self._images[0].height()

    def at_least(self, side: int) -> QImage:
        """A copy of the smallest level whose shorter side has ``side`` pixels, or of the picture."""
        fitting = [image for image in self._images if min(image.width(), image.height()) >= side]
        return (fitting[-1] if fitting else self._images[0]).copy()

    def draw(self, painter: QPainter, target: QRectF, device_scale: float, *, smooth: bool = True) -> None:
        """Fill ``target`` (logical pixels); only what lies under the painter's clip is touched.

        ``device_scale``: device pixels per logical pixel. ``smooth``: whether enlarged pixels run into each other.
        """
        visible = target
        if painter.hasClipping():
            visible = target.intersected(painter.clipBoundingRect())
        if visible.isEmpty():
            return
        scale = target.width() * device_scale / self.width
        level = 0
        while level + 1 < len(self._images) and scale * 2 ** (level + 1) <= 1.0:
            level += 1
        image = self._images[level]
        across, down = image.width() / target.width(), image.height() / target.height()
        part = QRectF(
            (visible.x() - target.x()) * across,
            (visible.y() - target.y()) * down,
            visible.width() * across,
            visible.height() * down,
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        if abs(scale * 2**level - 1.0) > _SAME:
            near = part.toAlignedRect().adjusted(-1, -1, 1, 1).intersected(image.rect())
            image, part = _cut(self._arrays[level], near), part.translated(-near.x(), -near.y())
        painter.drawImage(visible, image, part)


def on_checkers(pixels: np.ndarray, alpha: np.ndarray | None, x: int = 0, y: int = 0) -> np.ndarray:
    """What a see-through picture looks like; (x, y) is where it lies in the photo."""
    if alpha is None:
        return pixels
    shown = np.empty_like(pixels)
    columns = (np.arange(pixels.shape[1]) + x) // _CHECKER
    for top in range(0, pixels.shape[0], _ROWS):
        rows = slice(top, top + _ROWS)
        lines = (np.arange(pixels.shape[0])[rows] + y) // _CHECKER
        checker = np.where((lines[:, None] + columns[None, :]) % 2, 150, 110).astype(np.uint16)[..., None]
        opaque = alpha[rows, :, None].astype(np.uint16)
        shown[rows] = ((pixels[rows] * opaque + checker * (255 - opaque) + 127) // 255).astype(np.uint8)
    return shown


def _view(pixels: np.ndarray) -> QImage:
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, width * 3, QImage.Format.Format_RGB888)


def _cut(pixels: np.ndarray, part: QRect) -> QImage:
    """A part with four bytes a pixel, which Qt scales more than twice as fast as three."""
    across = pixels.shape[1]
    begin = pixels.reshape(-1)[(part.y() * across + part.x()) * 3 :]
    three = QImage(begin.data, part.width(), part.height(), across * 3, QImage.Format.Format_RGB888)
    return three.convertToFormat(QImage.Format.Format_RGB32)


def _half(pixels: np.ndarray) -> np.ndarray:
    height, width = pixels.shape[0] // 2 * 2, pixels.shape[1] // 2 * 2
    half = np.empty((height // 2, width // 2, 3), np.uint8)
    for top in range(0, height, _ROWS):
        rows = pixels[top : min(top + _ROWS, height), :width].astype(np.uint16)
        summed = rows[0::2] + rows[1::2]
        half[top // 2 : top // 2 + len(summed)] = (summed[:, 0::2] + summed[:, 1::2] + 2) >> 2
    return half
