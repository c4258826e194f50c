"""Writes what a measurement leaves behind."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from rtedit_desktop.core.errors import SaveError, shown_name
from rtedit_desktop.support.paths import write_atomically


def add_overwrite(parser: argparse.ArgumentParser) -> None:
    """The option without which no file is replaced."""
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there")


def check_outputs(*paths: Path | None, overwrite: bool) -> None:
    """Before anything is measured: a file that is there is kept unless it may be replaced. Raises SaveError."""
    for path in paths:
        if path is not None and os.path.lexists(path) and not overwrite:
            raise SaveError(
                f"Could not write {shown_name(path.name)}: there is a file of that name already.",
                "Give another name, or add --overwrite to replace it.",
            )


def write_output(path: Path, content: bytes) -> None:
    """Write a whole file. Raises SaveError; what was there is intact then."""
    try:
        write_atomically(path, content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(f"{path} could not be written: {reason}.", "Choose another place.") from error
