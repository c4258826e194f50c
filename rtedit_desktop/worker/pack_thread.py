"""Thread on which packs are downloaded, imported, checked and removed, one job after the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rtedit_desktop.core.pack_installer import PackEvent, PackInstaller, PackProgress, PackStopped
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
    """Owns the thread and the jobs that wait for it; every signal comes on the caller's thread.

    A job ends with one of ``ended`` and ``failed``; ``ended`` bears its last event. Progress is told
    no more often than it can be looked at.
    """

    happened = Signal(object, object)
    ended = Signal(object, object)
    failed = Signal(object, object)
    _came = Signal(object, object)

    def __init__(self, installer: PackInstaller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._installer = installer
        self._background = Background(1, self)
        self._cancels: dict[PackJob, threading.Event] = {}
        self._came.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    @property
    def jobs(self) -> list[PackJob]:
        """Those that have not ended; the first is the one that runs."""
        return list(self._cancels)

    def submit(self, job: PackJob) -> None:
        """Queue a job; one that waits or runs already is not queued twice."""
        if job in self._cancels:
            return
        cancelled = self._cancels[job] = threading.Event()
        self._background.start(partial(self._run, job, cancelled), partial(self._end, job), partial(self._fail, job))

    def cancel(self, job: PackJob) -> None:
        """Ask a job to stop; its end tells when it has."""
        if job in self._cancels:
            self._cancels[job].set()

    def shutdown(self) -> None:
        """Stop everything, keeping what can be gone on with; nothing is told any more."""
        for cancelled in self._cancels.values():
            cancelled.set()
        self._background.shutdown()
        self._cancels.clear()

    # --- on the thread -----------------------------------------------------------------------

    def _run(self, job: PackJob, cancelled: threading.Event) -> End:
        if cancelled.is_set():
            return PackStopped()
        if job.verb == "remove":
            return PackRemoved(id=job.id, freed=self._installer.remove(job.id))
        last: End = PackStopped()
        before, reported = ("", ""), 0.0
        events = self._events(job, cancelled)
        try:
            for event in events:
                last = event
                if isinstance(event, PackProgress):
                    now, step = time.monotonic(), (event.phase, event.what)
                    if step == before and now - reported < _REPORT_EVERY_S:
                        continue
                    before, reported = step, now
                self._came.emit(job, event)
        finally:
            close = getattr(events, "close", None)  # a lock that a job holds is let go on its own thread
            if close is not None:
                close()
        return last

    def _events(self, job: PackJob, cancelled: threading.Event) -> Iterator[PackEvent]:
        if job.verb == "download":
            return self._installer.download(job.id, cancelled)
        if job.verb == "check":
            return self._installer.check(job.id, cancelled)
        assert job.path is not None
        return self._installer.import_pack(job.path, cancelled, id=job.id or None, replace=job.replace)

    # --- on the caller's ---------------------------------------------------------------------

    @Slot(object, object)
    def _pass_on(self, job: PackJob, event: PackEvent) -> None:
        if job in self._cancels:
            self.happened.emit(job, event)

    def _end(self, job: PackJob, last: End) -> None:
        self._cancels.pop(job, None)
        self.ended.emit(job, last)

    def _fail(self, job: PackJob, error: Exception) -> None:
        self._cancels.pop(job, None)
        self.failed.emit(job, error)
