"""Makes the layers of a stack one after the other, and again only those that would come out otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rtedit_desktop.core.edits import Spec
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.requests import PictureRequest, request_for
from rtedit_desktop.core.stack import Layer, LayerSpec

_REMEMBERED = 64

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


class LayerMaking:
    """Owns what was made lately: an edit that is switched off and on again need not be made again."""

    def __init__(self) -> None:
        self._known: list[Layer] = []

    async def make(self, wanted: Sequence[WantedLayer], cut: Cut, run: Run, first: int = 0) -> tuple[Layer, ...] | None:
        """All layers; None where ``run`` had nothing, and said why. Those before the ``first`` are as they were.

        ``cut`` gives what the model of a pack sees of a square of the photo with some layers, ``run`` the end of a job.
        A picture that was picked on the way cannot be made again, and keeps its change; what is off is left as it is.
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
            layer = await self._made(one, spec.square, made, cut, run)
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
        if not layer.picked and not any(one.picture is layer.picture for one in self._known):
            self._known = [*self._known, layer][-_REMEMBERED:]

    def _recall(self, spec: Spec, picture: np.ndarray) -> Layer | None:
        return next(
            (one for one in self._known if one.request.spec == spec and np.array_equal(one.request.picture, picture)),
            None,
        )
