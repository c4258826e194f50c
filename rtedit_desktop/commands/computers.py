"""``rtedit computers``: pairs this computer with one that computes, lists and forgets them."""

from __future__ import annotations

import argparse
import sys

from rtedit_desktop.commands.shared.outcome import UsageError
from rtedit_desktop.commands.shared.paired_computer import host_called
from rtedit_desktop.commands.shared.terminal import complain, print_json, say, stdout
from rtedit_desktop.core.engine_api import Computer


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Sub-commands; ``shared`` holds the options that all commands have."""
    what = parser.add_subparsers(dest="computers_command", required=True, metavar="list|pair|forget")
    text = "list the computers that may be asked to compute"
    what.add_parser("list", parents=[shared], help=text, description=f"{text.capitalize()}.")
    text = "pair with a computer on which “rtedit serve --pair” runs"
    pair = what.add_parser("pair", parents=[shared], help=text, description=f"{text.capitalize()}.")
    pair.add_argument("address", metavar="ADDRESS", help="as it is shown there")
    pair.add_argument("code", metavar="CODE", nargs="?", help="as it is shown there (default: it is asked for)")
    text = "forget a computer, here; there it is “rtedit serve --forget”"
    forget = what.add_parser("forget", parents=[shared], help=text, description=f"{text.capitalize()}.")
    forget.add_argument("name", metavar="NAME", help="as it is listed")


def run(args: argparse.Namespace) -> None:
    """Do it and tell it; raises what ``outcome`` knows."""
    from rtedit_desktop.remote.hosts import own_hosts

    hosts = own_hosts()
    if args.computers_command == "pair":
        computer = hosts.pair(args.address, args.code if args.code is not None else _asked_code())
        _tell(args, f"Paired: “rtedit edit --on {computer.host}” computes on “{computer.name}”.", computer)
    elif args.computers_command == "forget":
        computer = host_called(hosts, args.name).computer
        hosts.forget(computer)
        _tell(args, f"“{computer.name}” is forgotten.", computer)
    else:
        found = hosts.all()
        if args.json:
            print_json({"computers": [_facts(computer) for computer in found]})
            return
        for computer in found:
            say(f"{computer.name}  {computer.address}", stdout())
        if not found:
            say("No computer is paired.", stdout())


def _asked_code() -> str:
    complain("Code:")
    line = sys.stdin.readline() if sys.stdin is not None else ""
    if not line.strip():
        raise UsageError("No code was given.", "It is shown by “rtedit serve --pair” on the other computer.")
    return line


def _tell(args: argparse.Namespace, text: str, computer: Computer) -> None:
    if args.json:
        print_json(_facts(computer))
    else:
        say(text, stdout())


def _facts(computer: Computer) -> dict[str, object]:
    return {"name": computer.name, "address": computer.address, "fingerprint": computer.id}
