"""Restores a photo with its results from the journal, for the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rtedit_desktop.core.errors import HistoryError
from rtedit_desktop.core.history import Journal
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.support.restoring.restored_photo import restored_photo
from rtedit_desktop.ui.model.result import result_of
from rtedit_desktop.ui.photo.photo_actions import Opened
from rtedit_desktop.ui.widgets.pyramid import Pyramid, on_checkers


def reopened(journal: Journal, photo_service: PhotoService, work: str, presets: Sequence[Path]) -> Opened:
    """Opens the work in the journal. Raises HistoryError."""
    found = journal.reopen(work, presets)
    try:
        photo = restored_photo(found, photo_service)
    except HistoryError:
        journal.leave(work)
        raise
    pyramid = Pyramid(on_checkers(photo.pixels, photo.alpha))
    results = tuple(result_of(entry) for entry in found.entries)
    return Opened(photo, results[-1].square, pyramid, work, results)
