"""Controller of jobs that make several layers: a stack of them, or one that is made anew from some layer on."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.requests import PictureRequest
from rtedit_desktop.core.stack import Layer
from rtedit_desktop.ui.jobs.job_steps import Ending
from rtedit_desktop.ui.jobs.layer_making import JobFailed, LayerLost, LayerMaking, WantedLayer, wanted_of
from rtedit_desktop.ui.jobs.square_cutting import SquareCutting
from rtedit_desktop.ui.model.phase import Phase, Progress
from rtedit_desktop.ui.model.result import Result
from rtedit_desktop.ui.model.state import EditorState

if TYPE_CHECKING:
    from rtedit_desktop.ui.jobs.job_controller import JobController

GoOn = Callable[[Sequence[WantedLayer], int], bool]
Run = Callable[[PictureRequest], Awaitable[Finished | None]]


class StackJobs(QObject):
    """Makes layers as parts of the current job, which ``jobs`` owns.

    ``lost`` tells of a LayerLost, with what goes on with other layers in place of those: of these, the ones from a
    number on may change.
    """

    lost = Signal(object, object)

    def __init__(self, state: EditorState, jobs: JobController, cutting: SquareCutting, run: Run) -> None:
        """``run`` reads the events of a part of the job, and raises JobFailed."""
        super().__init__(jobs)
        self._state, self._jobs, self._cutting, self._run = state, jobs, cutting, run
        self._layers = LayerMaking()

    async def make_layers(
        self, wanted: Sequence[WantedLayer], photo: Photo, first: int = 0, go_on: GoOn | None = None
    ) -> tuple[Layer, ...] | None:
        """The layers, once the job came to its end; None where it ended otherwise, which is told.

        Those before the ``first`` are as they were. ``go_on``: as ``lost`` tells it.
        """

        times: list[float] = []

        def begun(number: int) -> None:
            times.append(time.monotonic())
            left = _seconds_left(times, len(wanted) - number)
            self._state.set_progress(Progress(layer=number + 1, layers=len(wanted), seconds_left=left))

        try:
            cut = partial(self._cutting.cut_for, photo)
            layers = await self._layers.make(wanted, cut, self._run, begun, first)
        except LayerLost as lost:
            self._lose(lost, go_on)
            return None
        except Exception as error:
            self._jobs.fail(error, self.tr("The edits could not be made on each other."))
            return None
        if layers is not None:
            self._jobs.finish()
        return layers

    def make_stack(self, wanted: Sequence[WantedLayer]) -> bool:
        """A new result of these layers; False where another job is in the way."""
        photo = self._state.photo
        if photo is None or not wanted or not self._jobs.begin_layers():
            return False
        self._jobs.run(self._make_stack(wanted, photo))
        return True

    def restack(self, result: Result, wanted: Sequence[WantedLayer], first: int, step: str, key: str = "") -> bool:
        """Make a result anew of these layers, of which those from the ``first`` on may change.

        False where another job is in the way. ``step`` and ``key`` are those of ``EditorState.restack``.
        """
        photo = self._state.photo
        if photo is None or not self._jobs.begin_layers(Phase.ADJUSTING, adjusts=result):
            return False
        self._jobs.run(self._restack(result, wanted, first, photo, step, key))
        return True

    def lose_result(self, result: Result, error: JobFailed) -> None:
        """The same for a result that was to be made at another strength alone."""
        wanted, step = wanted_of(result.layers), self.tr("the strength")

        def go_on(others: Sequence[WantedLayer], first: int) -> bool:
            return self.restack(result, others, first, step, f"strength of {result.id}")

        self._lose(LayerLost(wanted, len(wanted) - 1, error), go_on)

    async def _make_stack(self, wanted: Sequence[WantedLayer], photo: Photo) -> None:
        layers = await self.make_layers(wanted, photo, go_on=lambda others, _: self.make_stack(others))
        if layers is not None:
            self._state.add_result(Result.of_layers(layers))

    async def _restack(
        self, result: Result, wanted: Sequence[WantedLayer], first: int, photo: Photo, step: str, key: str
    ) -> None:
        def go_on(others: Sequence[WantedLayer], changed: int) -> bool:
            return self.restack(result, others, min(first, changed), step, key)

        layers = await self.make_layers(wanted, photo, first, go_on)
        if layers is not None:
            now = next((one for one in self._state.results if one.id == result.id), result)
            self._state.restack(now.with_layers(layers), step, key)

    def _lose(self, lost: LayerLost, go_on: GoOn | None) -> None:
        if go_on is None:
            self._jobs.fail(lost.why, "")
            return
        self._jobs.give_up(Ending.FAILED)
        self.lost.emit(lost, go_on)


def _seconds_left(times: Sequence[float], layers: int) -> float | None:
    """For so many layers, by when those before them and the first of them were begun; None before one is made."""
    made = len(times) - 1
    return layers * (times[-1] - times[0]) / made if made else None
