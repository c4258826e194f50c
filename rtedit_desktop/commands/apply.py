"""``rtedit apply``: applies presets to one picture, each with its own strength."""

from __future__ import annotations

import argparse
import os
import threading
from pathlib import Path

from rtedit_desktop.commands.shared import squares
from rtedit_desktop.commands.shared.layers import LayerOption, WantedLayer, add_then, by_presets, layers_after
from rtedit_desktop.commands.shared.opened import open_photo, photo_service_for
from rtedit_desktop.commands.shared.outcome import Stopped, UsageError
from rtedit_desktop.commands.shared.outputs import check_picture, telling
from rtedit_desktop.commands.shared.paired_computer import add_on
from rtedit_desktop.commands.shared.quick import add_quick
from rtedit_desktop.commands.shared.running import add_exact, engine_for, interruptible, run_job
from rtedit_desktop.commands.shared.stacked import run_stack
from rtedit_desktop.commands.shared.terminal import Progress, print_json, say, stderr, stdout
from rtedit_desktop.core.edits import EditSettings, MixSpec
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.core.preset import PresetLibrary
from rtedit_desktop.core.requests import ApplyRequest
from rtedit_desktop.packs.catalog import Catalog


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", metavar="IN", type=Path, help="the picture; it is not changed")
    parser.add_argument(
        "--preset",
        metavar="NAME_OR_FILE[:STRENGTH]",
        action=LayerOption,
        required=True,
        help="a learned edit and how much of it, 0 to 1.5 (default: as saved); may be given several times",
    )
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="where the result goes")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there, but never IN")
    parser.add_argument("--steps", type=int, metavar="N", help="decoding steps")
    parser.add_argument(
        "--seed", type=int, metavar="N", action=LayerOption, help="another noise (default: the preset's own)"
    )
    add_then(parser)
    pack = "whose preset, where packs have presets of one name; behind --then: the model pack of its prompt"
    parser.add_argument("--pack", metavar="ID", action=LayerOption, help=pack)
    parser.add_argument(
        "--source", metavar="TEXT", action=LayerOption, help="behind --then: what the picture shows now"
    )
    parser.add_argument(
        "--strength", type=float, metavar="X", action=LayerOption, help="behind --then: of its prompt, 0 to 1.5"
    )
    squares.add_arguments(parser)
    add_exact(parser)
    add_quick(parser)
    add_on(parser)
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def run(
    args: argparse.Namespace,
    engine: Engine | None,
    photo_service: PhotoService | None,
    library: PresetLibrary,
    catalog: Catalog,
) -> None:
    """Apply and save, or raise what ``outcome`` knows."""
    progress = Progress(stderr(), quiet=args.quiet)
    check_picture(args.output, args.picture, overwrite=args.overwrite)
    _check_settings(args)
    if any(value is not None for value in (args.source, args.strength)):
        what = "--source and --strength belong to a prompt."
        raise UsageError(what, "Write them behind --then and its prompt; a preset's strength stands behind its name.")
    made = by_presets(args.preset, vars(args), catalog, library)
    for one in made:
        if isinstance(one.spec, MixSpec) and (unsure := one.info.unsure_of(use.path for use in one.spec.uses)):
            progress.note(f"{one.info.title} is often unsure about “{', '.join(unsure)}”.")
    if args.then or len(made) > 1:
        run_stack(args, layers_after(made, args, catalog, library), engine, photo_service, catalog, progress)
        return
    (first,) = made
    assert isinstance(first.spec, MixSpec)
    cancelled = threading.Event()
    with interruptible(cancelled):
        photo = open_photo(photo_service_for(photo_service), args, first.info, first.spec, progress)
        request = ApplyRequest(spec=first.spec, picture=photo.before)
        with engine_for(engine, catalog, exact=args.exact, on=args.on) as running:
            finished = run_job(running, request, cancelled, progress)
        if cancelled.is_set():
            raise Stopped
        photo.save(args.output, request, finished, overwrite=args.overwrite)
    with telling(args, args.output):
        _report(args, first, finished, photo.square, progress.notes)


def _check_settings(args: argparse.Namespace) -> None:
    """Raises SettingsError before any work."""
    given = {"seed": args.seed, "steps": args.steps}
    EditSettings(**{name: value for name, value in given.items() if value is not None})


def _report(args: argparse.Namespace, made: WantedLayer, finished: Finished, square: Square, notes: list[str]) -> None:
    if args.json:
        print_json(
            {
                "result": os.path.abspath(args.output),
                "presets": list(made.presets),
                "square": squares.square_json(square),
                "seconds": dict(finished.seconds),
                "recipe": dict(finished.recipe),
                "notes": notes,
            }
        )
    elif not args.quiet:
        say(f"Saved {args.output}: {made.title}, {finished.seconds.get('total', 0.0):.1f} s.", stdout())
