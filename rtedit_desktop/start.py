"""Where the commands begin: so little that even a Ctrl+C before anything is imported ends quietly."""

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
