"""Writes every result to the journal as it comes."""

from __future__ import annotations

import threading
import traceback
from functools import partial

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core.history import Journal
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.ui.model.result import Result
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.worker.background import Background, SerialQueue, ignored

_Key = tuple[str, str]


class JournalWriter(QObject):
    """Tracks which version of each result was given to the journal; of two that wait the newer is written.

    It has threads of its own: a large photo that is being saved must not keep a result from the disk, nor a copy of the
    photo itself, which is made when the first job begins: by its end the file may be another one. What is being written
    counts as such in ``background``, so that closing waits for it.
    """

    kept = Signal(str)
    failed = Signal(str, str, str)

    def __init__(
        self, state: EditorState, journal: Journal, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._journal = state, journal
        self._own = Background(2, self, beside=background)
        self._tasks, self._lane, self._copies = background.tasks, SerialQueue(self._own), SerialQueue(self._own)
        self._work, self._copied = "", ""
        self._given: dict[str, Result] = {}
        self._waiting: dict[_Key, tuple[Photo, Result]] = {}
        self._turn = threading.Lock()
        self._reported = False
        state.photo_changed.connect(self._turn_over)
        state.results_changed.connect(self._look)
        state.phase_changed.connect(self._copy_photo)

    def leave(self) -> None:
        """The person is done with the photo: its work is in good order when all of it is written."""
        work, self._work = self._work, ""
        if work:
            self._tasks.start(ignored(self._lane.run(partial(self._journal.leave, work), writes=True)))

    def close(self, patience: float) -> bool:
        """The window ends in good order; False if the journal did not get to know in so many seconds."""
        self._lane.run(self._journal.close, writes=True)
        return self._own.shutdown(patience)

    def restored(self, results: tuple[Result, ...]) -> None:
        """These are of the journal already."""
        self._given.update((result.id, result) for result in results)

    def _turn_over(self) -> None:
        if self._state.work != self._work:
            self.leave()
            self._work = self._state.work
            self._given = {id: result for id, result in self._given.items() if result in self._state.results}

    def _look(self) -> None:
        photo = self._state.photo
        if photo is None:
            return
        if self._state.work == self._work:
            for id in self._given.keys() - {result.id for result in self._state.results}:
                del self._given[id]
                self._drop((self._work, id))
        for result in self._state.results:
            if self._given.get(result.id) is not result:
                self._given[result.id] = result
                self._keep((self._state.work, result.id), photo, result)

    def _copy_photo(self) -> None:
        """Once, when something is about to be made of it; where that fails, so do the results, which is told."""
        state = self._state
        if state.phase.running and state.photo is not None and state.work != self._copied:
            self._copied = state.work
            copy = partial(self._journal.keep_photo, state.work, state.photo)
            self._tasks.start(ignored(self._copies.run(copy, writes=True)))

    def _keep(self, key: _Key, photo: Photo, result: Result) -> None:
        with self._turn:
            waits = key in self._waiting
            self._waiting[key] = (photo, result)
        if not waits:
            self._tasks.start(self._write_down(key))

    def _drop(self, key: _Key) -> None:
        """It was deleted, and comes back when that is undone."""
        with self._turn:
            self._waiting.pop(key, None)
        self._tasks.start(ignored(self._lane.run(partial(self._journal.remove, *key), writes=True)))

    async def _write_down(self, key: _Key) -> None:
        try:
            id = await self._lane.run(partial(self._write, key), writes=True)
        except Exception as error:
            self._report(error)
        else:
            self._reported = False
            self.kept.emit(id)

    def _write(self, key: _Key) -> str:
        with self._turn:
            waiting = self._waiting.pop(key, None)
        if waiting is not None:  # else it was deleted meanwhile
            photo, result = waiting
            self._journal.write(key[0], photo, result.as_entry())
        return key[1]

    def _report(self, error: Exception) -> None:
        if not self._reported:  # once, until it works again
            self._reported = True
            reason = getattr(error, "strerror", None) or str(error).rstrip(".")
            what = self.tr("Results cannot be kept for after a crash: {reason}.").format(reason=reason)
            details = "".join(traceback.format_exception(error))
            self.failed.emit(what, self.tr("Save those that you need."), details)
