"""How long it takes from the start of a command to its picture, and how much memory that needs.

    python tests/benchmarks/start.py [--beside CHECKOUT] [--preset FILE] [--runs 5] [--window]

``rtedit apply`` with a preset on a photo of 1024 x 1024 pixels, ``rtedit batch`` of that photo alone, and a process
that imports torch and nothing else, each run a process of its own. With --beside the same is done by another checkout,
in turns. With --window also a real window (the platform of QT_QPA_PLATFORM, else the display): from when it is shown
until its model is loaded, the half second that it waits for its first paints among it. What comes first is not counted:
it writes Python's byte code. Prints a Markdown table of medians; of the modules those that the command left loaded. Not
for Windows, which does not tell what a child took.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from PIL import Image

from rtedit_desktop.bench.machine import this_machine
from rtedit_desktop.engine.machine.devices import best_device
from rtedit_desktop.support.paths import resources

ROOT = Path(__file__).resolve().parents[2]
SIZE = 1024
_COMMAND = "import sys; from rtedit_desktop.start import rtedit; sys.exit(rtedit())"
_MODULES = "import sys; from rtedit_desktop.cli import main; code = main(); print(len(sys.modules)); sys.exit(code)"


@dataclass(frozen=True)
class Run:
    """What a process took: seconds of the processor and of the clock, and bytes at most."""

    processor: float
    clock: float
    memory: int


def start(code: str, arguments: Sequence[str], checkout: Path, home: Path) -> tuple[Run, str]:
    """Run Python code of a checkout to its end; what it printed too. Raises RuntimeError where it fails."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "RTEDIT_HOME": str(home)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], cwd=home, env=environment, stdout=printed, stderr=printed
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        text = printed.read()
    if process.returncode:
        raise RuntimeError(f"ended with {process.returncode}: {text}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss * unit), text


def window(checkout: Path, pack: str) -> Run:
    """From when a window is shown until its model is loaded; all that its process took at most. Raises RuntimeError."""
    paths = os.pathsep.join((str(checkout), str(ROOT / "tests")))
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "PYTHONPATH": paths, "RTEDIT_HOME": home}
        command = [sys.executable, str(ROOT / "tests/benchmarks/window.py"), "--edits", "0", "--pack", pack]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    found = re.search(r"ready ([\d.]+) s after that, ([\d.]+) s of the processor, (\d+) MiB", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return Run(float(found[2]), float(found[1]), int(found[3]) * 2**20)


def row(name: str, runs: Sequence[Run], modules: str) -> str:
    """Medians, as a row of the table; of the memory the most."""
    numbers = (median(run.processor for run in runs), median(run.clock for run in runs))
    peak = max(run.memory for run in runs) / 2**20
    return f"| {name} | {numbers[0]:.2f} s | {numbers[1]:.2f} s | {peak:.0f} MiB | {modules} |"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--beside", type=Path, metavar="CHECKOUT", help="another checkout, measured in turns")
    parser.add_argument("--preset", type=Path, default=resources() / "packs" / "portraits" / "sepia.rtpreset")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--window", action="store_true", help="measure a window too")
    args = parser.parse_args(argv)
    checkouts = {"this checkout": ROOT, **({"the other": args.beside.absolute()} if args.beside else {})}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        photo = min((resources() / "samples" / "portraits").glob("*.jpg"))
        Image.open(photo).convert("RGB").resize((SIZE, SIZE)).save(home / "photo.png")
        apply = ["apply", "photo.png", "--preset", str(args.preset.absolute()), "-o", "out.png", "--quiet"]
        apply.append("--overwrite")
        modules = {name: start(_MODULES, apply, checkout, home)[1].split()[-1] for name, checkout in checkouts.items()}
        runs: dict[str, list[Run]] = {}
        for number in range(args.runs):
            for name, checkout in checkouts.items():
                batch = ["batch", "photo.png", *apply[2:4], "-o", f"{name} {number}", "--quiet"]
                runs.setdefault(name, []).append(start(_COMMAND, apply, checkout, home)[0])
                runs.setdefault(f"{name}: a batch of it", []).append(start(_COMMAND, batch, checkout, home)[0])
                if args.window:
                    shown = window(checkout, args.preset.absolute().parent.name)
                    runs.setdefault(f"{name}: window shown to model ready", []).append(shown)
            runs.setdefault("torch alone", []).append(start("import os, torch; os._exit(0)", [], ROOT, home)[0])
    print("| | processor | clock | memory at most | modules |\n| --- | ---: | ---: | ---: | ---: |")
    for name, made in runs.items():
        print(row(name, made, modules.get(name, "")))
    print(f"\nMedians of {args.runs}. {this_machine(best_device())}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
