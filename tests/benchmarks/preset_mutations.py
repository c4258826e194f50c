"""A small whole preset, and endless ways to spoil one: what is thrown at the reader."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from rtedit_desktop.core.edits import EditSettings, EditSpec
from rtedit_desktop.core.preset import THUMBNAIL, PresetInfo
from rtedit_desktop.core.weights import LowRank, Part

BASE = "0123456789abcdef" * 4
SHAPES: dict[str, tuple[int, ...]] = {"in.weight": (8, 3, 3, 3), "mid.weight": (16, 8), "mid.bias": (16,)}
Layout = dict[str, Any]


def info(**changes: Any) -> PresetInfo:
    """What the sample says of itself; what is changed may be of its spec."""
    random_pixels = np.random.default_rng(1)
    before, after = (random_pixels.integers(0, 256, (THUMBNAIL, THUMBNAIL, 3), dtype=np.uint8) for _ in range(2))
    values: dict[str, Any] = {
        "path": Path("sample.rtpreset"),
        "title": "Smile, 微笑 é",
        "base_sha256": BASE,
        "method_version": 2,
        "pictures": 12,
        "score": 0.625,
        "created": "2026-01-02T03:04:05Z",
        "author": "A. Person",
        "licence": "CC0",
        "before": before,
        "after": after,
    }
    spec: dict[str, Any] = {
        "prompt": "smiling face",
        "source": "face",
        "pack": "tiny",
        "settings": EditSettings(t0=350, learning_rate=2e-4, preserve=False),
    }
    for name in spec.keys() & changes.keys():
        spec[name] = changes.pop(name)
    return PresetInfo(**{**values, "spec": EditSpec(**spec), **changes})


def weights(seed: int = 0) -> dict[str, Part]:
    """Two thin parts and a whole one for ``SHAPES``."""
    numbers = np.random.default_rng(seed)
    parts: dict[str, Part] = {
        name: LowRank(numbers.normal(size=(shape[0], 2)), numbers.normal(size=(2, math.prod(shape[1:]))) * 0.01)
        for name, shape in SHAPES.items()
        if len(shape) > 1
    }
    parts["mid.bias"] = numbers.normal(size=16) * 0.01
    return parts


def split(content: bytes) -> tuple[Layout, bytes]:
    """The header's JSON and all that follows it."""
    end = 8 + int.from_bytes(content[:8], "little")
    return json.loads(content[8:end]), content[end:]


def join(header: object, body: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def with_header(content: bytes, change: Callable[[Layout], object]) -> bytes:
    """The file with its header changed in place."""
    header, body = split(content)
    change(header)
    return join(header, body)


def with_fields(content: bytes, change: Callable[[Layout], object]) -> bytes:
    """The file with what it says of itself changed in place."""

    def inside(header: Layout) -> None:
        fields = json.loads(header["__metadata__"]["rtedit"])
        change(fields)
        header["__metadata__"]["rtedit"] = json.dumps(fields)

    return with_header(content, inside)


_NUMBERS = (-1, 0, 1, 2, 7, 8, 96, 255, 2**20, 2**31, 2**32, 2**53, 2**63 - 1, 2**64, 10**30, 1.5, -0.0, 1e308)
_OTHERS: tuple[Any, ...] = (
    "", "x", "\x1b[2J", "\ud800", "../../etc/passwd", "9" * 5000, None, True, [], {}, [[]], {"a": 1}, [1] * 99,
)  # fmt: skip
_KINDS = ("F16", "F32", "F64", "I8", "U8", "BF16", "BOOL", "I64", "f16", "")


def mutated(content: bytes, dice: random.Random) -> tuple[str, bytes]:
    """One spoiled copy and the name of the way it was spoiled."""
    way = dice.choice(list(_WAYS))
    return way, _WAYS[way](content, dice)


def _flipped(content: bytes, dice: random.Random) -> bytes:
    raw = bytearray(content)
    end = dice.choice((8, 8 + int.from_bytes(content[:8], "little"), len(raw)))
    for _ in range(dice.choice((1, 1, 2, 8, 64))):
        raw[dice.randrange(end)] ^= 1 << dice.randrange(8)
    return bytes(raw)


def _cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.choice((dice.randrange(64), dice.randrange(len(content)), len(content) - dice.randint(1, 9)))]


def _inserted(content: bytes, dice: random.Random) -> bytes:
    at = dice.choice((dice.randrange(64), dice.randrange(len(content)), len(content)))
    return content[:at] + dice.randbytes(dice.choice((1, 2, 8, 300, 5000))) + content[at:]


def _removed(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content))
    return content[:at] + content[at + dice.choice((1, 2, 8, 300)) :]


def _length_lie(content: bytes, dice: random.Random) -> bytes:
    length = int.from_bytes(content[:8], "little") + dice.choice((-9, -8, -1, 1, 2, 8, 4096, 2**20, 2**40))
    lie = dice.choice((length, dice.randrange(2**16), dice.randrange(2**64), 0, 1, 2, 2**63, 2**64 - 1))
    return (lie % 2**64).to_bytes(8, "little") + content[8:]


def _header_edit(content: bytes, dice: random.Random) -> bytes:
    def change(header: Layout) -> None:
        names = [name for name in header if name != "__metadata__"]
        entry = header[dice.choice(names)]
        field = dice.choice(("dtype", "shape", "data_offsets"))
        todo = dice.randrange(7)
        if todo == 0:
            del entry[field]
        elif todo == 1:
            entry[field] = dice.choice(_NUMBERS + _OTHERS)
        elif todo == 2:
            entry["dtype"] = dice.choice(_KINDS)
        elif todo == 3:
            place = entry[dice.choice(("shape", "data_offsets"))]
            place[dice.randrange(len(place))] = dice.choice(_NUMBERS + _OTHERS)
        elif todo == 4:
            entry["shape"] = [*entry["shape"], *dice.choice(([1], [0], [2**31, 2**31], [1] * 40))]
        elif todo == 5:
            one, other = dice.choice(names), dice.choice(names)
            header[one], header[other] = header[other], header[one]
        else:
            header[dice.choice(("weights.evil", "evil", "", "thumbnail.other", "\ud800"))] = dict(entry)

    return with_header(content, change)


def _field_edit(content: bytes, dice: random.Random) -> bytes:
    def change(fields: Layout) -> None:
        place = fields if dice.random() < 0.6 else fields["settings"]
        field = dice.choice(list(place))
        if dice.random() < 0.2:
            del place[field]
        else:
            place[field] = dice.choice(_NUMBERS + _OTHERS)

    return with_fields(content, change)


def _text_edit(content: bytes, dice: random.Random) -> bytes:
    """The header as text, where JSON itself goes wrong; its length is told truly."""
    header, body = split(content)
    text = json.dumps(header)
    old, new = dice.choice(
        (
            ("{", "[" * dice.choice((1, 1000, 100_000))),
            ('"shape"', '"dtype"'),
            ("}", "}" * 3),
            ("96", dice.choice(("NaN", "Infinity", "1e999", "9" * 6000, "-96", "96.0"))),
            ('\\"', dice.choice(('"', "\\u0000", '\\ud800\\"'))),
            ('"F16"', '"F16", "dtype": "F16"'),
            (",", " " * dice.choice((10, 2**20)) + ","),
        )
    )
    return join(text.replace(old, new, dice.choice((1, 1, -1))).encode("utf-8", "surrogatepass")[: 3 * 2**20], body)


def _numbers_edit(content: bytes, dice: random.Random) -> bytes:
    """Other bytes in a tensor, among them those of NaN and infinity; lengths stay true."""
    header, body = split(content)
    entry = header[dice.choice([name for name in header if name.startswith("weights.")])]
    begin, end = entry["data_offsets"]
    pattern = dice.choice((b"\x00\x7e", b"\x00\x7c", b"\x00\xfc", b"\x00\x00\xc0\x7f", b"\xff\xff\x7f\x7f", b"\xff"))
    new = (pattern * (end - begin))[: end - begin]
    return join(header, body[:begin] + new + body[end:])


def with_tensor(content: bytes, name: str, kind: str, shape: list[int], raw: bytes | None) -> bytes:
    """The file with one tensor added, replaced, or with ``raw`` None taken out; all lengths and places are true."""
    header, body = split(content)
    entries = {key: entry for key, entry in header.items() if key not in ("__metadata__", name)}
    pieces = [(key, e["dtype"], e["shape"], body[slice(*e["data_offsets"])]) for key, e in entries.items()]
    if raw is not None:
        pieces.append((name, kind, shape, raw))
    new: Layout = {"__metadata__": header["__metadata__"]}
    at = 0
    for key, its_kind, its_shape, its_raw in pieces:
        new[key] = {"dtype": its_kind, "shape": its_shape, "data_offsets": [at, at + len(its_raw)]}
        at += len(its_raw)
    return join(new, b"".join(raw for *_, raw in pieces))


def _rebuilt(content: bytes, dice: random.Random) -> bytes:
    """Another kind, shape or number of tensors where every length is true: only the net can tell."""
    names = [name for name in split(content)[0] if name != "__metadata__"]
    name = dice.choice([*names, "weights.mid.weight", "weights.mid.bias.u", "weights.mid.weight.bits", "weights.evil"])
    if dice.random() < 0.2:
        return with_tensor(content, name, "", [], None)
    kind, size = dice.choice((("U8", 1), ("I8", 1), ("F16", 2), ("F32", 4)))
    shape = dice.choice(([], [0], [1], [2], [3], [16], [16, 2], [2, 8], [16, 0], [0, 8], [16, 9], [9, 8], [16, 8]))
    return with_tensor(content, name, kind, shape, dice.randbytes(size * math.prod(shape)))


def _noise(content: bytes, dice: random.Random) -> bytes:
    others = (b"\x89PNG\r\n\x1a\n" + content, b"PK\x03\x04" + content)
    return dice.choice((b"", dice.randbytes(dice.randrange(400)), *others))


_WAYS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "bits flipped": _flipped,
    "cut short": _cut,
    "bytes inserted": _inserted,
    "bytes removed": _removed,
    "length of the header": _length_lie,
    "table of contents": _header_edit,
    "what it says": _field_edit,
    "its JSON": _text_edit,
    "its numbers": _numbers_edit,
    "other tensors": _rebuilt,
    "something else": _noise,
}
