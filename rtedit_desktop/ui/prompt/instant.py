"""Asks the engine which prompts were learned for the photo before, and whether it is of the model's domain."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer

from rtedit_desktop.core import events
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo, PhotoService
from rtedit_desktop.core.requests import RecallRequest
from rtedit_desktop.core.stack import Layer
from rtedit_desktop.support.stacks.compositions import Compositions, look_the_same
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.worker.background import Background, LatestOnly
from rtedit_desktop.worker.engine_thread import EngineThread
from rtedit_desktop.worker.tasks import NewestTask

SETTLE_MS = 250


class InstantPrompts(QObject):
    """Asks the engine whenever something changes that this depends on, and tells the state.

    It asks only while nothing runs, and not before the models are loaded: nobody waits for it.
    """

    def __init__(
        self,
        state: EditorState,
        engine: EngineThread,
        photo_service: PhotoService,
        background: Background,
        parent: QObject | None = None,
        compositions: Compositions | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._engine, self._photo_service = state, engine, photo_service
        self._compositions = compositions or Compositions(photo_service)
        self._lane = LatestOnly(background)
        self._cut: tuple[Photo, Square, int, tuple[Layer, ...], np.ndarray] | None = None
        self._asking = NewestTask(background.tasks)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._ask)
        for changed in (
            state.prompt_changed,
            state.settings_changed,
            state.phase_changed,
            state.device_changed,
            state.learning_changed,
            state.results_changed,
        ):
            changed.connect(self._settle.start)
        for changed in (state.photo_changed, state.square_changed, state.pack_changed):
            changed.connect(self._forget)

    def look(self) -> None:
        """What is kept may have changed."""
        self._settle.start()

    def _forget(self) -> None:
        """What was known was of another picture or model."""
        self._asking.cancel()
        self._state.set_instant(frozenset())
        self._state.set_check(None)
        self._settle.start()

    def _ask(self) -> None:
        state, photo, square, pack = self._state, self._state.photo, self._state.square, self._state.pack
        if photo is None or square is None or pack is None or not state.device:
            return
        if state.phase.running or state.learning is not None:
            return
        source = state.source.strip()
        pairs = {(one.prompt, text): None for one in pack.suggestions for text in (one.source or source, source)}
        pairs |= {(prompt, source): None for prompt in state.past_prompts}
        if state.prompt_error is None:
            pairs[state.prompt.strip(), source] = None
        wanted = [(prompt, text, state.settings_of(prompt, state.overrides)) for prompt, text in pairs]
        edits = tuple(
            EditSpec(pack=pack.id, prompt=prompt, source=text, settings=settings) for prompt, text, settings in wanted
        )
        self._asking.start(self._look_up(photo, square, pack, edits))

    async def _look_up(self, photo: Photo, square: Square, pack: PackInfo, edits: tuple[EditSpec, ...]) -> None:
        try:
            picture = await self._lane.run(partial(self._picture, photo, square, pack.image_size, self._state.base))
        except Exception:  # a photo that cannot be cut is said when something is run on it
            return
        if self._state.phase.running:
            return
        async for event in self._engine.run(RecallRequest(edits=edits, picture=picture)):
            if isinstance(event, events.Finished):
                self._state.set_check(event.check)
                known = zip(edits, event.known, strict=True)
                self._state.set_instant(frozenset((edit.prompt, edit.source) for edit, instant in known if instant))

    def _picture(self, photo: Photo, square: Square, size: int, base: tuple[Layer, ...]) -> np.ndarray:
        """What the model would see; cut once for as long as it is the same."""
        cut = self._cut
        if cut is None or cut[0] is not photo or cut[1:3] != (square, size) or not look_the_same(cut[3], base):
            picture = self._photo_service.crop(self._compositions.of(photo, base), square, size)
            cut = self._cut = (photo, square, size, base, picture)
        return cut[4]
