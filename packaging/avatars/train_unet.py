"""Train the Avatars U-Net: x0 from noised, pixel-unshuffled 128 px portraits.

    python train_unet.py --out RUN --minutes 120 --threads 2

Writes RUN/unet.pt (EMA, every few minutes, atomically), RUN/unet_state.pt (to go on from) and
RUN/unet.log; a contact sheet of one-step estimates goes beside every snapshot.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import time
from pathlib import Path

import attributes
import numpy as np
import torch
from diffusers import UNet2DModel
from PIL import Image
from render import Artist, Atlas
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

CONFIG = {
    "sample_size": 32, "in_channels": 48, "out_channels": 48, "layers_per_block": 1,
    "block_out_channels": [64, 128, 192], "norm_num_groups": 32, "attention_head_dim": 64,
    "down_block_types": ["DownBlock2D", "DownBlock2D", "AttnDownBlock2D"],
    "up_block_types": ["AttnUpBlock2D", "UpBlock2D", "UpBlock2D"],
}
UNSHUFFLE = 4
T_MAX = 620
ABAR = torch.from_numpy(np.cumprod(1 - np.linspace(1e-4, 0.02, 1000))).float()


def pictures(artist: Artist, rng: np.random.Generator, n: int) -> Tensor:
    """(n, 3, 128, 128) in [-1, 1]: random portraits, half of them a little moved and mirrored."""
    drawn = []
    for _ in range(n):
        raw = attributes.draw(rng)
        drawn.append(artist.draw(raw, int(rng.integers(2**31))))
    x = torch.from_numpy(np.stack(drawn)).permute(0, 3, 1, 2) * 2 - 1
    theta = torch.zeros(n, 2, 3)
    moved = torch.from_numpy((rng.random(n) < 0.5).astype(np.float32))
    flip = torch.from_numpy(np.where(rng.random(n) < 0.25, -1.0, 1.0).astype(np.float32))
    scale = 1 + moved * torch.from_numpy(rng.uniform(-0.1, 0.1, n).astype(np.float32))
    theta[:, 0, 0], theta[:, 1, 1] = scale * flip, scale
    theta[:, :, 2] = moved[:, None] * torch.from_numpy(rng.uniform(-0.1, 0.1, (n, 2)).astype(np.float32))
    grid = functional.affine_grid(theta, list(x.shape), align_corners=False)
    warped = functional.grid_sample(x, grid, padding_mode="border", align_corners=False)
    still = (moved == 0) & (flip > 0)
    return torch.where(still[:, None, None, None], x, warped)


def estimate(net: nn.Module, x_t: Tensor, t: Tensor) -> Tensor:
    """One-step x0 of (N, 3, 128, 128)."""
    with torch.autocast("cpu", torch.bfloat16):
        out = net(functional.pixel_unshuffle(x_t, UNSHUFFLE), t).sample
    return functional.pixel_shuffle(out.float(), UNSHUFFLE)


def whole(path: Path) -> dict[str, Tensor]:
    """The weights of a pack's file in single precision."""
    return {k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()}


def save(value: object, path: Path) -> None:
    part = path.with_suffix(".part")
    torch.save(value, part)
    os.replace(part, path)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--minutes", type=float, default=120)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--batch", type=int, default=16)
    arguments.add_argument("--rate", type=float, default=5e-4)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--resume", action="store_true")
    arguments.add_argument("--start-from", type=Path, help="a pack folder whose weights to go on from")
    arguments.add_argument("--compile", action="store_true", help="a quarter faster, after two minutes")
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    artist = Artist(Atlas.load(args.out / "atlas.pt"))
    net = UNet2DModel(**CONFIG).to(memory_format=torch.channels_last)
    if args.start_from:
        net.load_state_dict(whole(args.start_from / "unet.safetensors"))
    ema = copy.deepcopy(net).requires_grad_(False)
    optimiser = torch.optim.AdamW(net.parameters(), lr=args.rate, betas=(0.9, 0.99), weight_decay=0.01)
    seen, step = 0, 0
    state_path = args.out / "unet_state.pt"
    if args.resume and state_path.exists():
        state = torch.load(state_path, weights_only=True)
        net.load_state_dict(state["net"])
        ema.load_state_dict(state["ema"])
        optimiser.load_state_dict(state["optimiser"])
        seen, step = state["seen"], state["step"]
        rng = np.random.default_rng([args.seed, step])
        torch.manual_seed(args.seed + step)
    log = (args.out / "unet.log").open("a")
    trained = torch.compile(net) if args.compile else net
    first_step, start, last_save, losses = step, time.monotonic(), time.monotonic(), []
    while (spent := (time.monotonic() - start) / 60 / args.minutes) < 1:
        for group in optimiser.param_groups:
            warm = min(1.0, (step - first_step + 1) / 200)
            group["lr"] = float(args.rate * warm * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * spent))))
        x0 = pictures(artist, rng, args.batch)
        t = torch.randint(0, T_MAX, (args.batch,))
        abar = ABAR[t][:, None, None, None]
        x_t = abar.sqrt() * x0 + (1 - abar).sqrt() * torch.randn_like(x0)
        diff = estimate(trained, x_t, t) - x0
        weight = (abar / (1 - abar)).sqrt().clamp(0.7, 3)
        loss = (weight * (diff.square() + 0.2 * diff.abs())).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        decay = min(0.9985, (step + 1) / (step + 20))
        with torch.no_grad():
            for a, b in zip(ema.parameters(), net.parameters(), strict=True):
                a.lerp_(b, 1 - decay)
        step, seen = step + 1, seen + args.batch
        losses.append((diff.square().mean((1, 2, 3)).detach(), t))
        if step % 50 == 0:
            mse = torch.cat([m for m, _ in losses])
            ts = torch.cat([t for _, t in losses])
            record = {"step": step, "seen": seen, "minutes": round((time.monotonic() - start) / 60, 2),
                      "mse": {f"{lo}": round(float(mse[(ts >= lo) & (ts < lo + 155)].mean()), 5)
                              for lo in range(0, 620, 155)}}
            print(json.dumps(record), file=log, flush=True)
            losses.clear()
        if time.monotonic() - last_save > 240:
            last_save = time.monotonic()
            snapshot(args.out, net, ema, optimiser, seen, step, artist)
    snapshot(args.out, net, ema, optimiser, seen, step, artist)


def snapshot(out: Path, net, ema, optimiser, seen: int, step: int, artist: Artist) -> None:
    save(ema.state_dict(), out / "unet.pt")
    save({"net": net.state_dict(), "ema": ema.state_dict(), "optimiser": optimiser.state_dict(),
          "seen": seen, "step": step}, out / "unet_state.pt")
    x0 = pictures(artist, np.random.default_rng(7), 12)
    generator = torch.Generator().manual_seed(7)
    rows = [x0]
    with torch.no_grad():
        for t in (100, 250, 400, 500):
            z = torch.randn(x0.shape, generator=generator)
            x_t = ABAR[t].sqrt() * x0 + (1 - ABAR[t]).sqrt() * z
            rows.append(estimate(ema, x_t, torch.full((len(x0),), t)).clamp(-1, 1))
    sheet = torch.cat([torch.cat(list(row), 2) for row in rows], 1)
    Image.fromarray(((sheet + 1) * 127.5).byte().permute(1, 2, 0).numpy()).save(out / "unet_sheet.png")


if __name__ == "__main__":
    main()
