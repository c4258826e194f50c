"""Spoiled files of every kind: each reader takes them or refuses them, soon and in little memory."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from benchmarks.preset_mutations import BASE, SHAPES, info, mutated, weights

from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.core.weights import LowRank
from rtedit_desktop.presets.format import read_content, read_info, read_weights, retitle, write

MOST_MEMORY = 64 * 2**20


def sound_weights(path: Path) -> None:
    for name, part in read_weights(path, SHAPES, BASE).items():
        whole = (part.u @ part.v).reshape(SHAPES[name]) if isinstance(part, LowRank) else part
        assert whole.shape == SHAPES[name] and whole.dtype == np.float32
        assert np.isfinite(whole).all()


def accepted(read: Callable[[], object]) -> bool:
    tracemalloc.reset_peak()
    try:
        read()
    except PresetError as error:
        assert error.what and error.todo
        return False
    finally:
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    return True


@pytest.mark.parametrize("seed", range(4))
def test_spoiled_files_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    path, dice = tmp_path / "a.rtpreset", random.Random(seed)
    write(path, info(), weights())
    good, read = path.read_bytes(), 0
    tracemalloc.start()
    try:
        for number in range(50):
            way, content = mutated(good, dice)
            path.write_bytes(content)
            where = f"file {number} of seed {seed}, {way}"
            try:
                came = {ask: accepted(partial(ask, path)) for ask in (read_info, sound_weights, read_content)}
                assert came[read_info] == came[read_content]
                assert path.read_bytes() == content
                retitled = accepted(partial(retitle, path, "Other"))
            except Exception as error:
                raise AssertionError(where) from error
            assert retitled or path.read_bytes() == content, where
            assert not retitled or read_info(path).title == "Other", where
            read += came[read_info]
    finally:
        tracemalloc.stop()
    assert 0 < read < 40
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("end", ["table", "tensors"])
def test_cut_short_anywhere(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.rtpreset"
    write(path, info(), weights())
    good = path.read_bytes()
    start = 8 + int.from_bytes(good[:8], "little")
    for size in range(0, start + 8, 3) if end == "table" else range(start, len(good), 97):
        path.write_bytes(good[:size])
        for ask in (read_info, sound_weights):
            with pytest.raises(PresetError):
                ask(path)
