"""Hostile files of weights, imported: whether anything escapes, runs, grows or takes long.

    python tests/benchmarks/attack_checkpoints.py [--count 500] [--seed 0] [--first 0]

Each is a good checkpoint that was mutated, or a pickle that was written by hand to take memory, time or the stack.
Counted are what was converted and refused, what ``attacking`` counts, and

    left        something lay there after a refusal
    verbose     a sentence of more than 300 letters

It ends with 1 when one of them is not 0.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import torch  # noqa: E402
from benchmarks.attacking import Attack, Make, main  # noqa: E402
from safetensors.torch import save  # noqa: E402
from support.nets.reference_nets import DDPM, seeded  # noqa: E402

from rtedit_desktop.core.errors import PackError  # noqa: E402
from rtedit_desktop.packs.convert.conversion import convert  # noqa: E402

LONGEST = 300
MIB = 2**20


class Runs:
    """A pickle that would start a program."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return os.system, ("gs",)


def _named(module: str, name: str) -> bytes:
    return b"c" + module.encode() + b"\n" + name.encode() + b"\n"


def _number(value: int) -> bytes:
    raw = value.to_bytes(9, "little")
    return b"\x8a" + bytes((len(raw),)) + raw


ORDERED = _named("collections", "OrderedDict")
TENSOR = _named("torch._utils", "_rebuild_tensor_v2")
STORAGE = b"(" + b"X\x07\0\0\0storage" + _named("torch", "FloatStorage") + b"X\x01\0\0\x000X\x03\0\0\0cpu"
PICKLES: tuple[bytes, ...] = (
    b"N" + b"r" + (2**29).to_bytes(4, "little"),  # a memo of four gigabytes
    b"N" + b"r" + (2**32 - 1).to_bytes(4, "little"),
    b"}" * (11 * MIB),
    b"]" * (11 * MIB),
    b"\x8f" * (11 * MIB),  # sets
    b"(" * (11 * MIB),
    (b"}q\x00" * MIB) * 4,
    _named("builtins", "bytearray") + _number(3 * 2**40) + b"\x85R",
    b"\x96" + (2**42).to_bytes(8, "little"),  # bytearray of that length
    b"\x8e" + (2**42).to_bytes(8, "little"),
    b"B" + (2**31 - 1).to_bytes(4, "little"),
    b"X" + (2**32 - 1).to_bytes(4, "little"),
    b"L" + b"9" * (8 * MIB) + b"L\n",  # a number in decimal
    b"\x8b" + (2**31 - 1).to_bytes(4, "little"),
    b")" + b"\x85" * (2 * MIB) + b"}h\x00",
    b"}" + b")" + b"\x85" * 500_000 + b"Ks",  # a key that is nested so deep
    b"}K\x01" + b"2\x86" * 60 + b"K\x01s",  # a key of two to the sixtieth
    b"}K\x01" + (b"q\x01h\x01\x86") * 60 + b"K\x01s",
    b"](K\x01K\x02" * 300_000 + b"e" * 300_000,
    b"](" + b"(K\x01K\x02t" * 200_000 + b"eq\x01" + (ORDERED + b"h\x01\x85R") * 2000,  # copies of one list
    TENSOR + b"(" + STORAGE + _number(2**39) + b"tQK\x00" + b"(" + b"K\x01" * 100_000 + b"t)tR",
    TENSOR + b"((" + STORAGE[1:] + _number(2**39) + b"tQK\x00(" + _number(2**20) * 3 + b"t(K\x00K\x00K\x00ttR",
    _named("torch.nn", "Linear") + b")R",
    _named("torch", "load") + b"X\x01\0\0\x00a\x85R",
    _named("torch._utils", "_rebuild_qtensor") + b")R",
    _named("x" * 3_000_000, "y" * 3_000_000) + b")R",
    b"\x80\x05\x95" + (2**62).to_bytes(8, "little"),
    b"Ptext\n",
    b"NQ",
    b"h\x07",
    b"0" * 100,
    b"}" + b"X\x01\0\0\x00aNs",
    b"",
)  # fmt: skip


def archived(pickled: bytes, packed: bool, others: dict[str, bytes] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        archive.writestr("a/data.pkl", pickled)
        for name, content in (others or {"a/data/0": bytes(64)}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def old(pickled: bytes) -> bytes:
    """In the form before 1.6."""
    parts: tuple[object, ...] = (0x1950A86A20F9469CFC6C, 1001, {})
    head = b"".join(pickle.dumps(value, 2) for value in parts)
    return head + pickled + pickle.dumps(["0"], 2) + bytes(64)


def originals() -> list[bytes]:
    state = seeded(DDPM(32, (1, 2), 1, (1,))).state_dict()
    found = [save(state)]
    for zipped in (True, False):
        buffer = io.BytesIO()
        torch.save(state, buffer, _use_new_zipfile_serialization=zipped)
        found.append(buffer.getvalue())
    return found


def made(number: int, seed: int, good: list[bytes]) -> bytes:
    dice = random.Random(f"{seed}:{number}")
    if number % 3:
        pickled = dice.choice(PICKLES)
        pickled = (b"" if pickled[:1] == b"\x80" else b"\x80\x02") + pickled + b"."
        match dice.randrange(6):
            case 0 | 1:
                return archived(pickled, dice.random() < 0.3)
            case 2:
                return archived(pickled, False, {"a/constants.pkl": b"", "a/data/0": bytes(64)})  # a program
            case 3:
                return pickled
            case 4:
                return old(pickled)
        return archived(pickle.dumps(Runs(), 2), False)
    data = bytearray(dice.choice(good))
    if dice.random() < 0.1:
        length = int.from_bytes(data[:8], "little")
        head = json.dumps({f"w{i}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for i in range(200_000)})
        return len(head).to_bytes(8, "little") + head.encode() + bytes(data[8 + length :])
    for _ in range(dice.choice((1, 2, 5, 20))):
        at = dice.randrange(min(len(data), 20_000)) if dice.random() < 0.7 else -dice.randrange(1, 20_000)
        match dice.randrange(4):
            case 0:
                data[at] ^= 1 << dice.randrange(8)
            case 1:
                data[at : at + 4] = dice.choice((bytes(4), b"\xff" * 4, b"\x7f\xff\xff\xff"))
            case 2:
                del data[at : at + dice.choice((1, 8, 1000))]
            case 3:
                piece = data[at : at + dice.choice((1, 8, 100))]
                data[at:at] = piece * dice.choice((1, 100))
    return bytes(data[: dice.randrange(len(data))] if dice.random() < 0.1 else data)


def prepare(folder: Path) -> tuple[Make, Attack]:
    good = originals()
    place, into = folder / "attack.ckpt", folder / "packs" / "pack"
    into.parent.mkdir()

    def attack(content: bytes) -> tuple[str, str]:
        place.write_bytes(content)
        for path in into.parent.rglob("*"):
            path.unlink() if path.is_file() else None
        if into.exists():
            into.rmdir()
        try:
            for _ in convert(place, into):
                pass
        except PackError as error:
            if any(into.parent.iterdir()):
                return "left", str(error)
            return (
                ("verbose", str(error)[:LONGEST])
                if max(len(error.what), len(error.todo)) > LONGEST
                else ("refused", "")
            )
        return "converted", ""

    for content in good:
        assert attack(content) == ("converted", "")
    return lambda number, seed: made(number, seed, good), attack


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 500, bad=("left", "verbose")))
