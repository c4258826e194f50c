"""``rtedit batch``: makes the same edit of many photos, one after the other."""

from __future__ import annotations

import argparse
import contextlib
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rtedit_desktop.batch.control import Control
from rtedit_desktop.batch.events import BatchEnded, BatchEvent, Began, PhotoBegan, PhotoEnded, PhotoNote, PhotoWorking
from rtedit_desktop.batch.naming import FIELDS, FORMATS, KEEP, USUAL, Naming
from rtedit_desktop.batch.plan import Batch, Task
from rtedit_desktop.batch.record import Record
from rtedit_desktop.batch.running import run as run_batch
from rtedit_desktop.commands.shared.layers import (
    LayerOption,
    WantedLayer,
    add_then,
    by_presets,
    layers_after,
    layers_of,
)
from rtedit_desktop.commands.shared.opened import photo_service_for
from rtedit_desktop.commands.shared.outcome import CANCELLED, OK, PICTURE, SOME, Stopped, UsageError
from rtedit_desktop.commands.shared.outputs import telling
from rtedit_desktop.commands.shared.paired_computer import add_on
from rtedit_desktop.commands.shared.quick import add_quick, is_quick, note_quick
from rtedit_desktop.commands.shared.running import add_exact, chosen_pack, engine_for, interruptible
from rtedit_desktop.commands.shared.terminal import Progress, print_json, say, stderr, stdout
from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import shown_name
from rtedit_desktop.core.events import Loading
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.core.preset import PresetLibrary
from rtedit_desktop.core.stack import LayerSpec, StackSpec
from rtedit_desktop.packs.catalog import Catalog


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs", metavar="IN", type=Path, nargs="*", help="photos, and folders of photos; they are not changed"
    )
    parser.add_argument(
        "--preset",
        metavar="NAME_OR_FILE[:STRENGTH]",
        action=LayerOption,
        help="a learned edit and how much of it, 0 to 1.5 (default: as saved); may be given several times",
    )
    parser.add_argument(
        "--prompt", metavar="TEXT", action=LayerOption, help="what each photo should show; it is learned on each anew"
    )
    add_then(parser, "--pack, --source, --strength and --seed behind it are for that edit")
    parser.add_argument("-o", "--output", metavar="FOLDER", type=Path, required=True, help="where the results go")
    fields = ", ".join(f"{{{name}}}" for name in FIELDS)
    parser.add_argument(
        "--name", metavar="TEMPLATE", default=USUAL, help=f"what results are called, with {fields} (default: {USUAL})"
    )
    parser.add_argument(
        "--format", choices=FORMATS, default=KEEP, help="of the results (default: keep that of each photo)"
    )
    parser.add_argument("--recursive", action="store_true", help="take folders inside of folders too")
    parser.add_argument("--overwrite", action="store_true", help="replace what a batch made there before, nothing else")
    parser.add_argument(
        "--resume", action="store_true", help="go on with what was last begun in FOLDER; nothing else need be given"
    )
    parser.add_argument("--seed", type=int, metavar="N", action=LayerOption, help="another noise")
    pack = "the model pack (default: the first, or with --preset that of the preset)"
    parser.add_argument("--pack", metavar="ID", action=LayerOption, help=pack)
    parser.add_argument("--source", metavar="TEXT", action=LayerOption, help="with --prompt: what the photos show now")
    parser.add_argument(
        "--strength", type=float, metavar="X", action=LayerOption, help="with --prompt: 0 to 1.5 (default 1)"
    )
    parser.add_argument("--embed-recipe", action="store_true", help="write what was done into the XMP of each result")
    parser.add_argument("--strip-metadata", action="store_true", help="leave out who, where and with which camera")
    add_exact(parser)
    add_quick(parser)
    add_on(parser)
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="let the machines of a Ray cluster do the edits: auto, HOST:PORT of its head, or ray://HOST:PORT",
    )
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def run(
    args: argparse.Namespace,
    engine: Engine | None,
    photo_service: PhotoService | None,
    library: PresetLibrary,
    catalog: Catalog,
) -> int:
    """Do it and tell it: the exit code. Raises what ``outcome`` knows when it cannot begin."""
    if args.on is not None and args.ray is not None:
        raise UsageError("--on and --ray exclude each other.", "Leave one of them out.")
    record = Record(args.output)
    batch, info, others = _asked(args, record, library, catalog)
    progress = Progress(stderr(), quiet=args.quiet)
    report = _Report(progress, together=args.ray is not None)
    if args.prompt is not None:
        note_quick(args, info, progress)
    control = Control()
    if args.ray is not None:
        engines = _cluster(args.ray, batch, catalog, report)
    else:
        engines = _alone(engine_for(engine, catalog, exact=batch.exact, on=args.on))
    with interruptible(control.stopped), engines as (running, at_once):
        try:
            service = photo_service_for(photo_service)
            for event in run_batch(batch, (info, *others), running, service, record, control, at_once):
                report.handle(event)
        except KeyboardInterrupt as stop:
            raise report.stopped(args.output) from stop
    with telling(args, args.output):
        report.sum_up(args)
    return report.exit_code


@contextlib.contextmanager
def _alone(engine: contextlib.AbstractContextManager[Engine]) -> Iterator[tuple[Engine, int]]:
    with engine as running:
        yield running, 1


@contextlib.contextmanager
def _cluster(address: str, batch: Batch, catalog: Catalog, report: _Report) -> Iterator[tuple[Engine, int]]:
    """An engine of many machines, and how many photos are worked on at once. Raises DeviceError."""
    from rtedit_desktop.cluster.ray_engine import RayEngine
    from rtedit_desktop.cluster.workers import RayWorkers

    packs = dict.fromkeys((batch.spec.pack, *(batch.stack.packs if batch.stack is not None else ())))
    with contextlib.closing(
        RayWorkers(address, [catalog.manifest(pack) for pack in packs], report.line, exact=batch.exact)
    ) as workers:
        # while the workers are at their photos, the next ones are opened and the last ones are saved
        count = max(1, workers.count())
        yield RayEngine(workers), count + min(count, os.cpu_count() or 1)
        report.shares(workers.done)


def _asked(
    args: argparse.Namespace, record: Record, library: PresetLibrary, catalog: Catalog
) -> tuple[Batch, PackInfo, list[PackInfo]]:
    """What is to be done, the pack of the first edit, and those of the others. Raises before any work."""
    if args.seed is not None:
        EditSettings(seed=args.seed)
    if args.preset and args.prompt is not None:
        raise UsageError("Argument --prompt: not allowed with argument --preset.", "Write --then between the two.")
    if args.resume and not args.inputs:
        if args.preset or args.prompt is not None or args.then:
            raise UsageError(
                "With --resume the edit is that of the batch.", "Leave --preset and --prompt out, and --then."
            )
        batch = record.batch()
        packs = batch.stack.packs if batch.stack is not None else ()
        return batch, catalog.manifest(batch.spec.pack).info, [catalog.manifest(pack).info for pack in packs]
    if not args.inputs:
        raise UsageError("No photos are given.", "Name files or folders, or go on with a batch by --resume.")
    if not args.preset and args.prompt is None:
        raise UsageError("There is nothing to do with the photos.", "Give --preset or --prompt.")
    first = _by_presets(args, library, catalog) if args.preset else _by_prompt(args, catalog)
    layers = layers_after(first, args, catalog, library)
    stack = StackSpec(layers=tuple(LayerSpec(spec=one.spec) for one in layers)) if len(layers) > 1 else None
    names = [
        " + ".join(one.name for one in first) if args.preset else args.prompt,
        *(one.name for one in layers[len(first) :]),
    ]
    label = " then ".join(names)
    batch = Batch(
        inputs=tuple(args.inputs),
        folder=args.output,
        spec=first[0].spec,
        label=label,
        naming=Naming(args.name, args.format),
        recursive=args.recursive,
        overwrite=args.overwrite,
        impersonal=args.strip_metadata,
        recipe_inside=args.embed_recipe,
        exact=args.exact,
        stack=stack,
    )
    return batch, first[0].info, [one.info for one in layers]


def _by_presets(args: argparse.Namespace, library: PresetLibrary, catalog: Catalog) -> list[WantedLayer]:
    for name in ("source", "strength"):
        if getattr(args, name) is not None:
            raise UsageError(f"--{name} belongs to --prompt.", "Presets know their own.")
    return by_presets(args.preset, {"seed": args.seed, "pack": args.pack}, catalog, library)


def _by_prompt(args: argparse.Namespace, catalog: Catalog) -> list[WantedLayer]:
    info = chosen_pack(catalog, args.pack)
    source = info.source_for(args.prompt) if args.source is None else args.source
    given = {"seed": args.seed, "strength": args.strength}
    spec = info.edit_by(args.prompt, source, quick=is_quick(args), preview_every=0, **given)
    return layers_of(spec, info, args.prompt, {})


@dataclass
class _Photo:
    """State of one task."""

    task: Task
    state: str = "left"
    what: str = ""
    todo: str = ""
    notes: list[str] = field(default_factory=list)


class _Report:
    """Collects the events of each photo, and prints them as they come; those of photos ``together`` at their ends."""

    def __init__(self, progress: Progress, *, together: bool = False) -> None:
        self._progress, self._together = progress, together
        self._printing = threading.Lock()
        self._photos: list[_Photo] = []
        self._ended = BatchEnded(how="stopped")

    def handle(self, event: BatchEvent) -> None:
        match event:
            case Began():
                self._photos = [_Photo(task) for task in event.tasks]
            case PhotoBegan():
                if not self._together:
                    self.line(self._named(event.index))
            case PhotoWorking():
                if self._progress.redraws or isinstance(event.event, Loading):  # else steps would pile up
                    self._progress.show(event.event)
            case PhotoNote():
                self._photos[event.index].notes.append(event.text)
                if not self._together:
                    self.line(_note(event.text))
            case PhotoEnded():
                photo = self._photos[event.index]
                photo.state, photo.what, photo.todo = event.outcome, event.what, event.todo
                if self._together:
                    self.line("\n".join([self._named(event.index), *map(_note, photo.notes)]))
                self.line(f"  {_how(photo)}")
            case BatchEnded():
                self._progress.clear()
                self._ended = event

    def line(self, text: str) -> None:
        """A line that stays; from any thread."""
        with self._printing:
            self._progress.line(text)

    def shares(self, done: Mapping[str, int]) -> None:
        """What each machine did."""
        if done:
            self.line(f"Edits: {', '.join(f'{count} on {name}' for name, count in sorted(done.items()))}.")

    def sum_up(self, args: argparse.Namespace) -> None:
        """For a person or for a program; what failed is said even when it is quiet."""
        if args.json:
            print_json(self._as_json(args.output))
            return
        ended = self._ended
        failed = [photo for photo in self._photos if photo.state == "failed"]
        if failed:
            say(_counted(len(failed), "One photo", "photos") + " could not be done:", stderr())
            for photo in failed:
                say(f"  {shown_name(photo.task.source.name)}: {photo.what} {photo.todo}".rstrip(), stderr())
        if ended.how == "halted":
            say(f"It ended there, because the next would fare the same. {ended.what}", stderr())
        if ended.left:
            again = f"“rtedit batch --resume -o {args.output}” goes on from here."
            left = _counted(ended.left, "One photo is", "photos are")
            say(f"{'Cancelled; ' if ended.how == 'stopped' else ''}{left} left. {again}", stderr())
        if not self._photos:
            say("There are no photos in what was given.", stderr())
        elif not args.quiet:
            known = f", {ended.known} of them before" if ended.known else ""
            done = ended.done + ended.known
            say(f"{done} of {len(self._photos)} photos are done{known}, in {args.output}.", stdout())

    def stopped(self, folder: Path) -> Stopped:
        """It was ended at once, in the middle of a photo."""
        done = sum(photo.state in ("done", "known") for photo in self._photos)
        what = f"{done} of {len(self._photos)} photos are done" if done else "no result was saved"
        return Stopped(what, f"“rtedit batch --resume -o {folder}” goes on from here." if self._photos else "")

    @property
    def exit_code(self) -> int:
        ended = self._ended
        if ended.how == "stopped":
            return CANCELLED
        if not self._photos:
            return PICTURE
        return SOME if ended.failed or ended.how == "halted" else OK

    def _named(self, index: int) -> str:
        return f"[{index + 1}/{len(self._photos)}] {shown_name(self._photos[index].task.source.name)}"

    def _as_json(self, folder: Path) -> dict[str, Any]:
        ended = self._ended
        counts = {"done": ended.done, "known": ended.known, "failed": ended.failed, "left": ended.left}
        why = {"error": {"what": ended.what, "todo": ended.todo}} if ended.how == "halted" else {}
        photos = [_photo_as_json(photo) for photo in self._photos]
        return {"folder": os.path.abspath(folder), "how": ended.how, **counts, **why, "photos": photos}


def _note(text: str) -> str:
    return f"  Note: {text}"


def _photo_as_json(photo: _Photo) -> dict[str, Any]:
    report: dict[str, Any] = {"photo": str(photo.task.source), "state": photo.state}
    if photo.state in ("done", "known"):
        report["result"] = str(photo.task.output)
    if photo.state == "failed":
        report["error"] = {"what": photo.what, "todo": photo.todo}
    return {**report, "notes": photo.notes}


def _how(photo: _Photo) -> str:
    if photo.state == "failed":
        return f"{photo.what} {photo.todo}".rstrip()
    return f"{'done before' if photo.state == 'known' else 'saved'}: {shown_name(photo.task.output.name)}"


def _counted(count: int, one: str, many: str) -> str:
    return one if count == 1 else f"{count} {many}"
