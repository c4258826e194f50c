"""Throw spoiled preset files at the reader: it may read them or refuse them, and do nothing else.

    python tests/benchmarks/fuzz_presets.py [--count 10000] [--seed 0] [--first 0]

Every file is given to whoever reads presets: for its data, its weights, and for a change of its title. Counted are what
was read and what was refused, by the error, what ``attacking`` counts, and

    unsound     weights were read that do not fit the net, or are not finite
    changed     a refused file is not what it was, or a title was not changed

It ends with 1 when one of them is not 0.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import numpy as np  # noqa: E402
from benchmarks.attacking import Attack, Make, main  # noqa: E402
from benchmarks.preset_mutations import BASE, SHAPES, info, mutated, weights  # noqa: E402

from rtedit_desktop.core.errors import PresetError  # noqa: E402
from rtedit_desktop.core.weights import LowRank, Part, QuantizedLowRank  # noqa: E402
from rtedit_desktop.presets.format import read_info, read_weights, retitle, write  # noqa: E402


class Bad(Exception):
    """What must not be: the kind, and details."""


def outcome(path: Path) -> str:
    """What becomes of a file: "read" when all can read it, else the first refusal. Raises Bad, and what escapes."""
    came = [attempt(partial(read, path)) for read in (read_info, read_sound_weights, retitled)]
    return next((one for one in came if one != "read"), "read")


def attempt(read: Callable[[], object]) -> str:
    try:
        read()
    except PresetError as error:
        return type(error).__name__
    return "read"


def read_sound_weights(path: Path) -> None:
    """Read the weights; what is let through must fit the net."""
    for name, part in read_weights(path, SHAPES, BASE).items():
        if not fits(part, SHAPES[name]):
            raise Bad("unsound", name)


def retitled(path: Path) -> None:
    """Give it another title: a file that cannot be read must stay as it is."""
    content = path.read_bytes()
    try:
        retitle(path, "Other")
    except PresetError:
        if path.read_bytes() != content:
            raise Bad("changed", "a refused file") from None
        raise
    if read_info(path).title != "Other":
        raise Bad("changed", "the title was not")


def fits(part: Part, shape: tuple[int, ...]) -> bool:
    assert not isinstance(part, QuantizedLowRank)
    whole = (part.u @ part.v).reshape(shape) if isinstance(part, LowRank) else part
    return whole.shape == shape and whole.dtype == np.float32 and bool(np.isfinite(whole).all())


def prepare(folder: Path) -> tuple[Make, Attack]:
    path = folder / "sample.rtpreset"
    write(path, info(), weights())
    good = path.read_bytes()
    assert outcome(path) == "read"

    def make(number: int, seed: int) -> tuple[str, bytes]:
        return mutated(good, random.Random(f"{seed}:{number}"))

    def attack(given: tuple[str, bytes]) -> tuple[str, str]:
        way, content = given
        path.write_bytes(content)
        try:
            return outcome(path), ""
        except Bad as bad:
            return bad.args[0], f"{way}: {bad.args[1]}"

    return make, attack


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 10_000, bad=("unsound", "changed")))
