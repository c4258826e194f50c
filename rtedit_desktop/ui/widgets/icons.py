"""The app's own drawings, in the palette's colour."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPalette, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from rtedit_desktop.support.paths import resources

_SIZES = (16, 20, 24, 32, 40, 48)


def app_icon() -> QIcon:
    return QIcon(str(_path("rtedit")))


def tool_icon(name: str, palette: QPalette) -> QIcon:
    """``name``.svg with ``currentColor`` replaced by the palette's text colour; empty when missing."""
    path = _path(name)
    icon = QIcon()
    if not path.is_file():
        return icon
    drawing = path.read_text(encoding="utf-8")
    groups = {QIcon.Mode.Normal: QPalette.ColorGroup.Active, QIcon.Mode.Disabled: QPalette.ColorGroup.Disabled}
    for mode, group in groups.items():
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        for size in _SIZES:
            icon.addPixmap(_drawn(drawing, colour, size), mode)
    return icon


def eye_style() -> str:
    """Style of a list in which an eye, open or closed, takes the place of a row's check mark."""
    shown, hidden = (_path(name).as_posix() for name in ("eye", "eye-off"))
    return (
        "QListWidget::indicator { width: 18px; height: 18px; }"
        f'QListWidget::indicator:checked {{ image: url("{shown}"); }}'
        f'QListWidget::indicator:unchecked {{ image: url("{hidden}"); }}'
    )


def check_icon() -> str:
    """Path of a light check mark, as style sheets take it."""
    return _path("check").as_posix()


def _path(name: str) -> Path:
    return resources() / "icons" / f"{name}.svg"


def _drawn(drawing: str, colour: QColor, size: int) -> QPixmap:
    """Drawn once: lists ask for their icons again whenever they are filled."""
    key, known = f"{colour.name()} {size} {drawing}", QPixmap()
    if QPixmapCache.find(key, known):
        return known
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour.name()).encode()))
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    drawn = QPixmap.fromImage(image)
    QPixmapCache.insert(key, drawn)
    return drawn
