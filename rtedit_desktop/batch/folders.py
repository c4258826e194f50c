"""Folders that a batch writes into."""

from __future__ import annotations

import os
from pathlib import Path

from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.support.paths import sweep


def sweep_below(folder: Path) -> None:
    """Remove what runs that were killed had begun to write, below the folder too."""
    for where, _, _ in os.walk(folder):
        sweep(Path(where))


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "it is a file" if isinstance(error, FileExistsError) else error.strerror or type(error).__name__
        raise SaveError(
            tr("The folder {folder} cannot be made: {reason}.", folder=folder, reason=reason),
            tr("Choose another folder."),
        ) from error
    if not os.access(folder, os.W_OK):
        raise SaveError(tr("The folder {folder} cannot be written to.", folder=folder), tr("Choose another folder."))
