"""Choice of a pack's quick settings for learning a prompt: as asked, else where no card computes."""

from __future__ import annotations

import argparse

from rtedit_desktop.commands.shared.terminal import Progress
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.support import settings
from rtedit_desktop.support.graphics_card import has_card


def add_quick(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    parser.add_argument(
        "--quick",
        action=argparse.BooleanOptionalAction,
        help="learn in fewer steps and less of the model, where the pack has settings for it: a third of the time of a "
        "large model (default: where no graphics card is seen)",
    )


def is_quick(args: argparse.Namespace) -> bool:
    """What another computer has is not known: it is asked for all."""
    if args.quick is not None:
        return bool(args.quick)
    if getattr(args, "on", None) is not None or getattr(args, "ray", None) is not None:
        return False
    return settings.load().device == "cpu" or not has_card()


def note_quick(args: argparse.Namespace, info: PackInfo, progress: Progress) -> None:
    """Say it where nobody asked for it."""
    if args.quick is None and info.quick and is_quick(args):
        progress.note(f"{info.title} learns quickly, as no graphics card is seen; --no-quick takes longer.")
