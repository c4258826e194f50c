"""Runs one prompt with four seeds, and shows a row to choose from when all are there."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from rtedit_desktop.core.edits import MAX_SEED, EditSpec
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.requests import new_job_id
from rtedit_desktop.ui.jobs.job_controller import JobController
from rtedit_desktop.ui.jobs.job_queue import JobQueue
from rtedit_desktop.ui.jobs.variation_row import VariationRow
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.queued_edit import QueuedEdit
from rtedit_desktop.ui.model.state import EditorState

COUNT = 4


class Variations(QObject):
    """Tracks which groups of edits are on their way."""

    def __init__(self, window: QWidget, state: EditorState, jobs: JobController, queue: JobQueue) -> None:
        super().__init__(window)
        self._state, self._jobs, self._queue = state, jobs, queue
        self.row = VariationRow(state)
        self.row.looked_at.connect(self._look_at)
        self._groups: list[str] = []
        # Queued, and behind the queue: the next of the group has begun by then.
        jobs.ended.connect(self._look, Qt.ConnectionType.QueuedConnection)
        state.queue_changed.connect(self._look, Qt.ConnectionType.QueuedConnection)
        state.photo_changed.connect(self._groups.clear)

    def ask(self) -> bool:
        """What is written, with the seed that is written and the three after it; True when the first one began."""
        edit = self._jobs.written_edit()
        if edit is None or not isinstance(edit.spec, EditSpec):
            return False
        self.row.leave()
        group = new_job_id()
        self._groups.append(group)
        return self._queue.add(*(self._seeded(edit.pack, edit.spec, group, number) for number in range(COUNT)))

    def _seeded(self, pack: PackInfo, spec: EditSpec, group: str, number: int) -> QueuedEdit:
        settings = replace(spec.settings, seed=min(spec.settings.seed, MAX_SEED - COUNT + 1) + number)
        return QueuedEdit(pack, replace(spec, settings=settings), group)

    def _look(self) -> None:
        """Show those of which nothing more is to come."""
        state = self._state
        coming = {edit.group for edit in state.queue}
        if state.phase.running:
            coming.add(self._jobs.group)
        for group in [group for group in self._groups if group not in coming]:
            self._groups.remove(group)
            results = [result for result in state.results if result.group == group]
            if len(results) > 1:
                self.row.offer(state.known_presets.title_of(results[0].request.spec), results)

    def _look_at(self, id: str) -> None:
        ids = [result.id for result in self._state.results]
        if id in ids and self._state.phase is Phase.READY:
            self._state.go_to_result(ids.index(id))
        self.row.redraw()
