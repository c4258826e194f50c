"""The window's longest gaps and what an edit costs, beside another checkout, in turns.

    python tests/benchmarks/window_beside.py CHECKOUT [--rounds 3] [--edits 4]

Each checkout runs its own tests/benchmarks/window.py, a real window on an empty home (the platform of QT_QPA_PLATFORM,
else the display), and ``rtedit edit`` of a sample with Avatars, a process of its own. Prints a Markdown table: the
median and the worst of the longest gaps, and the median seconds of the processor of an edit. Not for Windows, which
does not tell what a child took.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from benchmarks.start import start  # noqa: E402

from rtedit_desktop.bench.machine import this_machine  # noqa: E402
from rtedit_desktop.engine.machine.devices import best_device  # noqa: E402

_COMMAND = "import sys; from rtedit_desktop.start import rtedit; sys.exit(rtedit())"
_OLDER = "import sys; from rtedit_desktop.cli import main; sys.exit(main())"
PROMPT = "smiling face"


def gaps(checkout: Path, edits: int) -> list[float]:
    """Milliseconds, one for each edit. Raises RuntimeError where the benchmark does not come to its end."""
    paths = os.pathsep.join((str(checkout), str(checkout / "tests")))
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "PYTHONPATH": paths, "RTEDIT_HOME": home}
        command = [sys.executable, str(checkout / "tests/benchmarks/window.py"), "--edits", str(edits)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [float(found) for found in re.findall(r"”: longest gap (\d+) ms", done.stdout)]


def edit(checkout: Path, home: Path, number: int) -> float:
    """Seconds of the processor of one edit by a seed that was not asked for before."""
    sample = min((ROOT / "resources/samples/avatars").iterdir())
    code = _COMMAND if (checkout / "rtedit_desktop/start.py").exists() else _OLDER
    output = home / f"{number}.png"
    options = ["edit", str(sample), PROMPT, "--pack", "avatars", "--seed", str(number), "-o", str(output)]
    run, _ = start(code, options, checkout, home)
    return run.processor


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("checkout", type=Path)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--edits", type=int, default=4)
    args = arguments.parse_args()
    places = {"this": ROOT, "the other": args.checkout.resolve()}
    longest: dict[str, list[float]] = {name: [] for name in places}
    spent: dict[str, list[float]] = {name: [] for name in places}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(args.rounds + 1):
            for name, place in places.items():
                home = Path(folder) / name.replace(" ", "-")
                home.mkdir(exist_ok=True)
                seconds = edit(place, home, number)
                if number:  # the first writes Python's byte code
                    spent[name].append(seconds)
                    longest[name] += gaps(place, args.edits)
                    print(f"{name}: {seconds:.1f} s, gaps {longest[name][-args.edits :]}", file=sys.stderr, flush=True)
    print(f"Measured on {this_machine(best_device())}; {args.rounds} rounds of {args.edits} edits.\n")
    print("| checkout | longest gap: median | worst | an edit, seconds of the processor |\n| --- | --- | --- | --- |")
    for name in places:
        print(f"| {name} | {median(longest[name]):.0f} ms | {max(longest[name]):.0f} ms | {median(spent[name]):.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
