"""Moves that stories of edits on each other make."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from support.window.harness import Harness

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.core.stack import composed
from rtedit_desktop.ui.history.stack_panel import StackPanel
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.pyramid import from_qimage

LEFT, RIGHT = Square(x=0, y=0, side=64), Square(x=90, y=10, side=64)


def panel_of(harness: Harness) -> StackPanel:
    return harness.window.stack.panel


def jobs_of(harness: Harness) -> list[EditRequest | ApplyRequest]:
    return [request for request in harness.engine.requests if isinstance(request, EditRequest | ApplyRequest)]


def ready(harness: Harness) -> bool:
    return harness.state.phase is Phase.READY


def run_on_result(harness: Harness, prompt: str) -> None:
    """Type and Ctrl+Enter; returns when the result is there."""
    before = len(harness.state.results)
    harness.type(prompt)
    harness.qtbot.keyClick(harness.bar.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    harness.until(lambda: len(harness.state.results) == before + 1 and ready(harness))


def upper_is_shown(harness: Harness) -> bool:
    """Whether the canvas shows what was made on other edits, and not one of the steps on the way there."""
    scene = harness.window.canvas.scene
    return scene.under is not None and scene.after is not None and scene.label == "result"


def switch(harness: Harness, row: int) -> None:
    """Space on a row of the stack; returns when what follows from it is made."""
    panel = panel_of(harness)
    panel.list.setFocus()
    panel.list.setCurrentRow(row)
    before = harness.state.result
    harness.qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    harness.until(lambda: ready(harness) and harness.state.result is not before)


def rows(harness: Harness) -> list[str]:
    """What the stack shows: the first line of each row, in brackets where it is switched off."""
    shown = []
    for number in range(panel_of(harness).list.count()):
        item = panel_of(harness).list.item(number)
        text = item.text().split("\n")[0]
        off = number > 0 and item.checkState() == Qt.CheckState.Unchecked
        shown.append(f"({text})" if off else text)
    return shown


def seen(harness: Harness) -> np.ndarray:
    """The photo at its own size with all that is seen of the stack."""
    return composed(harness.photo_service, harness.photo, harness.result.layers).pixels


def saved(harness: Harness, path: Path) -> np.ndarray:
    harness.window.photos.save(path)
    harness.until(lambda: harness.state.saved)
    return from_qimage(QImage(str(path)))[..., :3]


def ask(harness: Harness, square: Square) -> None:
    harness.window.canvas.square_asked.emit(square)
