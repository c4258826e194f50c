"""Dialog that lists the keyboard shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget


def _tr(text: str) -> str:
    return QCoreApplication.translate("help", text)


def show_shortcuts(parent: QWidget, actions: list[QAction]) -> None:
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(_tr("Keyboard shortcuts"))
    rows = [
        (action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), action.text().replace("&", "").rstrip("…"))
        for action in actions
        if action.isVisible() and not action.shortcut().isEmpty()
    ]
    rows += [
        (_tr("Enter in the prompt"), _tr("Run")),
        (_tr("Ctrl+. in the prompt"), _tr("Use the word that is offered for an unknown one")),
        (_tr("Hold Space on the photo"), _tr("Show the original; drag to pan")),
        (_tr("Wheel"), _tr("Zoom at the pointer")),
        (_tr("Left, Right on the photo"), _tr("Move the divider, or the square")),
        (_tr("Enter on a preset"), _tr("Apply it")),
        (_tr("Shift+Enter on a preset"), _tr("Add it to those in use")),
        (_tr("F2, Del, Ctrl+Shift+F on a preset"), _tr("Rename, delete, mark as favourite")),
        (_tr("Alt+Enter on a preset"), _tr("Its details")),
        (_tr("Alt+Up, Alt+Down, Del on what waits"), _tr("Another order; drop it")),
        (_tr("Space, Alt+Up, Alt+Down, Del on an edit"), _tr("Switch it off or on, move it, delete it")),
        (_tr("[ and ] on the photo"), _tr("Make the square smaller or larger")),
        (_tr("B, R, X while a region is drawn"), _tr("Brush, rectangle, erase; right button: erase")),
        (_tr("Arrows, Enter while a region is drawn"), _tr("Move the brush, with Shift farther; put it down, lift it")),
        (_tr("[ and ] while a region is drawn"), _tr("A smaller or larger brush")),
        (_tr("Comma, period on the photo"), _tr("Turn the square; with the mouse by its handle, Shift for 15°")),
    ]
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    half = (len(rows) + 1) // 2
    for number, (keys, text) in enumerate(rows):
        column = 0 if number < half else 3
        key = QLabel(keys)
        bold = key.font()
        bold.setBold(True)
        key.setFont(bold)
        grid.addWidget(key, number % half, column)
        grid.addWidget(QLabel(text), number % half, column + 1)
    grid.setColumnMinimumWidth(2, 12)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.close)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(20, 18, 20, 14)
    layout.setSpacing(16)
    layout.addLayout(grid)
    layout.addWidget(buttons)
    dialog.open()
