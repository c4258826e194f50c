"""Controller of the stack: continues from a result, and switches, deletes and changes the edits it was made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.stack import Layer, LayerSpec, at_strength, check_room
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.history.history_panel import HistoryPanel
from rtedit_desktop.ui.history.lost_edits import LostEdits, Presets
from rtedit_desktop.ui.history.stack_panel import StackPanel
from rtedit_desktop.ui.jobs.job_controller import JobController
from rtedit_desktop.ui.jobs.layer_making import WantedLayer
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.columns import column
from rtedit_desktop.ui.widgets.flat_scroll import FlatScroll
from rtedit_desktop.ui.widgets.tab_order import one_after_the_other
from rtedit_desktop.ui.widgets.texts import sentences

_Shown = Sequence[tuple[Layer, LayerSpec]]


class StackController(QObject, RedrawnOnce):
    """Joins the panel, the actions and the jobs. What is wanted in a row is made together."""

    def __init__(self, context: WindowContext, jobs: JobController, history: HistoryPanel, presets: Presets) -> None:
        """``presets`` gives those of the library."""
        super().__init__(context.window)
        state, do = context.state, context.actions
        self._state, self._jobs, self._messages, self._do = state, jobs, context.messages, do
        self.panel = StackPanel(state, presets)
        self.lost = LostEdits(context, jobs.stacks, self.panel, presets)
        self._first = 0
        history.offer(do.continue_from)
        do.continue_from.triggered.connect(self.continue_from_here)
        self.panel.switched.connect(self.switch)
        self.panel.removal_asked.connect(self.remove)
        self.panel.move_asked.connect(self.move)
        self.redraw_on(state, state.phase_changed, state.results_changed, state.photo_changed)
        self.redraw()

    def beside(self, history: QWidget) -> QWidget:
        """The panel above the list of results; both scroll in a low window."""
        made = column(history)
        layout = made.layout()
        assert isinstance(layout, QBoxLayout)
        layout.removeWidget(history)
        layout.addWidget(self.panel)
        layout.addWidget(history, 1)  # it has what the edits leave
        return FlatScroll(made, column=True)

    def stop_before(self, history: QWidget) -> None:
        """Tab comes to the panel before it comes to the results, which stand below it in the same window."""
        panel, one = self.panel, history.nextInFocusChain()
        after: list[QWidget] = []
        while one is not None and one is not history:
            if history.isAncestorOf(one) and one.focusPolicy() & Qt.FocusPolicy.TabFocus:
                after.append(one)
            one = one.nextInFocusChain()
        one_after_the_other(panel.list, panel.delete, *after)

    def redraw(self) -> None:
        state = self._state
        ready = state.phase is Phase.READY and state.result is not None
        self._do.continue_from.setEnabled(ready and not state.continued)

    def continue_from_here(self) -> None:
        """What comes next is made on the result that is shown."""
        state = self._state
        if state.phase is not Phase.READY or state.result is None:
            return
        try:
            check_room(len(state.result.layers) + 1)
        except SettingsError as error:
            self._messages.mention(*sentences(error, ""))
        else:
            state.continue_from_here()

    def switch(self, id: str, on: bool) -> None:
        """An edit is seen, or not."""
        step = self.tr("an edit switched on") if on else self.tr("an edit switched off")
        self._change(id, lambda spec: replace(spec, on=on), step)

    def set_strength(self, id: str, strength: float) -> None:
        """How much of an edit there is."""
        self._change(id, lambda spec: at_strength(spec, strength), self.tr("the strength"), f"strength of {id}")

    def remove(self, id: str) -> None:
        """Take an edit out; without the last one the photo is as it was opened."""
        shown = self.panel.shown
        rest = [one for one in shown if one[0].id != id]
        if len(rest) == len(shown):
            return
        if not rest:
            self._state.go_to_result(-1)
            return
        first = next(number for number, one in enumerate(shown) if one[0].id == id)
        self._make(rest, first, self.tr("an edit deleted"))

    def move(self, id: str, way: int) -> None:
        """One place up (-1) or down (1) in the list; the photo stays below all."""
        shown = list(self.panel.shown)
        number = next((number for number, one in enumerate(shown) if one[0].id == id), -1)
        other = number + way
        if number >= 0 and 0 <= other < len(shown):
            shown[number], shown[other] = shown[other], shown[number]
            self._make(shown, min(number, other), self.tr("the order of the edits"))

    def _change(self, id: str, change: Callable[[LayerSpec], LayerSpec], step: str, key: str = "") -> None:
        shown = self.panel.shown
        number = next((number for number, one in enumerate(shown) if one[0].id == id), -1)
        if number >= 0:
            wanted = [(layer, change(spec) if layer.id == id else spec) for layer, spec in shown]
            self._make(wanted, number, step, key)

    def _make(self, shown: _Shown, first: int, step: str, key: str = "") -> None:
        """Those from the ``first`` on may come out otherwise, as may those of a change that is on its way."""
        state = self._state
        result = state.result
        if result is None:
            return
        self._first = min(first, self._first) if state.phase is Phase.ADJUSTING else first
        wanted = [WantedLayer(spec, layer) for layer, spec in shown]
        self.panel.show_wanted(shown)
        if not self._jobs.stacks.restack(result, wanted, self._first, step, key):
            self.panel.show_wanted(None)
