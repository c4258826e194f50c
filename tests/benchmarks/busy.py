"""How long an edit takes while other programs keep all cores busy, and what it costs on an idle machine.

    python tests/benchmarks/busy.py [--edits 3]

The same edits of a sample by the Avatars pack, each with a seed of its own, by processes of their own: as torch's
libraries wait by themselves, and as the app lets them wait; alone, and beside as many endless loops as there are cores.
Both ways in turns, twice. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from statistics import median

from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.engine.machine.devices import best_device

WAYS = ("as torch waits", "as the app lets it wait")
ROUNDS = 2

_EDITS = """
import json, sys, threading, time
if int(sys.argv[2]):
    from rtedit_desktop.support.threads import share_the_cores
    share_the_cores()
import numpy as np
from PIL import Image
from rtedit_desktop.support.paths import resources
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.requests import EditRequest, WarmUpRequest
from rtedit_desktop.engine.torch_engine import TorchEngine
from rtedit_desktop.packs.catalog import Catalog

catalog = Catalog([resources() / "packs"])
(pack,) = catalog.packs()
engine = TorchEngine(catalog)
picture = np.asarray(Image.open(min((resources() / "samples" / "avatars").iterdir())).convert("RGB"))
list(engine.run(WarmUpRequest(pack=pack.id), threading.Event()))
times = []
for seed in range(int(sys.argv[1])):
    prompt = "face with sunglasses"
    settings = pack.settings_for(prompt, seed=seed)
    spec = EditSpec(prompt=prompt, source=pack.source, pack=pack.id, settings=settings)
    request = EditRequest(spec=spec, picture=picture)
    began = time.perf_counter()
    for event in engine.run(request, threading.Event()):
        pass
    assert event.picture is not None, event
    times.append(time.perf_counter() - began)
print(json.dumps(times))
"""


def edits(count: int, way: int) -> list[float]:
    """How many seconds each took."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
    }
    with tempfile.TemporaryDirectory() as home:
        environment["RTEDIT_HOME"] = home
        command = [sys.executable, "-c", _EDITS, str(count), str(way)]
        return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


@contextlib.contextmanager
def busy(loops: int) -> Iterator[None]:
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(loops)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edits", type=int, default=3, help="by each process")
    args = parser.parse_args()
    cores = os.cpu_count() or 1
    print(f"| other programs | {' | '.join(WAYS)} | ratio |\n| --- | ---: | ---: | ---: |")
    for loops in (0, 1, cores):
        with busy(loops):
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(ROUNDS):
                for way, taken in enumerate(times):
                    taken += edits(args.edits, way)
        one, other = (median(taken) for taken in times)
        words = f"{loops} of {cores} cores busy" if loops else "none"
        print(f"| {words} | {one:.2f} s | {other:.2f} s | {one / other:.2f} |", flush=True)
    print(f"\nMedians of {ROUNDS * args.edits} edits, seeds 0 to {args.edits - 1}. {this_machine(best_device())}.")


if __name__ == "__main__":
    main()
