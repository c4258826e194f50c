"""A real pack with random weights, small enough to be written by every test run."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import CLIP_FILE, UNET_FILE

FIELDS: dict[str, Any] = {
    "id": "tiny",
    "title": "Tiny",
    "version": "0.1",
    "domain": "random dots",
    "source": "face",
    "image_size": 32,
    "licence": "MIT",
    "attribution": "Random weights for tests.",
    "unet": {
        "config": {
            "sample_size": 16,
            "in_channels": 12,
            "out_channels": 12,
            "layers_per_block": 1,
            "block_out_channels": [32, 64],
            "norm_num_groups": 8,
            "attention_head_dim": 32,
            "down_block_types": ["DownBlock2D", "AttnDownBlock2D"],
            "up_block_types": ["AttnUpBlock2D", "UpBlock2D"],
        },
        "prediction_type": "sample",
        "learned_variance": False,
        "pixel_unshuffle": 2,
    },
    "schedule": {"beta_start": 0.0001, "beta_end": 0.02, "timesteps": 1000},
    "clip": {
        "config": {
            "embed_dim": 32,
            "vision_cfg": {"image_size": 32, "layers": [1, 1, 1, 1], "width": 8, "patch_size": None},
            "text_cfg": {"context_length": 16, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
        },
        "quick_gelu": False,
        "image_size": 32,
        "mean": [0.5, 0.5, 0.5],
        "std": [0.25, 0.25, 0.25],
    },
    "templates": ["{}", "a {}", "a photo of {}"],
    "suggestions": [
        {"prompt": "smiling face", "kind": "expression"},
        {"prompt": "face with glasses", "kind": "accessory", "source": "face"},
        {"prompt": "face in a sketch", "kind": "style"},
    ],
    "vocabulary": ["a", "angry", "beard", "face", "glasses", "hat", "in", "old", "sketch", "smiling", "with"],
    "kind_of_word": {"smiling": "expression", "angry": "expression", "glasses": "accessory", "hat": "accessory"},
    "settings": {
        "default": {"t0": 400, "steps": 2, "iterations": 3, "noise_draws": 2, "crops": 1, "preview_every": 1},
        "expression": {"t0": 350},
        "accessory": {"t0": 450, "iterations": 4},
        "style": {"t0": 450, "l1_weight": 0.3},
    },
}


def fields(**changes: Any) -> dict[str, Any]:
    """The manifest's layout to change at will, with some top-level fields replaced, or left out where that is None."""
    layout = {**copy.deepcopy(FIELDS), **changes}
    return {name: value for name, value in layout.items() if value is not None}


def write(folder: Path, seed: int = 0, others: dict[str, bytes] | None = None, **changes: Any) -> Manifest:
    """Write the tiny pack to ``folder``; the same weights for a seed every time, in half precision."""
    import open_clip
    import torch
    from diffusers import UNet2DModel

    from rtedit_desktop.packs.store import write_pack

    layout = fields(**changes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        unet = UNet2DModel(**layout["unet"]["config"])
        weights = {UNET_FILE: unet.half().state_dict()}
        if clip := layout.get("clip"):
            weights[CLIP_FILE] = open_clip.CLIP(**clip["config"], quick_gelu=clip["quick_gelu"]).half().state_dict()
    return write_pack(folder, layout, weights, others)
