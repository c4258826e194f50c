"""Colours that the palette has no role for."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

GOLD = QColor(245, 180, 40)


def amber(palette: QPalette) -> QColor:
    """For words of warning, readable on the palette's window."""
    dark = palette.color(QPalette.ColorRole.Window).lightness() < 128
    return QColor(255, 190, 92) if dark else QColor(150, 78, 0)
