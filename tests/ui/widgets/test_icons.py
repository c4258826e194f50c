"""Icons in the palette's colour, each drawn once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPalette, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from rtedit_desktop.ui.widgets import icons


def shown(colour: str) -> QImage:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.ButtonText, QColor(colour))
    return icons.tool_icon("instant", palette).pixmap(QSize(16, 16)).toImage()


def test_an_icon_is_drawn_once_for_a_colour_and_looks_the_same(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    QPixmapCache.clear()
    drawn: list[object] = []

    def renderer(data: object) -> QSvgRenderer:
        drawn.append(data)
        return QSvgRenderer(data)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(icons, "QSvgRenderer", renderer)
    first = shown("#112233")
    once = len(drawn)
    assert once > 0
    assert shown("#112233") == first
    assert len(drawn) == once
    assert shown("#ddeeff") != first
    assert len(drawn) > once
