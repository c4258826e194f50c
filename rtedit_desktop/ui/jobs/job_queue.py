"""Queue that runs edits one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Qt

from rtedit_desktop.ui.jobs.job_controller import JobController
from rtedit_desktop.ui.jobs.job_steps import Ending
from rtedit_desktop.ui.model.queued_edit import QueuedEdit
from rtedit_desktop.ui.model.state import EditorState


class JobQueue(QObject):
    """Begins an edit when the one before it has ended well; an error, a stop or another photo holds the rest."""

    def __init__(self, state: EditorState, jobs: JobController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._jobs = state, jobs
        # Queued: a job that ended has not shown its result yet.
        jobs.ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)
        state.learning_changed.connect(self._next)
        state.photo_changed.connect(self._hold)

    def add(self, *edits: QueuedEdit) -> bool:
        """Begin at once where nothing is in the way, else wait behind the others; True when one began."""
        state = self._state
        if self._jobs.free:
            state.set_queue((*edits, *state.queue), held=False)
            return self._next()
        state.set_queue((*state.queue, *edits), held=state.queue_held)
        return False

    def go_on(self) -> None:
        """Let what was held begin."""
        self._state.set_queue(self._state.queue, held=False)
        self._next()

    def arrange(self, ids: Sequence[str]) -> None:
        """Another order; what began or came meanwhile is no matter."""
        waiting = {edit.id: edit for edit in self._state.queue}
        named = [waiting.pop(id) for id in ids if id in waiting]
        self._state.set_queue((*named, *waiting.values()), held=self._state.queue_held)

    def drop(self, ids: Iterable[str]) -> None:
        gone = set(ids)
        self._state.set_queue(
            tuple(edit for edit in self._state.queue if edit.id not in gone), held=self._state.queue_held
        )

    def _next(self) -> bool:
        state = self._state
        if state.queue_held or not state.queue or not self._jobs.free:
            return False
        first, *rest = state.queue
        state.set_queue(tuple(rest), held=False)
        return self._jobs.start(first)

    def _on_ended(self, how: Ending) -> None:
        if how is Ending.FINISHED:
            self._next()
        else:
            self._hold()

    def _hold(self) -> None:
        self._state.set_queue(self._state.queue, held=bool(self._state.queue))
