"""Train the Portraits U-Net: x0 from noised, pixel-unshuffled photographs.

    python train_unet.py --photos FOLDER --split split.json --out RUN [--painted MASKS [--edits]]

With --edits three in five pictures teach edits, as directions of the time embedding (directions.py), which come out as
RUN/edits.safetensors.

Where other programs need the machine too, a process for each core is faster than threads that wait for each other:

    for RANK in 0 1; do RANK=$RANK WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=29500 \
        taskset -c $RANK python train_unet.py ... --threads 1 & done

Each draws its part of every batch, and the gradients are averaged.

Writes RUN/unet.safetensors (EMA), RUN/unet_state.pt (to go on from), RUN/unet.log and a contact sheet every few
minutes, atomically, and goes on from RUN by itself. Progress is counted in pictures: the rate stays the same until
``--anneal`` is given, which lets it fall to nothing within so many pictures. SIGTERM saves and ends.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from directions import BIAS, EDITS, Directions, Lessons, colourless
from muon import Muon
from networks import FORMS, estimate, noised
from photos import Photos
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, distributed, nn
from training_pictures import TrainingPictures, Variation

from rtedit_desktop.packs.int8 import from_int8, to_int8

T_MAX = 560
T_EDITS = 40, 360
"""Where edits are taught: they are applied from 100 to 300, where the encoding keeps the person."""
SHARE_OF_PAIRS = 0.6

EDITS_FILE = "edits.safetensors"
Painted = Callable[[int, np.random.Generator], np.ndarray]


class Batch(NamedTuple):
    """Pictures before and after, (N, 3, side, side) in [-1, 1], and the shares of each edit between, (N, K)."""

    before: Tensor
    after: Tensor
    shares: Tensor | None


class Batches:
    """Draws training pictures: people by weight, each varied as cameras do, some with painted attributes.

    With ``lessons`` some of them come as pairs.
    """

    def __init__(
        self,
        photos: TrainingPictures,
        side: int,
        painted: Painted | None = None,
        share: float = 0.35,
        lessons: Lessons | None = None,
    ) -> None:
        self._photos, self._side, self._painted, self._share = photos, side, painted, share
        self._lessons = lessons
        self._which = np.flatnonzero(~photos.held_out)
        self._weights = photos.weights(self._which)

    def draw(self, rng: np.random.Generator, n: int) -> Batch:
        """n pictures to rebuild, some of them as pairs."""
        if self._lessons is None:
            same = self._pictures(rng, n)
            return Batch(same, same, None)
        pairs = round(SHARE_OF_PAIRS * n)
        same = self._pictures(rng, n - pairs)
        before, after, shares = [], [], []
        for _ in range(pairs):
            *pair, share, coloured = self._lessons.draw(rng)
            variation = Variation.draw(rng, self._side)
            variation = variation if coloured else colourless(variation)
            before.append(variation.apply(pair[0], self._side))
            after.append(variation.apply(pair[1], self._side))
            shares.append(torch.from_numpy(share))
        none = torch.zeros(len(same), len(shares[0]))
        return Batch(
            torch.cat([same, _tensor(np.stack(before))]),
            torch.cat([same, _tensor(np.stack(after))]),
            torch.cat([none, torch.stack(shares)]),
        )

    def _pictures(self, rng: np.random.Generator, n: int) -> Tensor:
        drawn = []
        for i in rng.choice(self._which, n, p=self._weights):
            picture = self._photos.pictures[i]
            if self._painted is not None and rng.random() < self._share:
                picture = self._painted(int(i), rng)
            drawn.append(Variation.draw(rng, self._side).apply(picture, self._side))
        return _tensor(np.stack(drawn))


def _tensor(pictures: np.ndarray) -> Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1


def held_out(photos: TrainingPictures, side: int, count: int) -> Tensor:
    """(count, 3, side, side): photographs of people that no training sees, as they are."""
    still = Variation(np.array([[1.0, 0, 0], [0, 1, 0]]), np.ones(3, np.float32), 1.0, 1.0, 0.0, 0.0, 0, 0)
    zoom = side / 256
    still.matrix[:] = [[zoom, 0, zoom / 2 - 0.5], [0, zoom, zoom / 2 - 0.5]]
    chosen = np.flatnonzero(photos.held_out)[:count]
    return _tensor(np.stack([still.apply(photos.pictures[i], side) for i in chosen]))


@torch.no_grad()
def psnr(net: nn.Module, x0: Tensor, t: int, unshuffle: int) -> float:
    """Mean over pictures of the PSNR in dB of the one-step estimate at t, seed 0."""
    generator = torch.Generator().manual_seed(t)
    found = []
    for part in x0.split(16):
        x_t = noised(part, torch.full((len(part),), t), generator)
        error = (estimate(net, x_t, torch.full((len(part),), t), unshuffle).clamp(-1, 1) - part) / 2
        found.append(-10 * error.square().mean((1, 2, 3)).log10())
    return float(torch.cat(found).mean())


class Group:
    """The processes of one training; one alone where the environment names no others."""

    def __init__(self) -> None:
        self.size, self.rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
        if self.size > 1:
            distributed.init_process_group("gloo")

    def average(self, tensors: list[Tensor], stopped: bool) -> bool:
        """The mean of the tensors over all processes, in place; whether any of these has been stopped."""
        if self.size == 1:
            return stopped
        flat = torch.cat([*(tensor.flatten() for tensor in tensors), torch.tensor([float(stopped)])])
        distributed.all_reduce(flat)
        *parts, stops = flat.split([*(tensor.numel() for tensor in tensors), 1])
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.copy_(part.view_as(tensor) / self.size)
        return bool(stops > 0)


class Run:
    """Owns a training: network, its average, the optimiser, and the folder they are kept in."""

    def __init__(self, out: Path, form: str, rate: float, optimiser: str, seed: int) -> None:
        self.out, self.form = out, FORMS[form]
        self.seed, self.rate, self.seen, self.step = seed, rate, 0, 0
        self.group, self.stopped, self.teaches = Group(), False, False
        torch.manual_seed(seed)
        self.net = self.form.network()
        self.ema = copy.deepcopy(self.net).requires_grad_(False)
        self.optimiser: torch.optim.Optimizer = (
            Muon(self.net.named_parameters(), rate=rate)
            if optimiser == "muon"
            else torch.optim.AdamW(self.net.parameters(), lr=rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
        )
        self.directions = Directions(self.net.get_parameter(BIAS).numel())
        self.directions.attach(self.net)
        self.directions_ema = self.directions.rows.detach().clone()
        self._directions_optimiser = torch.optim.Adam(self.directions.parameters(), 1e-2, betas=(0.9, 0.99))
        state_path = out / "unet_state.pt"
        if state_path.exists():
            state = torch.load(state_path, weights_only=True, mmap=True)
            self.net.load_state_dict(state["net"])
            self.ema.load_state_dict(state["ema"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.seen, self.step = state["seen"], state["step"]
        if (out / EDITS_FILE).exists():
            self.directions.load(out / EDITS_FILE)
            self.directions_ema.copy_(self.directions.rows.detach())

    def start_from(self, path: Path) -> None:
        """Take the weights of a pack's file, in half precision or at a byte a weight."""
        tensors = from_int8(load_file(path))
        self.net.load_state_dict(tensors)
        self.ema.load_state_dict(tensors)

    def learn(self, batch: Batch, rate: float, stopped: bool = False) -> tuple[Tensor, Tensor]:
        """One step; the squared error of each picture and its t. ``self.stopped`` where any process was."""
        x0 = batch.before
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group.get("scale", 1.0)
        t = torch.randint(0, T_MAX, (len(x0),))
        if batch.shares is not None:
            t = torch.where(batch.shares.any(1), torch.randint(*T_EDITS, (len(x0),)), t)
        weight = (1 + 300 / (t + 50)).sqrt()[:, None, None, None]
        if batch.shares is not None:  # a mouth is a fiftieth of the picture
            changed = ((batch.after - x0).abs().mean(1, keepdim=True) / 0.08).clamp(0, 1)
            weight = weight * (1 + 2 * changed)
        self.directions.use(batch.shares)
        self.teaches = self.teaches or batch.shares is not None
        diff = estimate(self.net, noised(x0, t), t, self.form.unshuffle) - batch.after
        self.directions.use(None)
        loss = (weight * (diff.square() + 0.1 * diff.abs())).mean()
        self.optimiser.zero_grad(set_to_none=True)
        self._directions_optimiser.zero_grad(set_to_none=True)
        loss.backward()
        parameters = [*self.net.parameters(), *self.directions.parameters()]
        self.stopped = self.group.average([p.grad for p in parameters if p.grad is not None], stopped)
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self._directions_optimiser.step()
        self.step, self.seen = self.step + 1, self.seen + len(x0) * self.group.size
        decay = min(0.9995, (self.step + 1) / (self.step + 20))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.ema.parameters()), list(self.net.parameters()), 1 - decay)
            self.directions_ema.lerp_(self.directions.rows, 1 - min(0.995, decay))
        return diff.detach().square().mean((1, 2, 3)), t

    def keep(self, sample: Tensor) -> dict[str, float]:
        """Write all to the folder, and a sheet of ``sample``; PSNR by t of the average."""
        tensors = {k: v.contiguous() for k, v in self.ema.state_dict().items()}
        _atomically(lambda path: save_file(tensors, path, {"seen": str(self.seen)}), self.out / "unet.safetensors")
        if self.teaches:
            rows = {name: row.clone() for name, row in zip(EDITS, self.directions_ema, strict=True)}
            _atomically(lambda path: save_file(rows, path), self.out / EDITS_FILE)
        state = {"net": self.net.state_dict(), "ema": self.ema.state_dict(), "optimiser": self.optimiser.state_dict()}
        state |= {"seen": self.seen, "step": self.step}
        _atomically(lambda path: torch.save(state, path), self.out / "unet_state.pt")
        (self.out / "config.json").write_text(json.dumps(self.form.config()))
        self._sheet(sample[:12])
        return {str(t): round(psnr(self.ema, sample, t, self.form.unshuffle), 2) for t in (100, 200, 300, 400, 500)}

    @torch.no_grad()
    def _sheet(self, x0: Tensor) -> None:
        rows = [x0]
        for t in (100, 200, 300, 400):
            times = torch.full((len(x0),), t)
            x_t = noised(x0, times, torch.Generator().manual_seed(7))
            rows.append(estimate(self.ema, x_t, times, self.form.unshuffle).clamp(-1, 1))
        sheet = torch.cat([torch.cat(list(row), 2) for row in rows], 1)
        Image.fromarray(((sheet + 1) * 127.5).byte().permute(1, 2, 0).numpy()).save(self.out / "unet_sheet.png")


def _atomically(write: Callable[[Path], object], path: Path) -> None:
    part = path.with_name(path.name + ".part")
    write(part)
    os.replace(part, path)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--photos", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--form", choices=FORMS, default="256-grid32-wide")
    arguments.add_argument("--pictures", type=int, default=10**9, help="how many to see in all")
    arguments.add_argument("--minutes", type=float, default=10**9, help="end after so many minutes of this start")
    arguments.add_argument("--anneal", type=int, default=0, help="the rate falls to 0 over the last so many")
    arguments.add_argument("--batch", type=int, default=32)
    arguments.add_argument("--rate", type=float, default=4e-4)
    arguments.add_argument("--optimiser", choices=("adamw", "muon"), default="muon")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--painted", type=Path, help="folder for the painters' masks: paint attributes on some")
    arguments.add_argument("--edits", action="store_true", help="teach edits beside; needs --painted")
    arguments.add_argument("--start-from", type=Path, help="unet.safetensors of a pack")
    arguments.add_argument("--seen", type=int, default=0, help="how many pictures the weights of --start-from saw")
    arguments.add_argument("--export", type=Path, help="write the average, a byte a weight, to this file, and end")
    args = arguments.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    photos = TrainingPictures.load(args.photos, args.split)
    run = Run(args.out, args.form, args.rate, args.optimiser, args.seed)
    if args.start_from and not run.seen:
        run.start_from(args.start_from)
        run.seen, run.step = args.seen, args.seen // args.batch
    if args.export:
        save_file(to_int8(run.ema.state_dict()), args.export, {"seen": str(run.seen), "form": args.form})
        return
    own = [args.seed, run.step] + ([run.group.rank] if run.group.rank else [])
    torch.manual_seed(sum(own))
    rng = np.random.default_rng(own)
    painted, lessons = None, None
    if args.painted:
        from painted import painter  # needs the masks, which take minutes the first time

        painted = painter(args.photos, args.painted)
        if args.edits:
            which = np.flatnonzero(~photos.held_out)
            lessons = Lessons(Photos(args.photos, args.painted), which, photos.weights(which))
    batches = Batches(photos, run.form.side, painted, 0.15 if lessons else 0.35, lessons)
    sample = held_out(photos, run.form.side, 64)
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    signal.signal(signal.SIGINT, lambda number, _: stopped.append(number))
    log = (args.out / "unet.log").open("a")
    first_of_all = run.group.rank == 0

    def note(record: dict[str, object]) -> None:
        if not first_of_all:
            return
        print(
            json.dumps({"seen": run.seen, "minutes": round((time.monotonic() - start) / 60, 2), **record}),
            file=log,
            flush=True,
        )

    start, last_save, losses = time.monotonic(), time.monotonic(), []
    first = run.step
    while run.seen < args.pictures and not run.stopped:
        left = 1 - (time.monotonic() - start) / 60 / args.minutes if args.minutes < 10**9 else 1.0
        fall = min(1.0, (args.pictures - run.seen) / args.anneal) if args.anneal else 1.0
        if args.anneal < 0:  # trials of equal time: the last quarter of the minutes
            fall = min(1.0, 4 * left)
        warm = min(1.0, (run.step - first + 1) / 100)
        over = bool(stopped) or time.monotonic() - start > 60 * args.minutes
        losses.append(run.learn(batches.draw(rng, args.batch // run.group.size), args.rate * warm * fall, over))
        if run.step % 25 == 0:
            mse, ts = (torch.cat(part) for part in zip(*losses, strict=True))
            note(
                {
                    "mse": {
                        str(lo): round(float(mse[(ts >= lo) & (ts < lo + 140)].mean()), 5)
                        for lo in range(0, T_MAX, 140)
                    }
                }
            )
            losses.clear()
        if time.monotonic() - last_save > 300 and first_of_all:
            note({"psnr": run.keep(sample)})
            last_save = time.monotonic()
    if first_of_all:
        note({"psnr": run.keep(sample), "ended": True})


if __name__ == "__main__":
    main()
