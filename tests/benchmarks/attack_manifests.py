"""Mutated manifests of model packs, listed and loaded: whether anything escapes, runs, grows or takes long.

    python tests/benchmarks/attack_manifests.py [--count 5000] [--seed 0] [--first 0]

Each is looked at by the catalogue, and what passes is loaded with good weights. Counted are what was loaded, listed
and then refused, and refused at once, what ``attacking`` counts, and

    verbose     a sentence of more than 600 letters

It ends with 1 when one of them is not 0.
"""

from __future__ import annotations

import copy
import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

import torch  # noqa: E402
from benchmarks.attacking import Attack, Make, main  # noqa: E402
from support.nets import tiny_pack  # noqa: E402

from rtedit_desktop.core.errors import RTEditError  # noqa: E402
from rtedit_desktop.engine.models import load_pack  # noqa: E402
from rtedit_desktop.packs.catalog import Catalog  # noqa: E402
from rtedit_desktop.packs.manifest.manifest import Manifest  # noqa: E402

LONGEST = 600
GERMAN = {
    "source": "Gesicht",
    "words": {"smiling": ["lächelnd", "lachendes"], "face": ["Gesicht"], "with": ["mit"], "glasses": ["Brille"]},
    "suggestions": {"smiling face": "lachendes Gesicht", "face with glasses": "Gesicht mit Brille"},
    "titles": {"Beard": "Bart"},
}
VALUES: tuple[object, ...] = (
    None, True, False, 0, -1, 1, 2, 16, 8192, 65536, 2**31, 2**63, 10**400, 0.0, -0.5, 1e-300, 1e308, "", " ", "x",
    "x" * 5000, "x" * 3_900_000, "../../evil", "/dev/zero", "\x1b[31m", "\u202e", "\ud800", "{}", "{0.__class__}",
    "ViT-B-16-quickgelu", [], {}, [[]], [1] * 50_000, ["face"] * 50_000, {"a": {"b": {"c": 1}}},
)  # fmt: skip


def mutated(number: int, seed: int, good: dict[str, Any]) -> bytes:
    dice = random.Random(f"{seed}:{number}")
    layout = copy.deepcopy(good)
    for _ in range(dice.choice((0, 1, 1, 1, 2, 5))):
        place, key = dice.choice(list(_places(layout)))
        match dice.randrange(4):
            case 0 | 1:
                place[key] = copy.deepcopy(dice.choice(VALUES))
            case 2:
                del place[key]
            case 3 if isinstance(place, dict):
                place[dice.choice(("surprise", "x" * 100_000, "\ud800", "hf_model_name", "timm_model_name"))] = 1
            case _ if place:
                place.extend([dice.choice(place)] * dice.choice((1, 20, 5000)))
    text = bytearray(json.dumps(layout).encode())
    for _ in range(dice.choice((0, 0, 0, 1, 3))):
        at = dice.randrange(len(text))
        piece = dice.choice((b"", b"[" * 100_000, b'{"a":' * 50_000, b"1" * 6000, b"NaN", b"1e999", b"\xff\xfe", b'"'))
        text[at : at + dice.choice((0, 1, 30))] = piece
    return bytes(text)


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from _places(node[key])


def whole(manifest: Manifest) -> None:
    """Load a pack with its text model."""
    pack = load_pack(manifest, torch.device("cpu"))
    if pack.has_text_model:
        pack.encode_text([manifest.info.source])


def prepare(folder: Path) -> tuple[Make, Attack]:
    made = tiny_pack.write(folder / "good")
    good = json.loads((folder / "good" / "manifest.json").read_text("utf-8"))
    good["languages"] = {"de": GERMAN}
    pack = folder / "attacked" / "pack"
    pack.mkdir(parents=True)
    for name in made.files:
        os.link(folder / "good" / name, pack / name)
    catalog = Catalog([pack.parent])

    def attack(manifest: bytes) -> tuple[str, str]:
        (pack / "manifest.json").write_bytes(manifest)
        listed = catalog.packs()
        try:
            for problem in catalog.problems:
                raise problem
            outcome = "listed and refused"
            whole(catalog.manifest(listed[0].id))
            return "loaded", ""
        except RTEditError as error:
            if len(str(error)) > LONGEST or not error.todo:
                return "verbose", str(error)[:LONGEST]
            return outcome if listed else "refused", ""

    (pack / "manifest.json").write_text(json.dumps(good))
    whole(catalog.manifest("tiny"))  # what is loaded at the first is no growth
    return lambda number, seed: mutated(number, seed, good), attack


if __name__ == "__main__":
    sys.exit(main(__doc__, __file__, prepare, 5000, bad=("verbose",)))
