"""Thread on which packs are downloaded, imported, checked and removed, one job after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject

from rtedit_desktop.core.packs.pack_installer import PackEvent, PackInstaller, PackProgress, PackStopped
from rtedit_desktop.worker.background import Background

_REPORT_EVERY_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class PackJob:
    """A job for the installer. ``id`` is empty for an import of a file that shows itself what it is."""

    verb: Literal["download", "import", "check", "remove"]
    id: str = ""
    path: Path | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRemoved:
    """A pack is off the disk; ``freed`` bytes are free again."""

    id: str
    freed: int


End = PackEvent | PackRemoved


class PackThread(QObject):
    """Owns the thread, and the jobs that run or wait for their turn on it."""

    def __init__(self, installer: PackInstaller, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._installer = installer
        self._background = Background(1, self, beside=background)
        self._cancels: dict[PackJob, threading.Event] = {}

    @property
    def jobs(self) -> list[PackJob]:
        """Those that have not ended; the first is the one that runs."""
        return list(self._cancels)

    async def run(self, job: PackJob) -> AsyncIterator[End]:
        """Queue a job, which is none of ``jobs``; its events, progress no more often than it can be looked at."""
        cancelled = self._cancels[job] = threading.Event()
        try:
            async for event in self._background.iterate(partial(self._seldom, job, cancelled)):
                yield event
        finally:
            cancelled.set()
            self._cancels.pop(job, None)

    def cancel(self, job: PackJob) -> None:
        """Ask a job to stop; its last event tells when it has."""
        if job in self._cancels:
            self._cancels[job].set()

    def shutdown(self) -> None:
        """Stop everything, keeping what can be gone on with; nothing is told any more."""
        for cancelled in self._cancels.values():
            cancelled.set()
        self._background.shutdown()
        self._cancels.clear()

    def _seldom(self, job: PackJob, cancelled: threading.Event) -> Iterator[End]:
        before, reported = ("", ""), 0.0
        events = self._events(job, cancelled)
        try:
            for event in events:
                if isinstance(event, PackProgress):
                    now, step = time.monotonic(), (event.phase, event.what)
                    if step == before and now - reported < _REPORT_EVERY_S:
                        continue
                    before, reported = step, now
                yield event
        finally:
            close = getattr(events, "close", None)  # a lock that a job holds is let go on its own thread
            if close is not None:
                close()

    def _events(self, job: PackJob, cancelled: threading.Event) -> Iterator[End]:
        if cancelled.is_set():
            return iter((PackStopped(),))
        if job.verb == "remove":
            return iter((PackRemoved(id=job.id, freed=self._installer.remove(job.id)),))
        if job.verb == "download":
            return self._installer.download(job.id, cancelled)
        if job.verb == "check":
            return self._installer.check(job.id, cancelled)
        assert job.path is not None
        return self._installer.import_pack(job.path, cancelled, id=job.id or None, replace=job.replace)
