"""Makes several edits of one photo, each on the picture that the one before made, and saves them as one."""

from __future__ import annotations

import argparse
import os
import threading
from collections.abc import Generator, Sequence

import numpy as np

from rtedit_desktop.batch.seeing import looking_for
from rtedit_desktop.commands.shared import squares
from rtedit_desktop.commands.shared.layers import WantedLayer
from rtedit_desktop.commands.shared.opened import photo_service_for
from rtedit_desktop.commands.shared.outcome import JobFailed, Stopped
from rtedit_desktop.commands.shared.outputs import telling
from rtedit_desktop.commands.shared.running import engine_for, interruptible
from rtedit_desktop.commands.shared.terminal import Progress, print_json, say, stdout
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Cancelled, Event, Failed
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.stack import Layer, LayerSpec, StackSpec, composed
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support.stacks.rendering import render
from rtedit_desktop.support.stacks.text import stack_text


def run_stack(
    args: argparse.Namespace,
    wanted: Sequence[WantedLayer],
    engine: Engine | None,
    photo_service: PhotoService | None,
    catalog: Catalog,
    progress: Progress,
) -> None:
    """Make them and save, or raise what ``outcome`` knows."""
    service, cancelled = photo_service_for(photo_service), threading.Event()
    with interruptible(cancelled):
        photo = service.open(args.picture)
        for text in photo.notes:
            progress.note(text)
        stack, masks = _placed(wanted, photo, service, progress)
        with engine_for(engine, catalog, exact=args.exact, on=args.on) as running:
            sizes = {one.info.id: one.info.image_size for one in wanted}
            steps = render(stack, photo, service, running, sizes, cancelled, masks)
            layers = _rendered(wanted, steps, progress)
        if cancelled.is_set():
            raise Stopped
        recipe = stack_text(layers) if args.embed_recipe else ""
        pixels = composed(service, photo, layers).pixels
        service.save(
            args.output, photo, pixels, impersonal=args.strip_metadata, recipe=recipe, overwrite=args.overwrite
        )
    with telling(args, args.output):
        _report(args, wanted, layers, progress.notes)


def _placed(
    wanted: Sequence[WantedLayer], photo: Photo, service: PhotoService, progress: Progress
) -> tuple[StackSpec, list[np.ndarray | None]]:
    """Each edit with its square and its mask; faces are looked for once. Raises PictureError."""
    known: dict[tuple[object, ...], Square] = {}
    layers, masks = [], []
    for one in wanted:
        asked = argparse.Namespace(face=one.options.get("face"), square=one.options.get("square"))
        key = (looking_for(one.info, one.spec).square, asked.face, asked.square)
        if key not in known:
            known[key] = squares.chosen_square(service, photo, one.info, one.spec, asked, progress)
        masks.append(squares.mask_for(service, photo, one.options.get("mask")))
        layers.append(LayerSpec(spec=one.spec, square=known[key]))
    return StackSpec(layers=tuple(layers)), masks


def _rendered(
    wanted: Sequence[WantedLayer], steps: Generator[tuple[int, Event], None, tuple[Layer, ...]], progress: Progress
) -> tuple[Layer, ...]:
    """Draw the events of each; raises Stopped and JobFailed, which says of which edit it speaks."""
    begun = -1
    try:
        while True:
            number, event = next(steps)
            if number != begun:
                begun = number
                progress.line(f"Edit {number + 1} of {len(wanted)}: {wanted[number].title}")
            progress.show(event)
            if isinstance(event, Cancelled):
                raise Stopped
            if isinstance(event, Failed):
                failed = JobFailed(event)
                failed.what = f"Edit {number + 1} of {len(wanted)}, {wanted[number].title}: {failed.what}"
                raise failed
    except StopIteration as end:
        layers: tuple[Layer, ...] = end.value
        return layers
    finally:
        progress.clear()
        steps.close()


def _report(args: argparse.Namespace, wanted: Sequence[WantedLayer], layers: Sequence[Layer], notes: list[str]) -> None:
    seconds = sum(layer.seconds.get("total", 0.0) for layer in layers)
    if args.json:
        told = [_layer_json(one, layer) for one, layer in zip(wanted, layers, strict=True)]
        print_json(
            {
                "result": os.path.abspath(args.output),
                "layers": told,
                "seconds": {"total": seconds},
                "notes": notes,
            }
        )
    elif not args.quiet:
        what = ", then ".join(one.title for one in wanted)
        say(f"Saved {args.output}: {what}, {seconds:.1f} s.", stdout())


def _layer_json(wanted: WantedLayer, layer: Layer) -> dict[str, object]:
    what: dict[str, object] = {"presets": list(wanted.presets)} if wanted.presets else {"prompt": wanted.title}
    return {
        **what,
        "pack": wanted.info.id,
        "square": squares.square_json(layer.square),
        "score": layer.score,
        "seconds": dict(layer.seconds),
        "recipe": dict(layer.recipe),
    }
