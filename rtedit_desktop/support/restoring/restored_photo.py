"""Restores a photo with its results from the journal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rtedit_desktop.core.errors import HistoryError, PictureError
from rtedit_desktop.core.history import Reopened, pixels_digest
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.support.restoring.remains import remains


def restored_photo(found: Reopened, photo_service: PhotoService) -> Photo:
    """The photo itself where it is as it was; else its copy; else what the models saw of it.

    What a person has to know of it is among the photo's notes. Raises HistoryError where nothing can be read.
    """
    if not found.entries:
        raise HistoryError(tr("None of the results can be read."), tr("They were damaged on the disk."))
    photo, note = _photo(found, photo_service)
    return replace(photo, notes=(*found.notes, note) if note else found.notes)


def _photo(found: Reopened, photo_service: PhotoService) -> tuple[Photo, str]:
    """With what has to be said of it."""
    work = found.work
    there = _opened(photo_service, work.path) if work.path is not None else None
    if there is not None and pixels_digest(there) == work.pixels_sha256:
        return there, ""
    copy = _opened(photo_service, found.copy) if found.copy is not None else None
    if copy is not None and pixels_digest(copy) == work.pixels_sha256:
        copy = replace(copy, name=work.name, path=work.path, copy=found.copy)
        if work.path is None:
            return copy, ""
        if there is None:
            return copy, tr("{name} is gone; this is the copy that RTEdit kept.", name=work.name)
        return copy, tr("{name} was changed since; this is the copy that RTEdit kept.", name=work.name)
    pixels = remains(found.entries, work.size)
    if pixels is None:
        raise HistoryError(
            tr("{name} is gone, and there is no copy of it.", name=work.name), tr("Put it back where it was.")
        )
    photo = replace(photo_service.from_pixels(pixels, work.name), path=work.path)
    note = tr(
        "{name} was changed since; this is what the model saw of it, with less detail; the rest is grey.",
        name=work.name,
    )
    if there is None:
        note = tr(
            "{name} is gone; this is what the model saw of it, with less detail; the rest is grey.", name=work.name
        )
    return photo, note


def _opened(photo_service: PhotoService, path: Path) -> Photo | None:
    try:
        return photo_service.open(path)
    except PictureError:
        return None
