"""What was learned and is kept to be instant the next time, as settings and commands see it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class LearnedStore(Protocol):
    """Edits that need not be learned again, bounded on disk: the least recently used goes first."""

    folder: Path | None
    limit: int

    def count(self) -> int:
        """Learned edits on disk."""
        ...

    def size(self) -> int:
        """Their bytes."""
        ...

    def set_limit(self, limit: int) -> None:
        """Keep at most so many bytes from now on. Raises OSError when a file cannot be removed."""
        ...

    def clear(self) -> None:
        """Empty memory and disk. Raises OSError when a file cannot be removed."""
        ...
