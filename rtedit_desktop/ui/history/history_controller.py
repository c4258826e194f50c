"""Controller of the results: the panel, undo and redo, and the journal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog

from rtedit_desktop.core.history import Journal
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.history.drag_out import DragOut
from rtedit_desktop.ui.history.earlier_work import EarlierWork
from rtedit_desktop.ui.history.history_panel import HistoryPanel
from rtedit_desktop.ui.history.journal_writer import JournalWriter
from rtedit_desktop.ui.history.undo import Undo
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.photo.photo_actions import PhotoActions
from rtedit_desktop.ui.photo.saving import Saving
from rtedit_desktop.worker.background import Background


class HistoryController(QObject, RedrawnOnce):
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
        panel.offer_menu(
            (do.continue_from, None, do.save_as, do.copy_picture, None, do.rename_result, do.delete_result),
            {Qt.Key.Key_F2: do.rename_result, Qt.Key.Key_Delete: do.delete_result},
        )
        do.rename_result.triggered.connect(self._ask_name)
        do.delete_result.triggered.connect(self._delete)
        self.undo.stack.indexChanged.connect(self.redraw)
        self.redraw_on(state, state.photo_changed, state.phase_changed, state.results_changed)
        self.redraw()

    def let_drag(self, photos: PhotoActions) -> None:
        """Results can be dragged out as files."""
        self.panel.drag_asked.connect(DragOut(self._context, photos, self.panel.list).begin)

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

    def _ask_name(self) -> None:
        """What the result that is shown is called."""
        result = self._state.result
        if result is None:
            return
        dialog = QInputDialog(self._context.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setWindowTitle(self.tr("Rename the result"))
        dialog.setLabelText(self.tr("&Name"))
        dialog.setTextValue(self._state.known_presets.name_of(result))
        dialog.textValueSelected.connect(self._state.rename_result)
        dialog.open()

    def _delete(self) -> None:
        result = self._state.result
        if result is not None:
            self._state.delete_result()
            text = self.tr("“{title}” is deleted.").format(title=self._state.known_presets.name_of(result))
            self._context.messages.say(text, self.tr("Undo"), self.undo.stack.undo)

    def redraw(self) -> None:
        state, do, stack = self._state, self._do, self.undo.stack
        ready = state.phase is Phase.READY
        do.name_steps(stack.undoText(), stack.redoText())
        do.undo.setEnabled(ready and stack.canUndo())
        do.redo.setEnabled(ready and stack.canRedo())
        for action in (do.rename_result, do.delete_result):
            action.setEnabled(ready and state.result is not None)
        do.again.setEnabled(state.photo is not None and self.panel.chosen is not None)
