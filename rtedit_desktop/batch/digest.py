"""Digest of an edit, which tells whether a photo has its result already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from rtedit_desktop.core.edits import LATER, USUAL, EditSpec, Spec
from rtedit_desktop.core.errors import PresetError, shown_name
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.core.photos.region import region_to_json
from rtedit_desktop.core.stack import StackSpec
from rtedit_desktop.support.regular_file import open_regular


def digest_of(spec: Spec, info: PackInfo) -> str:
    """Equal when the same photo would become the same result: presets count by their content.

    It is made of the fields of both kinds at once, and of settings that came later only where they are not the usual
    ones: so it is the same as in the records of earlier versions. Raises PresetError for a preset that is gone.
    """
    edit = spec if isinstance(spec, EditSpec) else None
    mix = spec if not isinstance(spec, EditSpec) else None
    settings = asdict(edit.settings if edit is not None else USUAL)
    data = {
        "pack": spec.pack,
        "uses": [{"path": _sha256(use.path), "strength": use.strength} for use in mix.uses] if mix is not None else [],
        "seed": mix.seed if mix is not None else None,
        "steps": mix.steps if mix is not None else None,
        "prompt": edit.prompt if edit is not None else "",
        "source": edit.source if edit is not None else "",
        "settings": {k: v for k, v in settings.items() if k not in LATER or v != getattr(USUAL, k)},
        "version": info.version,
    }
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def _sha256(path: Path) -> str:
    try:
        with open_regular(path) as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PresetError(
            tr("The preset {name} cannot be read: {reason}.", name=shown_name(path.name), reason=reason),
            tr("Put it back, or choose another one."),
        ) from error


def stack_digest(stack: StackSpec, infos: Mapping[str, PackInfo]) -> str:
    """The same of several edits, those that are off left out. Raises PresetError."""
    parts = [
        [digest_of(layer.spec, infos[layer.spec.pack]), layer.to_json()["square"], region_to_json(layer.region)]
        for layer in stack.layers
        if layer.on
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
