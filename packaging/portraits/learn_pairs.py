"""Learn the deltas of painted attributes from pairs, and look at each on people that no training saw.

    python learn_pairs.py --photos FOLDER --split split.json --masks MASKS --unet RUN/unet.safetensors --out DELTAS \
        --attribute sunglasses --attribute beard

Writes DELTAS/name.safetensors (theta - theta0), DELTAS/name.json (from which t0 and in which blending it comes nearest
to the held-out people, how much of their change it explains) and DELTAS/name.png (rows: source, result put back,
painted). With --start-from OLD the deltas of
an earlier base are gone on from, which takes a third of the steps.
"""

from __future__ import annotations

import argparse
import json
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch
from networks import ABAR, DTYPE, FORMS, Form
from painted import pairs
from photos import Photos
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor
from train_unet import _tensor
from training_pictures import TrainingPictures

from rtedit_desktop.core.edits import Blending, EditSettings
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.best_application import best_application
from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.pairs import PairConfig, Pairs, fit_pairs
from rtedit_desktop.diffusion.preserve import keep_untouched

STEPS = 4


def denoiser(form: Form, weights: Path) -> Denoiser:
    net = form.network()
    net.load_state_dict(load_file(weights))
    net.eval()
    return Denoiser(net, ABAR, prediction="sample", pixel_unshuffle=form.unshuffle)


def decoded(net: Denoiser, x0: Tensor, t0: int, steps: int) -> Tensor:
    """decode(theta) of x0 (N, 3, H, W), encoded with the noise of seed 0."""
    x_t = sampling.encode(x0, net.abar(t0), torch.Generator().manual_seed(0))
    with torch.autocast("cpu", DTYPE, enabled=torch.float32 != DTYPE):
        *_, last = sampling.decode(net, x_t, t0, steps, skip_last=True)
    return last.x0.float()


@torch.no_grad()
def applied(
    net: Denoiser, base: BaseWeights, delta: dict[str, Tensor], x0: Tensor, t0: int, blending: Blending
) -> Tensor:
    """The edit put back into x0 (N, 3, H, W)."""
    base.restore()
    rebuilt = decoded(net, x0, t0, STEPS)
    base.apply(delta)
    edited = decoded(net, x0, t0, STEPS)
    base.restore()
    return keep_untouched(x0, edited, rebuilt, blending)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--photos", type=Path, required=True)
    arguments.add_argument("--split", type=Path, required=True)
    arguments.add_argument("--masks", type=Path, required=True)
    arguments.add_argument("--unet", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--form", choices=FORMS, default="256-grid32-wide")
    arguments.add_argument("--attribute", action="append", required=True)
    arguments.add_argument("--style", type=int, help="the same glasses, the same beard for everybody: which")
    arguments.add_argument("--count", type=int, default=500)
    arguments.add_argument("--iterations", type=int, default=220)
    arguments.add_argument("--rate", type=float, default=2e-4)
    arguments.add_argument("--start-from", type=Path)
    args = arguments.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    pictures, photos = TrainingPictures.load(args.photos, args.split), Photos(args.photos, args.masks)
    net = denoiser(FORMS[args.form], args.unet)
    base = BaseWeights(net.net)
    for name in args.attribute:
        start, slug = time.monotonic(), name.replace(" ", "-")
        taught, seen = (
            _pairs(name, photos, pictures, np.flatnonzero(chosen), count, seed, args.style)
            for chosen, count, seed in ((~pictures.held_out, args.count, 1), (pictures.held_out, 14, 2))
        )
        base.restore()
        if args.start_from and (old := args.start_from / f"{slug}.safetensors").exists():
            base.apply(load_file(old))
        config = PairConfig(iterations=args.iterations, rate=args.rate, check_every=40)
        autocast = partial(torch.autocast, "cpu", DTYPE, enabled=torch.float32 != DTYPE)
        explained = 0.0
        for step in fit_pairs(net, taught, seen, config, torch.Generator().manual_seed(0), autocast=autocast):
            if step.explained is not None:
                explained = max(explained, step.explained)  # the weights of the best check are kept
                print(
                    f"{name}: {step.number}/{step.of}, loss {step.loss:.4f}, explained {step.explained:.3f}", flush=True
                )
        delta = base.delta()
        save_file({k: v.contiguous() for k, v in delta.items()}, args.out / f"{slug}.safetensors")
        search = best_application(net, base, delta, seen, config.t_high, EditSettings(t0=250, steps=STEPS))
        while True:
            try:
                next(search)
            except StopIteration as end:
                t0, blending = end.value
                break
        result = applied(net, base, delta, seen.before, t0, blending)
        left = float((result - seen.after).square().mean() / (seen.before - seen.after).square().mean())
        record = {"name": name, "t0": t0, "blending": blending, "explained": explained, "left": left}
        record["pairs"] = len(taught.before)
        (args.out / f"{slug}.json").write_text(json.dumps(record))
        rows = [seen.before, result, seen.after]
        sheet = torch.cat([torch.cat(list(row[:14]), 2) for row in rows], 1)
        Image.fromarray(((sheet.clamp(-1, 1) + 1) * 127.5).byte().permute(1, 2, 0).numpy()).save(
            args.out / f"{slug}.png"
        )
        print(f"{json.dumps(record)} {time.monotonic() - start:.0f} s", flush=True)


def _pairs(
    name: str,
    photos: Photos,
    pictures: TrainingPictures,
    which: np.ndarray,
    count: int,
    seed: int,
    style: int | None,
) -> Pairs:
    rng = np.random.default_rng(seed)
    before, after, _ = pairs(name, photos, which, pictures.weights(which), count, rng, style)
    return Pairs(_tensor(before), _tensor(after), torch.ones(len(before), 1, *before.shape[1:3]))


if __name__ == "__main__":
    main()
