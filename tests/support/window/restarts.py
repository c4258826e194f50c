"""Windows that are started on the same folder one after the other, and killed."""

from __future__ import annotations

from collections.abc import Callable

from support.window.harness import Stand

from rtedit_desktop.ui.model.state import Phase

NewWindow = Callable[[], Stand]


def written(stand: Stand) -> None:
    stand.until(lambda: not stand.window.background.writing)


def kill(stand: Stand) -> None:
    """The window is gone without a word, as after kill -9: its locks are free, its marks stay."""
    written(stand)
    journal = stand.folder_journal
    for folder in journal._open.values():
        folder._lock.release()
    journal._open.clear()
    stand.close()


def open_sample(stand: Stand) -> None:
    before = stand.state.photo
    stand.window.open(stand.photo_service.samples()[0])
    stand.until(lambda: stand.state.photo is not before and stand.state.phase is Phase.READY)
