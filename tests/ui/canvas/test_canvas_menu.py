"""The menu of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from support.window.harness import Harness

from rtedit_desktop.ui.canvas.region_pencil import Tool

MOUSE = QContextMenuEvent.Reason.Mouse


def asked(harness: Harness, reason: QContextMenuEvent.Reason = MOUSE) -> list[str]:
    """What the menu has; nothing where none opens."""
    canvas = harness.window.canvas
    at = QPoint(50, 50)
    QApplication.sendEvent(canvas, QContextMenuEvent(reason, at, canvas.mapToGlobal(at)))
    menus = [menu for menu in canvas.findChildren(QMenu) if menu.isVisible()]
    words = [action.text().replace("&", "") for menu in menus for action in menu.actions() if not action.isSeparator()]
    for menu in menus:
        menu.close()
    return words


def test_it_has_what_can_be_done_with_what_is_shown(harness: Harness) -> None:
    assert asked(harness) == ["Open…", "Paste picture"]
    harness.open_picture()
    harness.run()
    words = asked(harness)
    assert words[:3] == ["Save as…", "Copy the picture", "Continue from here"] and "Fit" in words


def test_the_right_button_erases_while_a_region_is_drawn(harness: Harness) -> None:
    harness.open_picture()
    harness.window.actions_.region.trigger()
    assert harness.window.canvas.pencil.tool is Tool.BRUSH
    assert asked(harness) == [] and asked(harness, QContextMenuEvent.Reason.Keyboard)


def test_the_hint_of_a_region_is_whole(harness: Harness) -> None:
    harness.open_picture()
    harness.window.resize(760, 560)
    harness.window.actions_.region.trigger()
    harness.settle()
    hint = harness.window.region.panel.hint
    assert hint.text() and hint.fontMetrics().horizontalAdvance(hint.text()) <= hint.width()
