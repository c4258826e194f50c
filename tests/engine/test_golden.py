"""Edited pictures stay what they were: each against the one that was stored, whatever is rearranged in between.

Written anew by ``python tests/engine/test_golden.py`` after a change that is meant to change pictures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.nets.engines import (
    edit,
    finished,
    new_engine,
    picture_of,
)

from rtedit_desktop.packs.catalog import Catalog

STORED = Path(__file__).with_name("golden.npz")
EDITS: dict[str, dict[str, Any]] = {
    "plain": {},
    "deterministic": {"encoding": "deterministic", "source_image": "clean", "preserve": False},
    "refined": {"refine_from": 200, "overshoot": 1.5, "strength": 0.7},
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_the_stored_picture(catalog: Catalog, name: str) -> None:
    with np.load(STORED) as stored:
        expected = stored[name].astype(int)
    got = finished(new_engine(catalog), edit(**EDITS[name])).picture
    assert got is not None
    difference = np.abs(got.astype(int) - expected)  # other processors round in another order
    assert difference.max() <= 4 and difference.mean() < 0.25


def test_another_seed_is_another_picture(catalog: Catalog) -> None:
    with np.load(STORED) as stored:
        expected = stored["plain"].astype(int)
    got = finished(new_engine(catalog), edit(seed=8)).picture
    assert got is not None
    assert np.abs(got.astype(int) - expected).mean() > 2


if __name__ == "__main__":
    import tempfile

    from support.nets import tiny_pack

    with tempfile.TemporaryDirectory() as folder:
        tiny_pack.write(Path(folder) / "tiny")
        known = Catalog([Path(folder)])
        pictures: dict[str, Any] = {
            name: picture_of(finished(new_engine(known), edit(**EDITS[name]))) for name in EDITS
        }
        np.savez_compressed(STORED, **pictures)
