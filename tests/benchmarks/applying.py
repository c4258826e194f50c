"""How long a preset of Portraits takes on a photo when it is loaded, beside another checkout, in turns.

    python tests/benchmarks/applying.py --beside CHECKOUT [--photo FILE] [--presets tan …] [--rounds 7] [--threads 1]

Each checkout has a process of its own that holds a warm engine, and they apply the same preset one after the other. A
new seed is a picture that the engine did not see before ("new"), the same seed once more one that it knows ("again"),
as another preset or another strength finds it. Prints a Markdown table: medians of the seconds of the processor and of
the clock, their ratio in the same round (its median), and the largest difference of the pictures, in levels of 255.
Ratios mean something on a busy machine, where seconds mean little.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from rtedit_desktop.bench.machine import this_machine  # noqa: E402
from rtedit_desktop.engine.machine.devices import processor  # noqa: E402
from rtedit_desktop.support.paths import resources  # noqa: E402

_CHILD = """
import base64, json, sys, threading, time, zlib
from pathlib import Path
import torch
torch.set_num_threads(int(sys.argv[1]))
from rtedit_desktop.batch.seeing import looking_for, seen
from rtedit_desktop.core.edits import MixSpec, PresetUse
from rtedit_desktop.core.requests import ApplyRequest, WarmUpRequest
from rtedit_desktop.engine.machine.devices import processor
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog
catalog, service = Catalog.default(), FilePhotoService()
info = catalog.manifest("portraits").info
engine, photo = TorchEngine(catalog, processor()), service.open(Path(sys.argv[2]))
list(engine.run(WarmUpRequest(pack="portraits"), threading.Event()))
own, known = {edit.file.removesuffix(".rtpreset"): edit for edit in info.edits}, {}
print("{}", flush=True)
for line in sys.stdin:
    name, seed = json.loads(line)
    edit = own[name]
    spec = MixSpec(pack="portraits", uses=(PresetUse(info.folder / edit.file, 1.0, edit.blending),), seed=seed)
    look = looking_for(info, spec)
    if look.square not in known:
        known[look.square] = seen(service, photo, look).before
    request = ApplyRequest(spec=spec, picture=known[look.square])
    clock, used = time.perf_counter(), time.process_time()
    *_, last = engine.run(request, threading.Event())
    spent = {"clock": time.perf_counter() - clock, "processor": time.process_time() - used}
    picture = base64.b64encode(zlib.compress(last.picture.tobytes(), 1)).decode()
    print(json.dumps({**spent, "picture": picture}), flush=True)
"""


class Checkout:
    """Owns the process that applies presets by the code of a checkout."""

    def __init__(self, folder: Path, home: str, photo: Path, threads: int) -> None:
        environment = {**os.environ, "PYTHONPATH": str(folder), "RTEDIT_HOME": home, "OMP_NUM_THREADS": str(threads)}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(threads), str(photo)],
            cwd=home, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._answer()

    def apply(self, preset: str, seed: int) -> dict[str, Any]:
        """Seconds of the clock and of the processor, and the picture, (N,) uint8. Raises RuntimeError."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([preset, seed]) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        answer["picture"] = np.frombuffer(zlib.decompress(base64.b64decode(answer["picture"])), np.uint8)
        return answer

    def close(self) -> None:
        self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("A process ended; what it wrote stands above.")
        answer: dict[str, Any] = json.loads(line)
        return answer


def row(preset: str, kind: str, ours: Sequence[dict[str, Any]], theirs: Sequence[dict[str, Any]]) -> str:
    cells = []
    for what in ("processor", "clock"):
        pairs = [(own[what], other[what]) for own, other in zip(ours, theirs, strict=True)]
        own, other = (median(side) for side in zip(*pairs, strict=True))
        cells.append(f"{own:.2f} | {other:.2f} | {median(a / b for a, b in pairs):.2f}")
    most = max(
        int(np.abs(a["picture"].astype(np.int16) - b["picture"]).max()) for a, b in zip(ours, theirs, strict=True)
    )
    return f"| {preset} | {kind} | {' | '.join(cells)} | {most} |"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--beside", type=Path, metavar="CHECKOUT", required=True, help="another checkout, in turns")
    parser.add_argument("--photo", type=Path, default=resources() / "samples" / "portraits" / "astronaut.jpg")
    parser.add_argument("--presets", nargs="+", default=["sepia", "tan", "red-lipstick", "blond-hair"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as home:
        photo = args.photo.absolute()
        both = [Checkout(folder, home, photo, args.threads) for folder in (ROOT, args.beside.absolute())]
        lines = []
        try:
            for preset in args.presets:
                found: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
                    "new": ([], []),
                    "again": ([], []),
                }
                for number in range(args.rounds + 1):  # the first one reads the preset
                    for kind, seed in (("new", 1000 + number), ("again", 1000 + number)):
                        for side in (0, 1) if number % 2 else (1, 0):
                            answer = both[side].apply(preset, seed)
                            if number:
                                found[kind][side].append(answer)
                lines += [row(preset, kind, *answers) for kind, answers in found.items()]
                print(lines[-2], lines[-1], sep="\n", file=sys.stderr, flush=True)
        finally:
            for one in both:
                one.close()
    print(f"Machine: {this_machine(processor())}. {args.threads} of its threads, {args.rounds} rounds.\n")
    print("| preset | picture | processor, s | beside | ratio | clock, s | beside | ratio | differs by |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
