"""Parts of the window above and beside each other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget


def column(first: QWidget, *below: QWidget) -> QWidget:
    """The first takes the room that the others leave."""
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(first, 1)
    for part in below:
        layout.addWidget(part)
    return made


def row(first: QWidget, *beside: QWidget) -> QWidget:
    """The same from left to right."""
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(first, 1)
    for part in beside:
        layout.addWidget(part)
    return made


def over(canvas: QWidget, filling: QWidget, *strips: QWidget) -> None:
    """Lay strips along the top of a widget, and below them what fills the rest of it."""
    layout = QVBoxLayout(canvas)
    layout.setContentsMargins(16, 12, 16, 12)
    for strip in strips:
        layout.addWidget(strip, 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(filling, 1)
    layout.addStretch()
