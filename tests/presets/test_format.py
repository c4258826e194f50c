"""The file itself: what was written is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.preset_mutations import (
    BASE,
    SHAPES,
    info,
    join,
    split,
    weights,
)
from safetensors import safe_open
from safetensors.numpy import load_file
from support.preset_files import FIELDS

from rtedit_desktop.core.weights import LowRank
from rtedit_desktop.presets.format import read_info, read_weights, write
from rtedit_desktop.presets.header import FORMAT


def test_what_was_written_is_read(path: Path) -> None:
    wanted, got = info(), read_info(path)
    assert [getattr(got, name) for name in FIELDS] == [getattr(wanted, name) for name in FIELDS]
    assert (got.path, got.bytes) == (path, path.stat().st_size)
    assert got.before is not None and wanted.before is not None and np.array_equal(got.before, wanted.before)
    assert got.after is not None and wanted.after is not None and np.array_equal(got.after, wanted.after)


def test_writing_says_what_reading_says(tmp_path: Path) -> None:
    path = tmp_path / "a.rtpreset"
    written, got = write(path, info(title=" two\n lines "), weights()), read_info(path)
    assert [getattr(written, name) for name in FIELDS] == [getattr(got, name) for name in FIELDS]
    assert (written.title, written.bytes) == ("two lines", got.bytes)


def test_weights_come_back_nearly_as_they_were(path: Path) -> None:
    given, got = weights(), read_weights(path, SHAPES, BASE)
    assert list(got) == list(SHAPES)
    for name, part in got.items():
        wanted = given[name]
        if isinstance(part, LowRank):
            assert isinstance(wanted, LowRank)
            assert part.u.dtype == part.v.dtype == np.float32
            difference, whole = part.u @ part.v - wanted.u @ wanted.v, wanted.u @ wanted.v
        else:
            assert isinstance(wanted, np.ndarray) and part.dtype == np.float32
            difference, whole = part - wanted, wanted
        assert np.linalg.norm(difference) < 0.01 * np.linalg.norm(whole)


@pytest.mark.parametrize("order", [np.ascontiguousarray, np.asfortranarray, lambda array: array[::-1, ::-1]])
def test_arrays_of_any_order_in_memory_are_written_as_they_read(tmp_path: Path, order: Callable[..., Any]) -> None:
    numbers = np.random.default_rng(3)
    u, v = order(numbers.normal(size=(16, 3))), order(numbers.normal(size=(3, 40)))
    whole = order(numbers.normal(size=(16, 40)))
    pictures = {"before": order(info().before), "after": order(info().after)}
    shapes = {"thin": (16, 40), "whole": (16, 40)}
    path = tmp_path / "a.rtpreset"
    written = write(path, info(**pictures), {"thin": LowRank(u, v), "whole": whole})
    got = read_weights(path, shapes, BASE)
    assert isinstance(got["thin"], LowRank) and isinstance(got["whole"], np.ndarray)
    assert np.linalg.norm(got["thin"].u @ got["thin"].v - u @ v) < 0.02 * np.linalg.norm(u @ v)
    assert np.allclose(got["whole"], whole, rtol=2e-3)
    for one in (written, read_info(path)):
        assert one.before is not None and np.array_equal(one.before, pictures["before"])


def test_without_pictures(tmp_path: Path) -> None:
    got = write(tmp_path / "a.rtpreset", info(before=None, after=None), weights())
    assert (got.before, got.after) == (None, None)
    assert got.bytes < 5000


def test_paths_of_any_letters(tmp_path: Path) -> None:
    path = tmp_path / "é 写真 \N{SMILING FACE WITH SUNGLASSES}" / "Lächeln.rtpreset"
    path.parent.mkdir()
    write(path, info(), weights())
    assert read_info(path).title == "Smile, 微笑 é"


def test_other_readers_of_safetensors_open_it(path: Path) -> None:
    arrays = load_file(path)
    assert arrays["thumbnail.before"].shape == (96, 96, 3)
    assert all(array.size for array in arrays.values())
    with safe_open(path, "np") as file:
        assert json.loads(file.metadata()["rtedit"])["format"] == FORMAT


@pytest.mark.parametrize("emoji", ["\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}", "می\N{ZERO WIDTH NON-JOINER}خندد"])
def test_titles_keep_what_joins_letters(tmp_path: Path, emoji: str) -> None:
    assert write(tmp_path / "a.rtpreset", info(title=emoji), weights()).title == emoji


def test_half_precision_and_single_precision_are_read(path: Path, good: bytes) -> None:
    header, body = split(good)
    entry = header["weights.mid.bias"]
    begin, end = entry["data_offsets"]
    bias = np.frombuffer(body[begin:end], "<f2").astype("<f4")
    for name in list(header):
        if name.startswith("weights."):
            del header[name]
    pictures = {name: header[name] for name in header if name != "__metadata__"}
    start = min(entry["data_offsets"][0] for entry in pictures.values())
    kept = body[start : max(entry["data_offsets"][1] for entry in pictures.values())]
    for entry in pictures.values():
        entry["data_offsets"] = [at - start for at in entry["data_offsets"]]
    header["weights.mid.bias"] = {"dtype": "F32", "shape": [16], "data_offsets": [len(kept), len(kept) + 64]}
    path.write_bytes(join(header, kept + bias.tobytes()))
    assert np.array_equal(read_weights(path, SHAPES, BASE)["mid.bias"], bias)
