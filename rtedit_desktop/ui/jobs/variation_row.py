"""Row of variations in the filmstrip's place: one after the other is looked at on the canvas, at the same zoom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.ui.model.result import Result
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.thumbnails import thumbnail

_SIDE = 128
_MOST = 4


class VariationRow(QWidget):
    """``looked_at`` bears the id of a result; ``shows_changed`` tells whether the row takes the filmstrip's place.

    The keys 1 to 4 work in the row and, by ``add_keys_to``, where the person looks.
    """

    looked_at = Signal(str)
    shows_changed = Signal(bool)

    def __init__(self, state: EditorState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._ids: list[str] = []
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.done = QPushButton(self.tr("Done"))
        self.done.setToolTip(self.tr("Keep the one that is shown; the others stay among the results"))
        self.done.clicked.connect(self.leave)
        self.buttons = [self._button(number) for number in range(_MOST)]
        side = QVBoxLayout()
        side.addWidget(self.title, 1)
        side.addWidget(self.done)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 14, 0)
        for button in self.buttons:
            layout.addWidget(button)
        layout.addLayout(side, 1)
        self.add_keys_to(self, Qt.ShortcutContext.WidgetWithChildrenShortcut)
        state.results_changed.connect(self.redraw)
        state.photo_changed.connect(self.leave)
        self.hide()

    def add_keys_to(self, widget: QWidget, where: Qt.ShortcutContext = Qt.ShortcutContext.WidgetShortcut) -> None:
        """A number looks at one while this widget has the focus."""
        for number in range(_MOST):
            shortcut = QShortcut(QKeySequence(str(number + 1)), widget, context=where)
            shortcut.activated.connect(partial(self._look_at, number))

    def offer(self, title: str, results: Sequence[Result]) -> None:
        """Show these; the one on the canvas is marked."""
        self._ids = [result.id for result in results[:_MOST]]
        self.title.setText(
            self.tr("Variations of “{title}”: click one, or press 1 to {n}, to look at it.").format(
                title=title, n=len(self._ids)
            )
        )
        self.show()
        self.redraw()
        self.shows_changed.emit(True)

    def leave(self) -> None:
        if self._ids:
            self._ids = []
            self.hide()
            self.shows_changed.emit(False)

    def redraw(self) -> None:
        """Their pictures as they are now; of those that were deleted there is nothing to choose."""
        results = {result.id: result for result in self._state.results}
        if self._ids and len([id for id in self._ids if id in results]) < 2:
            self.leave()
        for number, button in enumerate(self.buttons):
            result = results.get(self._ids[number]) if number < len(self._ids) else None
            button.setVisible(result is not None)
            if result is not None:
                self._show(button, number + 1, result)

    def _show(self, button: QToolButton, number: int, result: Result) -> None:
        spec = result.request.spec
        seed = spec.settings.seed if isinstance(spec, EditSpec) else 0
        if button.property("picture") is not result.picture:
            button.setProperty("picture", result.picture)
            button.setIcon(thumbnail(result.picture, _SIDE, self.devicePixelRatio()))
        button.setText(self.tr("variation {seed}").format(seed=seed))
        button.setAccessibleName(self.tr("Variation {seed}, number {n} of those here").format(n=number, seed=seed))
        button.setToolTip(self.tr("Look at this one ({n})").format(n=number))
        shown = self._state.result
        button.setChecked(shown is not None and shown.id == result.id)

    def _button(self, number: int) -> QToolButton:
        button = QToolButton()
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setIconSize(QSize(_SIDE, _SIDE))
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(partial(self._look_at, number))
        return button

    def _look_at(self, number: int, _: bool = False) -> None:
        if number < len(self._ids):
            self.looked_at.emit(self._ids[number])
