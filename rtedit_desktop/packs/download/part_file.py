"""Unfinished download: the ``.part`` file, and the note beside it that says what it is a part of."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rtedit_desktop.support.paths import sync, sync_folder, write_atomically
from rtedit_desktop.support.regular_file import read_regular

if TYPE_CHECKING:
    from hashlib import _Hash

_CHUNK = 2**20
_MOST_NOTE_BYTES = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Headers of the host when the part was begun. ``etag`` is a strong one or empty; ``bytes`` 0 is not known."""

    url: str
    etag: str = ""
    sha256: str = ""
    bytes: int = 0


class PartFile:
    """Owns the two files of one unfinished download; the note is written before the first byte."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(target.name + ".part")
        self.note_path = target.with_name(target.name + ".part.json")

    @property
    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def note(self) -> Note | None:
        """The note, or None when there is none that can be trusted."""
        try:
            note = Note(**json.loads(read_regular(self.note_path, _MOST_NOTE_BYTES)))
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        texts = (note.url, note.etag, note.sha256)
        return note if all(isinstance(text, str) for text in texts) and type(note.bytes) is int else None

    def begin(self, note: Note) -> None:
        """Start from nothing. Raises OSError."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)
        write_atomically(self.note_path, json.dumps(asdict(note)).encode())
        self.path.touch()

    def discard(self) -> None:
        """Nothing of it is left. Raises OSError."""
        self.path.unlink(missing_ok=True)
        self.note_path.unlink(missing_ok=True)

    def hashed(self) -> Iterator[tuple[int, _Hash]]:
        """Read what is there: bytes so far and their sha256, again and again until the end."""
        digest, done = hashlib.sha256(), 0
        yield done, digest
        with contextlib.suppress(FileNotFoundError), self.path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                yield done, digest

    def finish(self) -> None:
        """Put the whole and verified file in its place. Raises OSError."""
        with self.path.open("rb+") as file:
            sync(file)
        os.replace(self.path, self.target)
        sync_folder(self.target.parent)
        self.note_path.unlink(missing_ok=True)
