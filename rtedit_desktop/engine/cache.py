"""Cache of learned edits: the latest in memory, more on disk, the least recently used going first.

A delta is kept in half precision, in memory too, so that a result is the same whether what it needs was
learned just now, in this run of the app, or last week. Anything here can be learned again. All bounds are in bytes: the
delta of a large network is a thousand times that of a small one.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from rtedit_desktop.engine.lru_cache import LRUCache
from rtedit_desktop.support import settings
from rtedit_desktop.support.paths import sweep, user_cache, write_atomically
from rtedit_desktop.support.regular_file import open_regular

if TYPE_CHECKING:
    from torch import Tensor

    from rtedit_desktop.diffusion.edit import Learned

IN_MEMORY = 512 * 2**20
LIMIT = 2048 * 2**20
_SUFFIX = ".learned"
PROGRESS = ".progress"
_STALE_S = 14 * 86400.0


def own_cache() -> LearnedCache:
    """The person's own, as large as their settings allow."""
    cache = LearnedCache(user_cache() / "learned", settings.load().cache_mib * settings.MIB)
    cache.sweep()
    return cache


class LearnedCache:
    """Owns the folder it is given; without one it remembers for as long as it lives.

    ``limit`` bounds the files, ``in_memory`` what is remembered, both in bytes. Safe to share between threads: the
    window empties what the engine fills.
    """

    def __init__(self, folder: Path | None = None, limit: int = LIMIT, in_memory: int = IN_MEMORY) -> None:
        self.folder = folder
        self.limit = limit
        self._latest: LRUCache[Learned] = LRUCache(in_memory)
        self._unwritten: dict[str, Learned] = {}
        self._writer: threading.Thread | None = None
        self._lock = threading.Lock()  # of the two above

    def get(self, key: str) -> Learned | None:
        """What was learned under this key, None when it is not known or its file is not what it was."""
        kept = self._latest.get(key) or self._unwritten.get(key)
        if kept is None and (kept := self._read(key)) is not None:
            self._latest.put(key, kept, _bytes(kept))
        return None if kept is None else _expanded(kept)

    def has(self, key: str) -> bool:
        """Whether it is kept; its file is not opened for that, and this is no use of it."""
        return key in self._latest or key in self._unwritten or (self.folder is not None and self._path(key).is_file())

    def put(self, key: str, learned: Learned) -> Learned:
        """Keep it and return it as it is kept. A disk that is full or read-only keeps nothing, and says nothing."""
        kept = self._remember(key, learned)
        self._write(key, kept)
        return _expanded(kept)

    def put_behind(self, key: str, learned: Learned) -> None:
        """The same, but that its file is written while the caller goes on; ``settle`` waits for it."""
        kept = self._remember(key, learned)
        if self.folder is None or self.limit <= 0:
            return
        with self._lock:
            self._unwritten[key] = kept
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_all, name="learned edits")
                self._writer.start()

    def settle(self) -> None:
        """Wait until all that was put is written."""
        with self._lock:
            writer = self._writer
        if writer is not None:
            writer.join()

    def forget(self) -> None:
        """Free the memory; the files stay."""
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
        with self._lock:
            self._unwritten.clear()
        self.settle()
        self.forget()
        for path, _, _ in (*self._files(), *self._unfinished()):
            path.unlink(missing_ok=True)

    def _remember(self, key: str, learned: Learned) -> Learned:
        """It in half precision, and off the card, whose memory is for what is being worked on."""
        delta = {name: value.half().cpu() for name, value in learned.delta.items()}
        kept = replace(learned, delta=delta, x_t=learned.x_t.cpu())
        self._latest.put(key, kept, _bytes(kept))
        return kept

    def _write(self, key: str, kept: Learned) -> None:
        if self.folder is None or self.limit <= 0:
            return
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(key), _packed(kept))
            self._make_room(self._files()[:-1])

    def _write_all(self) -> None:
        while True:
            with self._lock:
                if not self._unwritten:
                    self._writer = None
                    return
                key, kept = next(iter(self._unwritten.items()))
            self._write(key, kept)
            with self._lock:
                if self._unwritten.get(key) is kept:
                    del self._unwritten[key]

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{key}{_SUFFIX}"

    def _read(self, key: str) -> Learned | None:
        if self.folder is None:
            return None
        path = self._path(key)
        try:
            with open_regular(path) as file:
                learned = _unpacked(file.read())
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


def _bytes(kept: Learned) -> int:
    return sum(value.nbytes for value in (*kept.delta.values(), kept.x_t))


def _expanded(kept: Learned) -> Learned:
    """As it is worked with: in single precision."""
    return replace(kept, delta={name: value.float() for name, value in kept.delta.items()})


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
    delta = {name.removeprefix("delta."): value for name, value in tensors.items() if name != "x_t"}
    if not all(bool(value.isfinite().all()) for value in delta.values()):
        raise ValueError("not finite")
    return Learned(delta, tensors["x_t"], float(facts["score"]), int(facts["steps"]), dict(facts["seconds"]))
