"""Parts that several packs share: a CLIP lies once, beside the packs, and not in each of them.

A part is a folder below ``paths.user_parts()`` with ``clip.safetensors`` and ``part.json``::

    {"format": 1, "part": "ViT-B-16-quickgelu", "origin": "ViT-B-16.pt", "file": {"sha256": "…", "bytes": 123}}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rtedit_desktop.core.errors import PackDamaged, PackMissing
from rtedit_desktop.core.json_reader import Fields, parse_json
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.packs.manifest.records import CLIP_FILE, FileRecord, read_record
from rtedit_desktop.support import paths, settings
from rtedit_desktop.support.regular_file import read_regular

PART_FILE = "part.json"
FORMAT = 1
_MAX_BYTES = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A CLIP by the name it has in open_clip. ``config`` are keywords of ``open_clip.CLIP``."""

    name: str
    title: str
    hub: str
    config: Mapping[str, Any]
    quick_gelu: bool = True
    image_size: int = 224

    @property
    def to_get(self) -> str:
        """What a person should look for, for a sentence."""
        return f"open_clip_model.safetensors of {self.hub} on the Hugging Face hub"

    def fields(self) -> dict[str, Any]:
        """What a manifest without a shared part would say in "clip" (docs/reference/formats/pack.md)."""
        return {
            "config": json.loads(json.dumps(self.config)),
            "quick_gelu": self.quick_gelu,
            "image_size": self.image_size,
            "mean": [0.48145466, 0.4578275, 0.40821073],
            "std": [0.26862954, 0.26130258, 0.27577711],
        }


def _openai(patch: int) -> Part:
    return Part(
        name=f"ViT-B-{patch}-quickgelu",
        title=f"CLIP ViT-B/{patch}",
        hub=f"timm/vit_base_patch{patch}_clip_224.openai",
        config={
            "embed_dim": 512,
            "vision_cfg": {"image_size": 224, "layers": 12, "width": 768, "patch_size": patch},
            "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 512, "heads": 8, "layers": 12},
        },
    )


PARTS: Mapping[str, Part] = {part.name: part for part in (_openai(16), _openai(32))}
USUAL = "ViT-B-16-quickgelu"
SMALL = "ViT-B-32-quickgelu"  # a quarter of the patches, for where memory is short


def folder(name: str) -> Path:
    """Where the part of this name lies, or would."""
    return paths.user_parts() / name


def record(name: str, needed_by: str = "") -> FileRecord:
    """What the part's file must be, as it was noted when it was installed.

    Raises PackMissing when the part is not there; ``needed_by`` is the title of a pack for the sentence.
    Raises PackDamaged when its note is not one.
    """
    part, place = PARTS[name], folder(name) / PART_FILE
    try:
        top = Fields(parse_json(read_regular(place, _MAX_BYTES)))
        top.whole("format", 1, FORMAT)
        top.one_of("part", (name,))
        found = read_record(top.inner("file"))
    except FileNotFoundError as error:
        needs = tr("The pack {id} needs", id=needed_by) if needed_by else tr("This needs")
        raise PackMissing(
            tr("{needs} the text model {title}, which is not installed.", needs=needs, title=part.title),
            tr("Download it in the model manager, or import the file {to_get}.", to_get=part.to_get),
        ) from error
    except (OSError, ValueError) as error:
        raise PackDamaged(
            tr("The text model {title} is damaged.", title=part.title), tr("Install it again.")
        ) from error
    return found


def installed(name: str) -> bool:
    """Whether the part is there, as far as can be seen without reading all of it."""
    try:
        return (folder(name) / CLIP_FILE).stat().st_size == record(name).bytes
    except (OSError, PackMissing, PackDamaged):
        return False


def in_use(name: str) -> str:
    """The part that is loaded where a pack names this one.

    It is the small one where a person wants that, and where the named one is not installed, any that is.
    """
    wanted = (SMALL,) if settings.load().text_model == "small" else ()
    return next((one for one in (*wanted, name, *PARTS) if installed(one)), name)


def served(name: str) -> bool:
    """Whether the part, or one that stands in for it, is there."""
    return installed(in_use(name))


def stands_in(name: str) -> bool:
    """Whether this part is used for want of the usual one, and not because a person wants it."""
    return name == SMALL and settings.load().text_model != "small"
