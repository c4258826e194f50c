"""Completions of the prompt: the model's suggestions, earlier prompts, presets."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, Signal
from PySide6.QtGui import QIcon

from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.ui.model.announcing import RedrawnOnce
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.presets.preset_collection import PresetCollection
from rtedit_desktop.ui.prompt.suggestions import Suggestions


class Completions(QObject, RedrawnOnce):
    """Keeps the list below the prompt; ``preset_chosen`` bears one to be applied in place of learning its prompt."""

    preset_chosen = Signal(object)

    def __init__(
        self, state: EditorState, suggestions: Suggestions, bolt: Callable[[], QIcon], parent: QObject | None = None
    ) -> None:
        """``bolt`` marks what is instant."""
        super().__init__(parent)
        self._state, self._suggestions, self._bolt = state, suggestions, bolt
        self._presets: PresetCollection | None = None
        suggestions.activated[QModelIndex].connect(self._activated)  # type: ignore[index]  # one of two of that name
        state.instant_changed.connect(self.mark)
        self.redraw_on(state, state.pack_changed, state.past_changed)
        self.redraw()

    def offer(self, presets: PresetCollection) -> None:
        """Those of the model in use are completions too."""
        self._presets = presets
        presets.changed.connect(self.redraw)
        self.redraw()

    def redraw(self) -> None:
        pack = self._state.pack
        own = [one.prompt for one in pack.suggestions] if pack is not None else []
        self._suggestions.set_texts([*own, *self._state.past_prompts], self._of_pack())
        self.mark()

    def mark(self) -> None:
        self._suggestions.mark(self._state.is_instant, self._bolt())

    def choose_preset(self) -> bool:
        """Apply the preset that the arrow keys stand on; False where they stand on none."""
        path = self._suggestions.preset_in_hand
        if path is None:
            return False
        self._suggestions.list.hide()
        return self._choose(path)

    def _activated(self, index: QModelIndex) -> None:
        self._choose(self._suggestions.preset_at(index))

    def _choose(self, path: object) -> bool:
        preset = next((one for one in self._of_pack() if one.path == path), None)
        if preset is not None:
            self.preset_chosen.emit(preset)
        return preset is not None

    def _of_pack(self) -> list[PresetInfo]:
        pack = self._state.pack
        every = self._presets.all if self._presets is not None else ()
        return [preset for preset in every if pack is not None and preset.spec.pack == pack.id]
