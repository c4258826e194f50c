"""``rtedit cache``: shows or empties the learned edits that are kept on disk."""

from __future__ import annotations

import argparse

from rtedit_desktop.commands.shared.terminal import print_json, say, size, stdout
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.engine.cache import LearnedCache, own_cache


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """Sub-commands; ``shared`` holds the options that all commands have."""
    what = parser.add_subparsers(dest="cache_command", required=True, metavar="show|empty")
    for name, text in (("show", "tell how much there is"), ("empty", "remove all of it")):
        what.add_parser(name, parents=[shared], help=text, description=f"{text.capitalize()}.")


def run(args: argparse.Namespace, cache: LearnedCache | None = None) -> None:
    """Do it and tell it. Raises SaveError when a file cannot be removed."""
    cache = cache or own_cache()
    count, taken = cache.count(), cache.size()
    if args.cache_command == "empty":
        try:
            cache.clear()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SaveError(
                f"The learned edits could not be removed: {reason}.",
                f"Look whether you may write in {cache.folder}, then try again.",
            ) from error
        text = f"Removed {count} learned edits, {size(taken)}." if taken else "There were no learned edits."
    else:
        text = f"{count} learned edits, {size(taken)} of at most {size(cache.limit)}, in {cache.folder}."
    if args.json:
        facts = {"learned": cache.count(), "bytes": cache.size(), "limit": cache.limit, "folder": str(cache.folder)}
        print_json({**facts, "freed": taken - cache.size()})
    else:
        say(text, stdout())
