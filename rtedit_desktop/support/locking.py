"""Lets one process at a time read a small file, change it and write it again."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

_PATIENCE_S = 10.0
_here = threading.RLock()  # of this process; the file's own lock is for the others


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file ``path``, by a lock beside it; where none can be had, a change that is lost is better than none."""
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=_PATIENCE_S)
    with _here:
        held = False
        with contextlib.suppress(OSError, Timeout, NotImplementedError):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
            held = True
        try:
            yield
        finally:
            if held:
                lock.release()
