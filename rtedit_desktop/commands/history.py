"""``rtedit history``: lists and saves what was made in the window."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from rtedit_desktop.commands.shared.opened import photo_service_for
from rtedit_desktop.commands.shared.outcome import UsageError
from rtedit_desktop.commands.shared.outputs import check_picture, telling
from rtedit_desktop.commands.shared.squares import square_json
from rtedit_desktop.commands.shared.terminal import Progress, print_json, say, size, stderr, stdout
from rtedit_desktop.core.edits import EditSpec, Spec
from rtedit_desktop.core.errors import HistoryError, SaveError
from rtedit_desktop.core.history import Entry, Reopened, Work
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.core.stack import Layer, composed, strength_of
from rtedit_desktop.history.journal import FolderJournal, own_journal
from rtedit_desktop.support.recipe_text import recipe_text
from rtedit_desktop.support.restoring.restored_photo import restored_photo
from rtedit_desktop.support.stacks.text import stack_text


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Sub-commands; ``shared`` holds the options that all commands have."""
    what = parser.add_subparsers(dest="history_command", required=True, metavar="list|show|save|empty")
    for name, text in (
        ("list", "list the photos that there are results of, the latest first"),
        ("show", "list the results of one photo in the order they were made"),
        ("save", "save a result at its photo's own size"),
        ("empty", "remove all but what a window has open, and what a crash left for the next one to offer"),
    ):
        command = what.add_parser(name, parents=[shared], help=text, description=f"{text.capitalize()}.")
        if name in ("show", "save"):
            command.add_argument(
                "work", metavar="ID", nargs="?", help="of “list”, or its beginning (default: the latest)"
            )
        if name == "empty":
            command.add_argument("--all", action="store_true", help="remove what a crash left too")
        if name == "save":
            command.add_argument("number", metavar="N", nargs="?", type=int, help="of “show” (default: the newest)")
            command.add_argument(
                "-o", "--output", metavar="OUT", type=Path, required=True, help="where the result goes"
            )
            command.add_argument(
                "--overwrite", action="store_true", help="replace a file that is there, but never the photo"
            )
            command.add_argument("--strip-metadata", action="store_true", help="leave out what is personal")
            command.add_argument(
                "--embed-recipe", action="store_true", help="write what was done into the result's XMP"
            )
            command.add_argument("--quiet", action="store_true", help="print errors only")


def run(args: argparse.Namespace, photo_service: PhotoService | None, journal: FolderJournal | None = None) -> None:
    """Nothing here takes a work away from a window that has it open, nor, without ``empty --all``, from the next start.

    Raises HistoryError for a work that is not there or not readable, SaveError, and UsageError.
    """
    journal = journal or own_journal()
    match args.history_command:
        case "list":
            _list(args, journal)
        case "show":
            _show(args, journal.read(_chosen(journal, args.work).id))
        case "save":
            _save(args, photo_service_for(photo_service), journal.read(_chosen(journal, args.work).id))
        case _:
            _empty(args, journal)


def _list(args: argparse.Namespace, journal: FolderJournal) -> None:
    works = journal.all_works()
    if args.json:
        print_json({"works": [_work_json(work) for work in works]})
    elif not works:
        say("There is no earlier work.", stdout())
    else:
        for work in works:
            say(f"{work.id}  {_when(work.changed)}  {_count(work.results)}  {work.name}", stdout())


def _show(args: argparse.Namespace, found: Reopened) -> None:
    if args.json:
        results = [_result_json(number, entry) for number, entry in enumerate(found.entries, start=1)]
        print_json({**_work_json(found.work), "results": results, "notes": list(found.notes)})
        return
    for note in found.notes:
        say(f"Note: {note}", stderr())
    for number, entry in enumerate(found.entries, start=1):
        more = ", limited to a region" if entry.region is not None else ""
        say(f"{number:3}  {_when(entry.made)}  {_titles(entry)}, {_amounts(entry)}{more}", stdout())


def _save(args: argparse.Namespace, photo_service: PhotoService, found: Reopened) -> None:
    progress = Progress(stderr(), quiet=args.quiet)
    check_picture(args.output, found.work.path, overwrite=args.overwrite)
    photo = restored_photo(found, photo_service)
    for note in photo.notes:
        progress.note(note)
    number = len(found.entries) if args.number is None else args.number
    if not 1 <= number <= len(found.entries):
        has = _count(len(found.entries))
        raise UsageError(f"There is no result {number}: {found.work.name} has {has}.", "See “show”.")
    entry = found.entries[number - 1]
    recipe = ""
    if args.embed_recipe:
        alone = not entry.below and entry.on
        recipe = recipe_text(entry.request.spec, entry.recipe, entry.square) if alone else stack_text(entry.layers)
    pixels = composed(photo_service, photo, entry.layers).pixels
    photo_service.save(
        args.output, photo, pixels, impersonal=args.strip_metadata, recipe=recipe, overwrite=args.overwrite
    )
    with telling(args, args.output):
        if args.json:
            data = _result_json(number, entry)
            print_json({"result": str(args.output.absolute()), **data, "notes": progress.notes})
        elif not args.quiet:
            say(f"Saved {args.output}: {_titles(entry)}, {_amounts(entry)}.", stdout())


def _empty(args: argparse.Namespace, journal: FolderJournal) -> None:
    count, taken = journal.count(), journal.size()
    try:
        journal.clear(unfinished=args.all)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(
            f"Not all of the earlier work could be removed: {reason}.",
            f"Look whether you may write in {journal.folder}.",
        ) from error
    left, freed = journal.count(), taken - journal.size()
    if args.json:
        print_json({"removed": count - left, "left": left, "freed": freed})
    elif not count:
        say("There was nothing to remove.", stdout())
    else:
        photos = "one photo" if count - left == 1 else f"{count - left} photos"
        more = f" {left} left: open in a window, or not closed before a crash (--all)." if left else ""
        say(f"Removed the work on {photos}, {size(freed)}.{more}", stdout())


def _chosen(journal: FolderJournal, given: str | None) -> Work:
    works = journal.all_works()
    if not works:
        raise HistoryError("There is no earlier work.", "Every result of the window is kept from its first edit on.")
    if given is None:
        return works[0]
    fitting = [work for work in works if work.id.startswith(given)]
    if len(fitting) != 1:
        what = "no work" if not fitting else "more than one work"
        raise HistoryError(f"There is {what} whose id begins with “{given}”.", "“rtedit history list” has them all.")
    return fitting[0]


def _work_json(work: Work) -> dict[str, Any]:
    path = str(work.path) if work.path is not None else None
    return {"id": work.id, "name": work.name, "photo": path, "results": work.results, "changed": work.changed}


def _result_json(number: int, entry: Entry) -> dict[str, Any]:
    spec = entry.request.spec
    data: dict[str, Any] = {"number": number, "made": entry.made, "pack": spec.pack, "picked": entry.picked}
    if isinstance(spec, EditSpec):
        data |= {"prompt": spec.prompt, "source": spec.source, "strength": spec.settings.strength}
        data |= {"seed": spec.settings.seed}
    else:
        data |= {"presets": [{"file": use.path.name, "strength": use.strength} for use in spec.uses]}
        data |= {"seed": spec.seed}
    if entry.below or not entry.on:
        data |= {"layers": [_layer_json(layer) for layer in entry.layers]}
    data |= {"square": square_json(entry.square), "region": entry.region is not None, "score": entry.score}
    return data


def _layer_json(layer: Layer) -> dict[str, Any]:
    return {
        "what": _title(layer.request.spec),
        "pack": layer.request.spec.pack,
        "strength": list(strength_of(layer.request.spec)),
        "on": layer.on,
        "region": layer.region is not None,
        "square": square_json(layer.square),
    }


def _titles(entry: Entry) -> str:
    """What was done, one after the other, without what is switched off."""
    return entry.name or ", then ".join(_title(layer.request.spec) for layer in entry.layers if layer.on) or "nothing"


def _title(spec: Spec) -> str:
    return spec.prompt if isinstance(spec, EditSpec) else " + ".join(use.path.stem for use in spec.uses)


def _amounts(entry: Entry) -> str:
    if entry.picked:
        return "a step on the way"
    spec = entry.request.spec
    if isinstance(spec, EditSpec):
        return f"{spec.settings.strength:.0%}, seed {spec.settings.seed}"
    return " + ".join(f"{use.strength:.0%}" for use in spec.uses)


def _count(results: int) -> str:
    return "one result" if results == 1 else f"{results} results"


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
