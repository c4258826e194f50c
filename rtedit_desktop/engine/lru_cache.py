"""Least recently used cache, bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class LRUCache(Generic[V]):
    """Keeps values up to ``most`` bytes together, the most recently used ones; the very last one whatever its size.

    Safe to share between threads.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """Of all that is kept."""
        with self._lock:
            return sum(size for _, size in self._kept.values())

    def get(self, key: Hashable) -> V | None:
        """The value, which is the most recently used one then."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, value: V, size: int) -> None:
        """Keep a value of so many bytes; others go for it."""
        with self._lock:
            self._kept[key] = value, size
            self._kept.move_to_end(key)
            taken = sum(size for _, size in self._kept.values())
            while taken > self._most and len(self._kept) > 1:
                _, (_, freed) = self._kept.popitem(last=False)
                taken -= freed

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
