"""Protocols of the bounded stores on disk, as settings and commands see them."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class DiskStore(Protocol):
    """Keeps things in a folder of bounded size; the least recently used goes first."""

    folder: Path | None
    limit: int

    def count(self) -> int:
        """How many there are on disk."""
        ...

    def size(self) -> int:
        """Their bytes."""
        ...

    def set_limit(self, limit: int) -> None:
        """Keep at most so many bytes from now on. Raises OSError when a file cannot be removed."""
        ...

    def clear(self) -> None:
        """Remove what is not in use. Raises OSError when a file cannot be removed."""
        ...


class LearnedStore(DiskStore, Protocol):
    """Keeps learned edits, so that they need not be learned again; emptying forgets them in memory too."""
