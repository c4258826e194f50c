"""``rtedit learn``: learns a prompt on many pictures and keeps it as a preset."""

from __future__ import annotations

import argparse
import os
import threading
from pathlib import Path

import numpy as np

from rtedit_desktop.batch.seeing import looking_at_faces, seen
from rtedit_desktop.commands.shared.opened import photo_service_for, seen_in
from rtedit_desktop.commands.shared.outcome import Stopped, UsageError
from rtedit_desktop.commands.shared.outputs import check_preset, telling
from rtedit_desktop.commands.shared.paired_computer import add_on
from rtedit_desktop.commands.shared.running import (
    add_exact,
    checked_source,
    chosen_pack,
    engine_for,
    interruptible,
    run_job,
)
from rtedit_desktop.commands.shared.terminal import Progress, how_learned, print_json, say, stderr, stdout
from rtedit_desktop.core.edits import EditSettings, EditSpec
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import PictureError, PromptError, shown_name
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.picture_pairs import MOST_PAIRS, find_pairs, how_sure, read_pair, turned_round
from rtedit_desktop.core.preset import SUFFIX, PresetLibrary
from rtedit_desktop.core.requests import LearnRequest, Pair
from rtedit_desktop.packs.catalog import Catalog

MOST_PICTURES = 200
FEW_PAIRS = 5
_NAMED = 3
_NOT_SAVED = "no preset was saved"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt", metavar="PROMPT", help="what pictures should show, like “smiling face”")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, help=f"a file ending in {SUFFIX} (default: among your presets)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    parser.add_argument("--source", metavar="TEXT", help="what the pictures show now (default: the pack's word)")
    parser.add_argument("--pack", metavar="ID", help="the model pack (default: the first of “rtedit packs”)")
    parser.add_argument("--images", metavar="DIR", type=Path, help="pictures to learn on (default: the pack's own)")
    parser.add_argument(
        "--pairs",
        metavar="DIR",
        type=Path,
        nargs="+",
        help="learn an edit from pictures before and after it: one folder of name.before.jpg and name.after.jpg, or "
        "two folders with the same names; PROMPT only names the edit then",
    )
    parser.add_argument("--iterations", type=int, metavar="N", help="learning steps")
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed gives the same preset")
    parser.add_argument("--title", default="", help="what the preset is called (default: the prompt)")
    parser.add_argument("--author", default="", help="who made it")
    parser.add_argument("--licence", default="", help="on what terms it may be used")
    add_exact(parser)
    add_on(parser)
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def run(
    args: argparse.Namespace,
    engine: Engine | None,
    photo_service: PhotoService | None,
    library: PresetLibrary,
    catalog: Catalog,
) -> None:
    """Learn and keep, or raise what ``outcome`` knows."""
    progress = Progress(stderr(), quiet=args.quiet)
    if args.output:
        check_preset(args.output, overwrite=args.overwrite)
    info = chosen_pack(catalog, args.pack)
    if args.pairs:
        source, settings = _for_pairs(args, info)
    else:
        source = checked_source(info, args.prompt, args.source)
        settings = info.learning_settings_for(args.prompt, iterations=args.iterations, seed=args.seed)
    title = args.title.strip() or args.prompt.strip()
    cancelled = threading.Event()
    with interruptible(cancelled):
        pictures = (
            _pictures(photo_service_for(photo_service), args.images, info, cancelled, progress) if args.images else ()
        )
        pairs = _pairs(photo_service_for(photo_service), args.pairs, info, cancelled, progress) if args.pairs else ()
        if not args.output and _is_taken(title, library):
            progress.note(f"There is a preset called “{title}” already; --title tells them apart.")
        request = LearnRequest(
            spec=EditSpec(pack=info.id, prompt=args.prompt, source=source, settings=settings),
            output=args.output or library.new_path(title),
            title=title,
            author=args.author,
            licence=args.licence,
            pictures=pictures,
            pairs=pairs,
            overwrite=args.overwrite,
        )
        try:
            with engine_for(engine, catalog, exact=args.exact, on=args.on) as running:
                finished = run_job(running, request, cancelled, progress)
        except (Stopped, KeyboardInterrupt) as stop:
            todo = "" if pairs else "The same command goes on from there, or from half a minute before."
            raise Stopped(_NOT_SAVED, todo) from stop
    saved = finished.preset or request.output
    with telling(args, saved):
        _report(args, saved, finished, progress.notes)


def _for_pairs(args: argparse.Namespace, info: PackInfo) -> tuple[str, EditSettings]:
    """The source text and the settings of an edit that is learned from pairs. Raises UsageError, PromptError."""
    if args.images:
        raise UsageError("--pairs and --images exclude each other.", "Give one of them.")
    if len(args.pairs) > 2:
        raise UsageError("--pairs takes one folder or two.", "Give the before and the after pictures' folders.")
    if not args.prompt.strip():
        raise PromptError("The edit has no name yet.", "Say what it does, like “with sunglasses”.")
    return args.source or info.source, info.pair_settings(iterations=args.iterations, seed=args.seed)


def _pairs(
    photo_service: PhotoService, folders: list[Path], info: PackInfo, cancelled: threading.Event, progress: Progress
) -> tuple[Pair, ...]:
    """The pairs of a folder as the model sees them; those that do not fit are noted and left out."""
    faceless: list[bool] = []
    no_face = False

    def square_of(photo: Photo) -> Square:
        nonlocal no_face
        found = seen(photo_service, photo, looking_at_faces(info))
        no_face = found.faceless
        return found.square

    pairs: list[Pair] = []
    names: list[str] = []
    files = find_pairs(*folders)
    if len(files) > MOST_PAIRS:
        progress.note(f"Only the first {MOST_PAIRS} pairs are used.")
    for one in files[:MOST_PAIRS]:
        if cancelled.is_set():
            raise Stopped(_NOT_SAVED)
        no_face = False
        try:
            pair, notes = read_pair(photo_service, one, info.image_size, square_of)
        except PictureError as error:
            if len(files) == 1:
                raise
            progress.note(f"{error.what} They are left out.")
            continue
        pairs.append(pair)
        names.append(shown_name(one.before.name))
        faceless.append(no_face)
        for note in notes:
            progress.note(note)
    if not pairs:
        raise PictureError("None of the pairs can be learned from.", "The notes say why.")
    if any(faceless):
        progress.note(f"In {sum(faceless)} of {len(pairs)} pictures no face was found; their middles are used.")
    if swapped := turned_round(pairs):
        few = ", ".join(names[at] for at in swapped[:_NAMED]) + (" and others" if len(swapped) > _NAMED else "")
        opposite = f"In {few} the change goes the opposite way of the other pairs"
        progress.note(f"{opposite}: look whether before and after are swapped.")
    if len(pairs) == 1:
        progress.note("One pair teaches what it does to this one picture; ten or more teach it surely.")
    elif len(pairs) < FEW_PAIRS:
        progress.note(f"Of {len(pairs)} pairs only what they share can be learned; ten or more teach it surely.")
    return tuple(pairs)


def _is_taken(title: str, library: PresetLibrary) -> bool:
    return title.casefold() in (preset.title.casefold() for preset in library.presets())


def _pictures(
    photo_service: PhotoService, folder: Path, info: PackInfo, cancelled: threading.Event, progress: Progress
) -> tuple[np.ndarray, ...]:
    """The squares of a folder's pictures that the pack wants; files that are none are noted and left out."""
    pictures: list[np.ndarray] = []
    faceless = 0
    for found in seen_in(photo_service, folder, info):
        if cancelled.is_set():
            raise Stopped(_NOT_SAVED)
        if len(pictures) == MOST_PICTURES:
            progress.note(f"Only the first {MOST_PICTURES} pictures of {folder} are used.")
            break
        if isinstance(found, PictureError):
            progress.note(f"{found.what} It is left out.")
        else:
            pictures.append(found.before)
            faceless += found.faceless
    if not pictures:
        raise PictureError(f"There is no picture to learn on in {folder}.", "Choose a folder with pictures.")
    if faceless:
        progress.note(f"In {faceless} of {len(pictures)} pictures no face was found; their middles are used.")
    return tuple(pictures)


def _report(args: argparse.Namespace, saved: Path, finished: Finished, notes: list[str]) -> None:
    """What was made, for a person or for a program."""
    if args.json:
        print_json(
            {
                "preset": os.path.abspath(saved),
                "score": finished.score,
                "steps": finished.steps_taken,
                "known_before": finished.instant,
                "seconds": dict(finished.seconds),
                "recipe": dict(finished.recipe),
                "notes": notes,
            }
        )
    elif not args.quiet:
        sure = f" {how_sure(finished.score)}" if args.pairs and finished.score is not None else ""
        say(f"Saved {saved}: {how_learned(finished)}.{sure}", stdout())
