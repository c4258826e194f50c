"""Reads and writes which presets are favourites: a list of names in a small file beside them."""

from __future__ import annotations

import json
from collections.abc import Set
from pathlib import Path

from rtedit_desktop.support.paths import write_atomically

_FILE = "favourites.json"
_MAX_BYTES = 2**20


def read_marks(folder: Path) -> frozenset[str]:
    """The marks, none where the list is missing or damaged: favourites are a comfort."""
    path = folder / _FILE
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return frozenset()
        marks = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return frozenset()
    return frozenset(mark for mark in marks if isinstance(mark, str)) if isinstance(marks, list) else frozenset()


def write_marks(folder: Path, marks: Set[str]) -> None:
    """Put the list in place of the one that is there. Raises OSError."""
    write_atomically(folder / _FILE, json.dumps(sorted(marks)).encode())
