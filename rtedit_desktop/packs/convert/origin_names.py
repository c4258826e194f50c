"""Guesses from a file's name what pictures its weights were trained on."""

from __future__ import annotations

import re
from pathlib import Path

from rtedit_desktop.packs import registry
from rtedit_desktop.packs.registry import Entry

FACES, DOGS, ANYTHING = "celebahq-256", "afhq-dog-256", "imagenet-512"
CHURCHES, BEDROOMS, CATS = "lsun-church-256", "lsun-bedroom-256", "lsun-cat-256"
_WORDS = {
    FACES: {"celeb", "celeba", "celebahq", "face", "faces", "ffhq"},
    CHURCHES: {"church", "churches"},
    BEDROOMS: {"bedroom", "bedrooms"},
    CATS: {"cat", "cats"},
    DOGS: {"afhq", "afhqdog", "dog", "dogs"},
    ANYTHING: {"imagenet", "imagenet512", "512x512"},
}


def by_name(path: Path) -> Entry | None:
    """What the name of the file speaks of, as those of the published files do."""
    words = set(re.findall(r"[a-z0-9]+", path.name.lower()))
    return next((registry.find(id) for id, known in _WORDS.items() if words & known), None)
