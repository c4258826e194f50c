"""How small a preset of the 114 M CelebA-HQ architecture is, and what that costs the picture.

    python tests/benchmarks/large_preset.py [--iterations 6] [--pictures 2]

No published weights can be had offline, so the net has random ones; the adaptation on it is a real one, guided by
the Avatars pack's CLIP at 256 px. Prints the file's size and the PSNR between pictures made with the whole and with
the small delta. Takes some minutes and about 6 GB.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.nets import large_pack
from support.nets.large_pack import SIZE

from rtedit_desktop.bench import prelearned, quality
from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.core.edits import EditSettings, EditSpec
from rtedit_desktop.core.requests import LearnRequest
from rtedit_desktop.diffusion import edit
from rtedit_desktop.diffusion.codec import compress, expand
from rtedit_desktop.diffusion.delta import Delta
from rtedit_desktop.diffusion.edit import Learned
from rtedit_desktop.diffusion.pictures import to_tensor
from rtedit_desktop.engine import models, presets
from rtedit_desktop.engine.machine.devices import best_device
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.stopping import Stop

MOST = 10 * 2**20
PROMPT = "smiling face"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    arguments.add_argument("--iterations", type=int, default=6)
    arguments.add_argument("--pictures", type=int, default=2)
    args = arguments.parse_args()
    device = best_device()
    print(f"Measured on {this_machine(device)}; random weights of seed 0.\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        pack = models.load_pack(large_pack.write(Path(folder)), device.device)
        pictures = quality.held_out()[0][: args.pictures]
        x0 = torch.cat([to_tensor(picture, SIZE) for picture in pictures]).to(device.device)
        settings = EditSettings(
            t0=350, iterations=args.iterations, learning_rate=2e-5, noise_draws=1, crops=1, source_image="clean",
            preserve=False,
        )  # fmt: skip
        start = time.perf_counter()
        delta, _ = prelearned._ours(pack, device, x0, PROMPT, settings)
        learning = time.perf_counter() - start
        start = time.perf_counter()
        with pack.base.borrowed():
            sensitivity = presets.sensitivity_of(delta, x0, settings, pack, Stop(threading.Event()))
        parts = compress(delta, presets.budget(pack), sensitivity)
        compressing = time.perf_counter() - start
        shapes = {name: tuple(p.shape) for name, p in pack.denoiser.net.named_parameters()}
        small = {name: expand(part, shapes[name]).to(device.device) for name, part in parts.items()}
        size = _size(Path(folder) / "large.rtpreset", pack, delta, x0, settings)
        ratios = [_psnr(pack, delta, small, row, settings) for row in x0.split(1)]
    ranks = [part.u.shape[1] for part in parts.values() if not isinstance(part, np.ndarray)]
    print("| what | measured | target |\n| --- | --- | --- |")
    print(f"| weights of the net | {sum(p.numel() for p in pack.denoiser.net.parameters()) / 1e6:.1f} M | |")
    print(f"| adaptation, {args.iterations} steps | {learning:.0f} s | |")
    print(f"| compression, {len(ranks)} layers of mean rank {np.mean(ranks):.1f} | {compressing:.0f} s | |")
    print(f"| file | {size / 2**20:.2f} MiB | ≤ 10 MiB: {'met' if size <= MOST else 'missed'} |")
    met = "met" if np.mean(ratios) >= 40 else "missed"
    print(f"| PSNR, whole against small delta | {np.mean(ratios):.1f} dB | ≥ 40 dB: {met} |")


def _size(path: Path, pack: LoadedPack, delta: Delta, x0: Tensor, settings: EditSettings) -> int:
    """Bytes of the file that the product itself writes of this delta."""
    x_t = edit.encode(pack, x0[:1], settings)
    learned = Learned(delta, x_t, 0.0, settings.iterations, {})
    spec = EditSpec(prompt=PROMPT, source="face", pack="large", settings=settings)
    request = LearnRequest(spec=spec, output=path)
    events = presets.make("bench", learned, x0[:1], len(x0), settings, pack, Stop(threading.Event()))
    with pack.base.borrowed():
        while True:
            try:
                next(events)
            except StopIteration as done:
                made = done.value
                break
    presets.write(request, spec, learned, made, len(x0), pack)
    return path.stat().st_size


def _psnr(pack: LoadedPack, whole: Delta, small: Delta, x0: Tensor, settings: EditSettings) -> float:
    results = []
    for delta in (whole, small):
        with pack.base.borrowed():
            results.append(prelearned._decoded(pack, delta, x0, settings, 0).astype(np.float64))
    error = float(np.square((results[0] - results[1]) / 255).mean())
    return 99.0 if error < 1e-10 else -10 * float(np.log10(error))


if __name__ == "__main__":
    main()
