"""A batch on a Ray cluster of this computer: a machine that is killed, what workers bring, what a photo costs.

    python tests/benchmarks/ray_batch.py kill [--photos 200] [--pack portraits, avatars or tiny] [--preset PATH]
    python tests/benchmarks/ray_batch.py throughput [--photos 40] [--workers 1 2 4] [--pack portraits] [--preset PATH]
    python tests/benchmarks/ray_batch.py waiting [--photos 60] [--workers 1 2 4]
    python tests/benchmarks/ray_batch.py cost [--photos 100] [--size 2000]

``kill``: two machines, of which one is killed when a third of the photos is done; then every photo has one result that
opens, and the record has each once; the pack ``tiny`` has random weights and edits in milliseconds. ``throughput``:
the real engine on photos of 256 px, by ``rtedit batch`` alone and with so many workers, each with one thread: photos a
second and seconds of the processor for a photo, all processes together, from the first results, when the models are
loaded, to the last. ``waiting``: photos a second with an engine that only waits for 0.4 s, which tells what sharing out
costs where the processor is not what is short.
``cost``: what a photo takes beside the edit, by an engine that needs no time: with Ray and without it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402
from support.batch_table import INFO, Table, end  # noqa: E402
from support.cluster_engines import brightening, slow  # noqa: E402
from support.command_line import CommandHarness  # noqa: E402
from support.nets import tiny_pack  # noqa: E402
from support.ray_machines import RayMachines  # noqa: E402

from rtedit_desktop.batch.events import BatchEvent, PhotoEnded  # noqa: E402
from rtedit_desktop.batch.running import run  # noqa: E402
from rtedit_desktop.cli import main as rtedit  # noqa: E402
from rtedit_desktop.cluster.ray_engine import RayEngine  # noqa: E402
from rtedit_desktop.cluster.workers import RayWorkers  # noqa: E402
from rtedit_desktop.core.preset import PresetLibrary  # noqa: E402
from rtedit_desktop.packs.catalog import Catalog  # noqa: E402
from rtedit_desktop.support.paths import resources  # noqa: E402


def _photos(folder: Path, pack: str, count: int, size: int) -> Path:
    """Samples of the pack, shifted so that no two are the same."""
    own = resources() / "samples" / ("portraits" if pack == "portraits" else "avatars")
    samples = sorted(path for path in own.iterdir() if path.suffix in (".png", ".jpg"))
    folder.mkdir()
    for number in range(count):
        with Image.open(samples[number % len(samples)]) as sample:
            picture = sample.convert("RGB").resize((size, size))
        shifted = np.roll(np.asarray(picture), number // len(samples), axis=1)
        Image.fromarray(shifted).save(folder / f"{number:04}.jpg", quality=92)
    return folder


def _results(out: Path) -> list[Path]:
    return sorted(out.glob("[!.]*")) if out.is_dir() else []


def _written(home: Path) -> Counter[str]:
    """How often the record says of a result that it was written."""
    (record,) = (home / "data" / "batches").glob("*.jsonl")
    lines = [json.loads(line) for line in record.read_text().splitlines() if line.strip()]
    return Counter(line["made"]["output"] for line in lines if "made" in line and line["made"]["stamp"])


def _tiny(folder: Path) -> tuple[Catalog, PresetLibrary]:
    """A real model with random weights that edits in milliseconds, and a preset of it, “smiling face”."""
    (folder / "tiny").mkdir()
    harness = CommandHarness(tiny_pack.write(folder / "packs" / "tiny").info.folder, folder / "tiny")
    harness.learn()
    return harness.catalog, harness.library


def kill(folder: Path, photos: int, pack: str, preset: str) -> None:
    catalog, library = None, None
    if pack == "tiny":
        (catalog, library), preset = _tiny(folder), "smiling face"
    machines = RayMachines(folder / "workers")
    machines.start(2)
    source, out = _photos(folder / "photos", pack, photos, 256), folder / "out"
    killed: list[int] = []

    def watch() -> None:
        while len(_results(out)) < photos // 3:
            time.sleep(0.1)
        killed.append(len(_results(out)))
        machines.kill_one()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    began = time.monotonic()
    command = ["batch", str(source), "--preset", preset, "--pack", pack, "-o", str(out), "--ray", machines.address]
    code = rtedit(command, catalog=catalog, library=library)
    spent = time.monotonic() - began
    watcher.join()
    machines.close()
    results = _results(out)
    for path in results:
        with Image.open(path) as picture:
            picture.load()
    written = _written(Path(os.environ["RTEDIT_HOME"]))
    assert code == 0 and len(results) == photos, (code, len(results))
    assert set(written.values()) == {1} and len(written) == photos, written.most_common(3)
    print(f"{photos} photos in {spent:.0f} s, a machine killed after {killed[0]}: none lost, none made twice")


def throughput(folder: Path, photos: int, workers: list[int], pack: str, preset: str) -> None:
    source = _photos(folder / "photos", pack, photos, 256)
    command = ["batch", str(source), "--preset", preset, "--pack", pack, "--quiet"]
    print("| | photos a second | of alone | processor, s a photo | of alone |\n| --- | ---: | ---: | ---: | ---: |")
    alone = _Pace(folder / "alone", 1)
    program = [sys.executable, "-c", "import sys; from rtedit_desktop.start import rtedit; sys.exit(rtedit())"]
    subprocess.run([*program, *command, "-o", str(alone.out)], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    rate, cost = alone.ended()
    print(f"| `rtedit batch` | {rate:.2f} | | {cost:.2f} | |", flush=True)
    machines = RayMachines(folder / "workers")
    for count in workers:
        machines.start(count)
        pace = _Pace(folder / f"out {count}", count)
        assert rtedit([*command, "-o", str(pace.out), "--ray", machines.address]) == 0
        found = pace.ended()
        shares = f"{found[0]:.2f} | {found[0] / rate:.0%} | {found[1]:.2f} | {found[1] / cost:.0%}"
        print(f"| Ray, {count} worker{'s' if count > 1 else ''} | {shares} |", flush=True)
    machines.close()


class _Pace:
    """How fast results come to a folder, and what of the processor they take, after the first ``skipped``."""

    def __init__(self, out: Path, skipped: int) -> None:
        self.out, self._skipped = out, skipped
        self._began: list[float] = []
        threading.Thread(target=self._watch, daemon=True).start()

    def ended(self) -> tuple[float, float]:
        """Photos a second, seconds of the processor for a photo."""
        spent = _processor_s() - self._began[0]
        times = sorted(path.stat().st_mtime for path in _results(self.out))[self._skipped - 1 :]
        return (len(times) - 1) / (times[-1] - times[0]), spent / (len(times) - 1)

    def _watch(self) -> None:
        while len(_results(self.out)) < self._skipped:
            time.sleep(0.02)
        self._began.append(_processor_s())


def _processor_s() -> float:
    """What this process, those that it started and those that ended among them have used. Linux."""
    parents: dict[int, list[int]] = {}
    ticks: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        number = int(folder.name)
        parents.setdefault(int(fields[1]), []).append(number)
        ticks[number] = sum(map(int, fields[11:15]))
    own, total = [os.getpid()], 0
    while own:
        number = own.pop()
        total += ticks.get(number, 0)
        own += parents.get(number, [])
    return total / os.sysconf("SC_CLK_TCK")


def waiting(folder: Path, photos: int, workers: list[int]) -> None:
    machines = RayMachines(folder / "workers")
    table = Table(folder)
    for number in range(photos):
        table.photo(f"{number:04}.jpg", number, 256)
    print("| workers | photos a second | of what could be |\n| ---: | ---: | ---: |")
    for count in workers:
        machines.start(count)
        workers_there = RayWorkers(machines.address, [], lambda text: None, make=slow)
        at_once = workers_there.count() + min(count, os.cpu_count() or 1)
        given = (table.batch(), [INFO], RayEngine(workers_there), table.photo_service, table.record, table.control)
        ends = [time.monotonic() for event in run(*given, at_once=at_once) if isinstance(event, PhotoEnded)]
        workers_there.close()
        ends = ends[photos // 4 :]  # all workers are there by then
        rate = (len(ends) - 1) / (ends[-1] - ends[0])
        print(f"| {count} | {rate:.2f} | {rate * 0.4 / count:.0%} |", flush=True)
        for path in _results(table.out):
            path.unlink()
    machines.close()


def cost(folder: Path, photos: int, size: int) -> None:
    machines = RayMachines(folder / "workers")
    machines.start(1)
    table = Table(folder)
    for number in range(photos):
        table.photo(f"{number:04}.jpg", number, size)

    def timed(events: Iterator[BatchEvent]) -> float:
        ends, every = [], []
        for event in events:
            every.append(event)
            if isinstance(event, PhotoEnded):
                ends.append(time.monotonic())
        assert end(every).done == photos, end(every)
        return (ends[-1] - ends[0]) / (photos - 1)

    workers = RayWorkers(machines.address, [], print, make=brightening)
    workers.count()
    given = (table.batch(), [INFO], RayEngine(workers), table.photo_service, table.record, table.control)
    by_ray = timed(run(*given))
    workers.close()
    machines.close()
    for path in _results(table.out):
        path.unlink()
    alone = timed(table.events(table.batch()))
    print(f"{photos} photos of {size} x {size + 4}: {1000 * by_ray:.0f} ms each with Ray, {1000 * alone:.0f} without")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kill", "throughput", "waiting", "cost"))
    parser.add_argument("--photos", type=int)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--pack", default="portraits", choices=("portraits", "avatars", "tiny"))
    parser.add_argument("--preset", help="default: one of the pack")
    parser.add_argument("--size", type=int, default=2000)
    args = parser.parse_args()
    own = "packs/portraits/film" if args.pack == "portraits" else "presets/sunglasses"
    preset = args.preset or str(resources() / f"{own}.rtpreset")
    with tempfile.TemporaryDirectory(prefix="rtedit-ray-") as name:
        folder = Path(name)
        os.environ["RTEDIT_HOME"] = str(folder / "home")
        if args.what == "kill":
            kill(folder, args.photos or 200, args.pack, preset)
        elif args.what == "throughput":
            throughput(folder, args.photos or 40, args.workers, args.pack, preset)
        elif args.what == "waiting":
            waiting(folder, args.photos or 60, args.workers)
        else:
            cost(folder, args.photos or 100, args.size)


if __name__ == "__main__":
    main()
