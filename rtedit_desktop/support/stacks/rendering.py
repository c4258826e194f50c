"""Renders a stack on a photo: each layer on the picture that those below it made."""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping, Sequence

import numpy as np

from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Event, Finished
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.requests import request_for
from rtedit_desktop.core.stack import Layer, StackSpec
from rtedit_desktop.support.stacks.compositions import Compositions


def render(
    stack: StackSpec,
    photo: Photo,
    photo_service: PhotoService,
    engine: Engine,
    sizes: Mapping[str, int],
    cancelled: threading.Event,
    masks: Sequence[np.ndarray | None] = (),
) -> Generator[tuple[int, Event], None, tuple[Layer, ...]]:
    """Yield the number of a layer with each event of its job; the generator's value are the layers that are on.

    Every one has its square. ``sizes`` says at which size a pack sees it; ``masks`` are those of the layers, if any.
    Whoever reads a Cancelled or a Failed raises for it, as it comes last. Raises PictureError.
    """
    layers: list[Layer] = []
    compositions = Compositions(photo_service)
    for number, wanted in enumerate(stack.layers):
        if not wanted.on:
            continue
        assert wanted.square is not None
        picture = photo_service.crop(compositions.of(photo, layers), wanted.square, sizes[wanted.spec.pack])
        request, finished = request_for(wanted.spec, picture), None
        events = engine.run(request, cancelled)
        try:
            for event in events:
                finished = event if isinstance(event, Finished) else None
                yield number, event
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()
        if finished is None or finished.picture is None:
            raise RuntimeError("The job ended without a picture")
        layers.append(
            Layer(
                request=request,
                square=wanted.square,
                picture=finished.picture,
                region=wanted.region,
                score=finished.score,
                recipe=finished.recipe,
                seconds=finished.seconds,
                mask=masks[number] if masks else None,
            )
        )
    return tuple(layers)
