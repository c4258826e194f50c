"""Strength that the slider goes back to, and the one that a prompt is run at."""

from __future__ import annotations

from rtedit_desktop.core.edits import EditSettings, EditSpec, MixSpec
from rtedit_desktop.ui.model.state import EditorState


def usual_strength(state: EditorState) -> float:
    """What is recommended for a prompt, and what a preset was saved at."""
    layer = state.chosen_layer
    if layer is not None and isinstance(layer.request.spec, MixSpec):
        return state.known_presets.strength(layer.request.spec.uses[0].path)
    spec = layer.request.spec if layer is not None else None
    pack = state.pack_called(spec.pack) if isinstance(spec, EditSpec) else state.pack
    prompt = spec.prompt if isinstance(spec, EditSpec) else state.prompt
    return pack.settings_for(prompt).strength if pack is not None else 1.0


def settings_to_run(state: EditorState) -> EditSettings:
    """Those of the prompt that is written.

    Its strength is its own: the slider moves that of the result, and counts only while there is none, or where the
    result is of the very prompt.
    """
    result = state.result
    spec = result.request.spec if result is not None and not state.continued else None
    own = result is None or (isinstance(spec, EditSpec) and spec.prompt.strip() == state.prompt.strip())
    if own or state.pack is None:
        return state.settings
    rest = {name: value for name, value in state.overrides.items() if name != "strength"}
    return state.settings_of(state.prompt, rest)
