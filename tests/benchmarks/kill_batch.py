"""Kill a batch (kill -9) at random moments, again and again, and go on with it each time.

    python tests/benchmarks/kill_batch.py [--kills 100] [--photos 60] [--seed 0]

Each process goes on with what the one before left, with an engine that needs no model and real photos, until it
is killed. When all photos are done a new folder begins. After every kill: no partial file is left among the results
under a name of its own, every result that is there opens, none that was there is gone or was written again, and
the batch is offered back as long as it is not done.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from PIL import Image  # noqa: E402
from support.batch_table import Table, end  # noqa: E402

from rtedit_desktop.batch.record import interrupted  # noqa: E402


def victim(folder: Path) -> None:
    """Go on, a few milliseconds a step, until killed."""
    table = Table(folder)
    table.watch = lambda job, step: time.sleep(0.003)
    print("ready", flush=True)
    print(end(table.run()).left, flush=True)


def results(table: Table) -> dict[str, tuple[int, int]]:
    """Every result with what tells whether it was written again; raises for one that does not open."""
    found = {}
    for path in sorted(table.out.glob("[!.]*")) if table.out.is_dir() else []:
        with Image.open(path) as picture:
            picture.load()
        status = path.stat()
        found[path.name] = (status.st_mtime_ns, status.st_ino)
    return found


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kills", type=int, default=100)
    arguments.add_argument("--photos", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("--victim", type=Path, help=argparse.SUPPRESS)
    args = arguments.parse_args()
    if args.victim:
        victim(args.victim)
        return 0
    chance = random.Random(args.seed)
    kills = batches = whole = offered = parts = 0
    while kills < args.kills:
        with tempfile.TemporaryDirectory(prefix="rtedit-kill-") as name:
            table = Table(Path(name))
            for number in range(args.photos):
                table.photo(f"{number:03d}.jpg", number, size=96)
            batches += 1
            before: dict[str, tuple[int, int]] = {}
            while len(before) < args.photos and kills < args.kills:
                command = [sys.executable, __file__, "--victim", name]
                process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
                assert process.stdout is not None
                process.stdout.readline()
                time.sleep(chance.uniform(0, 0.4))
                process.send_signal(signal.SIGKILL)
                process.communicate()
                killed = process.returncode == -signal.SIGKILL
                kills += killed
                now = results(table)
                changed = [one for one, stamp in before.items() if now.get(one) != stamp]
                assert not changed, f"lost or written again: {changed}"
                parts = max(parts, len(list(table.out.glob(".*"))) if table.out.is_dir() else 0)
                left = interrupted(table.home)
                if killed and left:
                    offered += 1
                    assert left[0].done <= len(now)
                assert left or not killed or len(now) in (0, args.photos), "not offered back"
                before = now
            last = end(table.run())
            assert last.failed == 0 and last.done + last.known == args.photos, last
            whole += len(results(table))
    print(f"{kills} kills of {batches} batches: {whole} results, none lost, damaged or written twice;")
    print(f"{offered} kills were offered back (the others came before the first or after the last photo)")
    print(f"at most {parts} hidden partial files at a time; they are swept a minute later")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    raise SystemExit(main())
