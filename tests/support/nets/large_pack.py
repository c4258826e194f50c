"""A pack of the 114 M architecture with random weights and the CLIP of Avatars: as heavy as a published one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from rtedit_desktop.diffusion.unet import UNet
from rtedit_desktop.diffusion.unet_config import UNetConfig
from rtedit_desktop.packs import store
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.convert.from_ddpm import ddpm_config
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import CLIP_FILE, UNET_FILE

SIZE = 256
ID = "large"
CONFIG = ddpm_config([128, 128, 256, 256, 512, 512], 2, [False, False, False, False, True, False], 3)


def write(folder: Path) -> Manifest:
    """Write the pack; the same weights every time."""
    avatars = Catalog.default().manifest("avatars")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = UNet(UNetConfig(**CONFIG))
    fields = {
        "id": ID, "title": "Large", "version": "0", "domain": "random", "source": "face", "image_size": SIZE,
        "licence": "MIT", "attribution": "Random weights.",
        "suggestions": [{"prompt": "smiling face", "kind": "default"}],
        "unet": {"config": CONFIG, "prediction_type": "epsilon", "learned_variance": False},
        "schedule": {"beta_start": 1e-4, "beta_end": 0.02, "timesteps": 1000},
        "clip": {"config": _without_activation(avatars.clip_config), "quick_gelu": False, "image_size": 128,
                 "mean": [0.5] * 3, "std": [0.5] * 3},
        "templates": ["{}"],
    }  # fmt: skip
    clip: dict[str, Tensor] = store.load_tensors(avatars, CLIP_FILE)
    return store.write_pack(folder / ID, fields, {UNET_FILE: dict(net.state_dict()), CLIP_FILE: clip})


def _without_activation(config: Mapping[str, Any]) -> dict[str, Any]:
    """As a manifest says it: the activation stands beside the config."""
    return {name: value for name, value in config.items() if name != "quick_gelu"}
