"""Loads the models behind the window, before anything is asked of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.core import events
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.requests import WarmUpRequest
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.widgets.texts import translated
from rtedit_desktop.worker.engine_thread import EngineThread
from rtedit_desktop.worker.tasks import NewestTask, Tasks


class Warming(QObject):
    """Owns the one warm-up that counts: that of the pack in use."""

    began = Signal(str, float)
    ended = Signal()
    failed = Signal(str, str, str)
    notice = Signal(str)
    unreachable = Signal()

    def __init__(self, state: EditorState, engine: EngineThread, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._engine = state, engine
        self._loading = NewestTask(tasks)

    def start(self) -> None:
        """Load the models of the pack in use."""
        pack = self._state.pack
        if pack is not None:
            self._loading.start(self._load(pack))
        elif self._loading.cancel():
            self.ended.emit()

    async def _load(self, pack: PackInfo) -> None:
        self.began.emit(pack.title, 0.0)
        async for event in self._engine.run(WarmUpRequest(pack=pack.id)):
            match event:
                case events.Loading():
                    self.began.emit(translated(event.what), event.fraction)
                case events.Notice():
                    self.notice.emit(translated(event.text))
                case events.Finished():
                    self._state.set_device(str(event.recipe.get("device", "")))
                    self.ended.emit()
                case events.Cancelled():
                    self.ended.emit()
                case events.Failed():
                    self.ended.emit()
                    if event.computer:
                        self.unreachable.emit()
                    self.failed.emit(translated(event.what), translated(event.todo), event.details)
