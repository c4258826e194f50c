"""Layouts of manifests: that of the tiny pack, with something changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.nets import tiny_pack

RECORD = {"sha256": "0" * 64, "bytes": 1}
FILES = {"unet.safetensors": RECORD, "clip.safetensors": RECORD}
HERE = Path("somewhere")


def layout(**changes: Any) -> dict[str, Any]:
    return {"format": 1, **tiny_pack.fields(), "files": dict(FILES), **changes}


def changed(path: str, value: object) -> dict[str, Any]:
    """The tiny layout with one inner field set; ``...`` takes it away."""
    *outer, last = path.split("/")
    whole = layout()
    place: Any = whole
    for key in outer:
        place = place[int(key)] if key.isdigit() else place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return whole


def wordless(**changes: Any) -> dict[str, Any]:
    """A pack of two edits and no text model."""
    edits = [
        {"file": "a.rtpreset", "title": "Beard", "phrases": ["beard", "full beard"]},
        {"file": "b.rtpreset", "title": "Long hair", "phrases": ["long hair"]},
    ]
    files = dict.fromkeys(("unet.safetensors", "a.rtpreset", "b.rtpreset"), RECORD)
    whole = layout(edits=edits, files=files, kind_of_word={}, **changes)
    for key in ("clip", "vocabulary", *(["suggestions"] if "suggestions" not in changes else [])):
        del whole[key]
    return whole
