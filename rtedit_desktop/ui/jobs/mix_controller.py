"""Controller of mixes: decodes the photo with presets, each at its strength, and follows their sliders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from rtedit_desktop.batch.seeing import mixed_apart
from rtedit_desktop.core.edits import MixSpec, PresetUse
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.stack import Layer, LayerSpec
from rtedit_desktop.ui.jobs.job_controller import JobController
from rtedit_desktop.ui.jobs.layer_making import WantedLayer, wanted_of
from rtedit_desktop.ui.jobs.square_cutting import SquareCutting
from rtedit_desktop.ui.model.queued_edit import QueuedEdit
from rtedit_desktop.ui.model.result import Result
from rtedit_desktop.ui.model.state import EditorState


class MixController(QObject):
    """Starts jobs of presets. A mix of the face and the whole photo is made apart: two layers, each in its square."""

    def __init__(
        self, state: EditorState, jobs: JobController, cutting: SquareCutting, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._jobs, self._cutting = state, jobs, cutting

    def apply(self, uses: tuple[PresetUse, ...], pack: PackInfo) -> bool:
        """Decode the photo with presets, each at its strength; False where another job is in the way.

        Of presets that are asked for in a row the newest wins.
        """
        state = self._state
        given = (state.overrides.get(name) for name in ("seed", "steps"))
        seed, steps = (value if isinstance(value, int) else None for value in given)
        spec = MixSpec(pack=pack.id, uses=uses, seed=seed, steps=steps)
        apart = mixed_apart(pack, spec)
        if len(apart) < 2 or state.square_for("whole") == self._cutting.face_or_chosen:
            return self._jobs.start(QueuedEdit(pack, spec), replaceable=True)
        photo, under, face, around = state.photo, state.base, self._cutting.face_or_chosen, state.square_for("whole")
        if photo is None or around is None or not self._jobs.begin_layers(replaceable=True):
            return False
        state.show_amounts(spec)
        self._jobs.run(self._make_apart(apart, photo, under, face, around, state.region))
        return True

    def set_mix(self, uses: tuple[PresetUse, ...]) -> None:
        """Move the slider of a preset in use: the result follows, newest value first."""
        self._state.show_amounts(uses)
        result = self._state.result if not self._state.continued else None
        if result is not None and result.together > 1:
            self._move_apart(result, uses)
        elif result is not None and result.mix_moves and isinstance(result.request.spec, MixSpec):
            self._jobs.follow(result, replace(result.request.spec, uses=uses))

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
            face = face or await self._cutting.largest_face(photo)
        except Exception as error:
            self._jobs.fail(error, self.tr("The edits could not be made on each other."))
            return
        places = []
        for spec, square in zip(apart, (face, around), strict=True):
            reaches = region is not None and region.reaches(square)
            places.append(LayerSpec(spec=spec, square=square, region=region if reaches else None))
        layers = await self._jobs.stacks.make_layers([*wanted_of(under), *map(WantedLayer, places)], photo, len(under))
        if layers is not None:
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
            self._jobs.stacks.restack(result, wanted, first, self.tr("the strength"), f"strength of {result.id}")
