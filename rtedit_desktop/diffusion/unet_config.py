"""Configuration of a U-Net: keywords of ``diffusers.UNet2DModel``, and which of them ``unet.py`` builds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from torch import Tensor
from torch.nn import functional

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "silu": functional.silu,
    "swish": functional.silu,
    "mish": functional.mish,
    "gelu": functional.gelu,
    "relu": functional.relu,
}
_CHOICES: dict[str, Collection[object]] = {
    "act_fn": ACTIVATIONS,
    "downsample_type": ("conv", "resnet"),
    "mid_block_type": ("UNetMidBlock2D",),
    "resnet_time_scale_shift": ("default", "scale_shift"),
    "time_embedding_type": ("positional",),
    "upsample_type": ("conv", "resnet"),
}


@dataclass(frozen=True, kw_only=True)
class UNetConfig:
    """Keywords of diffusers' UNet2DModel, with its defaults; those that say nothing of the numbers are kept only.

    A level has attention where its kind begins with Attn, and changes the size by a residual block where it begins
    with Resnet, or by its ``downsample_type`` and ``upsample_type`` where it has attention. ``time_channels`` is the
    width of the sinusoid, 0 for that of the first level.
    """

    block_out_channels: Sequence[int]
    down_block_types: Sequence[str]
    up_block_types: Sequence[str]
    in_channels: int = 3
    out_channels: int = 3
    layers_per_block: int = 2
    center_input_sample: bool = False
    time_embedding_dim: int | None = None
    time_channels: int = 0
    freq_shift: float = 0
    flip_sin_to_cos: bool = True
    mid_block_scale_factor: float = 1.0
    downsample_padding: int = 1
    downsample_type: str = "conv"
    upsample_type: str = "conv"
    act_fn: str = "silu"
    attention_head_dim: int | None = 8
    norm_num_groups: int = 32
    attn_norm_num_groups: int | None = None
    norm_eps: float = 1e-5
    resnet_time_scale_shift: str = "default"
    add_attention: bool = True
    time_embedding_type: str = "positional"
    mid_block_type: str = "UNetMidBlock2D"
    sample_size: int | None = None
    num_train_timesteps: int | None = None
    dropout: float = 0.0  # of training from nothing, which is not done here

    @property
    def time_width(self) -> int:
        """How many numbers every residual block is told the time by."""
        return self.time_embedding_dim or 4 * self.block_out_channels[0]

    def heads(self, channels: int) -> int:
        """How many heads attention over so many channels has."""
        if channels % (self.attention_head_dim or channels):
            raise ValueError(f"{channels} channels cannot be split into heads of {self.attention_head_dim}")
        return channels // (self.attention_head_dim or channels)


def is_built_here(description: Mapping[str, Any]) -> bool:
    """Whether keywords of diffusers' UNet2DModel describe a net that UNet is too."""
    return set(description) <= {one.name for one in fields(UNetConfig)} and all(
        description[name] in known for name, known in _CHOICES.items() if name in description
    )
