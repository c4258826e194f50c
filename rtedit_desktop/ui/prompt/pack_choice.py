"""Box that chooses the model among those that are installed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.state import EditorState


class PackChoice(QComboBox, RedrawnOnce):
    """Redraws from the state; with ``more`` the list ends with the way to more of them."""

    more_asked = Signal()

    def __init__(self, state: EditorState, more: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._more = state, more
        self.setAccessibleName(self.tr("Model pack"))
        self.setToolTip(self.tr("The model that makes the change"))
        self.activated.connect(self._choose)
        self.redraw_on(state, state.packs_changed, state.pack_changed)
        state.phase_changed.connect(self._enable)
        self.redraw()

    def redraw(self) -> None:
        state = self._state
        self.clear()
        self.addItems([pack.title for pack in state.packs])
        if self._more:
            self.insertSeparator(self.count())
            self.addItem(self.tr("More models…"))
        self.setCurrentIndex(state.packs.index(state.pack) if state.pack in state.packs else -1)
        self._enable()

    def _enable(self) -> None:
        state = self._state
        self.setEnabled(not state.phase.running and (len(state.packs) > 1 or self._more))

    def _choose(self, index: int) -> None:
        if index < len(self._state.packs):
            self._state.set_pack(self._state.packs[index])
        else:
            self.redraw()
            self.more_asked.emit()
