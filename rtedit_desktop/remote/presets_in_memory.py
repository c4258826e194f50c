"""Presets on the side that serves: those it learns stay in memory, those it gets are files without pictures."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.presets.format import info_of_content
from rtedit_desktop.remote.frames import MOST_MESSAGE

MOST_BYTES = 4 * MOST_MESSAGE
_PREFIX, _LOCK = "rtedit-presets-", "lock"
_YOUNG_S = 60.0


class LearnedPresets:
    """What an engine that serves writes instead of files: the content, until it is sent. Safe between threads."""

    def __init__(self) -> None:
        self._contents: dict[Path, bytes] = {}
        self._lock = threading.Lock()

    def put(self, path: Path, content: bytes, *, overwrite: bool = True) -> PresetInfo:
        """As ``presets.format.write_content``, which it stands for."""
        info = info_of_content(content, path)
        with self._lock:
            self._contents[path] = content
        return info

    def pop(self, path: Path) -> bytes | None:
        """The content, which is then forgotten."""
        with self._lock:
            return self._contents.pop(path, None)


class ReceivedPresets:
    """Owns a folder of presets that one connection sent, for as long as that lasts: weights and words, no pictures."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._folder: Path | None = None
        self._lock: FileLock | None = None  # held for as long as the folder is in use
        self._most, self._bytes = most, 0

    def put(self, sha256: str, content: bytes) -> None:
        """Keep it under its hash. Raises PresetError for one that is none, has pictures or finds no room."""
        if hashlib.sha256(content).hexdigest() != sha256:
            raise PresetError(tr("A preset came with another hash."), tr("Try again."))
        path = Path(f"{sha256}.rtpreset")
        if info_of_content(content, path).before is not None:
            raise PresetError(tr("A preset came with pictures."), tr("Update RTEdit on this computer."))
        self._bytes += len(content)
        if self._bytes > self._most:
            raise PresetError(
                tr("These are too many presets for one connection."), tr("Close RTEdit and open it again.")
            )
        try:
            (self._own_folder() / path).write_bytes(content)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise PresetError(
                tr("A preset could not be kept on the computer that computes: {reason}.", reason=reason),
                tr("Look at the free space there."),
            ) from error

    def _own_folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX))  # for its owner alone
            self._lock = FileLock(self._folder / _LOCK, timeout=0, thread_local=False)
            with contextlib.suppress(OSError, Timeout):
                self._lock.acquire()
        return self._folder

    def path(self, sha256: str) -> Path:
        """The file of one that came. Raises PresetError."""
        path = None if self._folder is None else self._folder / f"{sha256}.rtpreset"
        if path is None or not path.is_file():
            raise PresetError(tr("A preset is missing on the computer that computes."), tr("Try again."))
        return path

    def close(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def sweep() -> None:
    """Remove folders of connections whose process was killed: the lock of one that lasts is held.

    Those of other people stay: a lock that they laid there may be a link to a file of one's own, which locking empties.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError, Timeout):
            status = folder.lstat()
            if not stat.S_ISDIR(status.st_mode) or time.time() - status.st_mtime < _YOUNG_S:
                continue
            if os.name == "posix" and (status.st_uid != os.getuid() or status.st_mode & 0o077):
                continue
            with FileLock(folder / _LOCK, timeout=0):
                pass
            shutil.rmtree(folder, ignore_errors=True)
