"""``rtedit learn``: a prompt learned once, on many pictures, kept as a preset."""

from __future__ import annotations

import argparse
import os
import threading
from pathlib import Path

import numpy as np

from rtedit_desktop.commands.outcome import UsageError
from rtedit_desktop.commands.running import chosen_pack, engine_for, interruptible, run_job
from rtedit_desktop.commands.terminal import Progress, print_json, say, stderr, stdout
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import PictureError, SaveError, shown_name
from rtedit_desktop.core.photo import PhotoDesk
from rtedit_desktop.core.preset import SUFFIX, PresetShelf
from rtedit_desktop.core.requests import LearnRequest
from rtedit_desktop.packs.catalog import Catalog

MOST_PICTURES = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt", metavar="PROMPT", help="what pictures should show, like “smiling face”")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help=f"a file ending in {SUFFIX} (default: among your presets)"
    )
    parser.add_argument("--source", metavar="TEXT", help="what the pictures show now (default: the pack's word)")
    parser.add_argument("--pack", metavar="ID", help="the model pack (default: the first of “rtedit packs”)")
    parser.add_argument("--images", metavar="DIR", type=Path, help="pictures to learn on (default: the pack's own)")
    parser.add_argument("--iterations", type=int, metavar="N", help="learning steps")
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed gives the same preset")
    parser.add_argument("--title", default="", help="what the preset is called (default: the prompt)")
    parser.add_argument("--author", default="", help="who made it")
    parser.add_argument("--licence", default="", help="on what terms it may be used")
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def run(
    args: argparse.Namespace, engine: Engine | None, desk: PhotoDesk | None, shelf: PresetShelf, catalog: Catalog
) -> None:
    """Learn and keep, or raise what ``outcome`` knows."""
    progress = Progress(stderr(), quiet=args.quiet)
    notes: list[str] = []
    info = chosen_pack(catalog, args.pack)
    source = info.source if args.source is None else args.source
    info.check_prompt(args.prompt, source)
    settings = info.learning_settings_for(args.prompt, iterations=args.iterations, seed=args.seed)
    title = args.title.strip() or args.prompt.strip()
    output = _checked(args.output) if args.output else None
    cancelled = threading.Event()
    with interruptible(cancelled):
        pictures: tuple[np.ndarray, ...] = ()
        if args.images:
            pictures, skipped = _pictures(args.images, desk, info.image_size)
            for text in skipped:
                notes.append(text)
                progress.note(text)
        request = LearnRequest(
            prompt=args.prompt,
            source=source,
            pack=info.id,
            output=output or shelf.new_path(title),
            title=title,
            author=args.author,
            licence=args.licence,
            pictures=pictures,
            settings=settings,
        )
        with engine_for(engine, catalog) as running:
            finished = run_job(running, request, cancelled, progress, notes)
    if args.json:
        print_json(
            {
                "preset": os.path.abspath(finished.preset or request.output),
                "score": finished.score,
                "steps": finished.steps_taken,
                "known_before": finished.instant,
                "seconds": dict(finished.seconds),
                "recipe": dict(finished.recipe),
                "notes": notes,
            }
        )
    elif not args.quiet:
        how = "nothing had to be learned" if finished.instant else f"{finished.steps_taken} learning steps"
        score = "" if finished.score is None else f", score {finished.score:.2f}"
        say(f"Saved {finished.preset or request.output}: {how}{score}.", stdout())


def _checked(output: Path) -> Path:
    """Find out before the work what would fail after it."""
    name = shown_name(output.name or str(output))
    if output.suffix.lower() != SUFFIX:
        raise UsageError(f"“{name}” is not the name of a preset.", f"Give a name that ends in {SUFFIX}.")
    folder = output.absolute().parent
    if output.is_dir() or not folder.is_dir():
        what = "it is a folder" if output.is_dir() else f"the folder {folder} does not exist"
        raise SaveError(f"Could not save {name}: {what}.", "Choose another place.")
    if not os.access(folder, os.W_OK):
        raise SaveError(f"Could not save {name}: the folder {folder} is read-only.", "Choose another folder.")
    return output


def _pictures(folder: Path, desk: PhotoDesk | None, size: int) -> tuple[tuple[np.ndarray, ...], list[str]]:
    """The middle squares of a folder's pictures, and what to tell of files that were left out."""
    if desk is None:
        from rtedit_desktop.imaging.desk import Desk

        desk = Desk()
    try:
        paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PictureError(f"The folder {folder} could not be read: {reason}.", "Choose another folder.") from error
    pictures: list[np.ndarray] = []
    skipped: list[str] = []
    for path in paths:
        if len(pictures) == MOST_PICTURES:
            skipped.append(f"The first {MOST_PICTURES} pictures are used.")
            break
        try:
            photo = desk.open(path)
        except PictureError as error:
            skipped.append(f"{error.what} It is left out.")
            continue
        pictures.append(desk.crop(photo, desk.centred_square(photo), size))
    if not pictures:
        raise PictureError(f"There is no picture to learn on in {folder}.", "Choose a folder with pictures.")
    return tuple(pictures), skipped
