"""A preset is never half there: what cannot be read is not written, and a disk that refuses keeps the old one."""

from __future__ import annotations

import errno
import io
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.preset_mutations import (
    BASE,
    SHAPES,
    info,
    split,
    weights,
    with_fields,
)
from safetensors.numpy import load_file
from support.preset_files import FIELDS

from rtedit_desktop.core.errors import PresetDamaged, PresetError, SaveError
from rtedit_desktop.core.weights import LowRank
from rtedit_desktop.presets.format import read_info, read_weights, retitle, write


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"mid.bias": np.full(16, np.nan)},
        {"mid.bias": np.full(16, np.inf)},
        {"mid.bias": np.full(16, 1e6)},
        {"mid.weight": LowRank(np.full((16, 2), np.nan), np.ones((2, 8)))},
        {"mid.weight": LowRank(np.ones((16, 2)), np.full((2, 8), np.inf))},
        {"mid.weight": LowRank(np.ones((16, 0)), np.ones((0, 8)))},
        {"mid.weight": LowRank(np.ones((16, 2)), np.ones((3, 8)))},
    ],
)
def test_what_could_not_be_read_is_not_written(path: Path, good: bytes, parts: dict[str, Any]) -> None:
    with pytest.raises(PresetError, match="not kept"):
        write(path, info(), parts)
    assert path.read_bytes() == good


@pytest.mark.parametrize(
    "changes",
    [{"score": float("nan")}, {"base_sha256": ""}, {"prompt": " "}, {"pack": "../x"}, {"before": np.zeros((9, 9, 3))}],
)
def test_an_info_that_could_not_be_read_is_not_written(path: Path, good: bytes, changes: dict[str, Any]) -> None:
    with pytest.raises(PresetError):
        write(path, info(**changes), weights())
    assert path.read_bytes() == good


class FullDisk(io.FileIO):
    """Takes the first bytes and no more."""

    def write(self, content: Any, /) -> int:
        super().write(bytes(content)[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtedit_desktop.support.paths.open", FullDisk, raising=False)


def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("rtedit_desktop.support.paths.open", refuse, raising=False)


def no_rename(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "replace", refuse)


@pytest.mark.parametrize("trouble", [full_disk, read_only, no_rename])
@pytest.mark.parametrize("new", [True, False])
def test_a_disk_that_refuses(path: Path, good: bytes, trouble: Callable[[pytest.MonkeyPatch], None], new: bool) -> None:
    target = path.with_name("other.rtpreset") if new else path
    with pytest.MonkeyPatch.context() as patch:
        trouble(patch)
        with pytest.raises(SaveError, match=target.name):
            write(target, info(title="Other"), weights(1))
        with pytest.raises(SaveError, match=path.name):
            retitle(path, "Other")
    assert path.read_bytes() == good
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["nowhere/a.rtpreset", "a\0b.rtpreset", "x" * 300 + ".rtpreset"])
def test_a_place_that_cannot_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(SaveError):
        write(tmp_path / name, info(), weights())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a.rtpreset").mkdir()
    with pytest.raises(SaveError):
        write(tmp_path / "a.rtpreset", info(), weights())


def test_another_title_leaves_the_rest(path: Path, good: bytes) -> None:
    before = read_info(path)
    named = retitle(path, "  Another\ttitle \x1b[31m")
    assert named.title == "Another title [31m"
    assert split(path.read_bytes())[1] == split(good)[1]
    same = replace(read_info(path), title=before.title)
    assert [getattr(same, name) for name in FIELDS] == [getattr(before, name) for name in FIELDS]
    assert load_file(path).keys() == {name for name in split(good)[0] if name != "__metadata__"}


@pytest.mark.parametrize("title", ["x" * 9999, "\ud800", "é" * 200, "\0", ""])
def test_titles_of_any_kind_leave_a_whole_file(path: Path, title: str) -> None:
    assert retitle(path, title).title
    assert set(read_weights(path, SHAPES, BASE)) == set(SHAPES)


def test_what_a_newer_version_adds_survives_another_title(path: Path, good: bytes) -> None:
    path.write_bytes(with_fields(good, lambda fields: fields.update(mood="bright")))
    retitle(path, "Other")
    assert json.loads(split(path.read_bytes())[0]["__metadata__"]["rtedit"])["mood"] == "bright"


def test_a_damaged_file_gets_no_title(path: Path, good: bytes) -> None:
    path.write_bytes(good[:-1])
    with pytest.raises(PresetDamaged):
        retitle(path, "Other")
    assert path.read_bytes() == good[:-1]
