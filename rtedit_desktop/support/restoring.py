"""Restores a photo with its results from the journal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rtedit_desktop.core.errors import HistoryError, PictureError
from rtedit_desktop.core.history import Entry, Reopened, pixels_digest
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService


def brought_back(found: Reopened, photo_service: PhotoService) -> tuple[Photo, tuple[Entry, ...]]:
    """The photo itself where it is as it was; else its copy; else the square that was last worked on.

    What a person has to know of it is among the photo's notes. Raises HistoryError where nothing can be read.
    """
    entries = found.entries
    if not entries:
        raise HistoryError(tr("None of the results can be read."), tr("They were damaged on the disk."))
    photo, notes = _photo(found, photo_service)
    if photo is None:
        last = entries[-1]
        photo = replace(photo_service.from_pixels(last.request.picture, found.work.name), path=found.work.path)
        whole = Square(x=0, y=0, side=last.request.picture.shape[0])
        # What lies below is in the picture already.
        entries = tuple(
            replace(
                entry,
                square=whole,
                region=entry.region and entry.region.in_square(entry.square, whole.side),
                below=(),
            )
            for entry in entries
            if entry.square == last.square and _seen_below(entry) == _seen_below(last)
        )
    return replace(photo, notes=(*found.notes, *notes)), entries


def _seen_below(entry: Entry) -> list[str]:
    return [layer.id for layer in entry.below if layer.on]


def _photo(found: Reopened, photo_service: PhotoService) -> tuple[Photo | None, list[str]]:
    """With what has to be said of it."""
    work = found.work
    if work.path is not None:
        photo = _opened(photo_service, work.path)
        if photo is not None and pixels_digest(photo) == work.pixels_sha256:
            return photo, []
        gone = photo is None
    if found.copy is not None:
        copy = _opened(photo_service, found.copy)
        if copy is not None and pixels_digest(copy) == work.pixels_sha256:
            copy = replace(copy, name=work.name, path=work.path)
            if work.path is None:
                return copy, []
            if gone:
                return copy, [tr("{name} is gone; this is the copy that RTEdit kept.", name=work.name)]
            return copy, [tr("{name} was changed since; this is the copy that RTEdit kept.", name=work.name)]
    return None, [tr("{name} is gone; this is the square of it that was worked on.", name=work.name)]


def _opened(photo_service: PhotoService, path: Path) -> Photo | None:
    try:
        return photo_service.open(path)
    except PictureError:
        return None
