"""Names and shapes of a UNet2DModel's tensors, from its configuration alone.

A checkpoint is compared with these before anything is written, without torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Shape = tuple[int, ...]
Shapes = dict[str, Shape]


def unet_shapes(config: Mapping[str, Any], time_channels: int = 0) -> Shapes:
    """Every tensor of the model, in the order of its layers.

    ``config`` is one that ``networks.unet_config`` accepts; ``time_channels`` as in a manifest.
    """
    widths, layers = list(config["block_out_channels"]), config["layers_per_block"]
    time = config.get("time_embedding_dim") or 4 * widths[0]
    scale_shift = config.get("resnet_time_scale_shift", "default") == "scale_shift"
    nets = _Blocks(time, 2 if scale_shift else 1)
    nets.conv("conv_in", config.get("in_channels", 3), widths[0])
    nets.linear("time_embedding.linear_1", time_channels or widths[0], time)
    nets.linear("time_embedding.linear_2", time, time)

    skips, width = [widths[0]], widths[0]
    for i, (kind, out) in enumerate(zip(config["down_block_types"], widths, strict=True)):
        place = f"down_blocks.{i}"
        for j in range(layers):
            nets.resnet(f"{place}.resnets.{j}", width, out)
            if kind.startswith("Attn"):
                nets.attention(f"{place}.attentions.{j}", out)
            width = out
            skips.append(width)
        if i < len(widths) - 1:
            by_resnet = _by_resnet(kind, config.get("downsample_type", "conv"))
            nets.resize(f"{place}.downsamplers.0", width, by_resnet)
            skips.append(width)

    nets.resnet("mid_block.resnets.0", width, width)
    if config.get("add_attention", True):
        normed = bool(config.get("attn_norm_num_groups")) or not scale_shift
        nets.attention("mid_block.attentions.0", width, norm=normed)
    nets.resnet("mid_block.resnets.1", width, width)

    for i, (kind, out) in enumerate(zip(config["up_block_types"], reversed(widths), strict=True)):
        place = f"up_blocks.{i}"
        for j in range(layers + 1):
            nets.resnet(f"{place}.resnets.{j}", width + skips.pop(), out)
            if kind.startswith("Attn"):
                nets.attention(f"{place}.attentions.{j}", out)
            width = out
        if i < len(widths) - 1:
            by_resnet = _by_resnet(kind, config.get("upsample_type", "conv"))
            nets.resize(f"{place}.upsamplers.0", width, by_resnet)

    nets.norm("conv_norm_out", width)
    nets.conv("conv_out", width, config.get("out_channels", 3))
    return nets.shapes


def _by_resnet(kind: str, setting: str) -> bool:
    """Whether a block's size is changed by a residual block; only blocks with attention have a choice."""
    return kind.startswith("Resnet") or (kind.startswith("Attn") and setting == "resnet")


class _Blocks:
    """Collects the shapes block by block. ``time`` is the width of the time embedding."""

    def __init__(self, time: int, per_width: int) -> None:
        self.shapes: Shapes = {}
        self._time = time
        self._per_width = per_width

    def _layer(self, name: str, *weight: int) -> None:
        self.shapes[f"{name}.weight"] = weight
        self.shapes[f"{name}.bias"] = weight[:1]

    def norm(self, name: str, width: int) -> None:
        self._layer(name, width)

    def linear(self, name: str, given: int, out: int) -> None:
        self._layer(name, out, given)

    def conv(self, name: str, given: int, out: int, size: int = 3) -> None:
        self._layer(name, out, given, size, size)

    def resnet(self, name: str, given: int, out: int) -> None:
        self.norm(f"{name}.norm1", given)
        self.conv(f"{name}.conv1", given, out)
        self.linear(f"{name}.time_emb_proj", self._time, self._per_width * out)
        self.norm(f"{name}.norm2", out)
        self.conv(f"{name}.conv2", out, out)
        if given != out:
            self.conv(f"{name}.conv_shortcut", given, out, size=1)

    def attention(self, name: str, width: int, norm: bool = True) -> None:
        if norm:
            self.norm(f"{name}.group_norm", width)
        for layer in ("to_q", "to_k", "to_v", "to_out.0"):
            self.linear(f"{name}.{layer}", width, width)

    def resize(self, name: str, width: int, by_resnet: bool) -> None:
        if by_resnet:
            self.resnet(name, width, width)
        else:
            self.conv(f"{name}.conv", width, width)
