"""Lets one job at a time change the packs, after what a crash left has been put in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rtedit_desktop.core.errors import PackError, RTEditError, SaveError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.packs import store
from rtedit_desktop.support import paths


@contextmanager
def alone() -> Iterator[None]:
    """One job at a time on this computer, whatever crashed before. Raises PackError and SaveError."""
    from filelock import FileLock, Timeout

    downloads = paths.user_data() / "downloads"
    try:
        downloads.mkdir(parents=True, exist_ok=True)
        lock = FileLock(downloads / ".lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise PackError(
            tr("Another job of RTEdit is changing the packs just now."),
            tr("Wait until it is done, or stop it."),
        ) from error
    except OSError as error:
        raise not_changed(error) from error
    try:
        for folder in (paths.user_packs(), paths.user_parts()):
            store.recover(folder)
            store.sweep(folder)
        yield
    except OSError as error:
        raise not_changed(error) from error
    finally:
        lock.release()


def recover() -> None:
    """At a start, before the packs are listed: bring back what a crash left without its name, and remove what is old.

    While another job runs nothing is done: it did that when it began.
    """
    if store.is_left(paths.user_packs()) or store.is_left(paths.user_parts()):
        with suppress(RTEditError), alone():
            pass


def not_changed(error: OSError) -> SaveError:
    reason = error.strerror or type(error).__name__
    return SaveError(
        tr("The packs could not be changed: {reason}.", reason=reason),
        tr("Check the free space and the permissions of {folder}.", folder=paths.user_data()),
    )
