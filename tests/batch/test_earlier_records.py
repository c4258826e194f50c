"""Batches that an earlier version noted are gone on with; the bytes in ``earlier/`` are that version's own."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from support.batch_table import INFO, Table, outcomes

from rtedit_desktop.batch.naming import Naming
from rtedit_desktop.batch.plan import plan
from rtedit_desktop.batch.record import interrupted
from rtedit_desktop.core.edits import EditSettings

EARLIER = Path(__file__).with_name("earlier")


def noted(table: Table, name: str) -> Path:
    """The record of that version, for this folder."""
    text = (EARLIER / f"{name}.jsonl").read_text("utf-8").replace("/home/someone", table.out.parent.as_posix())
    table.home.mkdir()
    path = table.record._path
    path.write_text(text, encoding="utf-8")
    return path


def test_with_presets(table: Table) -> None:
    noted(table, "presets")
    (one,) = interrupted(table.home)
    batch = table.record.batch()
    assert one.batch == batch and batch.recipe.label == "Smile"
    assert (batch.recipe.pack, batch.recipe.seed, batch.recipe.steps) == ("fakes", 5, None)
    assert batch.recipe.uses == ((table.preset, 0.75),)
    assert batch.inputs == (table.photos, table.out.parent / "one.png") and batch.naming == Naming("{stem}-{n}", "png")
    assert (batch.recursive, batch.overwrite, batch.impersonal, batch.recipe_inside) == (True, False, True, False)


def test_with_a_prompt(table: Table) -> None:
    noted(table, "prompt")
    batch = table.record.batch()
    assert (batch.recipe.pack, batch.recipe.prompt, batch.recipe.source) == ("fakes", "smiling “face” ☺", "face")
    assert batch.recipe.label == "smiling “face” ☺"
    assert batch.recipe.settings == EditSettings(t0=350, seed=4, preview_every=0)
    assert batch.naming == Naming() and batch.recipe_inside and not batch.recursive


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("presets", "a6f65cc509a38949473ef14c26f6b9417881ae032da9644d8c6a76147386683e-impersonal"),
        ("prompt", "334cc0326101b3cc9c5a46dfe5b85f14797fef30810a25aef737a41771edc055-impersonal-with-recipe"),
    ],
)
def test_what_it_had_done_is_known(table: Table, name: str, digest: str) -> None:
    photo, record = table.photo("a.png"), noted(table, name)
    table.out.mkdir()
    result = plan(table.record.batch())[0].output
    result.write_bytes(b"what it made")
    os.utime(result, ns=(0, 1_790_000_000_000_000_000))
    done = {
        "source": str(photo),
        "output": str(result),
        "wish": result.name,
        "input_sha256": hashlib.sha256(photo.read_bytes()).hexdigest(),
        "recipe_digest": digest,
        "stamp": f"{len(b'what it made')}-1790000000000000000",
    }
    record.write_text(record.read_text("utf-8") + json.dumps({"made": done}) + "\n", encoding="utf-8")
    (one,) = interrupted(table.home)
    assert one.done == 1
    events = table.run(table.record.batch())
    assert outcomes(events) == ["known", "failed"]  # one.png is not there
    assert not table.engine.requests and INFO.version == "1"
