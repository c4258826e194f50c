"""Says which actions of the menus can be done now."""

from __future__ import annotations

from PySide6.QtCore import QObject

from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.phase import Phase


class ActionStates(QObject, RedrawnOnce):
    """Enables what is for a photo, a result or a job that runs. Other controllers look after their own actions."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._state, self._actions = context.state, context.actions
        state = context.state
        self.redraw_on(state, state.photo_changed, state.phase_changed, state.results_changed, state.learning_changed)
        self.redraw()

    def redraw(self) -> None:
        state, do = self._state, self._actions
        for save in (do.save, do.save_as, do.save_impersonal):
            save.setEnabled(state.result is not None)
        for wants_a_photo in (do.copy_picture, do.run, do.run_on, do.variations):
            wants_a_photo.setEnabled(state.photo is not None)
        running, learning = state.phase.running, state.learning is not None
        do.cancel.setEnabled((running and state.phase is not Phase.STOPPING) or (learning and not running))
