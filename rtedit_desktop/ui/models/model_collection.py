"""Observable state of the models: the offers, the running jobs, and their outcome."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core.errors import PackInTheWay
from rtedit_desktop.core.pack_info import PackInfo
from rtedit_desktop.core.pack_installer import PackEvent, PackInstaller, PackNotice, PackOffer, PackProgress, PackReady
from rtedit_desktop.ui.model.state import EditorState
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
    choice_asked = Signal(object, object)
    replacing_asked = Signal(object, str)

    def __init__(
        self, installer: PackInstaller, state: EditorState, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._installer, self._state = installer, state
        self._reading = LatestOnly(background)
        self._telling_apart = SerialQueue(background)  # imports keep the order in which the files came
        self._thread = PackThread(installer, self)
        self._progress: dict[PackJob, PackProgress] = {}
        self._stopping: set[PackJob] = set()
        self._to_announce: list[PackReady] = []
        self.known = False
        self.offers: tuple[PackOffer, ...] = ()
        self.free = 0
        self._thread.happened.connect(self._on_event)
        self._thread.ended.connect(self._on_end)
        self._thread.failed.connect(self._on_failure)

    # --- what there is -----------------------------------------------------------------------

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
        # Who hears that a pack is installed finds it among those that can be used.
        show = partial(self._show, tuple(self._to_announce))
        self._reading.start(self._read, show, self._cannot(self.tr("The models could not be looked at.")))

    def _read(self) -> _Read:
        return self._installer.offers(), self._installer.packs(), self._installer.free_bytes()

    def _show(self, announced: tuple[PackReady, ...], read: _Read) -> None:
        offers, packs, self.free = read
        self.offers, self.known = tuple(offers), True
        self._state.name_packs({offer.id: offer.title for offer in offers})
        self._state.set_packs(packs)
        self.changed.emit()
        for ready in announced:
            if ready in self._to_announce:
                self._to_announce.remove(ready)
                self.installed.emit(ready)

    # --- what is being done ------------------------------------------------------------------

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

    # --- intents -----------------------------------------------------------------------------

    def download(self, id: str) -> None:
        """Fetch it, or go on where that was stopped."""
        self._submit(PackJob(verb="download", id=id))

    def import_pack(self, path: Path, id: str = "") -> None:
        """Import a file or a folder; where neither ``id`` nor the file tells what it is, the person is asked."""
        if id:
            self._submit(PackJob(verb="import", path=path, id=id))
            return
        self._telling_apart.start(
            partial(self._installer.could_be, path),
            partial(self._identified, path),
            self._cannot(self.tr("{name} was not taken.").format(name=path.name)),
        )

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
        self._thread.submit(job)
        self.changed.emit()

    def _identified(self, path: Path, choices: tuple[str, ...]) -> None:
        if choices:
            self.choice_asked.emit(path, choices)
        else:
            self._submit(PackJob(verb="import", path=path))

    # --- what came back ----------------------------------------------------------------------

    def _on_event(self, job: PackJob, event: PackEvent) -> None:
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
        self.failed.emit(*sentences(error, what))

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

    def _cannot(self, what: str) -> partial[None]:
        return partial(self._say_failed, what)

    def _say_failed(self, what: str, error: Exception) -> None:
        self.failed.emit(*sentences(error, what))
