"""Runs a batch, photo after photo or several side by side, and yields its events; a stopped one can be resumed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import traceback
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

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
    PhotoNote,
    PhotoWorking,
    Resumed,
)
from rtedit_desktop.batch.plan import Batch, Task, plan
from rtedit_desktop.batch.record import Record
from rtedit_desktop.batch.seeing import looking_for, needs_face, seen
from rtedit_desktop.batch.side_by_side import SideBySide
from rtedit_desktop.batch.stack_places import check_packs, placed_in
from rtedit_desktop.batch.written_result import WrittenResult
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import PictureError, RTEditError, SaveError, shown_name
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, Notice
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.requests import request_for
from rtedit_desktop.core.stack import Layer, composed
from rtedit_desktop.support.paths import sweep
from rtedit_desktop.support.recipe_text import recipe_text
from rtedit_desktop.support.regular_file import open_regular
from rtedit_desktop.support.stacks.rendering import render
from rtedit_desktop.support.stacks.text import stack_text

PATIENCE = 3
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def run(
    batch: Batch,
    info: PackInfo,
    engine: Engine,
    photo_service: PhotoService,
    record: Record,
    control: Control,
    others: Sequence[PackInfo] = (),
    at_once: int = 1,
) -> Iterator[BatchEvent]:
    """Do it. Raises RTEditError before Began for what keeps it from beginning, and nothing afterwards.

    ``others`` are the packs of a stack beside the first. ``at_once`` photos are worked on side by side; with more than
    one the engine has to be one that threads may share.

    A photo that cannot be done is told and passed over; a full disk, or an engine that fails PATIENCE times in a
    row with the same words, ends it. Whoever abandons this leaves an interrupted batch.
    """
    infos = {one.id: one for one in (*others, info)}
    if batch.stack is not None:
        check_packs(batch.stack, infos)
    digest = digest_of(batch.spec, info) if batch.stack is None else stack_digest(batch.stack, infos)
    digest += "-impersonal" if batch.impersonal else ""
    digest += "-with-recipe" if batch.recipe_inside else ""
    digest += "-exact" if batch.exact else ""
    _make_folder(batch.folder)
    record.begin(batch)
    try:
        yield from _Run(batch, info, engine, photo_service, record, control, digest, infos, at_once).events()
    finally:
        record.close()
        _sweep(batch.folder)


class _Stopped(Exception):
    """Raised in the middle of a photo when the batch is asked to stop."""


class _EngineFailed(Exception):
    def __init__(self, event: Failed) -> None:
        super().__init__(event.what)
        self.event = event


@dataclass(frozen=True)
class _Ended:
    """How a photo ended. ``by_engine``: a job failed; ``ends_all``: no other photo would fare better."""

    event: PhotoEnded
    by_engine: bool = False
    ends_all: bool = False


class _Run:
    """Runs one batch; owns the counters of that run."""

    def __init__(
        self,
        batch: Batch,
        info: PackInfo,
        engine: Engine,
        photo_service: PhotoService,
        record: Record,
        control: Control,
        digest: str,
        infos: Mapping[str, PackInfo],
        at_once: int,
    ) -> None:
        self._batch, self._info, self._engine, self._photo_service = batch, info, engine, photo_service
        self._infos, self._at_once = infos, at_once
        self._record, self._control, self._digest = record, control, digest
        self._count: Counter[Outcome] = Counter()
        self._tasks = plan(batch, list(record.made.values()))
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
            ended = yield from self._photo(index, task)
            if ended is None:
                return "stopped"
            yield self._counted(ended)
            if self._halt is not None:
                return "halted"
        return "finished"

    def _side_by_side(self) -> Generator[BatchEvent, None, How]:
        """No photo begins while it is paused, stopped or halted; those that are worked on come to their ends."""
        waiting = iter(enumerate(self._tasks))
        with SideBySide[BatchEvent, _Ended | None](self._at_once, self._control.abandon) as photos:
            left = next(waiting, None)
            while left is not None or photos.running:
                if self._halt is not None or self._control.stopped.is_set():
                    left = None
                elif left is not None and self._control.paused and not photos.running:
                    yield from self._rest()
                elif left is not None and photos.has_room and not self._control.paused:
                    yield PhotoBegan(index=left[0])
                    photos.start(self._photo(*left))
                    left = next(waiting, None)
                    continue
                for one in photos.news():
                    if one is not None:
                        yield self._counted(one) if isinstance(one, _Ended) else one
        if self._halt is not None:
            return "halted"
        return "finished" if sum(self._count.values()) == len(self._tasks) else "stopped"

    def _counted(self, ended: _Ended) -> PhotoEnded:
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

    # --- one photo ---------------------------------------------------------------------------

    def _photo(self, index: int, task: Task) -> Generator[BatchEvent, None, _Ended | None]:
        """Its events; what comes back is how it ended, None where it was stopped."""
        try:
            outcome = yield from self._do(index, task)
        except _Stopped:
            return None
        except _EngineFailed as error:
            event = error.event
            ended = PhotoEnded(index=index, outcome="failed", what=event.what, todo=event.todo, details=event.details)
            return _Ended(ended, by_engine=True)
        except RTEditError as error:
            ended = PhotoEnded(index=index, outcome="failed", what=error.what, todo=error.todo, details=_details(error))
            return _Ended(ended, ends_all=isinstance(error, SaveError) and _ends_all(error))
        except Exception as error:  # one photo that nobody thought of must not cost the others
            what = tr(
                "Could not edit {name}: an unexpected error ({kind}).",
                name=shown_name(task.source.name),
                kind=type(error).__name__,
            )
            ended = PhotoEnded(
                index=index, outcome="failed", what=what, todo=tr("Try it alone."), details=_details(error)
            )
            return _Ended(ended)
        return _Ended(PhotoEnded(index=index, outcome=outcome))

    def _do(self, index: int, task: Task) -> Generator[BatchEvent, None, Outcome]:
        if task.problem is not None:
            raise task.problem
        sha256 = _sha256(task.source, self._control)
        made = WrittenResult(
            source=task.source,
            output=task.output,
            wanted_name=task.wanted_name,
            input_sha256=sha256,
            recipe_digest=self._digest,
        )
        there = os.path.lexists(task.output)
        if there and self._is_known(made):
            return "known"
        if there and not self._batch.overwrite:
            raise SaveError(
                tr("Could not save {name}: there is a file of that name already.", name=shown_name(task.output.name)),
                tr("Choose another folder or other names, or let earlier results be replaced."),
            )
        before = self._record.made.get(task.output)
        ours = before is not None and (before.is_as_written or not before.stamp)
        if (there and not ours) or _leads_away(task.output, self._batch.folder):
            raise SaveError(
                tr("Could not save {name}: what is there was made by no batch.", name=shown_name(task.output.name)),
                tr("Choose another folder or other names; only results of a batch are replaced."),
            )
        photo = self._photo_service.open(task.source)
        work = self._stack if self._batch.stack is not None else self._one
        pixels, recipe = yield from work(index, photo)
        if self._control.stopped.is_set():
            raise _Stopped
        _make_folder(task.output.parent)
        # After a crash it would be unknown which of the two a file is that takes the place of one.
        self._record.intend(replace(before, stamp="") if there and before is not None else made)
        recipe = recipe if self._batch.recipe_inside else ""
        self._photo_service.save(task.output, photo, pixels, impersonal=self._batch.impersonal, recipe=recipe)
        self._record.note(made)
        return "done"

    def _one(self, index: int, photo: Photo) -> Generator[BatchEvent, None, tuple[np.ndarray, str]]:
        """The photo after the edit, and its recipe."""
        info, spec = self._info, self._batch.spec
        square = seen(self._photo_service, photo, looking_for(info, spec), only_faces=needs_face(info, spec))
        for text in square.notes:
            yield PhotoNote(index=index, text=text)
        request = request_for(self._batch.spec, square.before)
        after, facts = yield from self._edited(index, self._engine.run(request, self._control.stopped))
        pixels = self._photo_service.paste(photo, square.square, square.before, after)
        return pixels, recipe_text(request.spec, facts, square.square)

    def _stack(self, index: int, photo: Photo) -> Generator[BatchEvent, None, tuple[np.ndarray, str]]:
        """The same of all edits of the stack."""
        assert self._batch.stack is not None
        stack, notes = placed_in(self._batch.stack, photo, self._photo_service, self._infos)
        for text in notes:
            yield PhotoNote(index=index, text=text)
        sizes = {id: info.image_size for id, info in self._infos.items()}
        if self._control.stopped.is_set():
            raise _Stopped
        steps = render(stack, photo, self._photo_service, self._engine, sizes, self._control.stopped)
        shown: set[str] = set()
        try:
            while True:
                _, event = next(steps)
                yield from self._told(index, event, shown)
        except StopIteration as end:
            layers: tuple[Layer, ...] = end.value
            return composed(self._photo_service, photo, layers).pixels, stack_text(layers)
        finally:
            steps.close()

    def _told(self, index: int, event: Event, shown: set[str]) -> Iterator[BatchEvent]:
        """What is said of an event of a job; ``shown`` are the sentences so far. Raises for one that ended badly."""
        match event:
            case Finished():
                advice = event.check.advice if event.check is not None else ""
                if advice and advice not in shown:  # it was spoken of before this batch
                    shown.add(advice)
                    yield PhotoNote(index=index, text=advice)
            case Cancelled():
                raise _Stopped
            case Failed():
                raise _EngineFailed(event)
            case Notice():
                shown.add(event.text)
                yield PhotoNote(index=index, text=event.text)
            case _:
                yield PhotoWorking(index=index, event=event)

    def _is_known(self, made: WrittenResult) -> bool:
        before = self._record.made.get(made.output)
        if before != made:
            return False
        return before.is_as_written or (not before.stamp and not self._batch.overwrite)

    def _edited(
        self, index: int, events: Iterator[Event]
    ) -> Generator[BatchEvent, None, tuple[np.ndarray, Mapping[str, object]]]:
        """The square after the edit, and what the engine says it was made with."""
        if self._control.stopped.is_set():
            raise _Stopped
        shown: set[str] = set()
        try:
            for event in events:
                if isinstance(event, Finished) and event.picture is None:
                    break
                yield from self._told(index, event, shown)
                if isinstance(event, Finished):
                    assert event.picture is not None
                    return event.picture, event.recipe
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()
        raise RuntimeError("The job ended without a picture")


def _sweep(folder: Path) -> None:
    """Remove what runs that were killed had begun to write, below the folder too."""
    for where, _, _ in os.walk(folder):
        sweep(Path(where))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "it is a file" if isinstance(error, FileExistsError) else error.strerror or type(error).__name__
        raise SaveError(
            tr("The folder {folder} cannot be made: {reason}.", folder=folder, reason=reason),
            tr("Choose another folder."),
        ) from error
    if not os.access(folder, os.W_OK):
        raise SaveError(tr("The folder {folder} cannot be written to.", folder=folder), tr("Choose another folder."))


def _leads_away(output: Path, folder: Path) -> bool:
    """Whether a link would take what is written somewhere else."""
    where = Path(os.path.realpath(folder), output.parent.relative_to(folder.absolute()))
    return output.is_symlink() or os.path.realpath(output.parent) != str(where)


def _sha256(path: Path, control: Control) -> str:
    digest = hashlib.sha256()
    try:
        with open_regular(path) as file:
            while piece := file.read(2**20):
                digest.update(piece)
                if control.stopped.is_set():
                    raise _Stopped
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PictureError(
            tr("Could not open {name}: {reason}.", name=shown_name(path.name), reason=reason),
            tr("Look where it is."),
        ) from error
    return digest.hexdigest()


def _ends_all(error: SaveError) -> bool:
    """Whether the next photo would not fit either."""
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in _FULL


def _details(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))
