"""Makes the small pictures of lists, the same in the filmstrip and among the results."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPixmap

from rtedit_desktop.ui.widgets.pyramid import to_qimage

LIST_STYLE = (
    "QListWidget { background: transparent; outline: none; }"
    "QListWidget::item { border-radius: 6px; padding: 3px; color: palette(text); }"
    "QListWidget::item:hover { background: palette(midlight); }"
    "QScrollBar { background: transparent; height: 8px; width: 8px; }"
    "QScrollBar::handle { background: palette(placeholder-text); border-radius: 4px; }"
    "QScrollBar::handle { min-width: 32px; min-height: 32px; }"
    "QScrollBar::handle:hover { background: palette(text); }"
    "QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }"
    "QListWidget::item:selected { background: palette(highlight); color: palette(highlighted-text); }"
)


def thumbnail(picture: np.ndarray, side: int, device_ratio: float) -> QIcon:
    """``picture``: (S, S, 3) uint8. A selected thumbnail keeps its colours."""
    pixels = round(side * device_ratio)
    scaled = to_qimage(picture).scaled(
        pixels, pixels, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    pixmap = QPixmap.fromImage(scaled)
    pixmap.setDevicePixelRatio(device_ratio)
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Disabled):
        icon.addPixmap(pixmap, mode)
    return icon
