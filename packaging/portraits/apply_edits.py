"""Find how each edit of a training run is applied best to people that no training saw, and draw its sheet.

    python apply_edits.py --photos FOLDER --split split.json --masks MASKS --run RUN --out DELTAS [--edit sepia]

Writes DELTAS/name.safetensors (what the edit changes of the weights), DELTAS/name.json (from which t0, in how many
steps and in which blending it comes nearest to the painted people, how much of the change is then left) and
DELTAS/name.png (rows: source, result put back, painted). ``build_pack.py --deltas`` makes presets of them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from attribute import OPAQUE, TONAL, WHOLE
from directions import BIAS, EDITS, paint_edit
from hair_without_skin import remove_skin
from networks import ABAR, DTYPE, FORMS, Form
from photos import Photos
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor
from train_unet import EDITS_FILE, _tensor
from training_pictures import TrainingPictures

from rtedit_desktop.core.edits import Blending, EditSettings
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.pairs.best_application import Application, best_application
from rtedit_desktop.diffusion.pairs.pairs import Pairs
from rtedit_desktop.diffusion.preserve import keep_untouched
from rtedit_desktop.packs.int8 import from_int8

STEPS = 4
SHOWN = 14
T_HIGH = 300
BLENDINGS: dict[str, Blending] = {TONAL: "tonal", WHOLE: "whole", OPAQUE: "opaque"}


def denoiser(form: Form, weights: Path) -> Denoiser:
    net = form.network()
    net.load_state_dict(from_int8(load_file(weights)))
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
    net: Denoiser, base: BaseWeights, delta: dict[str, Tensor], x0: Tensor, way: Application, strength: float = 1.0
) -> Tensor:
    """The edit put back into x0 (N, 3, H, W)."""
    base.restore()
    rebuilt = decoded(net, x0, way.t0, way.steps)
    base.apply(delta, strength)
    edited = decoded(net, x0, way.t0, way.steps)
    base.restore()
    return keep_untouched(x0, edited, rebuilt, way.blending)


def keep(
    net: Denoiser,
    base: BaseWeights,
    delta: dict[str, Tensor],
    seen: Pairs,
    stem: Path,
    record: dict[str, object],
    t_high: int = T_HIGH,
    steps: int = STEPS,
    blending: Blending | None = None,
) -> dict[str, object]:
    """Write the delta, how it is applied best below ``t_high``, and its sheet, beside ``stem``; the record of it.

    A ``blending`` that is given is not searched for.
    """
    with torch.no_grad():
        search = best_application(net, base, delta, seen, t_high, EditSettings(t0=100, steps=steps))
        while True:
            try:
                next(search)
            except StopIteration as end:
                way: Application = end.value
                way = way._replace(blending=blending or way.blending)
                break
        result = applied(net, base, delta, seen.before, way)
    changed = (seen.after - seen.before).abs().mean(1, keepdim=True) > 0.01
    left = (result - seen.after).square().mean() / (seen.before - seen.after).square().mean()
    record = {**record, **way._asdict(), "left": round(float(left), 3)}
    outside = ~changed.expand_as(result)
    if outside.any():
        record["outside"] = round(float((result - seen.before).abs()[outside].mean()) * 127.5, 3)
    save_file({key: value.contiguous() for key, value in delta.items()}, stem.with_suffix(".safetensors"))
    stem.with_suffix(".json").write_text(json.dumps(record))
    rows = [seen.before, result, seen.after]
    sheet = torch.cat([torch.cat(list(row[:SHOWN]), 2) for row in rows], 1)
    pixels = ((sheet.clamp(-1, 1) + 1) * 127.5).byte().permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(stem.with_suffix(".png"))
    return record


def painted_pairs(name: str, photos: Photos, which: np.ndarray, count: int, seed: int) -> Pairs:
    """Up to ``count`` pairs of the photographs ``which``, with an edit in the style that it is taught in.

    Hair is dyed where it is told from skin for certain: a net that is shown yellow foreheads learns them.
    """
    rng = np.random.default_rng(seed)
    before, after = [], []
    for index in rng.permutation(which):
        if len(before) == count:
            break
        if not photos.mask_path(int(index)).exists():
            continue
        face = photos[int(index)]
        if name.endswith(" hair") and not remove_skin(face):
            continue
        painted = paint_edit(name, face, rng)
        if painted is not None:
            before.append(face.picture)
            after.append(painted)
    pair = _tensor(np.stack(before)), _tensor(np.stack(after))
    return Pairs(*pair, torch.ones_like(pair[0][:, :1]))


def arguments_of(description: str, weights: str) -> argparse.ArgumentParser:
    """What every script that makes deltas is given; ``weights`` is the option of the net's file or run."""
    arguments = argparse.ArgumentParser(description=description.splitlines()[0])
    for name in ("--photos", "--split", "--masks", weights, "--out"):
        arguments.add_argument(name, type=Path, required=True)
    arguments.add_argument("--form", choices=FORMS, default="256-grid32-wide")
    return arguments


def begun(args: argparse.Namespace) -> tuple[TrainingPictures, Photos]:
    """The photographs that a script was given, its threads set and its folder made."""
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    return TrainingPictures.load(args.photos, args.split), Photos(args.photos, args.masks)


def main() -> None:
    arguments = arguments_of(__doc__, "--run")
    arguments.add_argument("--edit", action="append", choices=list(EDITS), help="these alone")
    arguments.add_argument("--count", type=int, default=SHOWN, help="held-out people")
    args = arguments.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    pictures, photos = TrainingPictures.load(args.photos, args.split), Photos(args.photos, args.masks)
    net = denoiser(FORMS[args.form], args.run / "unet.safetensors")
    base, rows = BaseWeights(net.net), load_file(args.run / EDITS_FILE)
    taught = int((~pictures.held_out).sum())  # any of them may have been painted
    for name in args.edit or EDITS:
        seen = painted_pairs(name, photos, np.flatnonzero(pictures.held_out), args.count, seed=2)
        stem = args.out / name.replace(" ", "-")
        print(json.dumps(keep(net, base, {BIAS: rows[name]}, seen, stem, {"name": name, "pairs": taught})), flush=True)


if __name__ == "__main__":
    main()
