"""Lays parts of the window out above and beside each other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget


def column(first: QWidget, *below: QWidget) -> QWidget:
    """The first takes the room that the others leave."""
    return _close_together(QBoxLayout.Direction.TopToBottom, first, below)


def under(last: QWidget, above: QWidget) -> QWidget:
    """What is above comes before it for Tab, too; the last takes the room that is left."""
    made = _close_together(QBoxLayout.Direction.TopToBottom, above, (last,))
    layout = made.layout()
    assert isinstance(layout, QBoxLayout)
    layout.setStretch(0, 0)
    layout.setStretch(1, 1)
    return made


def row(first: QWidget, *beside: QWidget) -> QWidget:
    """The same from left to right."""
    return _close_together(QBoxLayout.Direction.LeftToRight, first, beside)


def over(canvas: QWidget, filling: QWidget, *strips: QWidget) -> None:
    """Lay strips along the top of a widget, and below them what fills the rest of it."""
    layout = QVBoxLayout(canvas)
    layout.setContentsMargins(16, 12, 16, 12)
    for strip in strips:
        layout.addWidget(strip, 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(filling, 1)
    layout.addStretch()


def _close_together(way: QBoxLayout.Direction, first: QWidget, others: tuple[QWidget, ...]) -> QWidget:
    made = QWidget()
    layout = QBoxLayout(way, made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addWidget(first, 1)
    for part in others:
        layout.addWidget(part)
    return made
