"""Entry point of the commands, so small that even an early Ctrl+C ends quietly."""

from __future__ import annotations

import contextlib
import logging
import os
import sys

CANCELLED = 130


def rtedit() -> int:
    """The command line. Where torch was loaded the process ends here."""
    try:
        from rtedit_desktop.cli import main

        code = main()
    except KeyboardInterrupt:
        if sys.stderr is not None:
            print("rtedit: Cancelled; no result was saved.", file=sys.stderr)
        return CANCELLED
    if "torch" in sys.modules:
        _leave(code)
    return code


def _leave(code: int) -> None:
    """End the process at once, with all written and closed that is ours.

    Taken apart in order, torch with CUDA's libraries takes a second of the processor and 120 MB more than it ever
    needed (measured with torch 2.14), for nothing.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):  # main has told of it, or nobody can be told
                stream.flush()
    os._exit(code)
