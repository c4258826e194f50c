"""Runs a batch, photo after photo or several side by side, and yields its events; a stopped one can be resumed."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Generator, Iterator, Sequence

from rtedit_desktop.batch.control import Control
from rtedit_desktop.batch.digest import digest_of, stack_digest
from rtedit_desktop.batch.events import (
    BatchEnded,
    BatchEvent,
    Began,
    How,
    Outcome,
    Paused,
    PhotoBegan,
    PhotoEnded,
    Resumed,
)
from rtedit_desktop.batch.folders import make_folder, sweep_below
from rtedit_desktop.batch.one_photo import BatchContext, Ended, OnePhoto
from rtedit_desktop.batch.plan import Batch, plan
from rtedit_desktop.batch.record import Record
from rtedit_desktop.batch.side_by_side import SideBySide
from rtedit_desktop.batch.stack_places import check_packs
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.photo import PhotoService

PATIENCE = 3


def run(
    batch: Batch,
    packs: Sequence[PackInfo],
    engine: Engine,
    photo_service: PhotoService,
    record: Record,
    control: Control,
    at_once: int = 1,
) -> Iterator[BatchEvent]:
    """Do it. Raises RTEditError before Began for what keeps it from beginning, and nothing afterwards.

    ``packs`` are those of its edits, the first edit's first. ``at_once`` photos are worked on side by side; with more
    than one the engine has to be one that threads may share.

    A photo that cannot be done is told and passed over; a full disk, or an engine that fails PATIENCE times in a
    row with the same words, ends it. Whoever abandons this leaves an interrupted batch.
    """
    info, infos = packs[0], {one.id: one for one in reversed(packs)}
    if batch.stack is not None:
        check_packs(batch.stack, infos)
    digest = digest_of(batch.spec, info) if batch.stack is None else stack_digest(batch.stack, infos)
    digest += "-impersonal" if batch.impersonal else ""
    digest += "-with-recipe" if batch.recipe_inside else ""
    digest += "-exact" if batch.exact else ""
    make_folder(batch.folder)
    record.begin(batch)
    try:
        context = BatchContext(
            batch=batch, info=info, infos=infos, digest=digest, engine=engine, photo_service=photo_service,
            record=record, control=control,
        )  # fmt: skip
        yield from _Run(context, at_once).events()
    finally:
        record.close()
        sweep_below(batch.folder)


class _Run:
    """Runs one batch; owns the counters of that run."""

    def __init__(self, context: BatchContext, at_once: int) -> None:
        self._record, self._control, self._at_once = context.record, context.control, at_once
        self._one = OnePhoto(context)
        self._count: Counter[Outcome] = Counter()
        self._tasks = plan(context.batch, list(context.record.made.values()))
        self._halt: PhotoEnded | None = None
        self._same: list[str] = []

    def events(self) -> Iterator[BatchEvent]:
        yield Began(tasks=tuple(self._tasks))
        how = yield from self._one_by_one() if self._at_once == 1 else self._side_by_side()
        yield self._end(how)

    def _one_by_one(self) -> Generator[BatchEvent, None, How]:
        for index, task in enumerate(self._tasks):
            yield from self._rest()
            if self._control.stopped.is_set():
                return "stopped"
            yield PhotoBegan(index=index)
            ended = yield from self._one.events(index, task)
            if ended is None:
                return "stopped"
            yield self._counted(ended)
            if self._halt is not None:
                return "halted"
        return "finished"

    def _side_by_side(self) -> Generator[BatchEvent, None, How]:
        """No photo begins while it is paused, stopped or halted; those that are worked on come to their ends."""
        waiting = iter(enumerate(self._tasks))
        with SideBySide[BatchEvent, Ended | None](self._at_once, self._control.abandon) as photos:
            left = next(waiting, None)
            while left is not None or photos.running:
                if self._halt is not None or self._control.stopped.is_set():
                    left = None
                elif left is not None and self._control.paused and not photos.running:
                    yield from self._rest()
                elif left is not None and photos.has_room and not self._control.paused:
                    yield PhotoBegan(index=left[0])
                    photos.start(self._one.events(*left))
                    left = next(waiting, None)
                    continue
                for one in photos.news():
                    if one is not None:
                        yield self._counted(one) if isinstance(one, Ended) else one
        if self._halt is not None:
            return "halted"
        return "finished" if sum(self._count.values()) == len(self._tasks) else "stopped"

    def _counted(self, ended: Ended) -> PhotoEnded:
        """Its event, after what follows from it for those behind it."""
        event = ended.event
        self._count[event.outcome] += 1
        if event.outcome == "done":
            self._same = []
        if ended.by_engine:
            self._same = [*self._same, event.what] if self._same[-1:] == [event.what] else [event.what]
        if ended.ends_all or (ended.by_engine and len(self._same) >= PATIENCE):
            self._halt = event
        return event

    def _rest(self) -> Iterator[BatchEvent]:
        """As long as it is paused."""
        if self._control.paused:
            yield Paused()
            self._control.wait()
            yield Resumed()

    def _end(self, how: How) -> BatchEnded:
        if not (how == "stopped" and self._control.abandoned):
            with contextlib.suppress(SaveError):  # then it is offered once more, and finds all done
                self._record.end(how)
        why = self._halt
        return BatchEnded(
            how=how,
            done=self._count["done"],
            known=self._count["known"],
            failed=self._count["failed"],
            left=len(self._tasks) - sum(self._count.values()),
            what=why.what if why else "",
            todo=why.todo if why else "",
            details=why.details if why else "",
        )
