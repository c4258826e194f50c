"""How long official checkpoints take to import, how much memory that needs, and that the nets stay the same.

    python tests/benchmarks/import_checkpoints.py [--only celebahq-256] [--legacy] [--half]

Random weights of the full architectures are written to a temporary folder. Each import runs in a process of its
own, whose time from start to end and peak resident memory are taken, libraries included; then one forward pass
of the reference net is compared with the imported one at a quarter of the resolution. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.nets.reference_nets import ADM, DDPM, seeded

from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.schedule import alphas_cumprod
from rtedit_desktop.engine.machine.devices import best_device
from rtedit_desktop.engine.models import build_unet
from rtedit_desktop.packs import store
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import UNET_FILE

NETS: dict[str, tuple[str, Callable[[], nn.Module]]] = {
    "celebahq-256": ("celeba_hq.ckpt", lambda: DDPM(128, (1, 1, 2, 2, 4, 4), 2, (4,))),
    "afhq-dog-256": ("afhq_dog_4m.pt", lambda: ADM(128, (1, 1, 2, 2, 4, 4), 1, (4,))),
    "imagenet-512": (
        "512x512_diffusion.pt",
        lambda: ADM(256, (0.5, 1, 1, 2, 2, 4, 4), 2, (4, 5, 6), classes=1000),
    ),
}
USUAL = ("celebahq-256", "afhq-dog-256")
MOST_SECONDS, MOST_TIMES_FILE, MOST_DIFFERENCE = 15.0, 3.0, 1e-4
SIZE, TIME = 64, 350.0

_CHILD = """
import json, resource, sys
from pathlib import Path
from rtedit_desktop.packs.convert.conversion import convert
for _ in convert(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]):
    pass
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
if sys.platform == "linux":  # there ru_maxrss begins with what the parent had when it started this process
    status = Path("/proc/self/status").read_text()
    peak = 1024 * int(status.partition("VmHWM:")[2].split()[0])
print(json.dumps(peak))
"""


def answer(net: Callable[[Tensor, Tensor], Tensor], seed: int = 1) -> Tensor:
    """The noise that a net sees in a random picture, (1, 3, 64, 64)."""
    x = torch.randn(1, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        return net(x, torch.full((1,), TIME))[:, :3]


def imported(manifest: Manifest) -> Tensor:
    """The same from the pack."""
    unet = build_unet(manifest)
    unet.load_state_dict(store.load_tensors(manifest, UNET_FILE), strict=True)
    view = Denoiser(unet.eval(), alphas_cumprod(), learned_variance=manifest.learned_variance)
    return answer(lambda x, t: view(x, int(t[0])).eps)


def measure(id: str, folder: Path, *, legacy: bool, half: bool) -> list[str]:
    """One row of the table; the checkpoint and the pack are gone after it."""
    name, make = NETS[id]
    path, pack = folder / name, folder / id
    net = seeded(make())
    if half:
        net.half()
    count = sum(p.numel() for p in net.parameters())
    torch.save(net.state_dict(), path, _use_new_zipfile_serialization=not legacy)
    expected = answer(net.float())
    del net
    gc.collect()
    os.sync()  # or the import would wait for this file to reach the disk
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path), str(pack), id], check=True, capture_output=True, text=True
    )
    seconds = time.perf_counter() - began
    peak = json.loads(done.stdout)
    size = path.stat().st_size
    path.unlink()
    times = peak / size
    difference = float((imported(manifests.read(pack)) - expected).abs().max())
    store.remove(pack)
    good = seconds < MOST_SECONDS and times < MOST_TIMES_FILE and difference < MOST_DIFFERENCE
    return [
        name, f"{count / 1e6:.1f} M", f"{size / 1e6:.0f} MB", f"{seconds:.1f} s", f"{peak / 1e6:.0f} MB",
        f"{times:.2f} ×", f"{difference:.1e} of {float(expected.std()):.2f}", "yes" if good else "no",
    ]  # fmt: skip


def main() -> int:
    """0 when every import keeps within the limits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=NETS, help="one of the nets (default: the two at 256 px)")
    parser.add_argument("--legacy", action="store_true", help="write the files as torch before 1.6 did")
    parser.add_argument("--half", action="store_true", help="write the weights as float16")
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for id in args.only or USUAL:
            rows.append(measure(id, Path(folder), legacy=args.legacy, half=args.half))
    titles = ("file", "parameters", "size", "import", "peak memory", "of the file", "difference", "within limits")
    print(f"| {' | '.join(titles)} |\n|{' --- |' * len(titles)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print(f"\nLimits: {MOST_SECONDS:.0f} s, {MOST_TIMES_FILE:.0f} × the file, {MOST_DIFFERENCE:g}.")
    print(f"{this_machine(best_device())}.")
    return 0 if all(row[-1] == "yes" for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
