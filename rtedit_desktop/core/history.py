"""Results made of each photo, as plain data, and the protocol of the journal that keeps them on disk.

The journal is a protocol so that the window needs to know nothing of its files.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.photos.region import Region
from rtedit_desktop.core.requests import ApplyRequest, EditRequest, new_job_id
from rtedit_desktop.core.stack import Layer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """A finished result: what was asked of which square, and what came out of it.

    The square as the model saw it is the request's ``picture``; ``picture``, (S, S, 3) uint8, is what became of
    it. ``id`` stays when the same entry gets another strength. ``made`` is in seconds since 1970; ``picked``
    says that a person chose a picture on the way. Only in the ``region``, in the photo's pixels, the change is seen.
    ``below`` are the layers on which it was made, the lowest first; of a result that is not ``on`` they alone are seen.
    ``name`` is what a person calls it, where they do. ``together``: so many of its layers, from the uppermost down, are
    one mix.
    """

    request: EditRequest | ApplyRequest
    square: Square
    picture: np.ndarray
    score: float | None = None
    recipe: Mapping[str, object] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    picked: bool = False
    region: Region | None = None
    id: str = field(default_factory=new_job_id)
    made: float = field(default_factory=time.time)
    below: tuple[Layer, ...] = ()
    on: bool = True
    name: str = ""
    together: int = 1

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Those below, and the result itself as the uppermost."""
        top = Layer(
            request=self.request,
            square=self.square,
            picture=self.picture,
            region=self.region,
            on=self.on,
            picked=self.picked,
            score=self.score,
            recipe=self.recipe,
            seconds=self.seconds,
            id=self.id,
        )
        return (*self.below, top)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Work:
    """Describes what was made of one photo, with the newest picture only.

    ``path`` is None for a pasted picture; ``pixels_sha256`` is the ``pixels_digest`` of the photo; ``changed`` is
    in seconds since 1970. ``size`` is (width, height) of the photo, where that was written down.
    """

    id: str
    name: str
    path: Path | None
    pixels_sha256: str
    results: int
    changed: float
    newest: np.ndarray | None = None
    size: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reopened:
    """A work with its results. ``copy`` is the photo as it was, where it was kept; ``notes`` are for people."""

    work: Work
    entries: tuple[Entry, ...]
    copy: Path | None = None
    notes: tuple[str, ...] = ()


class Journal(Protocol):
    """Keeps works on disk, bounded: those that were touched least recently go first, never one that is in use.

    Everything may be called on any thread, and nothing raises but OSError and HistoryError.
    """

    folder: Path | None
    limit: int

    def keep_photo(self, work: str, photo: Photo) -> None:
        """A copy of the photo, once; to be called before there are results, as long as its file is what was opened."""
        ...

    def write(self, work: str, photo: Photo, entry: Entry) -> None:
        """Keep a result, or another version of it; when this returns it is on the disk. It waits for no photo."""
        ...

    def remove(self, work: str, entry: str) -> None:
        """The person deleted the result of this id."""
        ...

    def leave(self, work: str) -> None:
        """The person is done with it: it is not offered at the next start, and others may open it."""
        ...

    def close(self) -> None:
        """Leave all that is open: the window ends in good order."""
        ...

    def works(self) -> list[Work]:
        """The latest first, without those that another window has open."""
        ...

    def unfinished(self) -> list[Work]:
        """Those that nobody left and no living window has open: it ended without being closed."""
        ...

    def reopen(self, work: str, presets: Sequence[Path] = ()) -> Reopened:
        """Go on with it. A preset that was moved is found among ``presets`` by its content."""
        ...

    def prompts(self) -> list[tuple[str, str]]:
        """The pack and the prompt of the latest edits, the latest first, each once."""
        ...

    def count(self) -> int:
        """Works on disk."""
        ...

    def size(self) -> int:
        """Their bytes."""
        ...

    def set_limit(self, limit: int) -> None:
        """Keep at most so many bytes from now on."""
        ...

    def clear(self) -> None:
        """Remove all but what is in use."""
        ...


def new_work_id() -> str:
    """The later one sorts behind the earlier."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"


def pixels_digest(photo: Photo) -> str:
    """The same for a file that was renamed, or whose metadata changed."""
    digest = hashlib.sha256(repr(photo.pixels.shape).encode())
    digest.update(np.ascontiguousarray(photo.pixels).data)
    return digest.hexdigest()
