"""Loads the models behind the window, before anything is asked of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core import events
from rtedit_desktop.core.requests import WarmUpRequest
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.texts import translated
from rtedit_desktop.worker.engine_thread import EngineThread


class Warming(QObject):
    """Owns the one warm-up that counts: that of the pack in use."""

    began = Signal(str, float)
    ended = Signal()
    failed = Signal(str, str, str)
    notice = Signal(str)

    def __init__(self, state: EditorState, engine: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._engine = state, engine
        self._request: WarmUpRequest | None = None
        engine.happened.connect(self._on_event)

    def start(self) -> None:
        """Load the models of the pack in use."""
        pack = self._state.pack
        if self._request is not None:
            self._engine.cancel(self._request.job_id)  # of a pack that is not wanted any more
        if pack is not None:
            self._request = WarmUpRequest(pack=pack.id)
            self.began.emit(pack.title, 0.0)
            self._engine.submit(self._request)

    def _on_event(self, event: events.Event) -> None:
        if self._request is None or event.job_id != self._request.job_id:
            return
        match event:
            case events.Loading():
                self.began.emit(translated(event.what), event.fraction)
            case events.Notice():
                self.notice.emit(translated(event.text))
            case events.Finished():
                self._request = None
                self._state.set_device(str(event.recipe.get("device", "")))
                self.ended.emit()
            case events.Cancelled():
                self._request = None
                self.ended.emit()
            case events.Failed():
                self._request = None
                self.ended.emit()
                self.failed.emit(translated(event.what), translated(event.todo), event.details)
