"""Entry point of the commands, so small that even an early Ctrl+C ends quietly."""

from __future__ import annotations

import sys

CANCELLED = 130


def rtedit() -> int:
    """The command line."""
    try:
        from rtedit_desktop.cli import main

        return main()
    except KeyboardInterrupt:
        if sys.stderr is not None:
            print("rtedit: Cancelled; no result was saved.", file=sys.stderr)
        return CANCELLED
