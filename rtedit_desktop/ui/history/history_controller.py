"""Controller of the results: the panel, undo and redo, and the journal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from rtedit_desktop.core.history import Journal
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.history.earlier_work import EarlierWork
from rtedit_desktop.ui.history.history_panel import HistoryPanel
from rtedit_desktop.ui.history.journal_writer import JournalWriter
from rtedit_desktop.ui.history.undo import Undo
from rtedit_desktop.ui.model.state import Phase
from rtedit_desktop.ui.photo.photo_actions import PhotoActions
from rtedit_desktop.ui.photo.saving import Saving
from rtedit_desktop.worker.background import Background


class HistoryController(QObject):
    """Without a journal there are the panel and undo, and nothing outlives the window."""

    def __init__(self, context: WindowContext, panel: HistoryPanel) -> None:
        super().__init__(context.window)
        self._context = context
        self._state, self._do = state, do = context.state, context.actions
        self.panel = panel
        self.undo = Undo(state, self)
        self.keeping: JournalWriter | None = None
        self.earlier: EarlierWork | None = None
        panel.offer(do.again)
        panel.result_asked.connect(state.go_to_result)
        panel.chosen_changed.connect(self.redraw)
        do.undo.triggered.connect(self.undo.stack.undo)
        do.redo.triggered.connect(self.undo.stack.redo)
        do.earlier.setVisible(False)
        for changed in (state.photo_changed, state.phase_changed, self.undo.stack.indexChanged):
            changed.connect(self.redraw)
        self.redraw()

    def keep(
        self, journal: Journal, photos: PhotoActions, saving: Saving, presets: Callable[[], Sequence[Path]]
    ) -> None:
        """Every result goes to the journal from now on; what it holds can be had back."""
        background = self._context.background
        self.keeping = JournalWriter(self._state, journal, background, self)
        self.keeping.failed.connect(self._context.messages.mention)
        self.earlier = EarlierWork(self._context, journal, photos, saving, presets)
        self._do.earlier.setVisible(True)
        self._do.earlier.triggered.connect(self.earlier.show)
        self.panel.photo_asked.connect(self.earlier.open_photo_of)
        self.earlier.look()
        background.tasks.start(self._remember_prompts(journal, background))

    async def _remember_prompts(self, journal: Journal, background: Background) -> None:
        with contextlib.suppress(Exception):  # the person types them again
            self._state.remember(*await background.run(journal.prompts))

    def close(self, patience: float) -> bool:
        """The window ends in good order; False if the disk did not answer in so many seconds."""
        return self.keeping is None or self.keeping.close(patience)

    def redraw(self) -> None:
        state, do, stack = self._state, self._do, self.undo.stack
        ready = state.phase is Phase.READY
        do.name_steps(stack.undoText(), stack.redoText())
        do.undo.setEnabled(ready and stack.canUndo())
        do.redo.setEnabled(ready and stack.canRedo())
        do.again.setEnabled(state.photo is not None and self.panel.chosen is not None)
