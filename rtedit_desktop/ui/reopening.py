"""Earlier work becomes a photo with its results again, away from the main thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from rtedit_desktop.core.errors import HistoryError, PictureError
from rtedit_desktop.core.history import Journal, Reopened, pixels_digest
from rtedit_desktop.core.photo import Photo, PhotoDesk, Square
from rtedit_desktop.ui.photo_actions import Opened
from rtedit_desktop.ui.pyramid import Pyramid, on_checkers
from rtedit_desktop.ui.result import result_of


def _tr(text: str) -> str:
    return QCoreApplication.translate("reopening", text)


def reopened(journal: Journal, desk: PhotoDesk, work: str, presets: Sequence[Path]) -> Opened:
    """The photo itself where it is as it was; else its copy; else the square that was worked on."""
    found = journal.reopen(work, presets)
    if not found.entries:
        journal.leave(work)
        raise HistoryError(_tr("None of the results can be read."), _tr("They were damaged on the disk."))
    photo, notes = _photo(found, desk)
    entries = found.entries
    if photo is None:
        last = entries[-1]
        photo = replace(desk.from_pixels(last.request.picture, found.work.name), path=found.work.path)
        whole = Square(x=0, y=0, side=last.request.picture.shape[0])
        entries = tuple(
            replace(entry, square=whole, region=entry.region and entry.region.in_square(entry.square, whole.side))
            for entry in entries
            if entry.square == last.square
        )
    photo = replace(photo, notes=(*found.notes, *notes))
    pyramid = Pyramid(on_checkers(photo.pixels, photo.alpha))
    return Opened(photo, entries[-1].square, pyramid, work, tuple(result_of(entry) for entry in entries))


def _photo(found: Reopened, desk: PhotoDesk) -> tuple[Photo | None, list[str]]:
    """With what has to be said of it."""
    work = found.work
    if work.path is not None:
        photo = _opened(desk, work.path)
        if photo is not None and pixels_digest(photo) == work.pixels_sha256:
            return photo, []
        gone = photo is None
    if found.copy is not None:
        copy = _opened(desk, found.copy)
        if copy is not None and pixels_digest(copy) == work.pixels_sha256:
            copy = replace(copy, name=work.name, path=work.path)
            if work.path is None:
                return copy, []
            text = (
                _tr("{name} is gone; this is the copy that RTEdit kept.")
                if gone
                else _tr("{name} was changed since; this is the copy that RTEdit kept.")
            )
            return copy, [text.format(name=work.name)]
    return None, [_tr("{name} is gone; this is the square of it that was worked on.").format(name=work.name)]


def _opened(desk: PhotoDesk, path: Path) -> Photo | None:
    try:
        return desk.open(path)
    except PictureError:
        return None
