"""Reads files and pictures from dropped or pasted data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage


def picture_in(data: QMimeData) -> tuple[list[Path], QImage | None]:
    """The files in it; when there are none, the picture in it."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if paths or not data.hasImage():
        return paths, None
    image = QImage(data.imageData())
    return [], None if image.isNull() else image
