"""Guesses from a file's name what pictures its weights were trained on."""

from __future__ import annotations

import re
from pathlib import Path

from rtedit_desktop.packs import registry
from rtedit_desktop.packs.registry import Entry

FACES, DOGS, ANYTHING = "celebahq-256", "afhq-dog-256", "imagenet-512"
OTHER_FACES, SMALLER_ANYTHING = "ffhq-256", "imagenet-256"
CHURCHES, BEDROOMS, CATS = "lsun-church-256", "lsun-bedroom-256", "lsun-cat-256"
_WORDS = {
    OTHER_FACES: {"ffhq"},
    FACES: {"celeb", "celeba", "celebahq", "face", "faces"},
    CHURCHES: {"church", "churches"},
    BEDROOMS: {"bedroom", "bedrooms"},
    CATS: {"cat", "cats"},
    DOGS: {"afhq", "afhqdog", "dog", "dogs"},
    SMALLER_ANYTHING: {"imagenet256"},
    ANYTHING: {"imagenet", "imagenet512", "512x512"},
}


def by_name(path: Path) -> Entry | None:
    """What the name of the file speaks of, as those of the published files do."""
    if path.stem.lower() == "256x256_diffusion_uncond":
        return registry.find(SMALLER_ANYTHING)
    words = set(re.findall(r"[a-z0-9]+", path.name.lower()))
    return next((registry.find(id) for id, known in _WORDS.items() if words & known), None)
