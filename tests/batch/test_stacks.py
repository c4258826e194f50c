"""A stack on many photos: each edit on the picture that the one before made, resumed as any batch is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.batch_table import INFO, Table, end, failures, outcomes
from support.nets.drawn_pack import drawn_pack

from rtedit_desktop.batch.plan import Batch
from rtedit_desktop.batch.running import run
from rtedit_desktop.core.edits import MixSpec, PresetUse
from rtedit_desktop.core.errors import PackMissing
from rtedit_desktop.core.events import Failed
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.stack import LayerSpec, StackSpec

OTHER = replace(drawn_pack("fakes", 8), id="other")


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def stacked(table: Table, *squares: Square | None, **more: object) -> Batch:
    """An edit of the pack at 16 pixels, and the others of one at 8."""
    spec = MixSpec(pack=INFO.id, uses=(PresetUse(table.preset),))
    layers = [
        LayerSpec(spec=spec if number == 0 else replace(spec, pack="other"), square=square)
        for number, square in enumerate(squares)
    ]
    return replace(table.batch(**more), stack=StackSpec(layers=tuple(layers)))  # type: ignore[arg-type]


def run_all(table: Table, batch: Batch) -> list[object]:
    return list(run(batch, [INFO, OTHER], table.engine, table.photo_service, table.record, table.control))


def test_each_edit_of_each_photo(table: Table) -> None:
    for name in ("a.png", "b.png"):
        table.photo(name)
    events = run_all(table, stacked(table, None, None))
    assert end(events).done == 2  # type: ignore[arg-type]
    assert [request.picture.shape[0] for request in table.engine.requests] == [16, 8, 16, 8]
    grown = np.asarray(Image.open(table.out / "a-Smile.png")).astype(int) - np.asarray(
        Image.open(table.photos / "a.png")
    )
    assert grown[:, 4:24].min() >= 70  # by 40 and by 40, or as far as white


def test_squares_of_one_photo_are_found_in_each(table: Table) -> None:
    table.photo("a.png")
    here = Square(x=300, y=200, side=90)
    assert end(run_all(table, stacked(table, here, here))).done == 1  # type: ignore[arg-type]
    events = run_all(table, stacked(table, here, Square(x=0, y=0, side=50), overwrite=True))
    assert "fewer faces" in failures(events)[0]  # type: ignore[arg-type]


def test_the_same_stack_is_known_and_another_is_not(table: Table) -> None:
    table.photo("a.png")
    run_all(table, stacked(table, None, None))
    assert outcomes(run_all(table, stacked(table, None, None))) == ["known"]  # type: ignore[arg-type]
    assert outcomes(run_all(table, stacked(table, None, overwrite=True))) == ["done"]  # type: ignore[arg-type]


def test_the_record_has_all_of_it(table: Table) -> None:
    table.photo("a.png")
    batch = stacked(table, None, Square(x=1, y=2, side=30, angle=3.0))
    list(run(batch, [INFO, OTHER], table.engine, table.photo_service, table.record, table.control))
    assert table.record.batch().stack == batch.stack


def test_a_pack_that_is_not_there_is_reported_before_the_first(table: Table) -> None:
    table.photo("a.png")
    with pytest.raises(PackMissing):
        list(run(stacked(table, None, None), [INFO], table.engine, table.photo_service, table.record, table.control))
    assert not table.engine.requests


def test_an_edit_that_fails_leaves_the_photo_out(table: Table) -> None:
    for name in ("a.png", "b.png"):
        table.photo(name)
    table.fails = lambda job: Failed(job_id="", what="No.", todo="", details="") if job == 2 else None
    events = run_all(table, stacked(table, None, None))
    assert outcomes(events) == ["failed", "done"] and table.made == ["b-Smile.png"]  # type: ignore[arg-type]
