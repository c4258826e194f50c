"""Tells by a CLIP that has seen everything which domain's text a picture is nearest to.

For packs that use one of OpenAI's CLIPs and bring no pictures of their own to compare with.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.packs import registry

MARGIN = 0.03
"""By how much another cosine must be the larger: at the scale of 100 that such a CLIP was trained with, odds of 20."""

_TEXTS = {
    "celebahq-256": "a photo of a face",
    "lsun-church-256": "a photo of a church",
    "lsun-bedroom-256": "a photo of a bedroom",
    "lsun-cat-256": "a photo of a cat",
    "afhq-dog-256": "a photo of a dog",
    "ffhq-256": "a photo of a face",
    "avatars": "a cartoon drawing of a face",
}


def can_tell(pack: LoadedPack) -> bool:
    """Whether anything can be said about a picture by the texts."""
    return bool(pack.manifest.clip_part) and pack.manifest.info.id in _TEXTS


@torch.no_grad()
def nearer_domain(pack: LoadedPack, embedded: Tensor) -> str:
    """The id of the pack whose domain a picture, (D,) embedded and of length 1, is clearly nearer to; or empty."""
    ids = list(_TEXTS)
    texts = functional.normalize(pack.encode_text([_TEXTS[id] for id in ids]).float(), dim=-1)
    return clearly_nearer(ids, (texts @ embedded).tolist(), pack.manifest.info.id)


def clearly_nearer(ids: Sequence[str], cosines: Sequence[float], own: str) -> str:
    """Of the domains the one with the largest cosine, when it is ahead of ``own`` by the margin; else empty."""
    best = max(range(len(ids)), key=cosines.__getitem__)
    return ids[best] if cosines[best] > cosines[ids.index(own)] + MARGIN else ""


def entry_of(id: str) -> registry.Entry | None:
    """What the registry says of a pack; None for one that it does not list."""
    try:
        return next((entry for entry in registry.entries() if entry.id == id), None)
    except RTEditError:
        return None
