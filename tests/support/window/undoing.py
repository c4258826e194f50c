"""Undo and redo by their keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from support.window.harness import Harness


def undo(harness: Harness) -> None:
    harness.qtbot.keyClick(harness.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def redo(harness: Harness) -> None:
    harness.qtbot.keyClick(
        harness.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
