"""Drawing a picture at any zoom: only what shows is touched, and it looks as if all of it were drawn."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from support.window.fakes import picture

from rtedit_desktop.ui.widgets.pyramid import Pyramid, from_qimage, to_qimage

WIDTH, HEIGHT = 400, 301


@pytest.mark.parametrize("scale", [0.61, 1.0, 1.37, 3.0, 9.0])
@pytest.mark.parametrize("corner", [QPointF(20, 10), QPointF(-130, -77), QPointF(-201.5, 30)])
def test_what_shows_is_as_in_the_whole(qapp: QApplication, scale: float, corner: QPointF) -> None:
    pixels = picture(WIDTH, HEIGHT)
    target = QRectF(corner, QSizeF(WIDTH, HEIGHT) * scale)

    def drawn(pyramid: bool) -> np.ndarray:
        image = QImage(320, 240, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.setClipRect(QRectF(image.rect()))
        if pyramid:
            Pyramid(pixels).draw(painter, target, 1.0, smooth=scale < 8)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 8)
            painter.drawImage(target, to_qimage(pixels))
        painter.end()
        return from_qimage(image)[..., :3].astype(int)

    differences = np.abs(drawn(True) - drawn(False))
    assert np.quantile(differences, 0.99) <= 2  # Qt rounds where a pixel begins, on another grid in a part
