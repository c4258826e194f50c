"""Finds the paired computer that a command is to compute on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from rtedit_desktop.core.errors import DeviceError, SettingsError

if TYPE_CHECKING:
    from rtedit_desktop.remote.hosts import Host, Hosts


def add_on(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--on", metavar="COMPUTER", help="compute on a paired computer: its name or address in “rtedit computers list”"
    )


def host_called(hosts: Hosts, name: str) -> Host:
    """The paired computer of this name or address. Raises SettingsError and RemoteError."""
    found = [one for one in hosts.all() if name in (one.name, one.host, one.address)]
    host = hosts.host(found[0].id) if len(found) == 1 else None
    if host is None:
        raise SettingsError(
            f"{len(found)} paired computers are called “{name}”."
            if found
            else f"No paired computer is called “{name}”.",
            "See “rtedit computers list”.",
        )
    return host


def check_installed() -> None:
    """Raises DeviceError where the libraries of the extra are missing."""
    try:
        import cryptography  # noqa: F401
        import websockets  # noqa: F401
    except ImportError as error:
        raise DeviceError(
            "What connects two computers is not installed.", "Install it with: pip install 'rtedit-desktop[remote]'"
        ) from error
