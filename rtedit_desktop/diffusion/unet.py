"""The U-Net of the denoising diffusion papers: residual blocks told the time, attention at some sizes, skips across.

Its tensors are named as those of ``diffusers.UNet2DModel``, and a description of that model describes this one, so
weights of either are weights of the other. It is here because diffusers imports all of its networks for this one: five
seconds before the first picture. What only diffusers builds is built by diffusers (``unet_config.is_built_here``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from rtedit_desktop.diffusion.unet_config import ACTIVATIONS, UNetConfig

_LONGEST_PERIOD = 10_000
_MANY = 64  # rows; the nearest resampling of channels-last batches fails above (diffusers issue 984)


class Halfway(NamedTuple):
    """What a call has computed on its way: the rest is made of this alone, and uses the skips up."""

    x: Tensor
    time: Tensor
    skips: list[Tensor]

    def copied(self) -> Halfway:
        """To be gone on from while this stays whole."""
        return self._replace(skips=list(self.skips))


class UNet(nn.Module):
    """What x_t, (N, C, h, w), says of the clean picture or of the noise in it, at timesteps (N,); of the same size.

    ``watched`` makes its calls in place of it, of the same four parts (``shared_calls``).
    """

    watched: Callable[[UNet, Tensor, Tensor], Tensor] | None = None

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        self._config = config
        widths = list(config.block_out_channels)
        first, last = widths[0], len(widths) - 1
        self.conv_in = nn.Conv2d(config.in_channels, first, 3, padding=1)
        self.time_embedding = _TimeEmbedding(config.time_channels or first, config.time_width)
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        skips, width = [first], first
        for i, (kind, out) in enumerate(zip(config.down_block_types, widths, strict=True)):
            given = [width, *[out] * (config.layers_per_block - 1)]
            smaller = None if i == last else _smaller(config, kind, out)
            self.down_blocks.append(_Down(config, kind, given, out, smaller))
            skips += [out] * (len(given) + (smaller is not None))
            width = out
        for i, (kind, out) in enumerate(zip(config.up_block_types, reversed(widths), strict=True)):
            given = [before + skips.pop() for before in (width, *[out] * config.layers_per_block)]
            self.up_blocks.append(_Up(config, kind, given, out, None if i == last else _larger(config, kind, out)))
            width = out
        self.mid_block = _Middle(config, widths[-1])
        self.conv_norm_out = nn.GroupNorm(config.norm_num_groups, first, config.norm_eps)
        self.conv_out = nn.Conv2d(first, config.out_channels, 3, padding=1)

    def forward(self, x: Tensor, times: Tensor) -> Tensor:
        if self.watched is not None:
            return self.watched(self, x, times)
        return self.output(self.last_level(self.inner_levels(self.way_down(x, times))))

    def way_down(self, x: Tensor, times: Tensor) -> Halfway:
        """All before the middle."""
        if self._config.center_input_sample:
            x = 2 * x - 1
        time = self.time_embedding(self._sinusoid(times).to(self.conv_in.weight.dtype))
        x = self.conv_in(x)
        skips = [x]
        for down in self.down_blocks:
            x = down(x, time, skips)
        return Halfway(x, time, skips)

    def inner_levels(self, halfway: Halfway) -> Halfway:
        """The middle, and the way up as far as the last level."""
        x, time, skips = halfway
        x = self.mid_block(x, time)
        for up in self.up_blocks[:-1]:
            x = up(x, time, skips)
        return Halfway(x, time, skips)

    def last_level(self, halfway: Halfway) -> Halfway:
        """The last level of the way up: its features, and no skips."""
        x, time, skips = halfway
        return Halfway(self.up_blocks[-1](x, time, skips), time, skips)

    def output(self, halfway: Halfway) -> Tensor:
        """What the features of the last level say."""
        out: Tensor = self.conv_out(functional.silu(self.conv_norm_out(halfway.x)))
        return out

    def residual_blocks(self) -> Iterator[ResidualBlock]:
        """All of them, in no order."""
        return (module for module in self.modules() if isinstance(module, ResidualBlock))

    def _sinusoid(self, times: Tensor) -> Tensor:
        """(N, C) sines and cosines of the timesteps, at frequencies from 1 down to that of the longest period."""
        channels = self._config.time_channels or self._config.block_out_channels[0]
        half = channels // 2
        steps = torch.arange(half, dtype=torch.float32, device=times.device)
        frequencies = torch.exp(-math.log(_LONGEST_PERIOD) * steps / (half - self._config.freq_shift))
        angles = times[:, None].float() * frequencies
        waves = [angles.cos(), angles.sin()] if self._config.flip_sin_to_cos else [angles.sin(), angles.cos()]
        return functional.pad(torch.cat(waves, -1), (0, channels % 2))


class ResidualBlock(nn.Module):
    """Two convolutions that are told the time, beside a way that leads past them; the size changes between norms.

    ``again`` calls it so that what it computes is computed again for the gradient (``memory.checkpointing``).
    """

    again: Callable[[Callable[..., Tensor], Tensor, Tensor], Tensor] | None = None

    def __init__(
        self,
        config: UNetConfig,
        given: int,
        out: int,
        resize: Callable[[Tensor], Tensor] | None = None,
        scale: float = 1,
    ) -> None:
        super().__init__()
        self._scale_shift = config.resnet_time_scale_shift == "scale_shift"
        self._activation, self._resize, self._scale = ACTIVATIONS[config.act_fn], resize, scale
        self.norm1 = nn.GroupNorm(config.norm_num_groups, given, config.norm_eps)
        self.conv1 = nn.Conv2d(given, out, 3, padding=1)
        self.time_emb_proj = nn.Linear(config.time_width, 2 * out if self._scale_shift else out)
        self.norm2 = nn.GroupNorm(config.norm_num_groups, out, config.norm_eps)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(given, out, 1) if given != out else None

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        if self.again is not None and torch.is_grad_enabled():
            return self.again(self._computed, x, time)
        return self._computed(x, time)

    def _computed(self, x: Tensor, time: Tensor) -> Tensor:
        h = self._activation(self.norm1(x))
        if self._resize is not None:
            x, h = self._resize(x), self._resize(h)
        h = self.conv1(h)
        told = self.time_emb_proj(self._activation(time))[:, :, None, None]
        if self._scale_shift:
            scale, shift = told.chunk(2, dim=1)
            h = self.norm2(h) * (1 + scale) + shift
        else:
            h = self.norm2(h + told)
        h = self.conv2(self._activation(h))
        if self.conv_shortcut is not None:
            x = self.conv_shortcut(x)
        return _scaled(x + h, self._scale)


class _Attention(nn.Module):
    """Every place looks at every other one; added to what was there."""

    def __init__(self, config: UNetConfig, channels: int, groups: int | None, scale: float = 1) -> None:
        super().__init__()
        self._heads, self._scale = config.heads(channels), scale
        self.group_norm = nn.GroupNorm(groups, channels, config.norm_eps) if groups else None
        self.to_q, self.to_k, self.to_v = (nn.Linear(channels, channels) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x: Tensor) -> Tensor:
        rows, channels, height, width = x.shape
        places = x.reshape(rows, channels, height * width)
        if self.group_norm is not None:
            places = self.group_norm(places)
        places = places.transpose(1, 2)
        q, k, v = (
            layer(places).view(rows, -1, self._heads, channels // self._heads).transpose(1, 2)
            for layer in (self.to_q, self.to_k, self.to_v)
        )
        seen = functional.scaled_dot_product_attention(q, k, v)
        seen = self.to_out[0](seen.transpose(1, 2).reshape(rows, -1, channels))
        return _scaled(seen.transpose(1, 2).reshape(x.shape) + x, self._scale)


class _Level(nn.Module):
    """Residual blocks of one size, each with attention or none of them."""

    def __init__(self, config: UNetConfig, kind: str, given: Sequence[int], out: int) -> None:
        super().__init__()
        if kind.startswith("Attn"):
            self.attentions = nn.ModuleList(_Attention(config, out, config.norm_num_groups) for _ in given)
        self.resnets = nn.ModuleList(ResidualBlock(config, width, out) for width in given)

    def _block(self, i: int, x: Tensor, time: Tensor) -> Tensor:
        x = self.resnets[i](x, time)
        return self.attentions[i](x) if hasattr(self, "attentions") else x


class _Down(_Level):
    def __init__(
        self, config: UNetConfig, kind: str, given: Sequence[int], out: int, smaller: nn.Module | None
    ) -> None:
        super().__init__(config, kind, given, out)
        self.downsamplers = nn.ModuleList([smaller]) if smaller is not None else None

    def forward(self, x: Tensor, time: Tensor, skips: list[Tensor]) -> Tensor:
        """Puts what the way up needs on the skips."""
        for i in range(len(self.resnets)):
            x = self._block(i, x, time)
            skips.append(x)
        if self.downsamplers is not None:
            x = self.downsamplers[0](x, time)
            skips.append(x)
        return x


class _Up(_Level):
    def __init__(self, config: UNetConfig, kind: str, given: Sequence[int], out: int, larger: nn.Module | None) -> None:
        super().__init__(config, kind, given, out)
        self.upsamplers = nn.ModuleList([larger]) if larger is not None else None

    def forward(self, x: Tensor, time: Tensor, skips: list[Tensor]) -> Tensor:
        """Takes what the way down left off the skips."""
        for i in range(len(self.resnets)):
            x = self._block(i, torch.cat([x, skips.pop()], 1), time)
        return self.upsamplers[0](x, time) if self.upsamplers is not None else x


class _Middle(nn.Module):
    """The smallest size: a block, attention, a block."""

    def __init__(self, config: UNetConfig, channels: int) -> None:
        super().__init__()
        scale = config.mid_block_scale_factor
        groups = config.attn_norm_num_groups
        if groups is None and config.resnet_time_scale_shift == "default":
            groups = config.norm_num_groups
        count = 1 if config.add_attention else 0
        self.attentions = nn.ModuleList(_Attention(config, channels, groups, scale) for _ in range(count))
        self.resnets = nn.ModuleList(ResidualBlock(config, channels, channels, scale=scale) for _ in range(2))

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        x = self.resnets[0](x, time)
        for attention in self.attentions:
            x = attention(x)
        out: Tensor = self.resnets[1](x, time)
        return out


class _TimeEmbedding(nn.Module):
    """The sinusoid as what blocks are told."""

    def __init__(self, given: int, out: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(given, out)
        self.linear_2 = nn.Linear(out, out)

    def forward(self, sinusoid: Tensor) -> Tensor:
        told: Tensor = self.linear_2(functional.silu(self.linear_1(sinusoid)))
        return told


class _HalvingConvolution(nn.Module):
    def __init__(self, channels: int, padding: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2, padding=padding)
        self._pad = (0, 1, 0, 1) if padding == 0 else None

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        smaller: Tensor = self.conv(functional.pad(x, self._pad) if self._pad else x)
        return smaller


class _DoublingConvolution(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        larger: Tensor = self.conv(_doubled(x))
        return larger


def _smaller(config: UNetConfig, kind: str, channels: int) -> nn.Module:
    """Halves the size, by a residual block or by a convolution of stride 2."""
    if _by_residual_block(kind, config.downsample_type):
        return ResidualBlock(config, channels, channels, _halved)
    return _HalvingConvolution(channels, config.downsample_padding)


def _larger(config: UNetConfig, kind: str, channels: int) -> nn.Module:
    """Doubles the size, by a residual block or by a convolution of what was doubled."""
    if _by_residual_block(kind, config.upsample_type):
        return ResidualBlock(config, channels, channels, _doubled)
    return _DoublingConvolution(channels)


def _by_residual_block(kind: str, setting: str) -> bool:
    return kind.startswith("Resnet") or (kind.startswith("Attn") and setting == "resnet")


def _scaled(x: Tensor, by: float) -> Tensor:
    return x if by == 1 else x / by


def _halved(x: Tensor) -> Tensor:
    return functional.avg_pool2d(x, 2)


def _doubled(x: Tensor) -> Tensor:
    if len(x) >= _MANY or 2 * x.numel() > 2**31:
        x = x.contiguous()
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")
