"""What is kept on disk within bounds, as settings and commands see it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class DiskStore(Protocol):
    """Things that are kept in a folder, bounded: the least recently used goes first."""

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
    """Edits that need not be learned again; emptied, they are forgotten in memory too."""
