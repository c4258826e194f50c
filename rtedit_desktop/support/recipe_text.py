"""Recipe of a picture as text: all that is needed to make it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from rtedit_desktop import __version__
from rtedit_desktop.core.edits import MixSpec, Spec
from rtedit_desktop.core.photos.geometry import Square


def recipe_text(spec: Spec, recipe: Mapping[str, object], square: Square, **more: object) -> str:
    """The spec and more as JSON, without the pictures and without anybody's folders; ``core.edits.read_spec`` reads it.

    ``recipe`` is what the finished job told.
    """
    whole = {"app": f"RTEdit {__version__}", **recipe_of(spec, recipe, square), **more}
    return json.dumps(whole, indent=1, ensure_ascii=False, default=str)


def recipe_of(spec: Spec, recipe: Mapping[str, object], square: Square) -> dict[str, object]:
    """The same as data."""
    form = spec.to_json()
    told = recipe.get("presets")
    if isinstance(spec, MixSpec) and isinstance(told, (list, tuple)) and len(told) == len(spec.uses):
        form["presets"] = [{**one, **use} for one, use in zip(told, form["presets"], strict=True)]
    facts = {name: fact for name, fact in recipe.items() if name not in form}
    return {**form, **facts, "square": asdict(square)}
