"""Plain nets of the two published families, built from their description alone, to compare imports with.

Their state dicts have the names and shapes of the official files; widths and depths are free.
"""

from __future__ import annotations

import math
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

Net = TypeVar("Net", bound=nn.Module)


def seeded(net: Net, seed: int = 0) -> Net:
    """Random weights with nothing left at a value that would hide a mistake (zeros, ones)."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in net.parameters():
        fan = parameter[0].numel() if parameter.ndim > 1 else 25
        base = 1.0 if parameter.ndim == 1 else 0.0
        parameter.data = base + torch.randn(parameter.shape, generator=generator) / math.sqrt(fan)
    return net.eval().requires_grad_(False)


class DDPM(nn.Module):
    """Sines first, one head, zero padding right and below when the size is halved."""

    # bare modules, with parts that are set on them
    temb: Any
    mid: Any

    def __init__(self, ch: int, mult: tuple[int, ...], layers: int, attention: tuple[int, ...]) -> None:
        super().__init__()
        self.ch = ch
        widths = [ch * m for m in mult]
        time, levels = 4 * ch, len(mult)
        self.temb = nn.Module()
        self.temb.dense = nn.ModuleList([nn.Linear(ch, time), nn.Linear(time, time)])
        self.conv_in = nn.Conv2d(3, ch, 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        skips, width = [ch], ch
        for i, out in enumerate(widths):
            level = nn.Module()
            level.block, level.attn = nn.ModuleList(), nn.ModuleList()
            for _ in range(layers):
                level.block.append(DDPMBlock(width, out, time))
                if i in attention:
                    level.attn.append(DDPMAttention(out))
                width = out
                skips.append(width)
            if i < levels - 1:
                level.downsample = nn.Module()
                level.downsample.conv = nn.Conv2d(width, width, 3, stride=2)
                skips.append(width)
            self.down.append(level)
        self.mid = nn.Module()
        self.mid.block_1 = DDPMBlock(width, width, time)
        self.mid.attn_1 = DDPMAttention(width)
        self.mid.block_2 = DDPMBlock(width, width, time)
        for i in reversed(range(levels)):
            level = nn.Module()
            level.block, level.attn = nn.ModuleList(), nn.ModuleList()
            for _ in range(layers + 1):
                level.block.append(DDPMBlock(width + skips.pop(), widths[i], time))
                if i in attention:
                    level.attn.append(DDPMAttention(widths[i]))
                width = widths[i]
            if i > 0:
                level.upsample = nn.Module()
                level.upsample.conv = nn.Conv2d(width, width, 3, padding=1)
            self.up.insert(0, level)
        self.norm_out = nn.GroupNorm(32, width, eps=1e-6)
        self.conv_out = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        half = self.ch // 2
        angles = t[:, None] * torch.exp(torch.arange(half) * -(math.log(10000) / (half - 1)))[None]
        emb = torch.cat([angles.sin(), angles.cos()], dim=1)
        emb = self.temb.dense[1](functional.silu(self.temb.dense[0](emb)))
        h = self.conv_in(x)
        seen = [h]
        level: Any
        for level in self.down:
            for j, block in enumerate(level.block):
                h = block(h, emb)
                h = level.attn[j](h) if len(level.attn) else h
                seen.append(h)
            if hasattr(level, "downsample"):
                h = level.downsample.conv(functional.pad(h, (0, 1, 0, 1)))
                seen.append(h)
        h = self.mid.block_2(self.mid.attn_1(self.mid.block_1(h, emb)), emb)
        for level in reversed(self.up):
            for j, block in enumerate(level.block):
                h = block(torch.cat([h, seen.pop()], dim=1), emb)
                h = level.attn[j](h) if len(level.attn) else h
            if hasattr(level, "upsample"):
                h = level.upsample.conv(functional.interpolate(h, scale_factor=2.0, mode="nearest"))
        return self.conv_out(functional.silu(self.norm_out(h)))


class DDPMBlock(nn.Module):
    def __init__(self, given: int, out: int, time: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(32, given, eps=1e-6)
        self.conv1 = nn.Conv2d(given, out, 3, padding=1)
        self.temb_proj = nn.Linear(time, out)
        self.norm2 = nn.GroupNorm(32, out, eps=1e-6)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        if given != out:
            self.nin_shortcut = nn.Conv2d(given, out, 1)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        h = self.conv1(functional.silu(self.norm1(x)))
        h = h + self.temb_proj(functional.silu(emb))[:, :, None, None]
        h = self.conv2(functional.silu(self.norm2(h)))
        return h + (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x)


class DDPMAttention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(32, width, eps=1e-6)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(width, width, 1) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        n, c, height, width = x.shape
        h = self.norm(x)
        q, k, v = (layer(h).reshape(n, c, height * width) for layer in (self.q, self.k, self.v))
        weight = torch.softmax(torch.einsum("ncq,nck->nqk", q, k) / math.sqrt(c), dim=-1)
        mixed = torch.einsum("nqk,nck->ncq", weight, v).reshape(n, c, height, width)
        return x + self.proj_out(mixed)


class ADM(nn.Module):
    """Cosines first, scale and shift by the time, residual blocks that change the size, heads of 64 channels.

    ``mult`` may have fractions, for a sinusoid that is wider than the first level; ``classes`` adds the label
    embedding that the official editing never uses.
    """

    def __init__(
        self, ch: int, mult: tuple[float, ...], layers: int, attention: tuple[int, ...], out: int = 6, classes: int = 0
    ) -> None:
        super().__init__()
        self.ch = ch
        widths = [int(ch * m) for m in mult]
        time, levels = 4 * ch, len(mult)
        self.time_embed = nn.Sequential(nn.Linear(ch, time), nn.SiLU(), nn.Linear(time, time))
        if classes:
            self.label_emb = nn.Embedding(classes, time)
        width = widths[0]
        self.input_blocks = nn.ModuleList([nn.ModuleList([nn.Conv2d(3, width, 3, padding=1)])])
        skips = [width]
        for i, wide in enumerate(widths):
            for _ in range(layers):
                block = nn.ModuleList([ADMBlock(width, wide, time)])
                if i in attention:
                    block.append(ADMAttention(wide))
                self.input_blocks.append(block)
                width = wide
                skips.append(width)
            if i < levels - 1:
                self.input_blocks.append(nn.ModuleList([ADMBlock(width, width, time, "down")]))
                skips.append(width)
        first, last = (ADMBlock(width, width, time) for _ in range(2))
        self.middle_block = nn.ModuleList([first, ADMAttention(width), last])
        self.output_blocks = nn.ModuleList()
        for i in reversed(range(levels)):
            for j in range(layers + 1):
                block = nn.ModuleList([ADMBlock(width + skips.pop(), widths[i], time)])
                width = widths[i]
                if i in attention:
                    block.append(ADMAttention(width))
                if i > 0 and j == layers:
                    block.append(ADMBlock(width, width, time, "up"))
                self.output_blocks.append(block)
        self.out = nn.Sequential(nn.GroupNorm(32, width), nn.SiLU(), nn.Conv2d(width, out, 3, padding=1))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        half = self.ch // 2
        angles = t[:, None] * torch.exp(torch.arange(half) * -(math.log(10000) / half))[None]
        emb = self.time_embed(torch.cat([angles.cos(), angles.sin()], dim=1))
        h, seen = x, []
        block: Any
        for block in self.input_blocks:
            h = _through(block, h, emb)
            seen.append(h)
        h = _through(self.middle_block, h, emb)
        for block in self.output_blocks:
            h = _through(block, torch.cat([h, seen.pop()], dim=1), emb)
        return self.out(h)


def _through(block: nn.ModuleList, h: Tensor, emb: Tensor) -> Tensor:
    for layer in block:
        h = layer(h, emb) if isinstance(layer, ADMBlock) else layer(h)
    return h


class ADMBlock(nn.Module):
    def __init__(self, given: int, out: int, time: int, resize: str = "") -> None:
        super().__init__()
        self.resize = resize
        self.in_layers = nn.Sequential(nn.GroupNorm(32, given), nn.SiLU(), nn.Conv2d(given, out, 3, padding=1))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(time, 2 * out))
        self.out_layers = nn.Sequential(
            nn.GroupNorm(32, out), nn.SiLU(), nn.Dropout(0.0), nn.Conv2d(out, out, 3, padding=1)
        )
        self.skip_connection = nn.Identity() if given == out else nn.Conv2d(given, out, 1)

    def forward(self, x: Tensor, emb: Tensor) -> Tensor:
        h = self.in_layers[2](self._resized(self.in_layers[1](self.in_layers[0](x))))
        scale, shift = self.emb_layers(emb)[:, :, None, None].chunk(2, dim=1)
        h = self.out_layers[0](h) * (1 + scale) + shift
        return self.skip_connection(self._resized(x)) + self.out_layers[1:](h)

    def _resized(self, x: Tensor) -> Tensor:
        if self.resize == "down":
            return functional.avg_pool2d(x, 2)
        return functional.interpolate(x, scale_factor=2.0, mode="nearest") if self.resize == "up" else x


class ADMAttention(nn.Module):
    """The legacy order: the joined q, k, v are cut into heads first and into three after."""

    def __init__(self, width: int, head: int = 64) -> None:
        super().__init__()
        self.heads = width // head
        self.norm = nn.GroupNorm(32, width)
        self.qkv = nn.Conv1d(width, 3 * width, 1)
        self.proj_out = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        n, c, *size = x.shape
        flat = x.reshape(n, c, -1)
        joined = self.qkv(self.norm(flat)).reshape(n * self.heads, 3 * c // self.heads, -1)
        q, k, v = joined.chunk(3, dim=1)
        weight = torch.softmax(torch.einsum("bcq,bck->bqk", q, k) / math.sqrt(q.shape[1]), dim=-1)
        mixed = torch.einsum("bqk,bck->bcq", weight, v).reshape(n, c, -1)
        return (flat + self.proj_out(mixed)).reshape(n, c, *size)
