"""Throw spoiled preset files at the reader: it may read them or refuse them, and do nothing else.

    python tests/benchmarks/fuzz_presets.py [--count 10000] [--seed 0]

Every file is given to whoever reads presets: for its data, its weights, and for a change of its title. Prints
how many were read and how many refused, by the way they were spoiled, and the time. Ends with 1 when anything but
a PresetError came out, when something unsound was read, or when one file took over a second.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from benchmarks.preset_mutations import BASE, SHAPES, info, mutated, weights

from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.core.weights import LowRank, Part, QuantizedLowRank
from rtedit_desktop.presets.format import read_info, read_weights, retitle, write

SLOW_SECONDS = 1.0


def outcome(path: Path) -> str:
    """What becomes of a file: "read" when all can read it, else the first refusal, or "else" for anything worse."""
    came = [attempt(partial(read, path)) for read in (read_info, read_sound_weights, retitled)]
    return "else" if "else" in came else next((one for one in came if one != "read"), "read")


def attempt(read: Callable[[], object]) -> str:
    try:
        read()
    except PresetError as error:
        return type(error).__name__
    except Exception:
        traceback.print_exc()
        return "else"
    return "read"


def read_sound_weights(path: Path) -> None:
    """Read the weights; what is let through must fit the net."""
    for name, part in read_weights(path, SHAPES, BASE).items():
        if not fits(part, SHAPES[name]):
            raise AssertionError(f"{name} was read and is unsound")


def retitled(path: Path) -> None:
    """Give it another title: a file that cannot be read must stay as it is."""
    content = path.read_bytes()
    try:
        retitle(path, "Other")
    except PresetError:
        if path.read_bytes() != content:
            raise AssertionError("a refused file was changed") from None
        raise
    if read_info(path).title != "Other":
        raise AssertionError("the title was not changed")


def fits(part: Part, shape: tuple[int, ...]) -> bool:
    assert not isinstance(part, QuantizedLowRank)
    whole = (part.u @ part.v).reshape(shape) if isinstance(part, LowRank) else part
    return whole.shape == shape and whole.dtype == np.float32 and bool(np.isfinite(whole).all())


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=0)
    args = arguments.parse_args()
    dice = random.Random(args.seed)
    table: dict[str, Counter[str]] = {}
    slowest = spent = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.rtpreset"
        write(path, info(), weights())
        good = path.read_bytes()
        for _ in range(args.count):
            way, content = mutated(good, dice)
            path.write_bytes(content)
            begin = time.perf_counter()
            came = outcome(path)
            took = time.perf_counter() - begin
            spent, slowest = spent + took, max(slowest, took)
            table.setdefault(way, Counter())[came] += 1

    kinds = ["read", "PresetDamaged", "PresetMismatch", "PresetError", "else"]
    print("| spoiled | files |", " | ".join(kinds), "|")
    print("| --- |", " | ".join(["---:"] * (len(kinds) + 1)), "|")
    for way, counts in [*sorted(table.items()), ("**all**", sum(table.values(), Counter()))]:
        print(f"| {way} | {sum(counts.values())} |", " | ".join(str(counts[kind]) for kind in kinds), "|")
    print(f"\nseed {args.seed}; {spent:.1f} s in the reader, the slowest file {1000 * slowest:.0f} ms")
    return 1 if slowest > SLOW_SECONDS or any(counts["else"] for counts in table.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
