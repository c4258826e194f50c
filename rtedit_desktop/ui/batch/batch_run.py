"""Observable state of the window's batch: its photos, the progress of each, its errors."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from rtedit_desktop.batch.events import (
    BatchEnded,
    BatchEvent,
    Began,
    Paused,
    PhotoBegan,
    PhotoEnded,
    PhotoNote,
    PhotoWorking,
    Resumed,
)
from rtedit_desktop.batch.plan import Batch, found
from rtedit_desktop.batch.record import Interrupted, Record, interrupted
from rtedit_desktop.core.events import Adapting, DecodeStep, Event
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.photo import PhotoService
from rtedit_desktop.ui.batch.batch_thumbnails import BatchThumbnails
from rtedit_desktop.ui.widgets.texts import sentences, translated
from rtedit_desktop.worker.background import Background, LatestOnly, SerialQueue, ignored
from rtedit_desktop.worker.batch_thread import BatchThread
from rtedit_desktop.worker.engine_thread import EngineThread
from rtedit_desktop.worker.tasks import NewestTask

_SOON_MS = 80
LEARNING = 0.8  # of the time of a photo, where something is learned on it


class BatchPhase(Enum):
    """Phase of the batch. From STARTING to STOPPING it runs."""

    CHOOSING = auto()
    STARTING = auto()
    RUNNING = auto()
    PAUSING = auto()
    PAUSED = auto()
    STOPPING = auto()
    ENDED = auto()

    @property
    def running(self) -> bool:
        return self not in (BatchPhase.CHOOSING, BatchPhase.ENDED)


class RowState(Enum):
    WAITING = auto()
    WORKING = auto()
    DONE = auto()
    KNOWN = auto()
    FAILED = auto()


_OUTCOMES = {"done": RowState.DONE, "known": RowState.KNOWN, "failed": RowState.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One photo. ``part`` is how much of it is done, 0 to 1; ``what`` and ``todo`` are sentences."""

    path: Path
    state: RowState = RowState.WAITING
    part: float = 0.0
    output: Path | None = None
    what: str = ""
    todo: str = ""
    notes: tuple[str, ...] = ()


class BatchRun(QObject):
    """Owns the list of photos and the one batch that runs.

    ``changed`` is for all of it, ``row_changed`` for one photo; ``progressed`` follows those no more often than it
    can be looked at, for what is counted over all photos.
    """

    changed = Signal()
    row_changed = Signal(int)
    progressed = Signal()
    ended = Signal(object)
    failed = Signal(str, str, str)
    left_over = Signal(object)

    def __init__(
        self, engine: EngineThread, photo_service: PhotoService, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._tasks = background.tasks
        self._thread = BatchThread(engine, photo_service, background, self)
        self._search = NewestTask(background.tasks)
        self._looking = LatestOnly(background)
        self._lane = SerialQueue(background)
        self.thumbnails = BatchThumbnails(photo_service, background, self)
        self._inputs: tuple[Path, ...] = ()
        self._recursive = False
        self.rows: list[Row] = []
        self.phase = BatchPhase.CHOOSING
        self.batch: Batch | None = None
        self.end: BatchEnded | None = None
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.progressed)

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files and folders, as they were given."""
        return self._inputs

    def add(self, paths: list[Path]) -> None:
        """More files and folders; not while a batch runs."""
        if not self.phase.running:
            self._choose(tuple(dict.fromkeys((*self._inputs, *paths))), self._recursive)

    def remove_photos(self, paths: set[Path]) -> None:
        """Photos that are not wanted: what is left of a folder is named one by one."""
        if not self.phase.running:
            left = tuple(row.path for row in self.rows if row.path not in paths)
            self._choose(left, self._recursive)

    def set_recursive(self, recursive: bool) -> None:
        if not self.phase.running and recursive != self._recursive:
            self._choose(self._inputs, recursive)

    def _choose(self, inputs: tuple[Path, ...], recursive: bool) -> None:
        self._inputs, self._recursive = inputs, recursive
        self.phase, self.end = BatchPhase.CHOOSING, None
        self.changed.emit()
        self._search.start(self._look_through(inputs, recursive))

    async def _look_through(self, inputs: tuple[Path, ...], recursive: bool) -> None:
        try:
            photos = await self._looking.run(partial(found, inputs, recursive=recursive))
        except Exception as error:
            self.failed.emit(*sentences(error, self.tr("The photos could not be looked through.")))
            return
        self.rows = [Row(path=one.path) for one in photos]
        self.changed.emit()

    def start(self, batch: Batch, info: PackInfo, others: Sequence[PackInfo] = ()) -> None:
        """Do it, where none runs; ``others`` are packs that a stack may need beside the first."""
        if self.phase.running:
            return
        self._search.cancel()
        self._inputs, self._recursive = batch.inputs, batch.recursive
        self.batch, self.end = batch, None
        self.rows = [Row(path=row.path) for row in self.rows]
        self._go(BatchPhase.STARTING)
        self._tasks.start(self._run(batch, info, tuple(others)))

    async def _run(self, batch: Batch, info: PackInfo, others: tuple[PackInfo, ...]) -> None:
        try:
            async for event in self._thread.run(batch, info, others):
                self._on_event(event)
        except Exception as error:
            self.failed.emit(*sentences(error, self.tr("The batch stopped on an unexpected error.")))
        self._on_ended()

    def pause(self) -> None:
        if self.phase in (BatchPhase.STARTING, BatchPhase.RUNNING) and self._thread.control is not None:
            self._thread.control.pause()
            self._go(BatchPhase.PAUSING)

    def resume(self) -> None:
        if self.phase in (BatchPhase.PAUSING, BatchPhase.PAUSED) and self._thread.control is not None:
            self._thread.control.resume()
            self._go(BatchPhase.RUNNING)

    def stop(self) -> None:
        if self.phase.running and self._thread.control is not None:
            self._thread.control.stop()
            self._go(BatchPhase.STOPPING)

    def shutdown(self, patience: float) -> bool:
        """The window ends: what is not done is offered at the next start."""
        return self._thread.shutdown(patience)

    def look_for_interrupted(self) -> None:
        """``left_over`` tells of the latest that did not come to its end, if there is one."""

        self._tasks.start(self._look_for_interrupted())

    async def _look_for_interrupted(self) -> None:
        every: list[Interrupted] = []
        with contextlib.suppress(Exception):  # then it is offered another time
            every = await self._lane.run(interrupted)
        if every and not self.phase.running:
            self.left_over.emit(every[0])

    def leave(self, one: Interrupted) -> None:
        """It is not offered again; what it made stays, and it can still be gone on with by hand."""
        self._tasks.start(ignored(self._lane.run(Record(one.batch.folder).leave, writes=True)))

    @property
    def done(self) -> float:
        """Of all photos, in photos."""
        return sum(row.part for row in self.rows)

    def count(self, *states: RowState) -> int:
        return sum(row.state in states for row in self.rows)

    def _on_event(self, event: BatchEvent) -> None:
        match event:
            case Began():
                self.rows = [Row(path=task.source, output=task.output) for task in event.tasks]
                if self.phase is BatchPhase.STARTING:
                    self.phase = BatchPhase.RUNNING
                self.changed.emit()
            case PhotoBegan():
                self._put(event.index, state=RowState.WORKING)
            case PhotoWorking():
                self._put(event.index, part=_part(event.event, self.rows[event.index].part))
            case PhotoNote():
                self._put(event.index, notes=(*self.rows[event.index].notes, translated(event.text)))
            case PhotoEnded():
                self._put(
                    event.index,
                    state=_OUTCOMES[event.outcome],
                    part=1.0,
                    what=translated(event.what),
                    todo=translated(event.todo),
                )
            case Paused():
                if self.phase is BatchPhase.PAUSING:
                    self._go(BatchPhase.PAUSED)
            case Resumed():
                if self.phase in (BatchPhase.PAUSING, BatchPhase.PAUSED):
                    self._go(BatchPhase.RUNNING)
            case BatchEnded():
                self.end = event

    def _on_ended(self) -> None:
        self.rows = [
            replace(row, state=RowState.WAITING, part=0.0) if row.state is RowState.WORKING else row
            for row in self.rows
        ]
        self._go(BatchPhase.ENDED if self.end is not None else BatchPhase.CHOOSING)
        if self.end is not None:
            self.ended.emit(self.end)

    def _put(self, index: int, **values: object) -> None:
        self.rows[index] = replace(self.rows[index], **values)  # type: ignore[arg-type]
        self.row_changed.emit(index)
        if not self._soon.isActive():
            self._soon.start()

    def _go(self, phase: BatchPhase) -> None:
        self.phase = phase
        self.changed.emit()


def _part(event: Event, before: float) -> float:
    """How much of a photo is done; where nothing is learned, decoding is all."""
    match event:
        case Adapting():
            return LEARNING * event.step / event.of
        case DecodeStep():
            begin = LEARNING if before >= LEARNING / 2 else 0.0
            return max(before, begin + (1 - begin) * event.index / event.of * 0.98)
    return before
