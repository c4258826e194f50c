"""Files whose lengths are all true and whose tensors still fit no net; and numbers at the edge of their kinds."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from benchmarks.preset_mutations import BASE, SHAPES, Layout, info, join, split, weights, with_header, with_tensor

from rtedit_desktop.core.errors import PresetDamaged, PresetError, SaveError
from rtedit_desktop.core.weights import LowRank, QuantizedLowRank, quantize
from rtedit_desktop.presets.format import read_content, read_info, read_weights, retitle, write
from rtedit_desktop.presets.tensors import open_layout

THIN = "weights.mid.weight"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "smile.rtpreset"
    write(path, info(), weights())
    return path


def thin(content: bytes, rank: int) -> bytes:
    """The sample with ``mid.weight``, (16, 8), as two matrices of that rank, as format 1 has them."""
    scales = np.ones(rank, "<f4").tobytes()
    content = with_tensor(content, f"{THIN}.bits", "", [], None)
    for end, kind, shape, raw in (
        ("u", "I8", [16, rank], b"\1" * 16 * rank),
        ("v", "I8", [rank, 8], b"\1" * 8 * rank),
        ("us", "F32", [rank], scales),
        ("vs", "F32", [rank], scales),
    ):
        content = with_tensor(content, f"{THIN}.{end}", kind, shape, raw)
    return content


@pytest.mark.parametrize("rank", [1, 2, 8])
def test_ranks_that_can_be(path: Path, rank: int) -> None:
    path.write_bytes(thin(path.read_bytes(), rank))
    part = read_weights(path, SHAPES, BASE)["mid.weight"]
    assert isinstance(part, LowRank)
    assert np.array_equal(part.u @ part.v, np.full((16, 8), rank))


@pytest.mark.parametrize("rank", [0, 9, 16, 5000])
def test_ranks_that_cannot_be(path: Path, rank: int) -> None:
    path.write_bytes(thin(path.read_bytes(), rank))
    with pytest.raises(PresetDamaged, match="impossible shape"):
        read_weights(path, SHAPES, BASE)


@pytest.mark.parametrize("bits", [[2], [8], [3, 5], [2, 3, 4, 5, 6, 7, 8, 2]])
def test_pairs_of_any_number_of_bits(tmp_path: Path, bits: list[int]) -> None:
    numbers, each = np.random.default_rng(7), np.array(bits, dtype=np.uint8)
    columns, lines = numbers.normal(size=(16, len(bits))), numbers.normal(size=(8, len(bits)))
    (u, us), (v, vs) = quantize(columns, each), quantize(lines, each)
    given = QuantizedLowRank(u, v.T, us, vs, each)
    write(tmp_path / "a.rtpreset", info(), {"mid.weight": given})
    got = read_weights(tmp_path / "a.rtpreset", {"mid.weight": (16, 8)}, BASE)["mid.weight"]
    assert isinstance(got, LowRank)
    assert np.array_equal(got.u, given.dequantized().u) and np.array_equal(got.v, given.dequantized().v)
    assert int(u.max()) < 2 ** max(bits)
    for k, b in enumerate(bits):
        assert np.linalg.norm(got.u[:, k] - columns[:, k]) < 1.3 * 2.0**-b * np.linalg.norm(columns[:, k]) * 2


def with_bits(content: bytes, bits: list[int], u: int, v: int) -> bytes:
    """The sample with ``mid.weight`` as packed pairs: so many bits each, and streams of so many bytes."""
    scales = np.ones(len(bits), "<f4").tobytes()
    for end, kind, shape, raw in (
        ("bits", "U8", [len(bits)], bytes(bits)),
        ("u", "U8", [u], b"\xff" * u),
        ("v", "U8", [v], b"\xff" * v),
        ("us", "F32", [len(bits)], scales),
        ("vs", "F32", [len(bits)], scales),
    ):
        content = with_tensor(content, f"{THIN}.{end}", kind, shape, raw)
    return content


def test_packed_streams_of_the_right_length(path: Path) -> None:
    path.write_bytes(with_bits(path.read_bytes(), [3, 4], 14, 7))
    part = read_weights(path, SHAPES, BASE)["mid.weight"]
    assert isinstance(part, LowRank)
    assert np.array_equal(part.u, np.tile([[3.5, 7.5]], (16, 1)).astype(np.float32))


@pytest.mark.parametrize(
    ("bits", "u", "v"),
    [([1, 2], 6, 3), ([0], 0, 0), ([9], 18, 9), ([255], 510, 255), ([3, 4], 13, 7), ([3, 4], 15, 7),
     ([3, 4], 14, 6), ([3, 4], 14, 8), ([3, 4], 14, 10**6), ([2] * 9, 36, 18), ([2] * 20000, 1, 1)],
)  # fmt: skip
def test_packed_streams_that_lie(path: Path, bits: list[int], u: int, v: int) -> None:
    path.write_bytes(with_bits(path.read_bytes(), bits, u, v))
    with pytest.raises(PresetDamaged, match="shape"):
        read_weights(path, SHAPES, BASE)


@pytest.mark.parametrize("missing", ["u", "v", "us", "vs", "bits"])
def test_a_missing_half(path: Path, missing: str) -> None:
    path.write_bytes(with_tensor(path.read_bytes(), f"{THIN}.{missing}", "", [], None))
    with pytest.raises(PresetDamaged):
        read_weights(path, SHAPES, BASE)


@pytest.mark.parametrize(
    ("name", "kind", "shape"),
    [
        (THIN, "F16", [16, 8]),  # beside its two halves
        ("weights.mid.bias", "F16", [8]),
        ("weights.mid.bias", "F16", [16, 1]),
        ("weights.mid.bias", "F64", [16]),
        ("weights.mid.bias", "BF16", [16]),
        ("weights.mid.bias", "I8", [16]),
        (f"{THIN}.u", "U8", [16, 2]),
        (f"{THIN}.u", "F16", [16, 2]),
        (f"{THIN}.us", "F16", [2]),
        (f"{THIN}.us", "F32", [1, 2]),
        (f"{THIN}.vs", "F32", [3]),
        ("weights.evil", "F16", [3]),
        ("weights.", "F16", [3]),
    ],
)
def test_true_lengths_of_wrong_tensors(path: Path, name: str, kind: str, shape: list[int]) -> None:
    size = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}.get(kind, 1)
    path.write_bytes(with_tensor(path.read_bytes(), name, kind, shape, bytes(size * int(np.prod(shape)))))
    with pytest.raises(PresetDamaged):
        read_weights(path, SHAPES, BASE)


@pytest.mark.parametrize("shape", [[95, 96, 3], [96, 96], [96, 96, 4], [4096, 4096, 3], [0]])
@pytest.mark.parametrize("name", ["thumbnail.before", "thumbnail.after"])
def test_pictures_of_another_shape(path: Path, name: str, shape: list[int]) -> None:
    path.write_bytes(with_tensor(path.read_bytes(), name, "U8", shape, bytes(int(np.prod(shape)))))
    for ask in (read_info, read_content):
        with pytest.raises(PresetDamaged, match="shape"):
            ask(path)


def test_one_picture_without_the_other(path: Path) -> None:
    path.write_bytes(with_tensor(path.read_bytes(), "thumbnail.after", "", [], None))
    with pytest.raises(PresetDamaged, match="two small pictures"):
        read_info(path)


def test_pictures_without_weights(path: Path) -> None:
    content = path.read_bytes()
    for name in [name for name in split(content)[0] if name.startswith("weights.")]:
        content = with_tensor(content, name, "", [], None)
    path.write_bytes(content)
    with pytest.raises(PresetDamaged, match="no weights"):
        read_info(path)
    with pytest.raises(PresetDamaged, match="no weights"):
        read_weights(path, SHAPES, BASE)


def test_a_file_that_shrinks_while_it_is_read(path: Path) -> None:
    with open_layout(path) as layout:
        os.truncate(path, path.stat().st_size - 20_000)
        with pytest.raises(PresetDamaged, match="too early"):
            layout.array("thumbnail.after", ("U8",), (96, 96, 3))
            layout.array("thumbnail.before", ("U8",), (96, 96, 3))
            layout.array("weights.mid.bias", ("F16",), (16,))


def test_a_tensor_that_is_not_there(path: Path) -> None:
    with open_layout(path) as layout, pytest.raises(PresetDamaged, match="not complete"):
        layout.array("weights.other", ("F16",), (16,))


@pytest.mark.parametrize("hole", [1, 8, 4096])
def test_bytes_that_no_tensor_owns(path: Path, hole: int) -> None:
    header, body = split(path.read_bytes())
    first = header["weights.mid.bias"]["data_offsets"][0]
    for name, entry in header.items():
        if name != "__metadata__" and entry["data_offsets"][0] >= first:
            entry["data_offsets"] = [at + hole for at in entry["data_offsets"]]
    path.write_bytes(join(header, body[:first] + b"\0" * hole + body[first:]))
    with pytest.raises(PresetDamaged, match="contradict"):
        read_info(path)


def test_bytes_that_two_tensors_share(path: Path) -> None:
    def share(header: Layout) -> None:
        header[f"{THIN}.vs"]["data_offsets"] = list(header[f"{THIN}.us"]["data_offsets"])

    path.write_bytes(with_header(path.read_bytes(), share))
    with pytest.raises(PresetDamaged, match="contradict"):
        read_info(path)


def test_eight_bits_are_off_by_half_a_step(tmp_path: Path) -> None:
    numbers = np.random.default_rng(5)
    u = (numbers.normal(size=(40, 4)) * [1e-6, 1e-2, 1, 1e4]).astype(np.float32)
    v = (numbers.normal(size=(4, 90)) * [[1e4], [1], [1e-2], [1e-6]]).astype(np.float32)
    write(tmp_path / "a.rtpreset", info(), {"thin": LowRank(u, v)})
    got = read_weights(tmp_path / "a.rtpreset", {"thin": (40, 90)}, BASE)["thin"]
    assert isinstance(got, LowRank)
    for axis, given, read in ((0, u, got.u), (1, v, got.v)):
        step = np.abs(given).max(axis, keepdims=True) / 127
        assert (np.abs(read - given) <= 0.501 * step).all()


@pytest.mark.parametrize("size", [0.0, 1e-45, 2.667e-43, 1e-38, 65504.0])
def test_factors_of_any_size_keep_their_sign(tmp_path: Path, size: float) -> None:
    u = np.array([[size], [-size], [0.0]])
    write(tmp_path / "a.rtpreset", info(), {"thin": LowRank(u, np.ones((1, 5)))})
    got = read_weights(tmp_path / "a.rtpreset", {"thin": (3, 5)}, BASE)["thin"]
    assert isinstance(got, LowRank)
    assert (got.u * u >= 0).all() and np.abs(got.u).max() <= 1.01 * size


def test_half_precision_is_off_by_its_own_step(tmp_path: Path) -> None:
    whole = np.random.default_rng(6).normal(size=(7, 5)).astype(np.float32)
    write(tmp_path / "a.rtpreset", info(), {"whole": whole, "one": np.array(0.5)})
    got = read_weights(tmp_path / "a.rtpreset", {"whole": (7, 5), "one": ()}, BASE)
    assert np.array_equal(got["whole"], whole.astype(np.float16).astype(np.float32))
    assert got["one"].shape == () and got["one"] == 0.5  # type: ignore[union-attr]


@pytest.mark.parametrize("shape", [(16, 8), (8, 16)])
def test_a_rank_that_no_reader_takes_is_not_written(path: Path, shape: tuple[int, int]) -> None:
    good = path.read_bytes()
    with pytest.raises(PresetError, match="not kept"):
        write(path, info(), {"w": LowRank(np.ones((shape[0], 9)), np.ones((9, shape[1])))})
    assert path.read_bytes() == good


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_is_full_at_the_last_moment(path: Path, step: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    good = path.read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, step, full)
        with pytest.raises(SaveError, match="No space left"):
            write(path, info(title="Other"), weights(1))
        with pytest.raises(SaveError, match="No space left"):
            retitle(path, "Other")
    assert path.read_bytes() == good
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("text", ["\N{ZERO WIDTH JOINER}", " \N{ZERO WIDTH NON-JOINER} "])
def test_texts_that_nobody_could_see(path: Path, text: str) -> None:
    assert retitle(path, text).title == "smile"
    with pytest.raises(PresetError, match="prompt"):
        write(path, info(prompt=text), weights())
