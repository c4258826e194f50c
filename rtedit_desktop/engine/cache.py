"""What was learned, kept: the latest in memory, more on disk, the least recently used going first.

A delta is kept in half precision, in memory too, so that a result is the same whether what it needs was
learned just now, in this run of the app, or last week. Anything here can be learned again.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections import OrderedDict
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rtedit_desktop.support import settings
from rtedit_desktop.support.paths import sweep, user_cache, write_atomically

if TYPE_CHECKING:
    from torch import Tensor

    from rtedit_desktop.diffusion.edit import Learned

KEEP_IN_MEMORY = 8
LIMIT = 512 * 2**20
_SUFFIX = ".learned"
PROGRESS = ".progress"
_STALE_S = 14 * 86400.0


def own_cache() -> LearnedCache:
    """The person's own, as large as their settings allow."""
    cache = LearnedCache(user_cache() / "learned", settings.load().cache_mib * settings.MIB)
    cache.sweep()
    return cache


class LearnedCache:
    """Owns the folder it is given; without one it remembers for as long as it lives."""

    def __init__(self, folder: Path | None = None, limit: int = LIMIT) -> None:
        self.folder = folder
        self.limit = limit
        self._latest: OrderedDict[str, Learned] = OrderedDict()
        self._lock = threading.Lock()  # the window empties what the engine fills

    def get(self, key: str) -> Learned | None:
        """What was learned under this key, None when it is not known or its file is not what it was."""
        learned = self._latest.get(key) or self._read(key)
        if learned is not None:
            self._remember(key, learned)
        return learned

    def has(self, key: str) -> bool:
        """Whether it is kept; its file is not opened for that, and this is no use of it."""
        return key in self._latest or (self.folder is not None and self._path(key).is_file())

    def put(self, key: str, learned: Learned) -> Learned:
        """Keep it and return it as it is kept. A disk that is full or read-only keeps nothing, and says nothing."""
        # Off the card, whose memory is for what is being worked on.
        delta = {name: value.half().float().cpu() for name, value in learned.delta.items()}
        kept = replace(learned, delta=delta, x_t=learned.x_t.cpu())
        self._remember(key, kept)
        if self.folder is not None and self.limit > 0:
            with contextlib.suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
                write_atomically(self._path(key), partial(_write, _packed(kept)))
                self._make_room(self._files()[:-1])
        return kept

    def forget(self) -> None:
        """Free the memory; the files stay."""
        with self._lock:
            self._latest.clear()

    def count(self) -> int:
        """Learned edits on disk."""
        return len(self._files())

    def size(self) -> int:
        """Bytes on disk, those of learning that is not done among them."""
        return sum(size for _, size, _ in (*self._files(), *self._unfinished()))

    def sweep(self) -> None:
        """Remove what nobody goes on with: notes of learning that are weeks old, files that were never ended."""
        if self.folder is not None:
            sweep(self.folder)
            for path, _, written in self._unfinished():
                if time.time() - written / 1e9 > _STALE_S:
                    with contextlib.suppress(OSError):
                        path.unlink(missing_ok=True)

    def set_limit(self, limit: int) -> None:
        """Keep at most so many bytes on disk from now on. Raises OSError when a file cannot be removed."""
        self.limit = limit
        self._make_room(self._files())

    def clear(self) -> None:
        """Empty memory and disk. Raises OSError when a file cannot be removed."""
        self.forget()
        for path, _, _ in (*self._files(), *self._unfinished()):
            path.unlink(missing_ok=True)

    def _remember(self, key: str, learned: Learned) -> None:
        with self._lock:
            self._latest[key] = learned
            self._latest.move_to_end(key)
            while len(self._latest) > KEEP_IN_MEMORY:
                self._latest.popitem(last=False)

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{key}{_SUFFIX}"

    def _read(self, key: str) -> Learned | None:
        if self.folder is None:
            return None
        path = self._path(key)
        try:
            learned = _unpacked(path.read_bytes())
            os.utime(path)
        except FileNotFoundError:
            return None
        except Exception:  # whatever is wrong with it, it can be learned again
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            return None
        return learned

    def _files(self) -> list[tuple[Path, int, int]]:
        """Path, bytes and time of last use, the oldest first."""
        return self._matching(f"*{_SUFFIX}")

    def _unfinished(self) -> list[tuple[Path, int, int]]:
        return [*self._matching(f"*{PROGRESS}"), *self._matching(".rtedit-*.part")]

    def _matching(self, pattern: str) -> list[tuple[Path, int, int]]:
        found = []
        if self.folder is not None and self.folder.is_dir():
            for path in self.folder.glob(pattern):
                with contextlib.suppress(OSError):
                    stat = path.stat()
                    found.append((path, stat.st_size, stat.st_mtime_ns))
        return sorted(found, key=lambda item: item[2])

    def _make_room(self, removable: list[tuple[Path, int, int]]) -> None:
        taken = sum(size for _, size, _ in self._files())
        for path, size, _ in removable:
            if taken <= self.limit:
                return
            path.unlink(missing_ok=True)
            taken -= size


def _write(content: bytes, file: BinaryIO) -> None:
    file.write(content)


def _packed(learned: Learned) -> bytes:
    from safetensors.torch import save

    tensors: dict[str, Tensor] = {f"delta.{name}": value.half().cpu() for name, value in learned.delta.items()}
    tensors["x_t"] = learned.x_t.cpu().contiguous()
    facts = {"score": learned.score, "steps": learned.steps, "seconds": learned.seconds}
    content: bytes = save(tensors, {"learned": json.dumps(facts)})
    return content


def _unpacked(content: bytes) -> Learned:
    """Raises one of many errors for bytes that are not what ``_packed`` gave."""
    from safetensors.torch import load

    from rtedit_desktop.diffusion.edit import Learned

    tensors = load(content)
    length = int.from_bytes(content[:8], "little")
    facts = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["learned"])
    delta = {name.removeprefix("delta."): value.float() for name, value in tensors.items() if name != "x_t"}
    if not all(bool(value.isfinite().all()) for value in delta.values()):
        raise ValueError("not finite")
    return Learned(delta, tensors["x_t"], float(facts["score"]), int(facts["steps"]), dict(facts["seconds"]))
