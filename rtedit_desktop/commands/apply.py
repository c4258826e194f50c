"""``rtedit apply``: applies presets to one picture, each with its own strength."""

from __future__ import annotations

import argparse
import difflib
import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path

from rtedit_desktop.commands.shared import squares
from rtedit_desktop.commands.shared.opened import open_photo, photo_service_for
from rtedit_desktop.commands.shared.outcome import Stopped, UsageError
from rtedit_desktop.commands.shared.outputs import check_picture, telling
from rtedit_desktop.commands.shared.running import add_exact, engine_for, interruptible, run_job
from rtedit_desktop.commands.shared.terminal import Progress, print_json, say, stderr, stdout
from rtedit_desktop.core.edits import MAX_STRENGTH, EditSettings, MixSpec, PresetUse
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import PackMissing, PresetError
from rtedit_desktop.core.events import Finished
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.core.preset import SUFFIX, PresetInfo, PresetLibrary
from rtedit_desktop.core.requests import ApplyRequest
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
    parser.add_argument("--pack", metavar="ID", help="whose preset, where packs have presets of one name")
    parser.add_argument("--steps", type=int, metavar="N", help="decoding steps")
    parser.add_argument("--seed", type=int, metavar="N", help="another noise (default: the preset's own)")
    squares.add_arguments(parser)
    add_exact(parser)
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
    requested = [split(given) for given in args.preset]
    presets, info = find_all(library, [name for name, _ in requested], catalog, args.pack)
    uses = tuple(PresetUse(preset.path, strength) for preset, (_, strength) in zip(presets, requested, strict=True))
    cancelled = threading.Event()
    with interruptible(cancelled):
        photo = open_photo(photo_service_for(photo_service), args, info, progress)
        spec = MixSpec(pack=info.id, uses=uses, seed=args.seed, steps=args.steps)
        request = ApplyRequest(spec=spec, picture=photo.before)
        with engine_for(engine, catalog, exact=args.exact) as running:
            finished = run_job(running, request, cancelled, progress)
        if cancelled.is_set():
            raise Stopped
        photo.save(args.output, request, finished)
    with telling(args, args.output):
        _report(args, presets, uses, finished, photo.square, progress.notes)


def split(given: str) -> tuple[str, float]:
    """A name and a strength; only a number after the last colon is one, so “C:\\my.rtpreset” is a name.

    Raises UsageError for a strength out of its range.
    """
    match = _STRENGTH.fullmatch(given)
    name, strength = (match["name"], float(match["strength"])) if match else (given, 1.0)
    if not 0 <= strength <= MAX_STRENGTH:
        raise UsageError(
            f"The strength of “{name}” is {strength:g}, which is out of range.",
            f"Give it a value from 0 to {MAX_STRENGTH:g}; if the number belongs to the name, write “{given}:1”.",
        )
    return name, strength


def find_all(
    library: PresetLibrary, names: list[str], catalog: Catalog, wanted: str | None
) -> tuple[list[PresetInfo], PackInfo]:
    """The presets of these names or paths, and the pack that they are for.

    Where presets of several packs have a name, the pack ``wanted`` decides, else the first installed one that has a
    preset of every name.
    """
    packs = [wanted] if wanted is not None else [pack.id for pack in catalog.packs()]
    for pack in packs:
        presets = [find(library, name, [pack, *packs]) for name in names]
        if all(preset.spec.pack == pack for preset in presets):
            return presets, pack_of(presets, catalog)
    presets = [find(library, name, packs) for name in names]
    info = pack_of(presets, catalog)
    if wanted is not None:
        raise PresetError(
            f"“{presets[0].title}” was made for the model pack “{info.id}”, and not for “{wanted}”.",
            "Leave --pack out, or choose another preset.",
        )
    return presets, info


def find(library: PresetLibrary, name: str, packs: Sequence[str] = ()) -> PresetInfo:
    """The preset of that name or path; for an unknown one the error names what is close to it."""
    try:
        return library.find(name, packs)
    except PresetError as error:
        close = _close_to(name, [preset.title for preset in library.presets()])
        if not close or _is_file(name):  # what is wrong with a file is more to the point
            raise
        raise PresetError(error.what, f"Did you mean {' or '.join(f'“{title}”' for title in close)}?") from error


def _close_to(name: str, titles: list[str]) -> list[str]:
    """Up to three titles that look like a name, or like a file's; none when several have the very name."""
    by_words = {title.casefold(): title for title in titles}
    stem = re.split(r"[/\\]", name)[-1].removesuffix(SUFFIX)
    wanted = [word.strip().casefold() for word in (name, stem)]
    if any(word in by_words for word in wanted):
        return []
    return [by_words[word] for word in difflib.get_close_matches(wanted[1], by_words, n=3, cutoff=0.5)]


def _is_file(name: str) -> bool:
    return name.lower().endswith(SUFFIX) and os.path.lexists(os.path.expanduser(name))


def _check_settings(args: argparse.Namespace) -> None:
    """Raises SettingsError before any work."""
    given = {"seed": args.seed, "steps": args.steps}
    EditSettings(**{name: value for name, value in given.items() if value is not None})


def pack_of(presets: list[PresetInfo], catalog: Catalog) -> PackInfo:
    packs = sorted({preset.spec.pack for preset in presets})
    if len(packs) > 1:
        raise PresetError(
            f"These presets were made for different model packs: {', '.join(packs)}.",
            "Apply those of one pack first, and the others to its result.",
        )
    try:
        return catalog.manifest(packs[0]).info
    except PackMissing as error:
        what = f"“{presets[0].title}” needs the model pack “{packs[0]}”, which is not installed."
        raise PackMissing(what, error.todo) from error


def _report(
    args: argparse.Namespace,
    presets: list[PresetInfo],
    uses: tuple[PresetUse, ...],
    finished: Finished,
    square: Square,
    notes: list[str],
) -> None:
    if args.json:
        print_json(
            {
                "result": os.path.abspath(args.output),
                "presets": [{"title": p.title, "strength": u.strength} for p, u in zip(presets, uses, strict=True)],
                "square": squares.square_json(square),
                "seconds": dict(finished.seconds),
                "recipe": dict(finished.recipe),
                "notes": notes,
            }
        )
    elif not args.quiet:
        what = " and ".join(f"{p.title} at {100 * u.strength:g} %" for p, u in zip(presets, uses, strict=True))
        say(f"Saved {args.output}: {what}, {finished.seconds.get('total', 0.0):.1f} s.", stdout())
