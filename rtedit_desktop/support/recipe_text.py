"""Recipe of a picture as text: all that is needed to make it again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from rtedit_desktop import __version__
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.geometry import Square
from rtedit_desktop.core.requests import ApplyRequest, EditRequest


def recipe_text(
    request: EditRequest | ApplyRequest, recipe: Mapping[str, object], square: Square, **more: object
) -> str:
    """As JSON, without the pictures and without anybody's folders. ``recipe`` is what the finished job told."""
    facts: dict[str, object] = {"app": f"RTEdit {__version__}", "pack": request.spec.pack}
    spec = request.spec
    if isinstance(spec, EditSpec):
        facts |= {"prompt": spec.prompt, "source": spec.source, "settings": asdict(spec.settings)}
    else:
        facts |= {"presets": [{"file": use.path.name, "strength": use.strength} for use in spec.uses]}
        facts |= {"seed": spec.seed, "steps": spec.steps}
    facts |= dict(recipe)
    facts |= {"square": asdict(square)}
    return json.dumps(facts | more, indent=1, ensure_ascii=False, default=str)
