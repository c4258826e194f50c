"""Controller of Run: starts the prompt, variations or the same again, and cancels them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.batch.seeing import looked_at_apart, looking_for
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.stack import Layer, StackSpec, stack_of, strength_of
from rtedit_desktop.core.stack_placing import placed
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.history.history_panel import HistoryPanel
from rtedit_desktop.ui.history.stack_controller import StackController
from rtedit_desktop.ui.jobs.job_controller import JobController
from rtedit_desktop.ui.jobs.job_queue import JobQueue
from rtedit_desktop.ui.jobs.queue_panel import QueuePanel
from rtedit_desktop.ui.jobs.variations import Variations
from rtedit_desktop.ui.model.queued_edit import QueuedEdit
from rtedit_desktop.ui.model.result import Result
from rtedit_desktop.ui.prompt.prompt_bar import PromptBar
from rtedit_desktop.ui.widgets.texts import sentences


class RunController(QObject):
    """``begun`` tells that a job began which the person will want to watch."""

    begun = Signal()

    def __init__(
        self,
        context: WindowContext,
        jobs: JobController,
        bar: PromptBar,
        history: HistoryPanel,
        stack: StackController,
    ) -> None:
        window, state, do = context.window, context.state, context.actions
        super().__init__(window)
        self._state, self._jobs, self._messages = state, jobs, context.messages
        self._stack, self._slider = stack, bar.strength
        self.queue = JobQueue(state, jobs, self)
        self.panel = QueuePanel(state)
        self.variations = Variations(window, state, jobs, self.queue)
        self.panel.order_asked.connect(self.queue.arrange)
        self.panel.drop_asked.connect(self.queue.drop)
        self.panel.go_on_asked.connect(self.queue.go_on)
        for asked in (do.run.triggered, bar.run_asked):
            asked.connect(self.run)
        do.run_on.triggered.connect(self.run_on_result)
        for asked in (do.variations.triggered, bar.variations_asked):
            asked.connect(self.run_variations)
        bar.strength_asked.connect(self.set_strength)
        bar.strength.sliderReleased.connect(lambda: self.set_strength(state.strength))
        bar.reroll_asked.connect(jobs.reroll)
        do.again.triggered.connect(lambda: self.again(history.chosen))
        history.again_asked.connect(self.again)
        jobs.prompt_refused.connect(bar.refuse)
        jobs.notice.connect(context.messages.say)
        jobs.failed.connect(context.messages.error)

    def run(self) -> None:
        """What is written; it waits its turn while something else runs."""
        edit = self._jobs.written_edit()
        if edit is None or self._shows_twin(edit):
            return
        if self.queue.add(*_apart(edit)):
            self.begun.emit()

    def twin_of(self, edit: QueuedEdit) -> int:
        """Index of the result that it would make again; -1 where there is none."""
        if not isinstance(edit.spec, EditSpec):
            return -1
        if len(_apart(edit)) > 1:
            return self._twin_apart(edit)
        return self._twin_in(self._state.square_for(looking_for(edit.pack, edit.spec).square), edit.spec)

    def _twin_in(self, square: Square | None, spec: EditSpec) -> int:
        """Index of the result that is this very edit of this square of the photo as it is."""
        state = self._state
        return next(
            (
                index
                for index, one in enumerate(state.results)
                if one.request.spec == spec
                and not one.picked
                and one.square == square
                and one.region == state.region
                and one.on
                and [layer.id for layer in one.below] == [layer.id for layer in state.base]
                and all(a.picture is b.picture for a, b in zip(one.below, state.base, strict=True))
            ),
            -1,
        )

    def _twin_apart(self, edit: QueuedEdit) -> int:
        """The same for a prompt whose edits are made one on the other."""
        prompts = [part.spec for part in _apart(edit)]
        for index, result in enumerate(self._state.results):
            made = result.layers[len(self._state.base) :]
            as_before = result.layers[: len(self._state.base)] == self._state.base
            whole = all(layer.on and not layer.picked and layer.region == self._state.region for layer in made)
            if as_before and whole and [layer.request.spec for layer in made] == prompts:
                return index
        return -1

    def _shows_twin(self, edit: QueuedEdit) -> bool:
        """What was made before need not be made again: it is chosen."""
        twin = self.twin_of(edit) if self._jobs.free else -1
        if twin < 0:
            return False
        self._state.go_to_result(twin)
        text = self.tr("This was made before: it is the result that is shown. Another variation makes another.")
        self._messages.say(text)
        return True

    def run_on_result(self) -> None:
        """What is written, on the result that is shown when its turn comes; without one, on the photo."""
        edit = self._jobs.written_edit()
        if edit is not None and self.queue.add(*_apart(replace(edit, continues=True))):
            self.begun.emit()

    def run_variations(self) -> None:
        """What is written, with four seeds."""
        if self.variations.ask():
            self.begun.emit()

    def set_strength(self, strength: float) -> None:
        """Of the chosen edit. One that others lie on is made anew with them when the slider is let go."""
        state = self._state
        layer, result = state.chosen_layer, state.result
        if layer is None or result is None or (layer.id == result.id and not state.continued):
            self._jobs.set_strength(strength)
            return
        state.override("strength", strength)
        if not self._slider.isSliderDown() and strength_of(layer.request.spec) != (strength,):
            self._stack.set_strength(layer.id, strength)

    def again(self, result: Result | None) -> None:
        """What made a result, on the photo as it is now."""
        if result is None or self._state.photo is None:
            return
        state = self._state
        layers = [layer for layer in result.layers if layer.on] if result.is_stack else list(result.layers[-1:])
        here = [state.pack_called(one.request.spec.pack) for one in layers]
        pack = state.pack_called(result.request.spec.pack) or (state.pack if layers else None)
        if pack is None:
            title = state.pack_title(result.request.spec.pack)
            text = self.tr("It was made with the model pack “{pack}”, which is not installed.")
            self._messages.say(text.format(pack=title))
            return
        edit = QueuedEdit(pack, result.request.spec)
        if layers and (result.is_stack or None in here):  # what is lost is asked about when its turn comes
            stack = self._placed(result, layers)
            if stack is None:
                return
            edit = QueuedEdit(pack, layers[-1].request.spec, stack=stack)
        if self.queue.add(edit):
            self.begun.emit()

    def _placed(self, result: Result, layers: Sequence[Layer]) -> StackSpec | None:
        """All of it on the photo as it is now: where it was on this photo, else where the square and the faces are."""
        state, stack = self._state, stack_of(layers)
        if result in state.results or state.square is None:
            return stack
        try:
            packs = [state.pack_called(layer.spec.pack) for layer in stack.layers]
            whole = [
                number
                for number, (layer, pack) in enumerate(zip(stack.layers, packs, strict=True))
                if pack is not None and looking_for(pack, layer.spec).square == "whole"
            ]
            around = Square.around(state.photo.size) if state.photo is not None else state.square
            return placed(
                stack, state.faces.square_for("face", around, state.square), state.faces.squares, around, whole
            )
        except PictureError as error:
            self._messages.mention(*sentences(error, ""))
            return None


def _apart(edit: QueuedEdit) -> list[QueuedEdit]:
    """Those of the face and those of the whole photo, each where it belongs, the second on the first."""
    assert isinstance(edit.spec, EditSpec)
    first, *others = looked_at_apart(edit.pack, edit.spec)
    return [replace(edit, spec=first), *(QueuedEdit(edit.pack, other, continues=True) for other in others)]
