"""Files that lie, or are no presets: refused, each with its reason."""

from __future__ import annotations

import errno
import io
import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.preset_mutations import (
    BASE,
    SHAPES,
    Layout,
    join,
    split,
    with_fields,
    with_header,
)
from support.preset_files import refused

from rtedit_desktop.core.errors import PresetDamaged, PresetError, PresetMismatch
from rtedit_desktop.presets import tensors
from rtedit_desktop.presets.format import read_info, read_weights
from rtedit_desktop.presets.header import FORMAT


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"\0" * 8, b"\0" * 4000, b"\xff" * 4000, (2**20 + 1).to_bytes(8, "little") + b"{}" * 2**20, b"{}"],
)
def test_what_is_no_preset(path: Path, content: bytes) -> None:
    assert "smile.rtpreset" in refused(path, content).what


@pytest.mark.parametrize("size", [4, 8, 9, 300, -1, -20_000])
def test_cut_short(path: Path, good: bytes, size: int) -> None:
    refused(path, good[:size])


def test_bytes_that_nothing_speaks_of(path: Path, good: bytes) -> None:
    refused(path, good + b"\0")


@pytest.mark.parametrize("by", [-8, -1, 1, 8, 2**20, 2**62])
def test_a_lying_length_of_the_header(path: Path, good: bytes, by: int) -> None:
    refused(path, (int.from_bytes(good[:8], "little") + by).to_bytes(8, "little") + good[8:])


def set_in(name: str, field: str, value: object) -> Callable[[Layout], object]:
    return lambda header: header[name].update({field: value})


@pytest.mark.parametrize("name", ["weights.mid.bias", "thumbnail.before", "weights.mid.weight.u"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dtype", "F64"), ("dtype", "BF16"), ("dtype", "I64"), ("dtype", "BOOL"), ("dtype", []), ("dtype", {}),
        ("dtype", None), ("dtype", 7),
        ("shape", [17]), ("shape", [-16]), ("shape", [2**62, 2**62]), ("shape", [1] * 9), ("shape", [16.0]),
        ("shape", [True] * 16), ("shape", "16"), ("shape", None), ("shape", []),
        ("data_offsets", [0, 32]), ("data_offsets", [32, 0]), ("data_offsets", [-32, 0]), ("data_offsets", [0]),
        ("data_offsets", [2**63, 2**63 + 32]), ("data_offsets", [0.0, 32.0]), ("data_offsets", None),
    ],
)  # fmt: skip
def test_a_lying_table_of_contents(path: Path, good: bytes, name: str, field: str, value: object) -> None:
    content = with_header(good, set_in(name, field, value))
    if content != good:
        refused(path, content)


def swapped_offsets(header: Layout) -> None:
    """A hole in one place and an overlap in another; the sum is right."""
    header["weights.mid.bias"]["data_offsets"] = list(header["thumbnail.after"]["data_offsets"])


@pytest.mark.parametrize(
    "change",
    [
        swapped_offsets,
        lambda header: header.update(evil=header.pop("weights.mid.bias")),
        lambda header: header.update({"weights.evil": header.pop("weights.mid.bias")}),
        lambda header: header.update({"weights.evil": {"dtype": "F16", "shape": [0], "data_offsets": [0, 0]}}),
        lambda header: header.update({"thumbnail.other": header.pop("thumbnail.after")}),
        lambda header: header.update({"weights.mid.weight.w": header.pop("weights.mid.weight.v")}),
        lambda header: header["thumbnail.after"].update(shape=[96 * 96 * 3]),
        lambda header: header["weights.mid.bias"].update(shape=[4, 4]),
        lambda header: header["weights.mid.bias"].update(dtype="U8", shape=[32]),
        lambda header: header["weights.mid.weight.u"].update(shape=[2, 16]),
        lambda header: header["weights.mid.bias"].update(extra=1),
        lambda header: header["weights.mid.bias"].pop("shape"),
        lambda header: header.update({"weights.mid.bias": []}),
        lambda header: header.pop("weights.mid.bias"),
        lambda header: header.pop("__metadata__"),
        lambda header: header.update(__metadata__=[]),
        lambda header: header.update(__metadata__={}),
        lambda header: header.update(__metadata__={"rtedit": {}}),
        lambda header: header.update(__metadata__={"rtedit": "[]"}),
        lambda header: header.update(__metadata__={"rtedit": "[" * 100_000}),
        lambda header: header["__metadata__"].update(other="x"),
    ],
)
def test_a_table_that_does_not_fit_the_net(path: Path, good: bytes, change: Callable[[Layout], object]) -> None:
    refused(path, with_header(good, change))


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 2**20,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 900_000 + b"}",
        b'{"a": 1} x',
        b"\xef\xbb\xbf{}",
        b"{}" + b" " * 2**20,
        b"\xff\xfe",
        b'["a"]',
        b"null",
    ],
)
def test_a_header_of_strange_json(path: Path, good: bytes, text: bytes) -> None:
    refused(path, join(text, split(good)[1]))


def test_a_name_that_comes_twice(path: Path, good: bytes) -> None:
    header, body = split(good)
    text = json.dumps(header).encode()
    refused(path, join(text.replace(b'"dtype": "F16"', b'"dtype": "F16", "dtype": "F16"', 1), body))
    twice = text.replace(b'{\\"format\\"', b'{\\"title\\": \\"other\\", \\"format\\"', 1)
    assert twice != text
    refused(path, join(twice, body))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", 0), ("format", True), ("format", "1"), ("format", 1.0), ("format", None),
        ("title", 3), ("title", "x" * 201), ("title", "\x1b[31mred"), ("title", "a\N{RIGHT-TO-LEFT OVERRIDE}gnp"),
        ("title", "\ud800"), ("title", "a\0b"), ("title", None), ("title", []),
        ("prompt", ""), ("prompt", "  "), ("prompt", ...), ("prompt", "x" * 4001), ("prompt", {}),
        ("source", ""), ("source", ...), ("licence", "x" * 4001), ("author", 1),
        ("pack", "../evil"), ("pack", "Tiny"), ("pack", ""), ("pack", "a" * 65), ("pack", ...), ("pack", "é"),
        ("pack", "tiny\n"), ("pack", 1),
        ("kind", "apply"), ("kind", 1), ("spec_version", 0), ("spec_version", 2),
        ("base_sha256", "0" * 63), ("base_sha256", "G" * 64), ("base_sha256", ...), ("base_sha256", "٠" * 64),
        ("method_version", 0), ("method_version", "1"), ("pictures", -1), ("pictures", 2**40), ("pictures", True),
        ("score", "high"), ("score", 1e300), ("score", True), ("score", 10**19),
        ("created", "2026-13-01T00:00:00Z"), ("created", "yesterday"), ("created", "٢٠٢٦-٠١-٠١T٠٠:٠٠:٠٠Z"),
        ("created", "2026-1-1T00:00:00Z"), ("created", 5),
        ("settings", []), ("settings", {"t0": 0}), ("settings", {"t0": 400.0}), ("settings", {"t0": "400"}),
        ("settings", {"colour": 1}), ("settings", {"preserve": 1}), ("settings", {"steps": True}),
        ("settings", {"encoding": "magic"}), ("settings", {"encoding": []}), ("settings", {"source_image": "magic"}),
        ("settings", {"clip_weight": -1.0}), ("settings", {"clip_weight": 1e300}), ("settings", {"strength": 2}),
        ("settings", {"learning_rate_cap": "1"}), ("settings", {"seed": 10**19}), ("settings", {"t0": {}}),
    ],
)  # fmt: skip
def test_what_it_may_not_say(path: Path, good: bytes, field: str, value: object) -> None:
    def change(fields: Layout) -> None:
        if value is ...:
            del fields[field]
        else:
            fields[field] = value

    refused(path, with_fields(good, change))


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "9" * 4000, "9" * 100_000])
def test_numbers_without_end(path: Path, good: bytes, number: str) -> None:
    text = json.dumps(split(good)[0]).encode().replace(b'\\"score\\": 0.625', f'\\"score\\": {number}'.encode())
    refused(path, join(text, split(good)[1]))
    text = json.dumps(split(good)[0]).encode().replace(b'_cap\\": 0.0005', f'_cap\\": {number}'.encode())
    refused(path, join(text, split(good)[1]))


@pytest.mark.parametrize(
    ("name", "kind", "number"),
    [
        ("weights.mid.bias", "<f2", np.nan),
        ("weights.mid.bias", "<f2", -np.inf),
        ("weights.mid.weight.us", "<f4", np.nan),
        ("weights.mid.weight.us", "<f4", np.inf),
        ("weights.mid.weight.vs", "<f4", 3e38),
    ],
)
def test_numbers_that_are_none(path: Path, good: bytes, name: str, kind: str, number: float) -> None:
    header, body = split(good)
    begin, end = header[name]["data_offsets"]
    spoiled = np.frombuffer(body[begin:end], kind).copy()
    spoiled[-1] = number
    refused(path, join(header, body[:begin] + spoiled.tobytes() + body[end:]))


@pytest.mark.parametrize(
    "shapes",
    [
        {},
        {"mid.bias": (16,)},
        {**SHAPES, "mid.bias": (8, 2)},
        {**SHAPES, "mid.weight": (8, 16)},
        {**SHAPES, "mid.weight": (16, 1)},
        {**SHAPES, "mid.weight": ()},
        {**SHAPES, "mid.weight": (16, 0)},
    ],
)
def test_another_net(path: Path, shapes: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(PresetDamaged):
        read_weights(path, shapes, BASE)


def test_another_base_is_named(path: Path) -> None:
    with pytest.raises(PresetMismatch, match="“tiny”"):
        read_weights(path, SHAPES, "f" * 64)


def test_a_newer_format_is_named_whatever_else_it_says(path: Path, good: bytes) -> None:
    def newer(fields: Layout) -> None:
        fields.clear()
        fields.update(format=FORMAT + 1, colours=[1, 2])

    error = refused(path, with_fields(good, newer), PresetMismatch)
    assert "smile.rtpreset" in error.what and "newer RTEdit" in error.what


def test_a_file_that_is_too_large_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with path.open("r+b") as file:
        file.truncate(tensors.MAX_FILE + 1)
    tracemalloc.start()
    with pytest.raises(PresetDamaged, match="too large"):
        read_info(path)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.rtpreset")
    (tmp_path / "folder.rtpreset").mkdir()
    for name in ("pipe.rtpreset", "folder.rtpreset"):
        with pytest.raises(PresetDamaged, match=name):
            read_info(tmp_path / name)
        with pytest.raises(PresetDamaged, match=name):
            read_weights(tmp_path / name, SHAPES, BASE)


@pytest.mark.parametrize("name", ["gone.rtpreset", "a\0b", "\ud800", "x" * 5000, "gone/there.rtpreset", "/", ""])
def test_what_cannot_be_opened(tmp_path: Path, name: str) -> None:
    with pytest.raises(PresetError):
        read_info(tmp_path / name)


def test_a_disk_that_fails_while_reading(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bad(io.FileIO):
        def read(self, size: int | None = -1, /) -> Any:
            raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(tensors, "_opened", lambda path: Bad(path))
    with pytest.raises(PresetError, match="Input/output error"):
        read_info(path)
