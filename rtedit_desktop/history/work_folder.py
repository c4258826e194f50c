"""Folder of one photo's work: the photo's facts and copy, a file for each result, and a lock."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from filelock import FileLock, Timeout
from PIL import Image

from rtedit_desktop import __version__
from rtedit_desktop.core.history import Entry, Work, pixels_digest
from rtedit_desktop.core.json_reader import FieldError, as_path, parse_json
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.history import entry_file
from rtedit_desktop.support.paths import PARTIAL_S, write_atomically
from rtedit_desktop.support.regular_file import open_regular, read_regular

FORMAT = 1
ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")
_RECORD, _OPEN, _LOCK, _COPY = "work.json", "open", "lock", "photo"
_LONGEST_TEXT = 2**20
_LONGEST_SIDE = 10_000_000


class WorkFolder:
    """Owns the lock on its folder from ``acquire`` to ``let_go``; a process that dies lets go of it.

    The mark that it is open stays behind then, which tells it from one that was left in good order.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path / _LOCK, timeout=0, thread_local=False)

    @property
    def id(self) -> str:
        return self.path.name

    def acquire(self) -> bool:
        """Open it, making it where it is new; False when another window has it open. Raises OSError."""
        if self._lock.is_locked:
            return True
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout:
            return False
        try:
            (self.path / _OPEN).touch()
        except OSError:
            self._lock.release()
            raise
        return True

    def let_go(self) -> None:
        """Leave it in good order. Raises OSError."""
        try:
            self._remove_partial()
            (self.path / _OPEN).unlink(missing_ok=True)
        finally:
            self._lock.release()

    @property
    def free(self) -> bool:
        """Nobody has it open, this process included."""
        if self._lock.is_locked or not self.path.is_dir():
            return False
        try:
            with FileLock(self.path / _LOCK, timeout=0):
                return True
        except (Timeout, OSError):
            return False

    @property
    def left_open(self) -> bool:
        """It was not left in good order, if it is free."""
        return (self.path / _OPEN).exists()

    @property
    def is_abandoned(self) -> bool:
        """It has no result, and nobody is about to write one."""
        if self.results():
            return False
        with contextlib.suppress(OSError):
            return time.time() - self.path.stat().st_mtime > PARTIAL_S and self.free
        return False

    def describe(self, photo: Photo) -> None:
        """Say which photo it is the work of, once."""
        if (self.path / _RECORD).exists():
            return
        record = {
            "format": FORMAT,
            "name": photo.name,
            "path": str(photo.path.absolute()) if photo.path is not None else None,
            "pixels_sha256": pixels_digest(photo),
            "size": photo.size,
            "begun": time.time(),
            "app_version": __version__,
        }
        write_atomically(self.path / _RECORD, json.dumps(record).encode())

    def write(self, entry: Entry) -> None:
        """Keep a result, in place of an earlier version of it."""
        content = entry_file.packed(entry)
        write_atomically(self.path / _file_name(entry), content)

    def drop(self, entry: str) -> None:
        """The result of this id is no more. Raises OSError."""
        for path in self.results():
            if path.stem.endswith(f"-{entry}"):
                path.unlink(missing_ok=True)

    def keep_photo(self, photo: Photo, most: int) -> bool:
        """A copy of the photo as it was opened, unless it takes more than so many bytes; False where there was one.

        That is its file; where that is gone or another one by now, the pixels, which take seconds to write.
        """
        if self.copy is not None:
            return False
        if self._has_kept_file(photo, most):
            return True
        pixels = photo.pixels if photo.alpha is None else np.dstack((photo.pixels, photo.alpha))
        if pixels.nbytes <= 4 * most:
            image = Image.fromarray(pixels)
            write_atomically(self.path / f"{_COPY}.png", lambda file: image.save(file, "PNG", compress_level=1))
        return True

    def _has_kept_file(self, photo: Photo, most: int) -> bool:
        """Whether the file is kept, or too large to be. Raises OSError for what is written."""
        if photo.path is None:
            return False
        suffix = photo.path.suffix if re.fullmatch(r"\.\w{1,8}", photo.path.suffix, re.ASCII) else ".picture"
        try:
            source = open_regular(photo.path)
        except OSError:
            return False
        with source:
            if not _is_as_opened(source, photo):
                return False
            if os.fstat(source.fileno()).st_size > most:
                return True
            name = f"{_COPY}{suffix}"
            write_atomically(self.path / name, lambda file: shutil.copyfileobj(source, file, 2**20))
            if not _is_as_opened(source, photo):  # it was changed while it was copied
                (self.path / name).unlink(missing_ok=True)
                return False
        return True

    def _remove_partial(self) -> None:
        """What a process that died had begun to write."""
        for path in self.path.glob(".rtedit-*.part"):
            path.unlink(missing_ok=True)

    @property
    def copy(self) -> Path | None:
        return next((path for path in self._files() if path.stem == _COPY), None)

    def work(self, with_picture: bool = True) -> Work | None:
        """What it is the work of; None where it is not one, or has no result."""
        record, results = self._read_record(), self.results()
        if record is None or not results:
            return None
        newest = None
        for path in reversed(results if with_picture else []):
            with contextlib.suppress(Exception):  # the one before will do
                newest = entry_file.picture_of(_content(path))
                break
        return Work(
            id=self.id,
            name=record["name"],
            path=_path_in(record),
            pixels_sha256=record["pixels_sha256"],
            results=len(results),
            changed=self.changed,
            newest=newest,
            size=_size_in(record),
        )

    def results(self) -> list[Path]:
        """The files of results in the order they were made."""
        return sorted(path for path in self._files() if path.suffix == entry_file.SUFFIX)

    @property
    def changed(self) -> float:
        """When a result was last written, in seconds since 1970."""
        times = [0.0]
        for path in self.results():
            with contextlib.suppress(OSError):
                times.append(path.stat().st_mtime)
        return max(times)

    def size(self) -> int:
        total = 0
        for path in self._files():
            with contextlib.suppress(OSError):
                total += path.stat().st_size
        return total

    def remove(self) -> None:
        """Away with it, if nobody has it open. Raises OSError."""
        try:
            with FileLock(self.path / _LOCK, timeout=0):
                for path in self._files():
                    if path.name != _LOCK:
                        path.unlink(missing_ok=True)
        except Timeout:
            return
        (self.path / _LOCK).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # somebody opened it just now
            self.path.rmdir()

    def _files(self) -> list[Path]:
        try:
            return sorted(self.path.iterdir())
        except OSError:
            return []

    def _read_record(self) -> dict[str, Any] | None:
        try:
            path = self.path / _RECORD
            record = parse_json(read_regular(path, _LONGEST_TEXT))
        except (OSError, ValueError):
            return None
        if not isinstance(record, dict) or record.get("format") != FORMAT:
            return None
        words = all(isinstance(record.get(name), str) for name in ("name", "pixels_sha256"))
        return record if words and isinstance(record.get("path"), str | None) else None


def _path_in(record: dict[str, Any]) -> Path | None:
    """None for a photo without a file, and for what no file can be called."""
    path = record.get("path")
    try:
        return None if path is None else as_path(path, "path")
    except FieldError:
        return None


def _size_in(record: dict[str, Any]) -> tuple[int, int] | None:
    """None where it was not written down, as in earlier versions."""
    size = record.get("size")
    if not isinstance(size, list) or len(size) != 2:
        return None
    width, height = size
    if not all(type(side) is int and 0 < side <= _LONGEST_SIDE for side in size):
        return None
    return width, height


def _is_as_opened(file: BinaryIO, photo: Photo) -> bool:
    """By its size and time, where it is known what they were."""
    status = os.fstat(file.fileno())
    return photo.origin.stamp in ((), (status.st_size, status.st_mtime_ns))


def _file_name(entry: Entry) -> str:
    """Sorts by when it was made; the same for every version of a result."""
    return f"{round(entry.made * 1_000_000):017d}-{entry.id}{entry_file.SUFFIX}"


def _content(path: Path) -> bytes:
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > entry_file.MOST_BYTES:
            raise ValueError("larger than a result is")
        return file.read()


def read_entry(path: Path, find_preset: entry_file.FindPreset) -> Entry:
    """Raises one of many errors for a file that is not a whole result."""
    return entry_file.unpacked(_content(path), find_preset)
