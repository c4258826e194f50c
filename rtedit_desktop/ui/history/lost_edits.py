"""Controller of edits that cannot be made any more: asks what becomes of one, and goes on without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from rtedit_desktop.batch.seeing import looking_for
from rtedit_desktop.core.edits import MixSpec
from rtedit_desktop.core.errors import PackMissing
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.core.stack import LayerSpec
from rtedit_desktop.ui.context import WindowContext
from rtedit_desktop.ui.history.lost_edit_dialog import LostEditDialog
from rtedit_desktop.ui.history.stack_panel import StackPanel
from rtedit_desktop.ui.jobs.job_steps import failure_words
from rtedit_desktop.ui.jobs.layer_making import LayerLost, WantedLayer
from rtedit_desktop.ui.jobs.stack_jobs import GoOn, StackJobs

Presets = Callable[[], Sequence[PresetInfo]]


class LostEdits(QObject):
    """``model_asked`` wants the model of this id."""

    model_asked = Signal(str)

    def __init__(self, context: WindowContext, jobs: StackJobs, panel: StackPanel, presets: Presets) -> None:
        """``presets`` gives those of the library."""
        super().__init__(context.window)
        self._window, self._state, self._messages = context.window, context.state, context.messages
        self._panel, self._presets = panel, presets
        jobs.lost.connect(self.ask)

    def ask(self, lost: LayerLost, go_on: GoOn) -> None:
        """What becomes of it; until that is said, everything is as it was."""
        state, one = self._state, lost.wanted[lost.number]
        pack = one.spec.spec.pack
        dialog = LostEditDialog(self._words(lost), self._in_its_place(one.spec), self._window)
        gettable = isinstance(lost.why, PackMissing) and pack in state.pack_titles
        alone = len(lost.wanted) == 1 and one.made is None
        off = one.made is not None and one.made.on
        dialog.offer(model=state.pack_title(pack) if gettable else "", off=off, removal=not alone)
        dialog.preset_chosen.connect(partial(self._replace, lost, go_on))
        dialog.model_asked.connect(partial(self.model_asked.emit, pack))
        dialog.off_asked.connect(partial(self._switch_off, lost, go_on))
        dialog.removal_asked.connect(partial(self._remove, lost, go_on))
        self._messages.show_error(dialog)

    def _words(self, lost: LayerLost) -> tuple[str, str, str]:
        presets = self._state.known_presets
        what, todo, details = failure_words(lost.why, "", presets)
        if len(lost.wanted) > 1:
            place = self.tr("Edit {n} of {of}, “{title}”, cannot be made anew; everything is as it was.")
        else:
            place = self.tr("“{title}” cannot be made anew; everything is as it was.")
        title = presets.title_of(lost.wanted[lost.number].spec.spec)
        place = place.format(n=lost.number + 1, of=len(lost.wanted), title=title)
        return what, place if isinstance(lost.why, PackMissing) else f"{place} {todo}".strip(), details

    def _in_its_place(self, layer: LayerSpec) -> list[PresetInfo]:
        """Presets whose model is here, those of its own model first."""
        spec = layer.spec
        used = {use.path for use in spec.uses} if isinstance(spec, MixSpec) else set()
        usable = [
            preset
            for preset in self._presets()
            if self._state.pack_called(preset.spec.pack) is not None and preset.path not in used
        ]
        return sorted(usable, key=lambda preset: preset.spec.pack != spec.pack)

    def _replace(self, lost: LayerLost, go_on: GoOn, preset: PresetInfo) -> None:
        one, pack = lost.wanted[lost.number], self._state.pack_called(preset.spec.pack)
        if pack is None:
            return
        spec = MixSpec(pack=pack.id, uses=(preset.use(),))
        layer = replace(one.spec, spec=spec, square=self._square_for(one.spec, pack, spec))
        self._go_on(lost, go_on, replace(one, spec=layer))

    def _square_for(self, layer: LayerSpec, pack: PackInfo, spec: MixSpec) -> Square | None:
        """Where it was, unless one of the two is of the whole photo and the other of a face."""
        state = self._state
        if state.photo is None or layer.square is None:
            return layer.square
        around, before = Square.around(state.photo.size), state.pack_called(layer.spec.pack)
        was = looking_for(before, layer.spec).square if before is not None else ""
        was, wanted = was or ("whole" if layer.square == around else "face"), looking_for(pack, spec).square
        if (was == "whole") == (wanted == "whole"):
            return layer.square
        return around if wanted == "whole" else state.square_for(wanted)

    def _switch_off(self, lost: LayerLost, go_on: GoOn) -> None:
        made = lost.wanted[lost.number].made
        if made is not None:
            self._go_on(lost, go_on, WantedLayer(replace(made.spec, on=False), made))

    def _remove(self, lost: LayerLost, go_on: GoOn) -> None:
        if len(lost.wanted) > 1:
            self._go_on(lost, go_on)
        else:
            self._state.go_to_result(-1)

    def _go_on(self, lost: LayerLost, go_on: GoOn, *instead: WantedLayer) -> None:
        """With these in place of the one that is lost."""
        wanted = (*lost.wanted[: lost.number], *instead, *lost.wanted[lost.number + 1 :])
        shown = [(one.made, one.spec) for one in wanted if one.made is not None]
        if len(shown) == len(wanted):
            self._panel.show_wanted(shown)
        if not go_on(wanted, lost.number):
            self._panel.show_wanted(None)
            self._messages.say(self.tr("Something else is being made; try again when that has ended."))
