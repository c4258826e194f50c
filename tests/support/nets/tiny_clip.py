"""A small part in the place of the usual CLIP, for packs that share one."""

from __future__ import annotations

from dataclasses import replace

from rtedit_desktop.packs.manifest.shared_parts import SMALL, USUAL, Part

TINY = Part(
    name=USUAL,
    title="CLIP tiny",
    hub="nobody/tiny",
    image_size=32,
    config={
        "embed_dim": 32,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
        "text_cfg": {"context_length": 32, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
    },
)

TINIER = replace(
    TINY,
    name=SMALL,
    title="CLIP tinier",
    config={**TINY.config, "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 32}},
)
