"""Writes what a measurement leaves behind."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.support.paths import write_atomically


def write_output(path: Path, content: bytes) -> None:
    """Write a whole file. Raises SaveError; what was there is intact then."""

    def fill(file: BinaryIO) -> None:
        file.write(content)

    try:
        write_atomically(path, fill)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(f"{path} could not be written: {reason}.", "Choose another place.") from error
