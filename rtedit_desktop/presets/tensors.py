"""Opens a safetensors file with suspicion: its layout is checked whole before anything is used."""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from rtedit_desktop.core.errors import PresetDamaged, PresetError, quoted_name, shown_name
from rtedit_desktop.core.json_reader import parse_json
from rtedit_desktop.core.lazy_text import tr

MAX_HEADER = 2**20
MAX_FILE = 512 * 2**20
MAX_TENSORS = 20_000
_KINDS: dict[str, str] = {"U8": "u1", "I8": "i1", "F16": "<f2", "F32": "<f4"}
_AGAIN = tr("Ask whoever made it for the file again.")


class Layout:
    """Checked layout of an open file: ``entries`` maps a tensor's name to (kind, shape).

    ``header`` is the JSON as it was read, ``size`` the file's length in bytes. ``path`` is for messages.
    Raises PresetDamaged.
    """

    def __init__(self, file: BinaryIO, size: int, path: Path) -> None:
        self._file, self._path = file, path
        self.size = size
        if self.size > MAX_FILE:
            raise self.damaged(tr("is too large to be a preset"))
        self.header, self._start = self._read_header()
        self._offsets: dict[str, tuple[int, int]] = {}
        self.entries: dict[str, tuple[str, tuple[int, ...]]] = {}
        self._check_entries()

    @property
    def quoted_name(self) -> str:
        """The file's name for a sentence."""
        return quoted_name(self._path)

    def damaged(self, why: str) -> PresetDamaged:
        """An error to raise: ``why`` goes on after the file's name."""
        return PresetDamaged(
            tr("The file {shown} cannot be used as a preset: it {why}.", shown=self.quoted_name, why=why), _AGAIN
        )

    def array(self, name: str, kinds: tuple[str, ...], shape: tuple[int, ...]) -> np.ndarray:
        """A tensor that must be there, of one of these kinds and of this shape."""
        if name not in self.entries:
            raise self.damaged(tr("is not complete"))
        kind, given = self.entries[name]
        if kind not in kinds or given != shape:
            raise self.damaged(tr("holds something of another shape than its model has"))
        begin, end = self._offsets[name]
        self._file.seek(self._start + begin)
        content = self._file.read(end - begin)
        if len(content) != end - begin:
            raise self.damaged(tr("ends too early"))
        return np.frombuffer(content, dtype=_KINDS[kind]).reshape(shape)

    def body(self) -> bytes:
        """All tensors' bytes."""
        return self._rest(self._start)

    def content(self) -> bytes:
        """The whole file."""
        return self._rest(0)

    def _rest(self, start: int) -> bytes:
        """No more than what was checked, though the file may be growing."""
        self._file.seek(start)
        return self._file.read(self.size - start)

    def _read_header(self) -> tuple[dict[str, Any], int]:
        length = int.from_bytes(self._file.read(8), "little")
        if self.size < 10 or not 2 <= length <= min(MAX_HEADER, self.size - 8):
            raise self.damaged(tr("does not begin as one"))
        try:
            header = parse_json(self._file.read(length), MAX_HEADER)
        except ValueError as error:
            raise self.damaged(tr("does not begin as one")) from error
        if not isinstance(header, dict) or len(header) > MAX_TENSORS:
            raise self.damaged(tr("does not begin as one"))
        return header, 8 + length

    def _check_entries(self) -> None:
        """Kinds are known, shapes fill their bytes, and the bytes follow each other to the file's end."""
        for name, entry in self.header.items():
            if name == "__metadata__":
                continue
            if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
                raise self.damaged(tr("has an unreadable table of contents"))
            kind, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
            known = isinstance(kind, str) and kind in _KINDS
            if not known or not _whole_numbers(shape, 8) or not _whole_numbers(offsets, 2):
                raise self.damaged(tr("has an unreadable table of contents"))
            if len(offsets) != 2 or offsets[1] - offsets[0] != math.prod(shape) * np.dtype(_KINDS[kind]).itemsize:
                raise self.damaged(tr("has lengths that contradict each other"))
            self.entries[name] = (kind, tuple(shape))
            self._offsets[name] = (offsets[0], offsets[1])
        at = 0
        for begin, end in sorted(self._offsets.values()):
            if begin != at:
                raise self.damaged(tr("has lengths that contradict each other"))
            at = end
        if self._start + at != self.size:
            raise self.damaged(tr("has another length than it says"))


@contextmanager
def open_layout(path: Path) -> Iterator[Layout]:
    """The file's layout while it is open. Raises PresetDamaged, or PresetError when it cannot be opened or read."""
    with _opened(path) as file:
        try:
            status = os.fstat(file.fileno())
            _check_regular(status, path)  # it may have been exchanged since
            yield Layout(file, status.st_size, path)
        except OSError as error:
            raise _unreadable(path, error) from error


def _opened(path: Path) -> BinaryIO:
    try:
        _check_regular(os.stat(path), path)  # before opening: to open a device can do something
        return open(path, "rb", opener=_without_waiting)
    except FileNotFoundError as error:
        raise PresetError(
            tr("There is no preset “{preset}” any more.", preset=shown_name(path.name)), tr("Choose another one.")
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        raise _unreadable(path, error) from error


def _check_regular(status: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(status.st_mode):
        what = tr("The file “{name}” is not a regular file.", name=shown_name(path.name))
        raise PresetDamaged(what, tr("Choose a preset file (.rtpreset)."))


def _without_waiting(path: str, flags: int) -> int:
    """To open a pipe would wait for somebody to write into it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unreadable(path: Path, error: Exception) -> PresetError:
    reason = getattr(error, "strerror", None) or "its name cannot be used"
    what = tr("The file “{name}” could not be read: {reason}.", name=shown_name(path.name), reason=reason)
    return PresetError(what, tr("Check the file and its permissions."))


def _whole_numbers(value: object, most: int) -> bool:
    return isinstance(value, list) and len(value) <= most and all(type(n) is int and 0 <= n <= MAX_FILE for n in value)
