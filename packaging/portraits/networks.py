"""The networks that were tried for photographs, and the one-step estimate through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from diffusers import UNet2DModel
from torch import Tensor, nn
from torch.nn import functional

from rtedit_desktop.engine.machine.devices import processor

# the fast precision here: bfloat16, or float32 where bfloat16 is only emulated, at a tenth of the speed
DTYPE = processor().learning or torch.float32
ABAR = torch.from_numpy(np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))).float()


@dataclass(frozen=True)
class Form:
    """A U-Net on pixel-unshuffled pictures: ``side`` pixels, ``unshuffle`` pixels a cell, channels by level."""

    side: int
    unshuffle: int
    widths: tuple[int, ...]
    layers: int = 1

    def config(self) -> dict[str, Any]:
        levels = len(self.widths)
        channels = 3 * self.unshuffle**2
        return {
            "sample_size": self.side // self.unshuffle,
            "in_channels": channels,
            "out_channels": channels,
            "layers_per_block": self.layers,
            "block_out_channels": list(self.widths),
            "norm_num_groups": 32,
            "attention_head_dim": 64 if self.widths[-1] % 64 == 0 else 32,
            "down_block_types": ["DownBlock2D"] * (levels - 1) + ["AttnDownBlock2D"],
            "up_block_types": ["AttnUpBlock2D"] + ["UpBlock2D"] * (levels - 1),
        }

    def network(self) -> UNet2DModel:
        return UNet2DModel(**self.config()).to(memory_format=torch.channels_last)


FORMS = {
    "128-grid32": Form(128, 4, (96, 160, 224)),
    "192-grid32": Form(192, 6, (96, 160, 224)),
    "256-grid32": Form(256, 8, (96, 160, 224)),
    "256-grid32-wide": Form(256, 8, (128, 192, 256)),
    "256-grid64": Form(256, 4, (64, 96, 160, 224)),
}


def estimate(net: nn.Module, x_t: Tensor, t: Tensor, unshuffle: int, dtype: torch.dtype = DTYPE) -> Tensor:
    """x0hat(x_t, t): (N, 3, H, W) float32 in [-1, 1] of noised pictures of that shape and timesteps (N,)."""
    cells = functional.pixel_unshuffle(x_t, unshuffle).to(memory_format=torch.channels_last)
    with torch.autocast("cpu", dtype, enabled=dtype != torch.float32):
        out = net(cells, t).sample
    return functional.pixel_shuffle(out.float(), unshuffle)


def noised(x0: Tensor, t: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """x_t of (N, 3, H, W) at timesteps (N,)."""
    abar = ABAR[t][:, None, None, None]
    z = torch.randn(x0.shape, generator=generator)
    return abar.sqrt() * x0 + (1 - abar).sqrt() * z
