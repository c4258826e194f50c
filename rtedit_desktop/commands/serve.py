"""``rtedit serve``: lets paired computers compute here, for as long as it runs."""

from __future__ import annotations

import argparse
import contextlib
import ipaddress
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rtedit_desktop.commands.shared.outcome import UsageError
from rtedit_desktop.commands.shared.paired_computer import check_installed
from rtedit_desktop.commands.shared.terminal import complain, print_json, say, stdout
from rtedit_desktop.core.engine_api import Engine, loading_libraries
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.remote.protocol import PORT
from rtedit_desktop.support.paths import user_data

if TYPE_CHECKING:
    from rtedit_desktop.engine.machine.devices import Device
    from rtedit_desktop.engine.torch_engine import TorchEngine
    from rtedit_desktop.remote.guests import Guests
    from rtedit_desktop.remote.presets_in_memory import LearnedPresets

_LOOK_S = 0.5  # a wait without an end would keep Ctrl+C out on Windows


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pair", action="store_true", help="show a code, good for one computer and ten minutes")
    parser.add_argument(
        "--address",
        metavar="ADDRESS",
        help="listen there alone (default: this computer's address in its private network; never a public one)",
    )
    parser.add_argument("--port", type=int, metavar="N", default=PORT, help=f"listen at this port (default: {PORT})")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--list", action="store_true", help="list the computers that may compute here, and end")
    group.add_argument("--forget", metavar="NAME", help="let a computer in no more, also while serving, and end")


def run(args: argparse.Namespace, catalog: Catalog, engine: Engine | None = None) -> None:
    """Serve until Ctrl+C; raises what ``outcome`` knows."""
    from rtedit_desktop.remote.guests import Guests

    guests = Guests(serve_folder())
    if args.list:
        _list(guests, as_json=args.json)
    elif args.forget is not None:
        _forget(guests, args.forget, as_json=args.json)
    else:
        _serve(args, guests, catalog, engine)


def serve_folder() -> Path:
    """The certificate, its key, and the list of computers that may compute here."""
    return user_data() / "serve"


def engine_that_keeps_nothing(
    catalog: Catalog, device: Device | None = None, learned: LearnedPresets | None = None
) -> TorchEngine:
    """An engine that writes no file: what it learns of a picture stays in memory, for the picture is in it."""
    with loading_libraries():
        from rtedit_desktop.engine.cache import LearnedCache
        from rtedit_desktop.engine.machine.devices import own_device
        from rtedit_desktop.engine.torch_engine import TorchEngine
        from rtedit_desktop.remote.presets_in_memory import LearnedPresets

    return TorchEngine(catalog, device or own_device(), LearnedCache(), (learned or LearnedPresets()).put)


def private_address() -> str:
    """The address of this computer in its private network, where it has one; else its own, which nobody else reaches.

    Asking for the way to an address sends nothing.
    """
    for target in ("192.168.255.255", "10.255.255.255", "172.31.255.255", "203.0.113.1"):
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.connect((target, 9))
            found = ipaddress.ip_address(asking.getsockname()[0])
            if found.is_private and not found.is_loopback and not found.is_unspecified:
                return str(found)
    return "127.0.0.1"


def _serve(args: argparse.Namespace, guests: Guests, catalog: Catalog, engine: Engine | None) -> None:
    if not 0 <= args.port < 65536:
        raise UsageError(f"{args.port} is no port.", "Give one from 1 to 65535.")
    check_installed()
    from rtedit_desktop.remote.certificate import Certificate
    from rtedit_desktop.remote.pairing import Admission, Pairing
    from rtedit_desktop.remote.presets_in_memory import LearnedPresets, sweep
    from rtedit_desktop.remote.server import EngineServer

    if not args.pair and not guests.all():
        raise UsageError("No computer is paired with this one.", "Add --pair: it shows a code to type in there.")
    sweep()
    learned, address = LearnedPresets(), args.address or private_address()
    try:
        certificate = Certificate(serve_folder())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(
            f"The certificate of this computer could not be kept in {serve_folder()}: {reason}.",
            "Look at the free space and the permissions there.",
        ) from error
    pairing = Pairing(certificate.fingerprint, guests, report=complain) if args.pair else None
    try:
        server = EngineServer(
            lambda: engine or engine_that_keeps_nothing(catalog, learned=learned), certificate,
            Admission(guests, pairing, report=complain), learned=learned, address=(address, args.port), report=complain,
        )  # fmt: skip
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(
            f"RTEdit cannot listen at {address}, port {args.port}: {reason}.", "Choose another --address or --port."
        ) from error
    shown = f"[{address}]:{server.port}" if ":" in address else f"{address}:{server.port}"
    with _stopping() as stop:
        server.start()
        try:
            if args.json:
                code = str(pairing.code) if pairing is not None else None
                print_json({"address": shown, "code": code, "fingerprint": certificate.fingerprint})
            else:
                say(f"Computing for paired computers at {shown} until Ctrl+C.", stdout())
                if address == "127.0.0.1" and args.address is None:
                    say("No private network was found, so no other computer reaches it: give its --address.", stdout())
                if pairing is not None:
                    say(f"To pair one, type there within ten minutes:\n\n    {shown}\n    {pairing.code}\n", stdout())
            while not stop.wait(_LOOK_S):
                pass
        finally:
            server.close()


def _list(guests: Guests, *, as_json: bool) -> None:
    found = guests.all()
    if as_json:
        print_json({"computers": [{"name": guest.name, "since": guest.since} for guest in found]})
        return
    for guest in found:
        say(f"{guest.name}, since {guest.since[:10]}", stdout())
    if not found:
        say("No computer is paired with this one.", stdout())


def _forget(guests: Guests, name: str, *, as_json: bool) -> None:
    try:
        gone = guests.remove(name)
    except OSError as error:
        raise SaveError(f"The list could not be written: {error.strerror or error}.", "Try again.") from error
    if not gone:
        raise UsageError(f"No paired computer is called “{name}”.", "See “rtedit serve --list”.")
    if as_json:
        print_json({"forgotten": name})
    else:
        say(f"“{name}” may not compute here any more.", stdout())


@contextlib.contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Set by Ctrl+C, and by who ends the process kindly."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    kinds = [signal.SIGINT, signal.SIGTERM]
    before = [signal.signal(kind, lambda number, frame: stop.set()) for kind in kinds]
    try:
        yield stop
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler or signal.SIG_DFL)
