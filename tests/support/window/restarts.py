"""Windows that are started on the same folder one after the other, and killed."""

from __future__ import annotations

from collections.abc import Callable

from support.window.harness import Harness

from rtedit_desktop.ui.model.phase import Phase

NewWindow = Callable[[], Harness]


def written(harness: Harness) -> None:
    harness.until(lambda: not harness.window.background.writing)


def kill(harness: Harness) -> None:
    """The window is gone without a word, as after kill -9: its locks are free, its marks stay."""
    written(harness)
    journal = harness.folder_journal
    for folder in journal._open.values():
        folder._lock.release()
    journal._open.clear()
    harness.close()


def open_sample(harness: Harness) -> None:
    before = harness.state.photo
    harness.window.opening.open(harness.photo_service.samples()[0])
    harness.until(lambda: harness.state.photo is not before and harness.state.phase is Phase.READY)
