"""Learn edits of places (lips, hair, eyes, glasses) in the last block of the U-Net alone, from painted pairs.

    python last_block.py --photos FOLDER --split split.json --masks MASKS --unet RUN/unet.safetensors --out DELTAS \
        --edit "red lipstick" --edit sunglasses

What comes into the last block does not change while only that block learns, so it is computed once a pair and kept;
a step then costs a third of one through the whole net. The target is what the base itself makes of the after picture's
latent, with the same noise (eq. 28): the base's own blur is then no part of what is to be learned. Where an opaque edit
covers the picture the target is the painted pixels. Timesteps are those that such edits are applied from (70 to 200).

Adam at 3e-4 first makes everything a little worse, about five times what a lipstick changes, and comes back as the rate
falls: what counts is the end. A few hundred steps of eight pairs are enough. Writes what apply_edits.py writes.

With --start-from FILE learning goes on from what an earlier run kept: its delta, or the preset that was made of it.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from apply_edits import BLENDINGS, SHOWN, arguments_of, begun, denoiser, keep, painted_pairs
from attribute import OPAQUE
from networks import FORMS
from paint import TABLE
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from rtedit_desktop.core.preset import SUFFIX
from rtedit_desktop.diffusion.codec import expand
from rtedit_desktop.diffusion.delta import BaseWeights, Delta
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.pairs.pairs import Pairs, changed
from rtedit_desktop.presets.format import read_info, read_weights

TIMES = 70, 200
T_HIGH = 160
ELSEWHERE = 0.4  # how much the mean pixel counts beside the changed ones
CHANGED = 0.06
WARM_UP = 15
AVERAGE = 0.98


@dataclass(frozen=True)
class Kept:
    """What comes into the last block of a pair's before picture, what its cells shall be, and how much each counts."""

    hidden: Tensor
    embedding: Tensor
    skips: tuple[Tensor, ...]
    target: Tensor
    weight: Tensor
    change: Tensor


class LastBlock:
    """Owns the view of the last up block of a network and of the layers after it."""

    def __init__(self, net: Denoiser, unshuffle: int) -> None:
        self.net, self._unet, self._unshuffle = net, net.net, unshuffle
        self._block: nn.Module = net.net.get_submodule(f"up_blocks.{len(net.net.get_submodule('up_blocks')) - 1}")  # type: ignore[arg-type]
        self._after = [net.net.get_submodule(name) for name in ("conv_norm_out", "conv_act", "conv_out")]
        self._hidden, self._embedding = torch.empty(0), torch.empty(0)
        self._skips: tuple[Tensor, ...] = ()

    def parameters(self) -> list[nn.Parameter]:
        """Those that learn; all others are frozen from now on."""
        for parameter in self._unet.parameters():
            parameter.requires_grad_(False)
        chosen = [p for module in (self._block, *self._after) for p in module.parameters()]
        for parameter in chosen:
            parameter.requires_grad_(True)
        return chosen

    @torch.no_grad()
    def begin(self, start: Delta) -> None:
        """Add what was learned before to the base's weights. Raises ValueError where it changed others than these."""
        learned = {id(p) for p in self.parameters()}
        own = {name: p for name, p in self._unet.named_parameters() if id(p) in learned}
        if others := sorted(start.keys() - own.keys()):
            raise ValueError(f"{others[0]} is not in the last block")
        for name, difference in start.items():
            own[name].add_(difference)

    @torch.no_grad()
    def kept(self, before: Tensor, after: Tensor, opaque: bool, seed: int) -> Kept:
        """Of one pair, (1, 3, H, W) both, noised alike; seen by the base."""
        generator = torch.Generator().manual_seed(seed)
        t = torch.randint(*TIMES, (1,), generator=generator)
        z = torch.randn(before.shape, generator=generator)
        target = self.net(self.net.noised(after, z, t), t).x0
        hook = self._block.register_forward_pre_hook(self._see)
        rebuilt = self.net(self.net.noised(before, z, t), t).x0
        hook.remove()
        mask = changed(before, after, CHANGED)
        if opaque:
            target = torch.lerp(target, after, mask)
        weight = ELSEWHERE + (1 - ELSEWHERE) * mask / mask.mean().clamp(min=0.05)
        return Kept(
            self._hidden.half(),
            self._embedding,
            tuple(skip.half() for skip in self._skips),
            functional.pixel_unshuffle(target, self._unshuffle).half(),
            functional.pixel_unshuffle(weight, self._unshuffle).mean(1, keepdim=True),
            (target - rebuilt).square().mean(),
        )

    def _see(self, _module: nn.Module, inputs: tuple[Any, ...]) -> None:
        self._hidden, self._skips, self._embedding = inputs

    def __call__(self, kept: list[Kept]) -> Tensor:
        """The estimates of those pairs, in cells, (N, 3 r^2, h, w)."""
        skips = tuple(_fast([one.skips[k] for one in kept]) for k in range(len(kept[0].skips)))
        x = self._block(_fast([one.hidden for one in kept]), skips, torch.cat([one.embedding for one in kept]))
        for module in self._after:
            x = module(x)
        return x


def fit(
    block: LastBlock,
    taught: Pairs,
    opaque: bool,
    steps: int,
    rate: float,
    batch: int,
    seed: int = 0,
    start: Delta | None = None,
) -> Iterator[tuple[int, float]]:
    """Learn the edit, from ``start`` on; yields step and loss.

    The network has the base's weights, and the mean of the last steps' at the end.
    """
    kept = [
        block.kept(before, after, opaque, number)
        for number, (before, after) in enumerate(zip(taught.before.split(1), taught.after.split(1), strict=True))
    ]
    whole = torch.stack([one.change for one in kept]).mean()
    if start is not None:  # the base was to see the pairs
        block.begin(start)
    learned = block.parameters()
    optimiser = torch.optim.AdamW(learned, lr=rate, betas=(0.9, 0.99), weight_decay=0, fused=True)
    average = [p.detach().clone() for p in learned]
    generator, order = torch.Generator().manual_seed(seed), []
    for step in range(steps):
        fall = 0.5 * (1 + math.cos(math.pi * step / steps)) * min(1, (step + 1) / WARM_UP)
        optimiser.param_groups[0]["lr"] = rate * (fall + 0.005)
        if len(order) < batch:
            order += torch.randperm(len(kept), generator=generator).tolist()
        some, order = [kept[i] for i in order[:batch]], order[batch:]
        error = (block(some) - torch.cat([one.target for one in some]).float()).square()
        loss = (torch.cat([one.weight for one in some]) * error).mean() / whole
        loss.backward()
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        with torch.no_grad():
            share = 1 - min(AVERAGE, (step + 1) / (step + 10))
            for mean, now in zip(average, learned, strict=True):
                mean.lerp_(now, share)
        yield step + 1, float(loss.detach())
    with torch.no_grad():
        for mean, now in zip(average, learned, strict=True):
            now.copy_(mean)


def earlier(path: Path, net: nn.Module) -> Delta:
    """What an earlier run changed of the weights: from its .safetensors, or from a preset."""
    if path.suffix != SUFFIX:
        return load_file(path)
    shapes = {name: tuple(p.shape) for name, p in net.named_parameters()}
    parts = read_weights(path, shapes, read_info(path).base_sha256)
    return {name: expand(part, shapes[name]) for name, part in parts.items()}


def _fast(parts: list[Tensor]) -> Tensor:
    return torch.cat(parts).float().contiguous(memory_format=torch.channels_last)


def main() -> None:
    arguments = arguments_of(__doc__, "--unet")
    arguments.add_argument("--edit", action="append", required=True)
    arguments.add_argument("--count", type=int, default=600)
    arguments.add_argument("--steps", type=int, default=400)
    arguments.add_argument("--rate", type=float, default=3e-4)
    arguments.add_argument("--batch", type=int, default=8)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--start-from", type=Path, metavar="FILE", help="a delta or a preset of the one --edit")
    args = arguments.parse_args()
    if args.start_from and len(args.edit) > 1:
        arguments.error("--start-from is for one --edit")
    pictures, photos = begun(args)
    form = FORMS[args.form]
    net = denoiser(form, args.unet)
    base, block = BaseWeights(net.net), LastBlock(net, form.unshuffle)
    begin = earlier(args.start_from, net.net) if args.start_from else None
    for name in args.edit:
        start, kind = time.monotonic(), TABLE[name].kind
        base.restore()
        taught = painted_pairs(name, photos, np.flatnonzero(~pictures.held_out), args.count, seed=1)
        for step, loss in fit(block, taught, kind == OPAQUE, args.steps, args.rate, args.batch, start=begin):
            if step % 50 == 0:
                print(f"{name}: {step}/{args.steps}, loss {loss:.3f}, {time.monotonic() - start:.0f} s", flush=True)
        with torch.no_grad():
            delta = base.delta()
        seen = painted_pairs(name, photos, np.flatnonzero(pictures.held_out), SHOWN, seed=2)
        record = {"name": name, "pairs": len(taught.before)}
        record = keep(net, base, delta, seen, args.out / name.replace(" ", "-"), record, T_HIGH, 1, BLENDINGS[kind])
        print(f"{json.dumps(record)} {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
