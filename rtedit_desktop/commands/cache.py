"""``rtedit cache``: shows or empties what is kept on disk and can be made again: learned edits, what a cluster sent."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from rtedit_desktop.commands.shared.terminal import print_json, say, size, stdout
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.engine.cache import LearnedCache, own_cache
from rtedit_desktop.support import cache_folders
from rtedit_desktop.support.paths import user_cache

_OTHERS = "models and presets that a cluster sent, results that were dragged out of the window"


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Sub-commands; ``shared`` holds the options that all commands have."""
    what = parser.add_subparsers(dest="cache_command", required=True, metavar="show|empty")
    for name, text in (("show", "tell how much there is"), ("empty", "remove all of it")):
        what.add_parser(name, parents=[shared], help=text, description=f"{text.capitalize()}.")


def run(args: argparse.Namespace, cache: LearnedCache | None = None) -> None:
    """Do it and tell it. Raises SaveError when a file cannot be removed."""
    cache = cache or own_cache()
    count, taken = cache.count(), cache.size()
    others, others_taken = cache_folders.taken()
    if args.cache_command == "empty":
        _remove("The learned edits", cache.clear, cache.folder)
        _remove("What a cluster sent, or was dragged out,", cache_folders.empty, user_cache())
        lines = [f"Removed {count} learned edits, {size(taken)}." if taken else "There were no learned edits."]
        if others:
            lines.append(f"Removed {others} other files, {size(others_taken)}: {_OTHERS}.")
    else:
        lines = [f"{count} learned edits, {size(taken)} of at most {size(cache.limit)}, in {cache.folder}."]
        if others:
            lines.append(f"{others} other files, {size(others_taken)}: {_OTHERS}.")
    if args.json:
        facts = {"learned": cache.count(), "bytes": cache.size(), "limit": cache.limit, "folder": str(cache.folder)}
        left = cache_folders.taken()[1]
        print_json({**facts, "other_bytes": left, "freed": taken + others_taken - cache.size() - left})
    else:
        say("\n".join(lines), stdout())


def _remove(what: str, remove: Callable[[], None], folder: Path | None) -> None:
    """Raises SaveError."""
    try:
        remove()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(
            f"{what} could not be removed: {reason}.", f"Look whether you may write in {folder}, then try again."
        ) from error
