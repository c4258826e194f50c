from __future__ import annotations

import io
import os
import pickle
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from support.nets.reference_nets import ADM, DDPM, seeded
from torch import Tensor

from rtedit_desktop.core.errors import (
    CheckpointDamaged,
    CheckpointError,
    CheckpointMismatch,
    CheckpointUnsafe,
    PackError,
    SaveError,
)
from rtedit_desktop.packs.convert import bounded_pickle
from rtedit_desktop.packs.convert.conversion import convert

State = dict[str, Tensor]


@pytest.fixture(scope="module")
def ddpm() -> State:
    return seeded(DDPM(32, (1, 1, 2), 1, (1,))).state_dict()


@pytest.fixture(scope="module")
def adm() -> State:
    return seeded(ADM(32, (1, 2, 4), 1, (2,))).state_dict()


def refused(path: Path, kind: type[CheckpointError], domain: str | None = "celebahq-256") -> CheckpointError:
    """The error of an import, after a look at its sentences and at what was left behind."""
    before = sorted(path.parent.iterdir())
    with pytest.raises(CheckpointError) as caught:
        list(convert(path, path.parent / "packs" / "pack", domain))
    error = caught.value
    assert type(error) is kind, error
    for sentence in (error.what, error.todo):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "\n" not in sentence
        assert len(sentence) < 300
    assert str(path.parent) not in str(error)
    left = [place for place in path.parent.rglob("*") if place not in before and place.name != "packs"]
    assert not left
    return error


def saved(state: object, path: Path, **how: Any) -> Path:
    torch.save(state, path, **how)
    return path


class Hostile:
    """What a pickle would run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_code_in_a_checkpoint_is_refused_and_not_run(tmp_path: Path, ddpm: State, zipped: bool) -> None:
    trace = tmp_path / "trace"
    content = {**ddpm, "extra": Hostile(trace)}
    error = refused(saved(content, tmp_path / "face.ckpt", _use_new_zipfile_serialization=zipped), CheckpointUnsafe)
    assert "mkdir" in error.what
    assert not trace.exists()


def test_a_plain_pickle_of_code_is_refused_and_not_run(tmp_path: Path) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        path = tmp_path / f"{protocol}.ckpt"
        path.write_bytes(pickle.dumps(Hostile(tmp_path / "trace"), protocol))
        with pytest.raises(CheckpointError):
            list(convert(path, tmp_path / "pack"))
        assert not (tmp_path / "trace").exists()


def pickled(body: bytes) -> bytes:
    return b"\x80\x02" + body + b"."


def old_form(body: bytes) -> bytes:
    """As torch wrote before its 1.6."""
    parts: tuple[object, ...] = (0x1950A86A20F9469CFC6C, 1001, {})
    head = b"".join(pickle.dumps(value, 2) for value in parts)
    return head + body + pickle.dumps(["0"], 2) + bytes(64)


STORAGE = b"(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpu\x8a\x06\0\0\0\0\0\x01tQ"
ORDERED = b"ccollections\nOrderedDict\nq\x02"
BOMBS = {
    "a memo of gigabytes": pickled(b"Nr\xff\xff\xff\x1f"),
    "a bytearray of terabytes": pickled(b"cbuiltins\nbytearray\n\x8a\x06\0\0\0\0\0\x03\x85R"),
    "a length of terabytes": pickled(b"\x96" + (2**42).to_bytes(8, "little")),
    "a key of two to the sixtieth": pickled(b"}K\x01" + b"q\x01h\x01\x86" * 60 + b"K\x01s"),
    "a key as deep as a well": pickled(b"})" + b"\x85" * 90_000 + b"K\x01s"),
    "millions of dictionaries": pickled(b"}" * 200_000),
    "copies of one list": pickled(
        b"](" + b"K\x01K\x02\x86" * 50_000 + b"eq\x01" + b"ccollections\nOrderedDict\nh\x01\x85R" * 500
    ),
    "a storage of terabytes": pickled(STORAGE),
    "axes without end": pickled(b"ctorch._utils\n_rebuild_tensor_v2\n(" + STORAGE + b"K\0(" + b"K\x01" * 9 + b"t)tR"),
    "a number in decimal": pickled(b"L" + b"9" * 200_000 + b"L\n"),
    "a class of modules": pickled(b"ctorch.nn\nLinear\n)R"),
}


@pytest.mark.parametrize("form", ["zip", "program", "old", "plain"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_pickle_that_wants_memory_or_time_gets_none(
    tmp_path: Path, bomb: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_pickle, "MOST_STEPS", 100_000)
    monkeypatch.setattr(bounded_pickle._Counted, "left", 100_000)
    path = tmp_path / "x.pt"
    if form == "old":
        path.write_bytes(old_form(BOMBS[bomb]))
    elif form == "plain":
        path.write_bytes(BOMBS[bomb])
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a/data.pkl", BOMBS[bomb])
            archive.writestr("a/data/0", bytes(64))
            if form == "program":
                archive.writestr("a/constants.pkl", b"")
    tracemalloc.start()
    try:
        with pytest.raises(CheckpointError):
            list(convert(path, tmp_path / "packs" / "pack"))
        assert tracemalloc.get_traced_memory()[1] < 2**29
    finally:
        tracemalloc.stop()
    assert not (tmp_path / "packs").exists()


def test_packed_numbers_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data.pkl", b"\x80\x02" + b"}" * 2_000_000 + b".")
    assert "compressed" in refused(tmp_path / "x.pt", CheckpointError).what


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes among files here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.pt")
    assert "cannot be read" in refused(tmp_path / "x.pt", CheckpointError).what


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", CheckpointError),
        (b"hello world" * 100, CheckpointError),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), CheckpointError),
        (b"\x80\x02", CheckpointDamaged),
        (b"PK\x03\x04" + bytes(100), CheckpointDamaged),
        ((2**40).to_bytes(8, "little") + b"{" + bytes(100), CheckpointDamaged),
        ((10).to_bytes(8, "little") + b'{"a": nan}', CheckpointDamaged),
    ],
)
def test_what_is_no_checkpoint(tmp_path: Path, content: bytes, kind: type[CheckpointError]) -> None:
    path = tmp_path / "face.ckpt"
    path.write_bytes(content)
    error = refused(path, kind)
    assert "“face.ckpt”" in error.what


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "nothing.ckpt", CheckpointError).what
    (tmp_path / "folder").mkdir()
    assert "holds no model" in refused(tmp_path / "folder", CheckpointError).what


def test_archives_that_torch_did_not_write(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("a/photo.txt", "hello")
    assert "not a checkpoint" in refused(tmp_path / "photos.zip", CheckpointError).what


@pytest.mark.parametrize("content", [[], {}, {"a": 1}, torch.zeros(3), {"state_dict": {"a": "b"}}, {1: torch.zeros(1)}])
def test_checkpoints_of_something_else(tmp_path: Path, content: object) -> None:
    refused(saved(content, tmp_path / "x.ckpt"), CheckpointError)


@pytest.mark.parametrize("share", [0.001, 0.3, 0.5, 0.99, 0.9999])
@pytest.mark.parametrize("form", ["zip", "legacy", "safetensors"])
def test_truncated_files(tmp_path: Path, ddpm: State, form: str, share: float) -> None:
    path = tmp_path / "face.ckpt"
    if form == "safetensors":
        save_file(ddpm, path)
    else:
        saved(ddpm, path, _use_new_zipfile_serialization=form == "zip")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert "not whole" in refused(path, CheckpointDamaged).what


@pytest.mark.parametrize("seed", range(30))
def test_scrambled_files_are_refused_or_are_what_they_say(tmp_path: Path, adm: State, seed: int) -> None:
    buffer = io.BytesIO()
    torch.save(adm, buffer, _use_new_zipfile_serialization=seed % 2 == 0)
    content = bytearray(buffer.getvalue())
    generator = torch.Generator().manual_seed(seed)
    for place in torch.randint(4, min(len(content), 40_000), (8,), generator=generator).tolist():
        content[place] ^= 1 + seed
    path = tmp_path / "dog.pt"
    path.write_bytes(content)
    try:
        list(convert(path, tmp_path / "pack", "afhq-dog-256"))
    except PackError as error:
        assert error.todo
        assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize("family", ["ddpm", "adm"])
def test_half_of_the_keys(tmp_path: Path, family: str, request: pytest.FixtureRequest) -> None:
    state: State = request.getfixturevalue(family)
    names = list(state)
    for kept in (names[::2], names[1::2], names[: len(names) // 2], names[len(names) // 2 :]):
        error = refused(saved({name: state[name] for name in kept}, tmp_path / "x.ckpt"), CheckpointMismatch)
        assert "missing" in error.what or "input blocks" in error.what


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("mid.attn_1.q.bias", None, "mid.attn_1.q.bias is missing"),
        ("up.0.block.1.conv2.weight", None, "up.0.block.1.conv2.weight is missing"),
        ("conv_out.weight", None, "conv_out.weight is missing"),
        ("down.0.downsample.conv.weight", (32, 32, 1, 1), "32 × 32 × 1 × 1 in place of 32 × 32 × 3 × 3"),
        ("mid.attn_1.q.weight", (64, 64), "64 × 64 in place of 64 × 64 × 1 × 1"),
        ("surprise", (1,), "one tensor more, first surprise"),
        ("conv_out.weight", (5, 32, 3, 3), "5"),
        ("conv_in.weight", (32, 4, 3, 3), "4"),
        ("conv_in.weight", (), "conv_in.weight"),
        ("down.1.block.0.conv1.weight", (0, 32, 3, 3), "down.1.block.0.conv1.weight"),
    ],
)
def test_what_does_not_fit_is_named(
    tmp_path: Path, ddpm: State, name: str, change: tuple[int, ...] | None, says: str
) -> None:
    state = dict(ddpm)
    if change is None:
        del state[name]
    else:
        state[name] = torch.zeros(change)
    error = refused(saved(state, tmp_path / "face.ckpt"), CheckpointMismatch)
    assert says in error.what
    assert "a DDPM U-Net" in error.what
    assert "UNet2DModel" in error.todo


def test_another_architecture(tmp_path: Path) -> None:
    state = torch.nn.Sequential(torch.nn.Linear(2, 2)).state_dict()
    error = refused(saved(state, tmp_path / "x.pt"), CheckpointMismatch)
    assert "0.weight" in error.what


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("form", ["zip", "safetensors"])
def test_values_that_are_not_finite(tmp_path: Path, adm: State, value: float, form: str) -> None:
    state = {name: tensor.clone() for name, tensor in adm.items()}
    state["output_blocks.3.0.in_layers.2.weight"].view(-1)[7] = value
    path = tmp_path / "dog.pt"
    if form == "zip":
        saved(state, path)
    else:
        save_file(state, path)
    assert "output_blocks.3.0.in_layers.2.weight" in refused(path, CheckpointDamaged, "afhq-dog-256").what


def test_numbers_of_another_kind(tmp_path: Path, ddpm: State) -> None:
    whole = {name: tensor.to(torch.int32) for name, tensor in ddpm.items()}
    assert "int32" in refused(saved(whole, tmp_path / "a.ckpt"), CheckpointMismatch).what
    double = {name: tensor.double() for name, tensor in ddpm.items()}
    assert "float64" in refused(saved(double, tmp_path / "b.ckpt"), CheckpointMismatch).what


def test_shapes_without_bytes(tmp_path: Path, ddpm: State) -> None:
    """A tensor of stride 0 claims any size and holds four bytes."""
    state = {**ddpm, "down.0.block.0.conv1.weight": torch.zeros(1).expand(8192, 8192, 3, 3)}
    assert "more than it does" in refused(saved(state, tmp_path / "face.ckpt"), CheckpointDamaged).what


def test_sparse_weights(tmp_path: Path, ddpm: State) -> None:
    state = {**ddpm, "conv_out.bias": torch.zeros(3).to_sparse()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # newer torch says how long it takes to look at them
        refused(saved(state, tmp_path / "face.ckpt"), CheckpointError)


@pytest.mark.parametrize("text", ["{", "[]", "[" * 100_000])
def test_a_wrong_configuration_beside_the_weights(tmp_path: Path, text: str) -> None:
    save_file({"time_embedding.linear_1.weight": torch.zeros(4, 4)}, tmp_path / "x.safetensors")
    (tmp_path / "config.json").write_text(text)
    assert "config.json" in refused(tmp_path / "x.safetensors", CheckpointDamaged).what


@pytest.mark.parametrize(
    "text", ['{"_class_name": "UNet2DConditionModel"}', '{"sample_size": 32, "down_block_types": ["Evil"]}']
)
def test_a_configuration_of_another_model(tmp_path: Path, text: str) -> None:
    save_file({"time_embedding.linear_1.weight": torch.zeros(4, 4)}, tmp_path / "x.safetensors")
    (tmp_path / "config.json").write_text(text)
    assert "config.json" in refused(tmp_path / "x.safetensors", CheckpointMismatch).what


def test_a_full_disk(tmp_path: Path, ddpm: State, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(ddpm, tmp_path / "face.ckpt")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SaveError, match="No space left"):
        list(convert(path, tmp_path / "packs" / "pack"))
    assert list((tmp_path / "packs").iterdir()) == []


def test_names_that_cannot_be_shown(tmp_path: Path, ddpm: State) -> None:
    path = saved({**ddpm, "\x1b[31mred\n": torch.zeros(1)}, tmp_path / "fa\nce.ckpt")
    assert "\x1b" not in refused(path, CheckpointMismatch).what
