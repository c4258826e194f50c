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
from rtedit_desktop.batch.record import FORMAT, interrupted
from rtedit_desktop.core.edits import EditSettings, EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.errors import BatchError

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
    assert one.batch == batch and batch.label == "Smile"
    assert batch.spec == MixSpec(pack="fakes", uses=(PresetUse(table.preset, 0.75),), seed=5)
    assert batch.inputs == (table.photos, table.out.parent / "one.png") and batch.naming == Naming("{stem}-{n}", "png")
    assert (batch.recursive, batch.overwrite, batch.impersonal, batch.recipe_inside) == (True, False, True, False)


def test_with_a_prompt(table: Table) -> None:
    noted(table, "prompt")
    batch = table.record.batch()
    settings = EditSettings(t0=350, seed=4, preview_every=0)
    assert batch.spec == EditSpec(pack="fakes", prompt="smiling “face” ☺", source="face", settings=settings)
    assert batch.label == "smiling “face” ☺"
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


@pytest.mark.parametrize("name", ["presets", "prompt"])
def test_it_is_noted_anew_in_the_form_of_today(table: Table, name: str) -> None:
    record = noted(table, name)
    batch = table.record.batch()
    table.photo("a.png")
    table.run(batch)
    head = json.loads(record.read_text("utf-8").splitlines()[0])
    assert (head["format"], head["batch"]["label"]) == (FORMAT, batch.label)
    edit = head["batch"]["edit"]
    assert (edit["kind"], edit["spec_version"], edit["pack"]) == ("apply" if name == "presets" else "edit", 1, "fakes")
    assert table.record.batch() == batch


@pytest.mark.parametrize("name", ["presets", "prompt"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"pack": 3}, {"pack": "../x"}, {"prompt": 3, "uses": []}, {"settings": {"t0": 0}, "uses": []},
        {"settings": {"colour": 1}, "uses": []}, {"uses": [{"path": "a", "strength": 9}]}, {"uses": [{"path": 1}]},
        {"uses": "a"}, {"titles": [1], "uses": [{"path": "a", "strength": 1}]},
        {"seed": -1, "uses": [{"path": "a", "strength": 1}]},
    ],
)  # fmt: skip
def test_what_cannot_be_done_again_is_not_gone_on_with(table: Table, name: str, wrong: dict[str, object]) -> None:
    record = noted(table, name)
    head, *rest = record.read_text("utf-8").splitlines()
    changed = json.loads(head)
    changed["batch"]["recipe"].update(wrong)
    record.write_text("\n".join([json.dumps(changed), *rest]), encoding="utf-8")
    assert not interrupted(table.home)
    with pytest.raises(BatchError):
        table.record.batch()
