"""Undo and redo by their keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from support.window.harness import Stand


def undo(stand: Stand) -> None:
    stand.qtbot.keyClick(stand.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def redo(stand: Stand) -> None:
    stand.qtbot.keyClick(
        stand.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
