"""Learn the deltas of painted attributes from pairs, and look at each on people that no training saw.

    python learn_pairs.py --photos FOLDER --split split.json --masks MASKS --unet RUN/unet.safetensors --out DELTAS \
        --attribute sunglasses --attribute beard

Writes what apply_edits.py writes. With --start-from OLD the deltas of an earlier base are gone on from, which takes a
third of the steps.
"""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch
from apply_edits import arguments_of, denoiser, keep
from attribute import OPAQUE
from networks import DTYPE, FORMS
from paint import TABLE
from painted import pairs
from photos import Photos
from safetensors.torch import load_file
from train_unet import _tensor
from training_pictures import TrainingPictures

from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.pairs.fitting import PairConfig, fit_pairs
from rtedit_desktop.diffusion.pairs.pairs import Pairs


def main() -> None:
    arguments = arguments_of(__doc__, "--unet")
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
    teacher = denoiser(FORMS[args.form], args.unet)
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
        config = PairConfig(
            iterations=args.iterations, rate=args.rate, check_every=40, covers=TABLE[name].kind == OPAQUE
        )
        autocast = partial(torch.autocast, "cpu", DTYPE, enabled=torch.float32 != DTYPE)
        explained = 0.0
        generator = torch.Generator().manual_seed(0)
        for step in fit_pairs(net, taught, seen, config, generator, autocast=autocast, teacher=teacher):
            if step.explained is not None:
                explained = max(explained, step.explained)  # the weights of the best check are kept
                print(
                    f"{name}: {step.number}/{step.of}, loss {step.loss:.4f}, explained {step.explained:.3f}", flush=True
                )
        delta = base.delta()
        record = {"name": name, "explained": explained, "pairs": len(taught.before)}
        record = keep(net, base, delta, seen, args.out / slug, record)
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
