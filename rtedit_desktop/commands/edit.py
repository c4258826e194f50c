"""``rtedit edit``: one picture, one prompt, one result."""

from __future__ import annotations

import argparse
import os
import threading
from pathlib import Path

import numpy as np

from rtedit_desktop.commands.outcome import Stopped
from rtedit_desktop.commands.running import check_output, chosen_pack, engine_for, interruptible, run_job, same_file
from rtedit_desktop.commands.terminal import Progress, print_json, say, stderr, stdout
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.core.events import Adapting, DecodeStep, Event, Finished
from rtedit_desktop.core.pack_info import PackInfo
from rtedit_desktop.core.photo import PhotoDesk
from rtedit_desktop.core.requests import ENCODINGS, EditRequest
from rtedit_desktop.packs.catalog import Catalog


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("picture", metavar="IN", type=Path, help="the picture; it is not changed")
    parser.add_argument("prompt", metavar="PROMPT", help="what the picture should show, like “smiling face”")
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help="where the result goes")
    parser.add_argument("--overwrite", action="store_true", help="let OUT be IN")
    parser.add_argument("--source", metavar="TEXT", help="what the picture shows now (default: the pack's word)")
    parser.add_argument("--pack", metavar="ID", help="the model pack (default: the first of “rtedit packs”)")
    parser.add_argument("--t0", type=int, metavar="N", help="how deep the picture is noised, 1 to 999")
    parser.add_argument("--steps", type=int, metavar="N", help="decoding steps")
    parser.add_argument("--iterations", type=int, metavar="N", help="learning steps at most")
    parser.add_argument("--strength", type=float, metavar="X", help="0 to 1.5; 1 is the edit as learned")
    parser.add_argument("--seed", type=int, metavar="N", help="the same seed gives the same result")
    parser.add_argument("--encoding", choices=ENCODINGS, help="noise, or a DDIM inversion (slower, closer)")
    parser.add_argument("--no-preserve", action="store_true", help="do not keep the pixels the edit leaves alone")
    parser.add_argument("--save-steps", metavar="DIR", type=Path, help="write every preview and step as PNG")
    parser.add_argument("--quiet", action="store_true", help="print errors only")


def run(args: argparse.Namespace, engine: Engine | None, desk: PhotoDesk | None, catalog: Catalog) -> None:
    """Edit and save, or raise what ``outcome`` knows.

    Collaborators that are not given are made as late as possible, because torch takes seconds.
    """
    progress = Progress(stderr(), quiet=args.quiet)
    notes: list[str] = []

    def note(text: str) -> None:
        notes.append(text)
        progress.note(text)

    check_output(args)
    info = chosen_pack(catalog, args.pack)
    source = _source_of(info, args.prompt) if args.source is None else args.source
    info.check_prompt(args.prompt, source)
    settings = info.settings_for(
        args.prompt,
        t0=args.t0,
        steps=args.steps,
        iterations=args.iterations,
        strength=args.strength,
        seed=args.seed,
        encoding=args.encoding,
        preserve=False if args.no_preserve else None,
        preview_every=1 if args.save_steps else 0,
    )
    if desk is None:
        from rtedit_desktop.imaging.desk import Desk

        desk = Desk()
    cancelled = threading.Event()
    with interruptible(cancelled):
        photo = desk.open(args.picture)
        for text in photo.notes:
            note(text)
        square = desk.centred_square(photo)
        if photo.size != (square.side, square.side):
            note(f"The model sees the middle square of {square.side} px; the rest of the picture stays as it is.")
        before = desk.crop(photo, square, info.image_size)
        steps = _StepFiles(args.save_steps, args.picture, desk) if args.save_steps else None
        request = EditRequest(picture=before, prompt=args.prompt, source=source, pack=info.id, settings=settings)
        with engine_for(engine, catalog) as running:
            finished = run_job(running, request, cancelled, progress, notes, steps.keep if steps else None)
        if cancelled.is_set():
            raise Stopped
        if finished.picture is None:
            raise RuntimeError("The job made no picture")
        desk.save(args.output, photo, desk.paste(photo, square, before, finished.picture))
    try:
        _tell(args, finished, notes)
    except OSError as error:
        # The work is done and on disk; only who waits for the JSON misses something.
        if args.json:
            reason = error.strerror or type(error).__name__
            raise SaveError(
                f"{args.output.name} is saved, but standard output could not be written: {reason}.",
                "Send the output somewhere else.",
            ) from error


def _source_of(info: PackInfo, prompt: str) -> str:
    """The neutral text for a prompt: a suggestion may bring its own."""
    folded = " ".join(prompt.lower().split())
    own = (item.source for item in info.suggestions if item.prompt.lower() == folded and item.source)
    return next(own, info.source)


class _StepFiles:
    """Owns the folder of --save-steps and the running number of its pictures."""

    def __init__(self, folder: Path, source: Path, desk: PhotoDesk) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SaveError(f"The folder {folder} cannot be made: {reason}.", "Choose another folder.") from error
        self._folder, self._source, self._desk, self._count = folder, source, desk, 0

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
        photo = self._desk.from_pixels(picture, path.stem)
        self._desk.save(path, photo, picture)


def _tell(args: argparse.Namespace, finished: Finished, notes: list[str]) -> None:
    """The result, for a person or for a program."""
    if args.json:
        print_json(
            {
                "result": os.path.abspath(args.output),
                "score": finished.score,
                "steps": finished.steps_taken,
                "seconds": dict(finished.seconds),
                "recipe": dict(finished.recipe),
                "notes": notes,
            }
        )
    elif not args.quiet:
        score = "" if finished.score is None else f", score {finished.score:.2f}"
        spent = f", {finished.seconds['total']:.1f} s" if "total" in finished.seconds else ""
        say(f"Saved {args.output}: {finished.steps_taken} learning steps{score}{spent}.", stdout())
