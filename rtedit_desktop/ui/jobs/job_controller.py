"""Controller of jobs: starts and stops them and turns their events into state."""

from __future__ import annotations

import random
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.batch.seeing import looking_for
from rtedit_desktop.core import events
from rtedit_desktop.core.edits import MAX_SEED, EditSpec, MixSpec, Spec
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.requests import PictureRequest, request_for
from rtedit_desktop.core.stack import Layer, LayerSpec, at_strength, strength_of
from rtedit_desktop.ui.jobs.job_steps import Ending, failure_words, frame_of, phase_of, progress_of, result_of
from rtedit_desktop.ui.jobs.layer_making import JobFailed, WantedLayer, is_lost
from rtedit_desktop.ui.jobs.square_cutting import SquareCutting
from rtedit_desktop.ui.jobs.stack_jobs import StackJobs
from rtedit_desktop.ui.model.phase import Phase, Progress
from rtedit_desktop.ui.model.queued_edit import QueuedEdit
from rtedit_desktop.ui.model.result import Frame, FrameKind, Result, amounts_of
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.model.strength import settings_to_run
from rtedit_desktop.ui.widgets.texts import translated
from rtedit_desktop.worker.engine_thread import EngineThread, Job
from rtedit_desktop.worker.tasks import NewestTask, Tasks


class JobController(QObject):
    """Owns the current job; one that makes way for another is abandoned. ``stacks`` makes those of several layers."""

    prompt_refused = Signal()
    notice = Signal(str)
    failed = Signal(str, str, str)
    recalled = Signal(str)
    ended = Signal(object)

    def __init__(
        self,
        state: EditorState,
        engine: EngineThread,
        cutting: SquareCutting,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._engine, self._cutting = state, engine, cutting
        self.stacks = StackJobs(state, self, cutting, self._run_part)
        self._running = NewestTask(tasks)
        self._job: Job | None = None
        self._request: PictureRequest | None = None
        self._square: Square | None = None
        self._region: Region | None = None
        self._under: tuple[Layer, ...] = ()
        self._restacks = False
        self._adjusts: Result | None = None
        self._frames: list[Frame] = []
        self._following = True
        self._replaceable = False
        self._group = ""
        self._wanted: Spec | None = None

    def written_edit(self) -> QueuedEdit | None:
        """To edit the photo by the prompt; a prompt that cannot be run is refused with its reason."""
        state, pack = self._state, self._state.pack
        if pack is None or state.photo is None:
            return None
        if state.prompt_error is not None:
            self.prompt_refused.emit()
            return None
        prompt, source = state.prompt.strip(), state.source.strip()
        spec = EditSpec(pack=pack.id, prompt=prompt, source=source, settings=settings_to_run(state))
        return QueuedEdit(pack, spec)

    @property
    def group(self) -> str:
        """Group of the edit that runs, or ran last."""
        return self._group

    @property
    def free(self) -> bool:
        """Whether a job can start now; one that only adjusts a result makes way."""
        state = self._state
        return (
            state.photo is not None
            and state.square is not None
            and state.learning is None
            and state.phase in (Phase.READY, Phase.ADJUSTING)
        )

    def start(self, edit: QueuedEdit, *, replaceable: bool = False) -> bool:
        """False where another job is in the way. One that is ``replaceable`` makes way for the next such one."""
        if not self._may_begin(replaceable):
            return False
        self._start(edit)
        self._replaceable = replaceable
        return True

    def begin_layers(
        self, phase: Phase = Phase.PREPARING, *, replaceable: bool = False, adjusts: Result | None = None
    ) -> bool:
        """Make room for a job that makes layers, which ``run`` is given then; False where another one is in the way."""
        if not self._may_begin(replaceable):
            return False
        self._begin(phase)
        self._restacks, self._replaceable, self._adjusts = True, replaceable, adjusts
        return True

    def run(self, job: Coroutine[Any, Any, None]) -> None:
        self._running.start(job)

    def finish(self) -> None:
        """The job came to its end."""
        self._end()
        self.ended.emit(Ending.FINISHED)

    def fail(self, error: Exception, what: str) -> None:
        """End the job by an error; ``what`` could not be done is said of one that says nothing itself."""
        self.give_up(Ending.FAILED)
        self.failed.emit(*failure_words(error, what, self._state.known_presets))

    def cancel(self) -> None:
        """Stop the current job within one step."""
        phase = self._state.phase
        if not phase.running or phase is Phase.STOPPING:
            return
        self._wanted = None
        if phase is Phase.PREPARING or self._job is None:  # nothing was heard of it yet, and nothing need be
            self._running.cancel()
            self.give_up()
        else:
            self._job.cancel()
            self._state.set_phase(Phase.STOPPING)

    def set_strength(self, strength: float) -> None:
        """Move the slider: a finished edit follows, newest value first."""
        self._state.override("strength", strength)
        result = self._state.result if not self._state.continued else None
        if result is None or result.picked or len(strength_of(result.request.spec)) != 1:
            return
        wanted = at_strength(LayerSpec(spec=result.request.spec), strength).spec
        if isinstance(wanted, MixSpec):
            self._state.set_mix((*result.uses[: -len(wanted.uses)], *wanted.uses))
        self.follow(result, wanted)

    def follow(self, result: Result, wanted: Spec) -> None:
        """Make the result again at other strengths, or remember them while it is being made."""
        if self._state.learning is not None:
            return
        if self._state.phase is Phase.ADJUSTING:
            self._wanted = wanted
        elif self._state.phase is Phase.READY and amounts_of(wanted) != amounts_of(result.request.spec):
            self._adjust(result, wanted)

    def reroll(self) -> None:
        """Another noise for the next run."""
        self._state.override("seed", random.randint(0, MAX_SEED))

    def use_frame(self, index: int) -> None:
        """Take a picture on the way as the result."""
        state = self._state
        result = state.result
        if state.phase is not Phase.READY or not 0 <= index < len(state.frames):
            return
        frame = state.frames[index]
        if frame.kind is FrameKind.SOURCE:
            state.go_to_result(-1)
        elif result is not None and frame.picture is result.picture:
            state.select(index)
        elif self._request is not None and self._square is not None:
            base = result
            if base is None or base.frames is not state.frames:
                base = Result(
                    self._request, self._square, frame.picture, state.frames, region=state.region, below=self._under
                )
            state.add_result(base.picking(frame, state.frames))

    def look_at(self, index: int) -> None:
        """Show a frame; what comes is followed only while the newest is looked at, or the photo itself."""
        self._following = index in (0, len(self._state.frames) - 1)
        self._state.select(index)

    def photo_replaced(self) -> None:
        """Another photo is on the table: what still runs is for nobody."""
        if self._running.cancel() and self._adjusts is None and self._state.phase is not Phase.STOPPING:
            self.notice.emit(self.tr("The edit that was running is stopped, because another photo was opened."))
        self._job, self._request, self._adjusts, self._wanted = None, None, None, None
        self._state.set_progress(Progress())

    def start_over(self) -> None:
        """The job is made once more: what came of it so far is no part of its result."""
        if self._state.phase.running and self._request is not None and self._adjusts is None and not self._restacks:
            self._frames = self._frames[:1]
            self._state.set_frames(tuple(self._frames), 0, self._under)

    def _on_job(self, event: events.Event) -> None:
        match event:
            case events.Loading() | events.Adapting() | events.DecodeStep():
                with self._state.together():
                    self._enter(phase_of(event))
                    self._state.set_progress(progress_of(event, self._state.progress))
                    frame = frame_of(event)
                    if frame is not None:
                        self._add(frame)
            case events.Notice():
                self.notice.emit(translated(event.text))
            case events.Finished():
                with self._state.together():
                    self._on_finished(event)
            case events.Cancelled():
                self.give_up()
            case events.Failed():
                self._on_failed(JobFailed(event))

    def _on_finished(self, event: events.Finished) -> None:
        state, request, square, adjusts = self._state, self._request, self._square, self._adjusts
        wanted = self._wanted
        self.finish()
        if event.picture is None or request is None or square is None:
            return
        state.set_device(str(event.recipe.get("device", state.device)))
        result = result_of(event, request, square, self._frames, self._group, adjusts)
        if adjusts is None:
            state.add_result(replace(result, region=self._region, below=self._under))
            if event.instant and isinstance(request.spec, EditSpec):
                self.recalled.emit(request.spec.prompt)
            return
        if adjusts in state.results:
            state.replace_result(state.results.index(adjusts), result)
        if wanted is not None and amounts_of(wanted) != amounts_of(request.spec) and state.result is result:
            state.show_amounts(wanted)
            self._adjust(result, wanted)

    def _on_failed(self, error: JobFailed) -> None:
        result = self._adjusts
        if result is not None and is_lost(error):
            self.stacks.lose_result(result, error)
        else:
            self.fail(error, "")

    def give_up(self, how: Ending = Ending.CANCELLED) -> None:
        """The job ends without a result."""
        adjusted, state, result = self._adjusts is not None, self._state, self._state.result
        with state.together():
            self._end()
            self.ended.emit(how)
            if result is not None and not adjusted:
                state.show_result()
            else:
                state.show_recipe()
            if result is None and state.frames:
                state.select(0)

    def _may_begin(self, replaceable: bool) -> bool:
        """Whether a job can start now; one that only adjusts a result makes way, and one that such a job replaces."""
        state = self._state
        replaces = replaceable and self._replaceable and state.phase is not Phase.STOPPING
        if not self.free and not (replaces and state.photo is not None and state.learning is None):
            return False
        if state.phase is not Phase.READY:
            self._running.cancel()
        return True

    def _start(self, edit: QueuedEdit) -> None:
        """Cut the square out of the photo, then submit the request for it."""
        state = self._state
        if edit.stack is not None:
            self.stacks.make_stack([WantedLayer(layer) for layer in edit.stack.layers])
            return
        if edit.continues:
            state.continue_from_here()
        wanted, under = looking_for(edit.pack, edit.spec).square, state.base
        state.place_for(wanted)
        photo, square = state.photo, state.square
        assert photo is not None and square is not None
        self._begin(Phase.PREPARING)
        self._region, self._under = state.region, under
        self._following, self._group = True, edit.group
        state.show_amounts(edit.spec)
        self._running.start(self._cut_and_run(edit, photo, square, wanted))

    async def _cut_and_run(self, edit: QueuedEdit, photo: Photo, square: Square, wanted: str) -> None:
        try:
            square = await self._cutting.square_of(edit, photo, square, wanted)
            picture = await self._cutting.cut(photo, self._under, square, edit.pack.image_size)
        except Exception as error:
            self.fail(error, self.tr("The square could not be cut out of the photo."))
            return
        self._request, self._square = edit.request(picture), square
        self._frames = [Frame(FrameKind.SOURCE, picture)]
        self._state.set_frames(tuple(self._frames), 0, self._under)
        await self._run(self._request)

    async def _run_part(self, request: PictureRequest) -> events.Finished | None:
        """The end of a job that is a part of another; None where it was cancelled. Raises JobFailed."""
        self._job = job = self._engine.run(request)
        finished = None
        async for event in job:
            if isinstance(event, events.Finished):
                finished = event
            elif isinstance(event, events.Failed):
                raise JobFailed(event)
            else:
                self._on_job(event)
        if self._job is job:  # between two of them there is none to wait for
            self._job = None
        return finished

    async def _run(self, request: PictureRequest) -> None:
        self._job = self._engine.run(request)
        async for event in self._job:
            self._on_job(event)

    def _adjust(self, result: Result, wanted: Spec) -> None:
        request = request_for(wanted, result.request.picture)
        self._begin(Phase.ADJUSTING)
        self._request, self._square, self._adjusts = request, result.square, result
        self._running.start(self._run(request))

    def _begin(self, phase: Phase) -> None:
        self._job, self._request, self._adjusts, self._wanted = None, None, None, None
        self._frames, self._replaceable, self._restacks = [], False, False
        with self._state.together():
            self._state.set_progress(Progress())
            self._state.set_phase(phase)

    def _end(self) -> None:
        self._job, self._adjusts, self._wanted = None, None, None
        self._state.set_phase(Phase.READY if self._state.photo is not None else Phase.EMPTY)
        self._state.set_progress(Progress())

    def _enter(self, phase: Phase) -> None:
        if self._state.phase is Phase.STOPPING or (self._adjusts is not None and not self._restacks):
            return
        adjusting = self._adjusts is not None and phase is Phase.DECODING  # one that decodes alone is no wait
        self._state.set_phase(Phase.ADJUSTING if adjusting else phase)

    def _add(self, frame: Frame) -> None:
        preview = frame.kind is FrameKind.PREVIEW
        if preview and self._state.previews == "none":
            return
        self._frames.append(frame)
        if self._adjusts is None and not self._restacks:
            on_the_photo = not preview or self._state.previews == "photo"
            self._state.add_frame(frame, self._following and on_the_photo)
