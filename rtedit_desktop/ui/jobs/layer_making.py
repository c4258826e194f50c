"""Makes the layers of a stack one after the other, and again only those that would come out otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rtedit_desktop.core.edits import Spec
from rtedit_desktop.core.errors import PackError, PresetError, RTEditError
from rtedit_desktop.core.events import Failed, Finished
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.requests import PictureRequest, request_for
from rtedit_desktop.core.stack import Layer, LayerSpec

_MOST_BYTES = 128 * 2**20
"""Of the pictures of what was made lately: of 340 layers that a model of 256 pixels made."""

Cut = Callable[[Sequence[Layer], Square, str], Awaitable[np.ndarray]]
Run = Callable[[PictureRequest], Awaitable[Finished | None]]


@dataclass(frozen=True, slots=True, eq=False)
class WantedLayer:
    """A layer as it is to be; ``made`` is the same one as it was made before, perhaps on another picture."""

    spec: LayerSpec
    made: Layer | None = None


def wanted_of(layers: Sequence[Layer]) -> tuple[WantedLayer, ...]:
    """All of them as they are."""
    return tuple(WantedLayer(layer.spec, layer) for layer in layers)


class JobFailed(RTEditError):
    """A Failed event of a job that is a part of another."""

    def __init__(self, event: Failed) -> None:
        super().__init__(event.what, event.todo)
        self.event = event


class LayerLost(Exception):
    """The layer ``number`` of these cannot be made: its preset or its model is gone, or cannot be used any more."""

    def __init__(self, wanted: Sequence[WantedLayer], number: int, why: RTEditError) -> None:
        super().__init__(str(why))
        self.wanted, self.number, self.why = tuple(wanted), number, why


class LayerMaking:
    """Owns what was made lately: an edit that is switched off and on again need not be made again."""

    def __init__(self) -> None:
        self._known: list[Layer] = []

    async def make(
        self, wanted: Sequence[WantedLayer], cut: Cut, run: Run, begun: Callable[[int], None], first: int = 0
    ) -> tuple[Layer, ...] | None:
        """All layers; None where ``run`` had nothing, and said why. Those before the ``first`` are as they were.

        ``cut`` gives what the model of a pack sees of a square of the photo with some layers, ``run`` the end of a job,
        and raises JobFailed; ``begun`` is told the number of each layer that may have to be made. A picture that was
        picked on the way cannot be made again, and keeps its change; what is off is left as it is. Raises LayerLost.
        """
        made: list[Layer] = []
        for number, one in enumerate(wanted):
            before, spec = one.made, one.spec
            if before is not None:
                self._remember(before)
                off = not spec.on and before.request.spec == spec.spec
                if number < first or off or before.picked:
                    made.append(replace(before, region=spec.region, on=spec.on))
                    continue
            assert spec.square is not None
            begun(number)
            try:
                layer = await self._made(one, spec.square, made, cut, run)
            except RTEditError as error:
                if is_lost(error):
                    raise LayerLost(wanted, number, error) from error
                raise
            if layer is None:
                return None
            made.append(layer)
        return tuple(made)

    async def _made(self, one: WantedLayer, square: Square, below: Sequence[Layer], cut: Cut, run: Run) -> Layer | None:
        spec = one.spec
        picture = await cut(below, square, spec.spec.pack)
        known = self._recall(spec.spec, picture)
        if known is None:
            request = request_for(spec.spec, picture)
            finished = await run(request)
            if finished is None or finished.picture is None:
                return None
            known = Layer(
                request=request, square=square, picture=finished.picture, score=finished.score,
                recipe=finished.recipe, seconds=finished.seconds,
            )  # fmt: skip
            self._remember(known)
        layer = replace(known, square=square, region=spec.region, on=spec.on, picked=False)
        return replace(layer, id=one.made.id) if one.made is not None else layer

    def _remember(self, layer: Layer) -> None:
        if layer.picked or any(one.picture is layer.picture for one in self._known):
            return
        self._known.append(layer)
        while len(self._known) > 1 and sum(map(_bytes_of, self._known)) > _MOST_BYTES:
            del self._known[0]

    def _recall(self, spec: Spec, picture: np.ndarray) -> Layer | None:
        return next(
            (one for one in self._known if one.request.spec == spec and np.array_equal(one.request.picture, picture)),
            None,
        )


def _bytes_of(layer: Layer) -> int:
    return layer.request.picture.nbytes + layer.picture.nbytes


def is_lost(error: RTEditError) -> bool:
    """Whether a layer that ended by it cannot be made again, whatever is tried: its preset or its model is lost."""
    if isinstance(error, JobFailed):
        return error.event.is_of(PackError) or error.event.is_of(PresetError)
    return isinstance(error, (PackError, PresetError))
