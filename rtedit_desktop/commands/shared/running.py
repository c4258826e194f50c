"""Runs a job for a command: finds the pack, makes the engine, handles Ctrl+C, draws the events."""

from __future__ import annotations

import argparse
import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from rtedit_desktop.commands.shared.outcome import JobFailed, Stopped, UsageError
from rtedit_desktop.commands.shared.terminal import Progress, complain
from rtedit_desktop.core.engine_api import Engine, loading_libraries
from rtedit_desktop.core.errors import PackMissing
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.requests import Request
from rtedit_desktop.packs.catalog import Catalog


def chosen_pack(catalog: Catalog, wanted: str | None) -> PackInfo:
    if wanted is not None:
        return catalog.manifest(wanted).info
    packs = catalog.packs()
    if packs:
        return packs[0]
    if catalog.problems:
        raise catalog.problems[0]
    raise PackMissing("No model pack is installed.", "Install RTEdit again, or add a pack.")


def checked_source(info: PackInfo, prompt: str, given: str | None) -> str:
    """The source text: the one given, or the pack's; a suggestion may bring its own. Raises PromptError."""
    source = info.source_for(prompt) if given is None else given
    info.check_prompt(prompt, source)
    return source


def add_exact(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--exact",
        action="store_true",
        help="compute on one thread in single precision: slower, and the same to the last bit wherever there is a "
        "processor of this kind",
    )


@contextlib.contextmanager
def engine_for(
    given: Engine | None, catalog: Catalog, *, exact: bool = False, on: str | None = None
) -> Iterator[Engine]:
    """The engine that was given, or one that is closed at the end.

    ``exact`` is as ``add_exact`` explains it, ``on`` as ``paired_computer.add_on``.
    """
    if on is not None:
        with _engine_on(on, exact=exact) as there:
            yield there
        return
    if given is not None:
        yield given
        return
    with loading_libraries():
        from rtedit_desktop.engine.cache import own_cache
        from rtedit_desktop.engine.machine.devices import exact_device, own_device
        from rtedit_desktop.engine.torch_engine import TorchEngine

    own = TorchEngine(catalog, exact_device() if exact else own_device(), own_cache())
    try:
        yield own
    finally:
        own.close()


@contextlib.contextmanager
def _engine_on(name: str, *, exact: bool) -> Iterator[Engine]:
    from rtedit_desktop.commands.shared.paired_computer import check_installed, host_called
    from rtedit_desktop.remote.client import RemoteEngine
    from rtedit_desktop.remote.hosts import own_hosts

    if exact:
        raise UsageError("--exact and --on exclude each other.", "Leave one of them out.")
    check_installed()
    hosts = own_hosts()
    there = RemoteEngine(host_called(hosts, name), hosts.log)
    try:
        yield there
    finally:
        there.close()


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
            if watch is not None:
                watch(event)
    finally:
        progress.clear()
    raise RuntimeError("The job ended without a result")
