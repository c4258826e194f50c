"""Edits that a pack brings: a prompt names them, and they are applied as presets are (eq. 16)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from torch import Tensor

from rtedit_desktop.core.edits import EditSettings, EditSpec, PresetUse
from rtedit_desktop.core.lazy_text import LazyText, tr
from rtedit_desktop.diffusion.edit import Learned
from rtedit_desktop.engine.decode_cache import DecodeCache
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.presets import Loaded, LoadedPresets, Turn, edit_of, settings_of, turns_of
from rtedit_desktop.packs import store


@dataclass(frozen=True)
class Mixture:
    """The edits that a prompt asked for, ready for use, and the settings that they are applied with."""

    unknown_words: tuple[str, ...]
    uses: tuple[PresetUse, ...]
    loaded: list[Loaded]
    settings: EditSettings
    decoded: DecodeCache
    steps: int | None = None

    @property
    def turns(self) -> list[Turn]:
        """Where they are applied one after the other."""
        return turns_of(self.loaded, self.uses, self.settings, self.steps)

    def on(self, pack: LoadedPack, x0: Tensor) -> Learned:
        """The mixture's weights, and the picture x0 (1, 3, S, S) in [-1, 1] encoded."""
        edit = edit_of(self.loaded, self.uses, self.settings, pack, x0, self.decoded)
        return Learned(edit.delta, edit.x_t, score=None, steps=0, seconds={}, rebuilt=edit.rebuilt)

    def unknown(self, pack: LoadedPack) -> LazyText | str:
        """What a person should know of the words that no edit explains; empty where there are none."""
        if not self.unknown_words:
            return ""
        info = pack.manifest.info
        return tr(
            "{title} cannot do “{words}” yet. {todo}",
            title=info.title,
            words=", ".join(self.unknown_words),
            todo=info.way_out(self.unknown_words),
        )


def mixture(edit: EditSpec, pack: LoadedPack, presets: LoadedPresets) -> Mixture | None:
    """What the pack's own edits make of a prompt; None where its text model learns it.

    Raises PromptError where there is neither, PackDamaged for a preset that is not the pack's.
    """
    info = pack.manifest.info
    asked = info.asked_edits(edit.prompt)
    if not asked.uses:
        return None
    for own, _ in asked.uses:
        store.verify_file(pack.manifest, own.file)
    uses = tuple(PresetUse(info.folder / own.file, strength) for own, strength in asked.uses)
    loaded = presets.load(uses, pack)
    given = edit.settings
    steps = None if given.steps == info.settings_for(edit.prompt).steps else given.steps  # each has its own best number
    own_settings = settings_of(loaded, given.seed, steps)
    settings = replace(
        own_settings, strength=given.strength, preserve=given.preserve, preview_every=given.preview_every
    )
    return Mixture(asked.unknown, uses, loaded, settings, presets.decoded, steps)
