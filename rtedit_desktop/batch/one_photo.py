"""Makes the edit of a batch on one photo, and says how it ended."""

from __future__ import annotations

import errno
import hashlib
import os
import traceback
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rtedit_desktop.batch.control import Control
from rtedit_desktop.batch.events import BatchEvent, Outcome, PhotoEnded, PhotoNote, PhotoWorking
from rtedit_desktop.batch.folders import make_folder
from rtedit_desktop.batch.plan import Batch, Task
from rtedit_desktop.batch.record import Record
from rtedit_desktop.batch.seeing import looking_for, needs_face, seen
from rtedit_desktop.batch.stack_places import placed_in
from rtedit_desktop.batch.written_result import WrittenResult
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import PictureError, RTEditError, SaveError, shown_name
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, Notice
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.requests import request_for
from rtedit_desktop.core.stack import Layer, composed
from rtedit_desktop.support.recipe_text import recipe_text
from rtedit_desktop.support.regular_file import open_regular
from rtedit_desktop.support.stacks.rendering import render
from rtedit_desktop.support.stacks.text import stack_text

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchContext:
    """What is the same for all photos of a batch. ``infos`` are the packs by their ids, ``info`` the first of them."""

    batch: Batch
    info: PackInfo
    infos: Mapping[str, PackInfo]
    digest: str
    engine: Engine
    photo_service: PhotoService
    record: Record
    control: Control


class _Stopped(Exception):
    """Raised in the middle of a photo when the batch is asked to stop."""


class _EngineFailed(Exception):
    def __init__(self, event: Failed) -> None:
        super().__init__(event.what)
        self.event = event


@dataclass(frozen=True)
class Ended:
    """How a photo ended. ``by_engine``: a job failed; ``ends_all``: no other photo would fare better."""

    event: PhotoEnded
    by_engine: bool = False
    ends_all: bool = False


class OnePhoto:
    """Makes the edit of a batch on a photo; several may be made side by side."""

    def __init__(self, context: BatchContext) -> None:
        self._batch, self._info, self._infos, self._digest = context.batch, context.info, context.infos, context.digest
        self._engine, self._photo_service = context.engine, context.photo_service
        self._record, self._control = context.record, context.control

    def events(self, index: int, task: Task) -> Generator[BatchEvent, None, Ended | None]:
        """Its events; what comes back is how it ended, None where it was stopped."""
        try:
            outcome = yield from self._do(index, task)
        except _Stopped:
            return None
        except _EngineFailed as error:
            event = error.event
            ended = PhotoEnded(index=index, outcome="failed", what=event.what, todo=event.todo, details=event.details)
            return Ended(ended, by_engine=True)
        except RTEditError as error:
            ended = PhotoEnded(index=index, outcome="failed", what=error.what, todo=error.todo, details=_details(error))
            return Ended(ended, ends_all=isinstance(error, SaveError) and _ends_all(error))
        except Exception as error:  # one photo that nobody thought of must not cost the others
            what = tr(
                "Could not edit {name}: an unexpected error ({kind}).",
                name=shown_name(task.source.name),
                kind=type(error).__name__,
            )
            ended = PhotoEnded(
                index=index, outcome="failed", what=what, todo=tr("Try it alone."), details=_details(error)
            )
            return Ended(ended)
        return Ended(PhotoEnded(index=index, outcome=outcome))

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
        before = self._record.made.get(task.output)
        if before is not None and before == made and before.is_as_written:
            return "known"
        self._check_place(task.output)
        photo = self._photo_service.open(task.source)
        work = self._stack if self._batch.stack is not None else self._one
        pixels, recipe = yield from work(index, photo)
        if self._control.stopped.is_set():
            raise _Stopped
        make_folder(task.output.parent)
        whole: list[WrittenResult] = []

        def ready(file: Path) -> None:
            self._check_place(task.output)  # a person may have put something there meanwhile
            whole.append(made.stamped(file))
            self._record.intend(whole[0])

        recipe = recipe if self._batch.recipe_inside else ""
        self._photo_service.save(
            task.output, photo, pixels, impersonal=self._batch.impersonal, recipe=recipe, ready=ready,
            overwrite=self._batch.overwrite,
        )  # fmt: skip
        self._record.note(whole[0])
        return "done"

    def _check_place(self, output: Path) -> None:
        """Raises SaveError where something is that this batch may not replace."""
        there, before = os.path.lexists(output), self._record.made.get(output)
        if there and not self._batch.overwrite:
            raise SaveError(
                tr("Could not save {name}: there is a file of that name already.", name=shown_name(output.name)),
                tr("Choose another folder or other names, or let earlier results be replaced."),
            )
        ours = before is not None and before.is_as_written
        if (there and not ours) or _leads_away(output, self._batch.folder):
            raise SaveError(
                tr("Could not save {name}: what is there was made by no batch.", name=shown_name(output.name)),
                tr("Choose another folder or other names; only results of a batch are replaced."),
            )

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
