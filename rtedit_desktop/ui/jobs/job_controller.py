"""Controller of jobs: starts and stops them and turns their events into state."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from rtedit_desktop.batch.seeing import looking_for, mixed_apart, no_face
from rtedit_desktop.core import events
from rtedit_desktop.core.edits import MAX_SEED, EditSpec, MixSpec, PresetUse, Spec
from rtedit_desktop.core.errors import PackMissing
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.requests import PictureRequest, request_for
from rtedit_desktop.core.stack import Layer, LayerSpec, at_strength, strength_of
from rtedit_desktop.support.stacks.compositions import Compositions
from rtedit_desktop.ui.jobs.job_steps import Ending, frame_of, phase_of, progress_of, result_of
from rtedit_desktop.ui.jobs.layer_making import LayerMaking, WantedLayer, wanted_of
from rtedit_desktop.ui.model.phase import Phase, Progress
from rtedit_desktop.ui.model.queued_edit import QueuedEdit
from rtedit_desktop.ui.model.result import Frame, FrameKind, Result, amounts_of
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.model.strength import settings_to_run
from rtedit_desktop.ui.widgets.texts import sentences, translated
from rtedit_desktop.worker.background import Background
from rtedit_desktop.worker.engine_thread import EngineThread, Job
from rtedit_desktop.worker.tasks import NewestTask


class JobController(QObject):
    """Owns the current job; one that makes way for another is abandoned."""

    prompt_refused = Signal()
    notice = Signal(str)
    failed = Signal(str, str, str)
    recalled = Signal(str)
    ended = Signal(object)

    def __init__(
        self,
        state: EditorState,
        engine: EngineThread,
        photo_service: PhotoService,
        background: Background,
        parent: QObject | None = None,
        compositions: Compositions | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._engine, self._photo_service, self._background = state, engine, photo_service, background
        self._compositions = compositions or Compositions(photo_service)
        self._layers = LayerMaking()
        self._running = NewestTask(background.tasks)
        self._job: Job | None = None
        self._request: PictureRequest | None = None
        self._square: Square | None = None
        self._region: Region | None = None
        self._under: tuple[Layer, ...] = ()
        self._restacks = False
        self._adjusts: Result | None = None
        self._frames: list[Frame] = []
        self._following = True
        self._brief = False
        self._group = ""
        self._wanted: Spec | None = None

    # --- intents -----------------------------------------------------------------------------

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

    def start(self, edit: QueuedEdit) -> bool:
        """False where another job is in the way."""
        if not self._may_begin():
            return False
        self._start(edit)
        return True

    def apply(self, uses: tuple[PresetUse, ...], pack: PackInfo) -> bool:
        """Decode the photo with presets, each at its strength; False where another job is in the way.

        Of presets that are asked for in a row the newest wins.
        """
        state = self._state
        if not self._may_begin(self._brief and state.phase is not Phase.STOPPING):
            return False
        given = (state.overrides.get(name) for name in ("seed", "steps"))
        seed, steps = (value if isinstance(value, int) else None for value in given)
        spec = MixSpec(pack=pack.id, uses=uses, seed=seed, steps=steps)
        apart = mixed_apart(pack, spec)
        if len(apart) > 1 and state.square_for("whole") != self._face_or_chosen():
            self._start_apart(spec, apart)
        else:
            self._start(QueuedEdit(pack, spec))
        self._brief = True
        return True

    def restack(self, result: Result, wanted: Sequence[WantedLayer], first: int, step: str, key: str = "") -> bool:
        """Make a result anew of these layers, of which those from the ``first`` on may change.

        False where another job is in the way. ``step`` and ``key`` are those of ``EditorState.restack``.
        """
        state = self._state
        if state.photo is None or not self._may_begin():
            return False
        self._begin(Phase.ADJUSTING)
        self._adjusts, self._restacks = result, True
        self._running.start(self._restack(result, wanted, first, state.photo, step, key))
        return True

    def cancel(self) -> None:
        """Stop the current job within one step."""
        phase = self._state.phase
        if not phase.running or phase is Phase.STOPPING:
            return
        self._wanted = None
        if phase is Phase.PREPARING or self._job is None:  # nothing was heard of it yet, and nothing need be
            self._running.cancel()
            self._on_cancelled()
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
        self._follow(result, wanted)

    def set_mix(self, uses: tuple[PresetUse, ...]) -> None:
        """Move the slider of a preset in use: the result follows, newest value first."""
        self._state.show_amounts(uses)
        result = self._state.result if not self._state.continued else None
        if result is not None and result.together > 1:
            self._move_apart(result, uses)
        elif result is not None and result.mix_moves and isinstance(result.request.spec, MixSpec):
            self._follow(result, replace(result.request.spec, uses=uses))

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

    # --- events ------------------------------------------------------------------------------

    def _on_job(self, event: events.Event) -> None:
        match event:
            case events.Loading() | events.Adapting() | events.DecodeStep():
                self._enter(phase_of(event))
                self._state.set_progress(progress_of(event, self._state.progress))
                frame = frame_of(event)
                if frame is not None:
                    self._add(frame)
            case events.Notice():
                self.notice.emit(translated(event.text))
            case events.Finished():
                self._on_finished(event)
            case events.Cancelled():
                self._on_cancelled()
            case events.Failed():
                self._on_cancelled(Ending.FAILED)
                self.failed.emit(translated(event.what), translated(event.todo), event.details)

    def _on_finished(self, event: events.Finished) -> None:
        state, request, square, adjusts = self._state, self._request, self._square, self._adjusts
        wanted = self._wanted
        self._end()
        self.ended.emit(Ending.FINISHED)
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

    def _on_cancelled(self, how: Ending = Ending.CANCELLED) -> None:
        adjusted = self._adjusts is not None
        self._end()
        self.ended.emit(how)
        state = self._state
        result = state.result
        if result is not None and not adjusted:
            state.show_result()
        else:
            state.show_recipe()
        if result is None and state.frames:
            state.select(0)

    # --- the current job ---------------------------------------------------------------------

    def _may_begin(self, replaces: bool = False) -> bool:
        """Whether a job can start now; one that only adjusts a result makes way, as one that is replaced."""
        state = self._state
        if not self.free and not (replaces and state.photo is not None and state.learning is None):
            return False
        if state.phase is not Phase.READY:
            self._running.cancel()
        return True

    def _start(self, edit: QueuedEdit) -> None:
        """Cut the square out of the photo, then submit the request for it."""
        state = self._state
        if edit.continues:
            state.continue_from_here()
        wanted, under = looking_for(edit.pack, edit.spec).square, state.base
        if edit.stack is None:
            state.place_for(wanted)
        photo, square = state.photo, state.square
        assert photo is not None and square is not None
        self._begin(Phase.PREPARING)
        if edit.stack is not None:
            self._restacks = True
            self._running.start(self._make_stack([WantedLayer(layer) for layer in edit.stack.layers], photo))
            return
        self._region, self._under = state.region, under
        self._following, self._group = True, edit.group
        state.show_amounts(edit.spec)
        self._running.start(self._cut_and_run(edit, photo, square, wanted))

    async def _cut_and_run(self, edit: QueuedEdit, photo: Photo, square: Square, wanted: str) -> None:
        try:
            square = await self._on_the_face(edit, photo, square, wanted)
            picture = await self._cut(photo, self._under, square, edit.pack.image_size)
        except Exception as error:
            self._on_cancelled(Ending.FAILED)
            self.failed.emit(*sentences(error, self.tr("The square could not be cut out of the photo.")))
            return
        self._request, self._square = edit.request(picture), square
        self._frames = [Frame(FrameKind.SOURCE, picture)]
        self._state.set_frames(tuple(self._frames), 0, self._under)
        await self._run(self._request)

    async def _on_the_face(self, edit: QueuedEdit, photo: Photo, square: Square, wanted: str) -> Square:
        """The face's square for an edit that was asked for before the faces were found."""
        state = self._state
        if wanted != "face" or edit.pack.square != "whole" or state.faces.chosen is not None:
            return square
        if square != Square.around(photo.size):
            return square
        await self._largest_face(photo)
        if state.photo is photo:
            state.place_for(wanted)
            if isinstance(edit.spec, MixSpec):
                state.set_mix(edit.spec.uses)
        return state.square or square

    async def _largest_face(self, photo: Photo) -> Square:
        """Raises PictureError where there is none."""
        faces = await self._background.run(lambda: self._photo_service.faces(photo))
        if not faces:
            raise no_face()
        if self._state.photo is photo:
            self._state.faces.choose(faces[0].square)
        return faces[0].square

    async def _cut(self, photo: Photo, layers: Sequence[Layer], square: Square, size: int) -> np.ndarray:
        """What the model sees of a square of the photo with these layers."""

        def cut() -> np.ndarray:
            return self._photo_service.crop(self._compositions.of(photo, layers), square, size)

        return await self._background.run(cut)

    # --- mixes of the face and of the whole photo --------------------------------------------

    def _face_or_chosen(self) -> Square | None:
        """Where an edit of the face is made; None: at the largest one, which is not known yet."""
        state = self._state
        around = Square.around(state.photo.size) if state.photo is not None else None
        return None if state.square == around and state.faces.chosen is None else state.square_for("face")

    def _start_apart(self, spec: MixSpec, apart: Sequence[MixSpec]) -> None:
        state = self._state
        photo, under, face, around = state.photo, state.base, self._face_or_chosen(), state.square_for("whole")
        assert photo is not None and around is not None
        self._begin(Phase.PREPARING)
        self._restacks = True
        state.show_amounts(spec)
        self._running.start(self._make_apart(apart, photo, under, face, around, state.region))

    async def _make_apart(
        self,
        apart: Sequence[MixSpec],
        photo: Photo,
        under: Sequence[Layer],
        face: Square | None,
        around: Square,
        region: Region | None,
    ) -> None:
        """What is of the face on those ``under``, in its square, and what is of the whole photo on that."""
        try:
            face = face or await self._largest_face(photo)
        except Exception as error:
            self._on_cancelled(Ending.FAILED)
            self.failed.emit(*sentences(error, self.tr("The edits could not be made on each other.")))
            return
        places = []
        for spec, square in zip(apart, (face, around), strict=True):
            reaches = region is not None and region.reaches(square)
            places.append(LayerSpec(spec=spec, square=square, region=region if reaches else None))
        layers = await self._made([*wanted_of(under), *map(WantedLayer, places)], photo, len(under))
        if layers is not None:
            self._end()
            self.ended.emit(Ending.FINISHED)
            self._state.add_result(Result.of_layers(layers, together=len(apart)))

    def _move_apart(self, result: Result, uses: tuple[PresetUse, ...]) -> None:
        """Make such a mix again at other strengths; where it is being made, the newest ones count."""
        wanted, first, left = list(wanted_of(result.base)), len(result.layers), uses
        for number, layer in enumerate(result.layers[-result.together :], start=len(wanted)):
            spec = layer.request.spec
            assert isinstance(spec, MixSpec)
            moved, left = replace(spec, uses=left[: len(spec.uses)]), left[len(spec.uses) :]
            first = min(first, number) if moved != spec else first
            wanted.append(WantedLayer(replace(layer.spec, spec=moved), layer))
        if first < len(wanted):
            self.restack(result, wanted, first, self.tr("the strength"), f"strength of {result.id}")

    # --- stacks ------------------------------------------------------------------------------

    async def _restack(
        self, result: Result, wanted: Sequence[WantedLayer], first: int, photo: Photo, step: str, key: str
    ) -> None:
        layers = await self._made(wanted, photo, first)
        if layers is not None:
            self._end()
            self.ended.emit(Ending.FINISHED)
            now = next((one for one in self._state.results if one.id == result.id), result)
            self._state.restack(now.with_layers(layers), step, key)

    async def _make_stack(self, wanted: Sequence[WantedLayer], photo: Photo) -> None:
        layers = await self._made(wanted, photo)
        if layers is not None:
            self._end()
            self.ended.emit(Ending.FINISHED)
            self._state.add_result(Result.of_layers(layers))

    async def _made(self, wanted: Sequence[WantedLayer], photo: Photo, first: int = 0) -> tuple[Layer, ...] | None:
        """The layers, or None where the job ended otherwise, which is told."""

        async def cut(layers: Sequence[Layer], square: Square, pack: str) -> np.ndarray:
            info = self._state.pack_called(pack)
            if info is None:
                title = self._state.pack_title(pack)
                what = self.tr("An edit was made with the model pack “{pack}”, which is not installed.")
                raise PackMissing(what.format(pack=title), self.tr("Get it under Models, or delete that edit."))
            return await self._cut(photo, tuple(layers), square, info.image_size)

        try:
            return await self._layers.make(wanted, cut, self._run_one, first)
        except Exception as error:
            self._on_cancelled(Ending.FAILED)
            self.failed.emit(*sentences(error, self.tr("The edits could not be made on each other.")))
            return None

    async def _run_one(self, request: PictureRequest) -> events.Finished | None:
        """The end of a job that is a part of another."""
        self._job = self._engine.run(request)
        finished = None
        async for event in self._job:
            if isinstance(event, events.Finished):
                finished = event
            else:
                self._on_job(event)
        return finished

    async def _run(self, request: PictureRequest) -> None:
        self._job = self._engine.run(request)
        async for event in self._job:
            self._on_job(event)

    def _follow(self, result: Result, wanted: Spec) -> None:
        """Make the result again at other strengths, or remember them while it is being made."""
        if self._state.learning is not None:
            return
        if self._state.phase is Phase.ADJUSTING:
            self._wanted = wanted
        elif self._state.phase is Phase.READY and amounts_of(wanted) != amounts_of(result.request.spec):
            self._adjust(result, wanted)

    def _adjust(self, result: Result, wanted: Spec) -> None:
        request = request_for(wanted, result.request.picture)
        self._begin(Phase.ADJUSTING)
        self._request, self._square, self._adjusts = request, result.square, result
        self._running.start(self._run(request))

    def _begin(self, phase: Phase) -> None:
        self._job, self._request, self._adjusts, self._wanted = None, None, None, None
        self._frames, self._brief, self._restacks = [], False, False
        self._state.set_progress(Progress())
        self._state.set_phase(phase)

    def _end(self) -> None:
        self._job, self._adjusts, self._wanted = None, None, None
        self._state.set_phase(Phase.READY if self._state.photo is not None else Phase.EMPTY)
        self._state.set_progress(Progress())

    def _enter(self, phase: Phase) -> None:
        if self._restacks:  # one that decodes alone is no wait
            if phase is not Phase.DECODING and self._state.phase is not Phase.STOPPING:
                self._state.set_phase(phase)
        elif self._adjusts is None and self._state.phase is not Phase.STOPPING:
            self._state.set_phase(phase)

    def _add(self, frame: Frame) -> None:
        preview = frame.kind is FrameKind.PREVIEW
        if preview and self._state.previews == "none":
            return
        self._frames.append(frame)
        if self._adjusts is None and not self._restacks:
            on_the_photo = not preview or self._state.previews == "photo"
            self._state.add_frame(frame, self._following and on_the_photo)
