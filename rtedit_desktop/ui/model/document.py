"""Document: a snapshot of the work on a photo."""

from __future__ import annotations

from dataclasses import dataclass

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.ui.model.result import Result


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """Snapshot that undo goes back to: the results, the one that was shown, the square, and the region.

    ``continued``: the next edit was to be made on that result. ``deleted`` are the ids of those that were deleted.
    """

    results: tuple[Result, ...] = ()
    shown: str = ""
    square: Square | None = None
    region: Region | None = None
    continued: bool = False
    deleted: frozenset[str] = frozenset()
