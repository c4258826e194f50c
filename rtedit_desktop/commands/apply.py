"""``rtedit apply``: learned edits on one picture, each as strong as it is asked for."""

from __future__ import annotations

import argparse
import difflib
import os
import re
import threading
from pathlib import Path

from rtedit_desktop.commands.outcome import Stopped, UsageError
from rtedit_desktop.commands.running import check_output, engine_for, interruptible, run_job
from rtedit_desktop.commands.terminal import Progress, print_json, say, stderr, stdout
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.photo import PhotoDesk
from rtedit_desktop.core.preset import PresetInfo, PresetShelf
from rtedit_desktop.core.requests import MAX_STRENGTH, ApplyRequest, PresetUse
from rtedit_desktop.packs.catalog import Catalog

_STRENGTH = re.compile(r"(?P<name>.+):(?P<strength>[+-]?(\d+\.?\d*|\.\d+))")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", metavar="IN", type=Path, help="the picture; it is not changed")
    parser.add_argument(
        "--preset",
        metavar="NAME_OR_FILE[:STRENGTH]",
        action="append",
        required=True,
        help="a learned edit and how much of it, 0 to 1.5 (default 1); may be given several times",
    )
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="where the result goes")
    parser.add_argument("--overwrite", action="store_true", help="let OUT be IN")
    parser.add_argument("--steps", type=int, metavar="N", help="decoding steps")
    parser.add_argument("--seed", type=int, metavar="N", help="another noise (default: the preset's own)")
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def run(
    args: argparse.Namespace, engine: Engine | None, desk: PhotoDesk | None, shelf: PresetShelf, catalog: Catalog
) -> None:
    """Apply and save, or raise what ``outcome`` knows."""
    progress = Progress(stderr(), quiet=args.quiet)
    notes: list[str] = []
    check_output(args)
    wished = [split(given) for given in args.preset]
    presets = [find(shelf, name) for name, _ in wished]
    pack = _pack_of(presets)
    info = catalog.manifest(pack).info
    uses = tuple(PresetUse(preset.path, strength) for preset, (_, strength) in zip(presets, wished, strict=True))
    if desk is None:
        from rtedit_desktop.imaging.desk import Desk

        desk = Desk()
    cancelled = threading.Event()
    with interruptible(cancelled):
        photo = desk.open(args.picture)
        for text in photo.notes:
            notes.append(text)
            progress.note(text)
        square = desk.centred_square(photo)
        before = desk.crop(photo, square, info.image_size)
        request = ApplyRequest(picture=before, pack=pack, uses=uses, seed=args.seed, steps=args.steps)
        with engine_for(engine, catalog) as running:
            finished = run_job(running, request, cancelled, progress, notes)
        if cancelled.is_set():
            raise Stopped
        if finished.picture is None:
            raise RuntimeError("The job made no picture")
        desk.save(args.output, photo, desk.paste(photo, square, before, finished.picture))
    _tell(args, presets, uses, finished, notes)


def split(given: str) -> tuple[str, float]:
    """A name and a strength; only a number after the last colon is one, so “C:\\my.rtpreset” is a name.

    Raises UsageError for a strength out of its range.
    """
    match = _STRENGTH.fullmatch(given)
    name, strength = (match["name"], float(match["strength"])) if match else (given, 1.0)
    if not 0 <= strength <= MAX_STRENGTH:
        raise UsageError(
            f"The strength of “{name}” is {strength:g}, which is out of range.",
            f"Give it a value from 0 to {MAX_STRENGTH:g}.",
        )
    return name, strength


def find(shelf: PresetShelf, name: str) -> PresetInfo:
    """The preset of that name or path; for an unknown one the error names what is close to it."""
    try:
        return shelf.find(name)
    except PresetError as error:
        titles = [preset.title for preset in shelf.presets()]
        close = difflib.get_close_matches(name, titles, n=3, cutoff=0.5)
        if not close or type(error) is not PresetError:
            raise
        raise PresetError(error.what, f"Did you mean {' or '.join(f'“{title}”' for title in close)}?") from error


def _pack_of(presets: list[PresetInfo]) -> str:
    packs = sorted({preset.pack for preset in presets})
    if len(packs) > 1:
        raise PresetError(
            f"These presets were made for different model packs: {', '.join(packs)}.",
            "Apply those of one pack first, and the others to its result.",
        )
    return packs[0]


def _tell(
    args: argparse.Namespace,
    presets: list[PresetInfo],
    uses: tuple[PresetUse, ...],
    finished: Finished,
    notes: list[str],
) -> None:
    if args.json:
        print_json(
            {
                "result": os.path.abspath(args.output),
                "presets": [{"title": p.title, "strength": u.strength} for p, u in zip(presets, uses, strict=True)],
                "seconds": dict(finished.seconds),
                "recipe": dict(finished.recipe),
                "notes": notes,
            }
        )
    elif not args.quiet:
        what = " and ".join(f"{p.title} at {100 * u.strength:g} %" for p, u in zip(presets, uses, strict=True))
        say(f"Saved {args.output}: {what}, {finished.seconds.get('total', 0.0):.1f} s.", stdout())
