"""Recipe of a stack as text: all that is needed to make it again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rtedit_desktop import __version__
from rtedit_desktop.core.stack import Layer
from rtedit_desktop.support.recipe_text import recipe_of


def stack_text(layers: Sequence[Layer], *, regions: bool = False) -> str:
    """As ``recipe_text`` of each layer, the lowest first; ``core.stack.read_stack`` reads it where nothing is added.

    With ``regions`` as they were drawn; without, whether there is one.
    """
    told = []
    for layer in layers:
        form = layer.spec.to_json()
        region = form["region"] if regions else layer.region is not None
        more = {"region": region, "on": layer.on, "score": layer.score, "picked": layer.picked}
        told.append({**recipe_of(layer.request.spec, layer.recipe, layer.square), **more})
    whole = {"app": f"RTEdit {__version__}", "kind": "stack", "spec_version": 1, "layers": told}
    return json.dumps(whole, indent=1, ensure_ascii=False, default=str)
