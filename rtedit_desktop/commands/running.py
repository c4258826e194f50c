"""What the commands that run a job share: the engine, Ctrl+C, the events, a look at the output beforehand."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from rtedit_desktop.commands.outcome import JobFailed, Stopped, UsageError
from rtedit_desktop.commands.terminal import Progress, complain
from rtedit_desktop.core.engine_api import Engine, loading_libraries
from rtedit_desktop.core.errors import PackMissing, SaveError, shown_name
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, Notice
from rtedit_desktop.core.pack_info import PackInfo
from rtedit_desktop.core.paths import user_cache
from rtedit_desktop.core.requests import Request
from rtedit_desktop.packs.catalog import Catalog


def check_output(args: argparse.Namespace) -> None:
    """Find out before the work what would fail after it."""
    from rtedit_desktop.imaging.saving import FORMATS

    out: Path = args.output
    name = shown_name(out.name or str(out))
    if same_file(out, args.picture) and not args.overwrite:
        raise UsageError(
            "The output is the input picture itself.", "Give another name, or add --overwrite to replace the picture."
        )
    if out.suffix.lower() not in FORMATS:
        raise SaveError(f"Could not save {name}: the format is not known.", f"Use {', '.join(FORMATS)}.")
    if os.path.isdir(out):
        raise SaveError(f"Could not save {name}: it is a folder.", "Choose another name.")
    folder = out.absolute().parent
    if not os.path.isdir(folder):
        raise SaveError(f"Could not save {name}: the folder {folder} does not exist.", "Make it first.")
    if not os.access(folder, os.W_OK):
        raise SaveError(f"Could not save {name}: the folder {folder} is read-only.", "Choose another folder.")
    try:
        os.stat(out)
    except FileNotFoundError:
        pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(f"Could not save {name}: {reason}.", "Choose another name.") from error


def same_file(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return os.path.realpath(a) == os.path.realpath(b)


def chosen_pack(catalog: Catalog, wanted: str | None) -> PackInfo:
    if wanted is not None:
        return catalog.manifest(wanted).info
    packs = catalog.packs()
    if packs:
        return packs[0]
    if catalog.problems:
        raise catalog.problems[0]
    raise PackMissing("No model pack is installed.", "Install RTEdit again, or add a pack.")


@contextlib.contextmanager
def engine_for(given: Engine | None, catalog: Catalog) -> Iterator[Engine]:
    """The engine that was given, or one that is closed at the end."""
    if given is not None:
        yield given
        return
    with loading_libraries():
        from rtedit_desktop.engine.cache import LearnedCache
        from rtedit_desktop.engine.torch_engine import TorchEngine

    own = TorchEngine(catalog, cache=LearnedCache(user_cache() / "learned"))
    try:
        yield own
    finally:
        own.close()


@contextlib.contextmanager
def interruptible(cancelled: threading.Event) -> Iterator[None]:
    """The first Ctrl+C asks the job to stop, and says so; the second stops the program."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, frame: FrameType | None) -> None:
        cancelled.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with contextlib.suppress(RuntimeError):  # it may have come in the middle of a line
            complain("\nStopping after this step; Ctrl+C again stops at once.")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)


def run_job(
    engine: Engine,
    request: Request,
    cancelled: threading.Event,
    progress: Progress,
    notes: list[str],
    watch: Callable[[Event], None] | None = None,
) -> Finished:
    """Draw a job's events until its end, letting ``watch`` see each. Raises Stopped and JobFailed."""
    try:
        for event in engine.run(request, cancelled):
            progress.show(event)
            match event:
                case Finished():
                    return event
                case Cancelled():
                    raise Stopped
                case Failed():
                    raise JobFailed(event)
                case Notice():
                    notes.append(event.text)
            if watch is not None:
                watch(event)
    finally:
        progress.clear()
    raise RuntimeError("The job ended without a result")
