"""Observable state of the models: the offers, the running jobs, and their outcome."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core.errors import DownloadError, PackInTheWay
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.packs.pack_installer import (
    PackEvent,
    PackInstaller,
    PackNotice,
    PackOffer,
    PackProgress,
    PackReady,
)
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.models.model_text import download_failure
from rtedit_desktop.ui.widgets.texts import sentences, translated
from rtedit_desktop.worker.background import Background, LatestOnly, SerialQueue
from rtedit_desktop.worker.pack_thread import PackJob, PackRemoved, PackThread

_Read = tuple[list[PackOffer], list[PackInfo], int]


class ModelCollection(QObject):
    """Owns the offers that were read last and the installer's thread. Only ``download`` goes online."""

    changed = Signal()
    progressed = Signal()
    noticed = Signal(str)
    installed = Signal(object)
    checked = Signal(str)
    removed = Signal(str, object)  # an int of Qt's would end at 2 GB
    failed = Signal(str, str, str)
    download_failed = Signal(str, str, str, str)  # the model that was asked for, then as above
    choice_asked = Signal(object, object)
    replacing_asked = Signal(object, str)

    def __init__(
        self, installer: PackInstaller, state: EditorState, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._installer, self._state = installer, state
        self._tasks = background.tasks
        self._reading = LatestOnly(background)
        self._telling_apart = SerialQueue(background)  # imports keep the order in which the files came
        self._thread = PackThread(installer, background, self)
        self._progress: dict[PackJob, PackProgress] = {}
        self._stopping: set[PackJob] = set()
        self._to_announce: list[PackReady] = []
        self.known = False
        self.offers: tuple[PackOffer, ...] = ()
        self.free = 0

    def offer(self, id: str) -> PackOffer | None:
        return next((offer for offer in self.offers if offer.id == id), None)

    def title(self, id: str) -> str:
        offer = self.offer(id)
        return offer.title if offer is not None else id

    def target(self, id: str) -> str:
        """What is to be fetched or imported for it: the part it lacks, once its own files are here."""
        offer = self.offer(id)
        return offer.lacks[0] if offer is not None and offer.own_files and offer.lacks else id

    def refresh(self) -> None:
        """Look at the disk again."""
        self._tasks.start(self._refresh())

    async def _refresh(self) -> None:
        announced = tuple(self._to_announce)
        try:
            offers, packs, free = await self._reading.run(self._read)
        except Exception as error:
            self.failed.emit(*sentences(error, self.tr("The models could not be looked at.")))
            return
        self.offers, self.known, self.free = tuple(offers), True, free
        self._state.name_packs({offer.id: offer.title for offer in offers})
        self._state.set_packs(packs)
        self.changed.emit()
        for ready in announced:  # who hears that a pack is installed finds it among those that can be used
            if ready in self._to_announce:
                self._to_announce.remove(ready)
                self.installed.emit(ready)

    def _read(self) -> _Read:
        return self._installer.offers(), self._installer.packs(), self._installer.free_bytes()

    @property
    def jobs(self) -> list[PackJob]:
        """In the order of their turns; the first runs."""
        return self._thread.jobs

    def job_of(self, id: str) -> PackJob | None:
        """What is being done for this one; what fetches the part that it lacks counts."""
        return next((job for job in self.jobs if job.id in (id, self.target(id))), None)

    @property
    def nameless_job(self) -> PackJob | None:
        """An import of what will only tell at its end what it is."""
        return next((job for job in self.jobs if not job.id), None)

    def progress_of(self, job: PackJob) -> PackProgress | None:
        """None while it waits its turn, and before it has told anything."""
        return self._progress.get(job)

    def is_stopping(self, job: PackJob) -> bool:
        return job in self._stopping

    def download(self, id: str) -> None:
        """Fetch it, or go on where that was stopped."""
        self._submit(PackJob(verb="download", id=id))

    def import_pack(self, path: Path, id: str = "") -> None:
        """Import a file or a folder; where neither ``id`` nor the file tells what it is, the person is asked."""
        if id:
            self._submit(PackJob(verb="import", path=path, id=id))
            return
        self._tasks.start(self._import_what_it_is(path))

    async def _import_what_it_is(self, path: Path) -> None:
        try:
            choices = await self._telling_apart.run(partial(self._installer.could_be, path))
        except Exception as error:
            self.failed.emit(*sentences(error, self.tr("{name} was not taken.").format(name=path.name)))
            return
        if choices:
            self.choice_asked.emit(path, choices)
        else:
            self._submit(PackJob(verb="import", path=path))

    def replace(self, job: PackJob) -> None:
        """Import it in the place of the one that is installed."""
        assert job.path is not None
        self._submit(PackJob(verb="import", path=job.path, id=job.id, replace=True))

    def check(self, id: str) -> None:
        self._submit(PackJob(verb="check", id=id))

    def remove(self, id: str) -> None:
        self._submit(PackJob(verb="remove", id=id))

    def cancel(self, job: PackJob) -> None:
        if job in self.jobs:
            self._stopping.add(job)
            self._thread.cancel(job)
            self.changed.emit()

    def shutdown(self) -> None:
        self._thread.shutdown()

    def _submit(self, job: PackJob) -> None:
        """One that waits or runs already is not queued twice."""
        if job not in self.jobs:
            self._tasks.start(self._do(job))
        self.changed.emit()

    async def _do(self, job: PackJob) -> None:
        last: object = None
        try:
            async for event in self._thread.run(job):
                last = event
                self._on_event(job, event)
        except Exception as error:
            self._on_failure(job, error)
        else:
            self._on_end(job, last)

    def _on_event(self, job: PackJob, event: PackEvent | PackRemoved) -> None:
        if isinstance(event, PackProgress):
            self._progress[job] = event
            self.progressed.emit()
        elif isinstance(event, PackNotice):
            self.noticed.emit(translated(event.text))

    def _on_end(self, job: PackJob, last: object) -> None:
        if isinstance(last, PackReady) and job.verb != "check":
            self._to_announce.append(last)
        self._forget(job)
        if isinstance(last, PackReady) and job.verb == "check":
            self.checked.emit(last.title)
        elif isinstance(last, PackRemoved):
            self.removed.emit(self.title(last.id), last.freed)

    def _on_failure(self, job: PackJob, error: Exception) -> None:
        self._forget(job)
        if isinstance(error, PackInTheWay) and job.path is not None:
            self.replacing_asked.emit(job, translated(error.what))
            return
        what = self.tr("{name} was not taken.").format(name=job.path.name) if job.path else self._not_done(job)
        told = sentences(error, what)
        if isinstance(error, DownloadError):
            what, todo = download_failure(what, error, self._to_fetch(job.id))
            self.download_failed.emit(job.id, what, todo, told[2])
            return
        self.failed.emit(*told)

    def _to_fetch(self, id: str) -> list[PackOffer]:
        """What a download of it fetches: itself and the parts it lacks, as far as they are not here."""
        asked = self.offer(id)
        ids = () if asked is None else (id, *asked.lacks)
        return [offer for one in ids if (offer := self.offer(one)) is not None and not offer.own_files]

    def _not_done(self, job: PackJob) -> str:
        words = {
            "download": self.tr("{title} could not be downloaded."),
            "check": self.tr("{title} could not be checked."),
            "remove": self.tr("{title} could not be removed."),
        }
        return words[job.verb].format(title=self.title(job.id))

    def _forget(self, job: PackJob) -> None:
        self._progress.pop(job, None)
        self._stopping.discard(job)
        self.changed.emit()
        self.refresh()
