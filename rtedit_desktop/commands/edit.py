"""``rtedit edit``: edits one picture by one prompt."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import threading
from pathlib import Path

import numpy as np

from rtedit_desktop.commands.shared import squares
from rtedit_desktop.commands.shared.layers import LayerOption, add_then, layers_after, layers_of
from rtedit_desktop.commands.shared.opened import open_photo, photo_service_for
from rtedit_desktop.commands.shared.outcome import JobFailed, Stopped, UsageError
from rtedit_desktop.commands.shared.outputs import check_picture, check_preset, same_file, telling
from rtedit_desktop.commands.shared.paired_computer import add_on
from rtedit_desktop.commands.shared.quick import add_quick, is_quick, note_quick
from rtedit_desktop.commands.shared.running import (
    add_exact,
    checked_source,
    chosen_pack,
    engine_for,
    interruptible,
    run_job,
)
from rtedit_desktop.commands.shared.stacked import run_stack
from rtedit_desktop.commands.shared.terminal import Progress, how_learned, print_json, say, stderr, stdout
from rtedit_desktop.core.edits import ENCODINGS, EditSettings, EditSpec
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import SaveError, shown_name
from rtedit_desktop.core.events import Adapting, DecodeStep, Event, Finished
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.core.preset import PresetLibrary
from rtedit_desktop.core.requests import EditRequest, KeepRequest
from rtedit_desktop.packs.catalog import Catalog


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", metavar="IN", type=Path, help="the picture; it is not changed")
    parser.add_argument("prompt", metavar="PROMPT", help="what the picture should show, like “smiling face”")
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="where the result goes")
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there, but never IN")
    parser.add_argument(
        "--source", metavar="TEXT", action=LayerOption, help="what the picture shows now (default: the pack's word)"
    )
    parser.add_argument(
        "--pack", metavar="ID", action=LayerOption, help="the model pack (default: the first of “rtedit packs”)"
    )
    parser.add_argument(
        "--strength", type=float, metavar="X", action=LayerOption, help="0 to 1.5 (default: 1, the edit as learned)"
    )
    parser.add_argument("--keep", metavar="FILE.rtpreset", type=Path, help="also keep what was learned, as a preset")
    parser.add_argument("--save-steps", metavar="DIR", type=Path, help="write every preview and step as PNG")
    add_then(parser)
    parser.add_argument(
        "--preset",
        metavar="NAME_OR_FILE[:STRENGTH]",
        action=LayerOption,
        help="behind --then: a learned edit and how much of it, 0 to 1.5 (default: as saved); may be repeated",
    )
    squares.add_arguments(parser)
    add_exact(parser)
    add_on(parser)
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    _add_advanced(parser)


def _add_advanced(parser: argparse.ArgumentParser) -> None:
    usual = EditSettings()
    group = parser.add_argument_group(
        "advanced", "Without them each is as the pack recommends it for the prompt; most often as given here."
    )
    group.add_argument(
        "--seed", type=int, metavar="N", action=LayerOption, help="another number is another variation (default: 0)"
    )
    group.add_argument(
        "--t0",
        type=int,
        metavar="N",
        help=f"how deep the picture is noised, 1 to 999; less keeps more detail (most often {usual.t0})",
    )
    add_quick(group)
    group.add_argument("--steps", type=int, metavar="N", help=f"decoding steps (most often {usual.steps})")
    group.add_argument(
        "--iterations", type=int, metavar="N", help=f"learning steps at most (most often {usual.iterations})"
    )
    group.add_argument(
        "--encoding",
        choices=ENCODINGS,
        help=f"noise, or a DDIM inversion, slower and closer (most often {usual.encoding})",
    )
    group.add_argument(
        "--no-preserve", action="store_true", help="do not keep the pixels the edit leaves alone (they are kept)"
    )


def run(
    args: argparse.Namespace,
    engine: Engine | None,
    photo_service: PhotoService | None,
    catalog: Catalog,
    library: PresetLibrary | None = None,
) -> None:
    """Edit and save, or raise what ``outcome`` knows.

    Collaborators that are not given are made as late as possible, because torch takes seconds; a ``library`` is needed
    where ``wants_presets``.
    """
    progress = Progress(stderr(), quiet=args.quiet)
    check_picture(args.output, args.picture, overwrite=args.overwrite)
    if args.keep:
        check_preset(args.keep, overwrite=args.overwrite)
    if args.save_steps:
        _check_steps(args.save_steps, overwrite=args.overwrite)
    if args.preset:
        raise UsageError("--preset belongs behind --then.", "“rtedit apply” begins with a preset.")
    info = chosen_pack(catalog, args.pack)
    source = checked_source(info, args.prompt, args.source)
    if unsure := info.unsure_about(args.prompt):
        progress.note(f"{info.title} is often unsure about “{', '.join(unsure)}”.")
    note_quick(args, info, progress)
    settings = info.settings_for(
        args.prompt,
        quick=is_quick(args),
        t0=args.t0,
        steps=args.steps,
        iterations=args.iterations,
        strength=args.strength,
        seed=args.seed,
        encoding=args.encoding,
        preserve=False if args.no_preserve else None,
        preview_every=1 if args.save_steps else 0,
    )
    spec = EditSpec(pack=info.id, prompt=args.prompt, source=source, settings=settings)
    first = layers_of(spec, info, args.prompt, vars(args))
    if args.then or (len(first) > 1 and not (args.keep or args.save_steps)):
        if args.keep or args.save_steps:
            raise UsageError("--keep and --save-steps are for one edit alone.", "Leave them out, or --then.")
        layers = layers_after(first, args, catalog, library)
        run_stack(args, layers, engine, photo_service, catalog, progress)
        return
    photo_service = photo_service_for(photo_service)
    cancelled = threading.Event()
    with interruptible(cancelled):
        photo = open_photo(photo_service, args, info, spec, progress)
        steps = _StepFiles(args.save_steps, args.picture, photo_service) if args.save_steps else None
        request = EditRequest(spec=spec, picture=photo.before)
        with engine_for(engine, catalog, exact=args.exact, on=args.on) as running:
            finished = run_job(running, request, cancelled, progress, steps.keep if steps else None)
            if cancelled.is_set():
                raise Stopped
            photo.save(args.output, request, finished, overwrite=args.overwrite)
            square = photo.square
            kept = _keep(args, running, request, cancelled, progress) if args.keep else None
    with telling(args, args.output):
        _report(args, finished, kept, square, progress.notes)


def _keep(
    args: argparse.Namespace, engine: Engine, request: EditRequest, cancelled: threading.Event, progress: Progress
) -> Path:
    """What was learned, as a preset: its file. Whatever comes of it, the picture is saved by now."""
    name = shown_name(args.output.name)
    keep = KeepRequest(edit=request, output=args.keep, overwrite=args.overwrite)
    try:
        return run_job(engine, keep, cancelled, progress).preset or args.keep
    except (Stopped, KeyboardInterrupt) as stop:
        raise Stopped(f"{name} is saved, the preset is not") from stop
    except JobFailed as error:
        error.what = f"{name} is saved, the preset is not. {error.what}"
        raise


_STEP = re.compile(r"\d{3,}-(learning|decoding)-.+\.png")


def _check_steps(folder: Path, *, overwrite: bool) -> None:
    """Steps of two edits in one folder would be told apart by nobody. Raises SaveError."""
    with contextlib.suppress(OSError):  # what is wrong with the folder is said when it is made
        if not overwrite and any(_STEP.fullmatch(name) for name in os.listdir(folder)):
            raise SaveError(
                f"The folder {folder} has steps of another edit already.",
                "Choose another folder, or add --overwrite to replace them.",
            )


class _StepFiles:
    """Writes the pictures of --save-steps into a folder; owns their running number."""

    def __init__(self, folder: Path, source: Path, photo_service: PhotoService) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SaveError(f"The folder {folder} cannot be made: {reason}.", "Choose another folder.") from error
        self._folder, self._source, self._photo_service, self._count = folder, source, photo_service, 0

    def keep(self, event: Event) -> None:
        match event:
            case Adapting(preview=np.ndarray() as picture):
                self._write(f"learning-{event.step:03d}", picture)
            case DecodeStep():
                self._write(f"decoding-{event.index:02d}-t{event.t:03d}", event.picture)

    def _write(self, name: str, picture: np.ndarray) -> None:
        self._count += 1
        path = self._folder / f"{self._count:03d}-{name}.png"
        if same_file(path, self._source):
            raise SaveError(f"The step {path.name} would replace the input picture.", "Choose another folder.")
        photo = self._photo_service.from_pixels(picture, path.stem)
        self._photo_service.save(path, photo, picture)


def _report(args: argparse.Namespace, finished: Finished, kept: Path | None, square: Square, notes: list[str]) -> None:
    """The result, for a person or for a program."""
    if args.json:
        print_json(
            {
                "result": os.path.abspath(args.output),
                "score": finished.score,
                "steps": finished.steps_taken,
                "known_before": finished.instant,
                "preset": os.path.abspath(kept) if kept else None,
                "square": squares.square_json(square),
                "seconds": dict(finished.seconds),
                "recipe": dict(finished.recipe),
                "notes": notes,
            }
        )
    elif not args.quiet:
        saved = f"{args.output} and {kept}" if kept else f"{args.output}"
        say(f"Saved {saved}: {how_learned(finished)}.", stdout())
