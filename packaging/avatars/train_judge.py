"""Train the classifier that judges edits; see ``rtedit_desktop.bench.judge``.

    python train_judge.py --out RUN --minutes 12 --threads 1

Writes RUN/judge.pt and RUN/judge.log with its accuracy on clean portraits of a held-out seed.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import attributes
import numpy as np
import torch
from render import Artist, Atlas
from torch.nn import functional
from train_unet import save

from rtedit_desktop.bench.judge import JudgeNet

VALUES = {name: list(values) for name, values in attributes.ATTRIBUTES.items()}


def batch(artist: Artist, rng: np.random.Generator, n: int, *, disturbed: bool):
    """Pictures (n, 3, 128, 128) in [-1, 1] and targets by attribute, -100 where it does not apply."""
    raws = [attributes.draw(rng) for _ in range(n)]
    truths = [attributes.settle(raw) for raw in raws]
    x = torch.from_numpy(np.stack([artist.draw(raw, int(rng.integers(2**31))) for raw in raws]))
    x = x.permute(0, 3, 1, 2) * 2 - 1
    if disturbed:
        u = rng.random()
        if u < 0.35:  # soft, as decodes are
            small = int(rng.integers(40, 100))
            soft = functional.interpolate(x, size=small, mode="area")
            x = functional.interpolate(soft, size=x.shape[-1], mode="bicubic")
        if rng.random() < 0.5:
            x = x + torch.randn_like(x) * float(rng.uniform(0, 0.1))
        top, left = (int(v) for v in rng.integers(0, 9, 2))
        size = x.shape[-1]
        x = functional.pad(x, [4] * 4, mode="replicate")[..., top : top + size, left : left + size]
    targets = {name: torch.tensor([values.index(t[name]) if t[name] else -100 for t in truths])
               for name, values in VALUES.items()}
    return x.contiguous(memory_format=torch.channels_last), targets


def accuracy(net: JudgeNet, artist: Artist, n: int) -> dict[str, float]:
    net.eval()
    rng = np.random.default_rng(10**6 + 1)
    hits: dict[str, list[bool]] = {name: [] for name in VALUES}
    with torch.no_grad():
        for _ in range(n // 50):
            x, targets = batch(artist, rng, 50, disturbed=False)
            for name, logits in net(x).items():
                shown = targets[name] >= 0
                hits[name] += (logits.argmax(1) == targets[name])[shown].tolist()
    net.train()
    return {name: round(float(np.mean(h)), 3) for name, h in hits.items()}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--minutes", type=float, default=12)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=3)
    arguments.add_argument("--resume", action="store_true", help="go on from the weights in RUN")
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    artist = Artist(Atlas.load(args.out / "atlas.pt"))
    net = JudgeNet(VALUES).to(memory_format=torch.channels_last)
    if args.resume:
        net.load_state_dict(torch.load(args.out / "judge.pt", weights_only=True))
        rng = np.random.default_rng([args.seed, 1])
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.02)
    start, step = time.monotonic(), 0
    log = (args.out / "judge.log").open("a")
    while (spent := (time.monotonic() - start) / 60 / args.minutes) < 1:
        for group in optimiser.param_groups:
            group["lr"] = float(2e-3 * min(1, (step + 1) / 50) * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * spent))))
        x, targets = batch(artist, rng, 48, disturbed=True)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(x)
        loss = torch.stack([functional.cross_entropy(logits[k].float(), targets[k], ignore_index=-100)
                            for k in VALUES]).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % 100 == 0:
            record = {"step": step, "seen": step * 48, "minutes": round((time.monotonic() - start) / 60, 2),
                      "loss": round(float(loss.detach()), 4)}
            if step % 500 == 0:
                record["accuracy"] = accuracy(net, artist, 200)  # type: ignore[assignment]
                save(net.state_dict(), args.out / "judge.pt")
            print(json.dumps(record), file=log, flush=True)
    save(net.state_dict(), args.out / "judge.pt")
    print(json.dumps({"seen": step * 48, "final": accuracy(net, artist, 1000)}), file=log, flush=True)


if __name__ == "__main__":
    main()
