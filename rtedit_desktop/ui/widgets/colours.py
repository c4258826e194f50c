"""Colours that the palette has no role for."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

GOLD = QColor(245, 180, 40)


def amber(palette: QPalette) -> QColor:
    """For words of warning, readable where the palette's text is (a style sheet hides its background)."""
    dark = palette.color(QPalette.ColorRole.Text).lightness() > 128
    return QColor(255, 190, 92) if dark else QColor(150, 78, 0)
