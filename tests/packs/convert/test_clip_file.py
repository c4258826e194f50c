from __future__ import annotations

import os
import shutil
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import open_clip
import pytest
import torch
from safetensors.torch import load_file, save_file
from support.nets.tiny_clip import TINY
from torch import Tensor, nn

from rtedit_desktop.core.errors import (
    CheckpointDamaged,
    CheckpointError,
    CheckpointMismatch,
    CheckpointUnsafe,
    PackMissing,
)
from rtedit_desktop.packs.convert.clip_file import clip_shapes
from rtedit_desktop.packs.convert.conversion import convert
from rtedit_desktop.packs.manifest import shared_parts
from rtedit_desktop.packs.manifest.records import CLIP_FILE
from rtedit_desktop.packs.manifest.shared_parts import PARTS, USUAL


@pytest.fixture(autouse=True)
def _tiny_part(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setitem(PARTS, USUAL, TINY)  # type: ignore[arg-type]
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    yield


@pytest.fixture(scope="module")
def clip() -> dict[str, Tensor]:
    return open_clip.CLIP(**TINY.config, quick_gelu=True).state_dict()


def program(state: dict[str, Tensor], path: Path) -> Path:
    """A TorchScript archive with these weights, as OpenAI publishes them."""
    root = nn.Module()
    for name, tensor in state.items():
        *way, last = name.split(".")
        node = root
        for part in way:
            if part not in node._modules:
                node.add_module(part, nn.Module())
            node = node.get_submodule(part)
        node.register_buffer(last, tensor)
    root.register_buffer("input_resolution", torch.tensor(224))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.script(root).save(str(path))
    return path


def imported(path: Path, domain: str | None = None) -> dict[str, Tensor]:
    list(convert(path, shared_parts.folder(USUAL), domain))
    assert shared_parts.installed(USUAL)
    content = load_file(shared_parts.folder(USUAL) / CLIP_FILE)
    open_clip.CLIP(**TINY.config, quick_gelu=True).load_state_dict(content, strict=True)
    return content


def same(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> bool:
    return set(ours) == set(theirs) and all(torch.equal(ours[name], theirs[name]) for name in ours)


@pytest.mark.parametrize("name", ["ViT-B-16-quickgelu", "ViT-B-32-quickgelu"])
def test_the_parts_are_as_open_clip_has_them(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    part, theirs = PARTS[name], open_clip.get_model_config(name)
    assert theirs.pop("quick_gelu") == part.quick_gelu
    assert dict(part.config) == theirs
    published = open_clip.get_pretrained_cfg(name, "openai")
    assert published["hf_hub"].strip("/") == part.hub
    assert list(published["mean"]) == part.fields()["mean"]
    assert list(published["std"]) == part.fields()["std"]
    with torch.device("meta"):
        net = open_clip.CLIP(**part.config, quick_gelu=True)
    assert clip_shapes(part.config) == {key: tuple(tensor.shape) for key, tensor in net.state_dict().items()}


@pytest.mark.parametrize("domain", [None, USUAL])
def test_safetensors(tmp_path: Path, clip: dict[str, Tensor], domain: str | None) -> None:
    save_file(clip, tmp_path / "open_clip_model.safetensors")
    assert same(imported(tmp_path / "open_clip_model.safetensors", domain), clip)


def test_a_folder_of_the_hub(tmp_path: Path, clip: dict[str, Tensor]) -> None:
    (tmp_path / "hub").mkdir()
    save_file(clip, tmp_path / "hub" / "open_clip_model.safetensors")
    assert same(imported(tmp_path / "hub"), clip)


def test_a_state_dict_in_half_precision(tmp_path: Path, clip: dict[str, Tensor]) -> None:
    half = {name: tensor.half() for name, tensor in clip.items()}
    torch.save({**half, "context_length": torch.tensor(77)}, tmp_path / "ViT-B-16.pt")
    assert same(imported(tmp_path / "ViT-B-16.pt"), half)


def test_the_weights_of_a_program_are_read_without_running_it(
    tmp_path: Path, clip: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    half = {name: tensor.half() if "resblocks" in name else tensor for name, tensor in clip.items()}
    path = program(half, tmp_path / "ViT-B-16.pt")

    def run(*args: object, **keywords: object) -> None:
        raise AssertionError("the program was loaded")

    monkeypatch.setattr(torch.jit, "load", run)
    monkeypatch.setattr(torch, "load", run)
    assert same(imported(path), half)


def rewritten(path: Path, old: bytes, new: bytes) -> None:
    """The archive with its pickle changed."""
    with zipfile.ZipFile(path) as archive:
        content = {info: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w") as archive:
        for info, raw in content.items():
            if info.filename.endswith("/data.pkl"):
                assert old in raw
                raw = raw.replace(old, new)
            archive.writestr(info.filename, raw)


@pytest.mark.parametrize("name", [b"posix\nmkdir", b"builtins\neval", b"torch.storage\n_load_from_bytes"])
def test_a_program_whose_pickle_runs_something_is_refused(tmp_path: Path, clip: dict[str, Tensor], name: bytes) -> None:
    path = program(clip, tmp_path / "ViT-B-16.pt")
    rewritten(path, b"ctorch._utils\n_rebuild_tensor_v2\n", b"c" + name + b"\n")
    with pytest.raises(CheckpointUnsafe) as caught:
        imported(path)
    assert "none of it was run" in caught.value.what
    assert not shared_parts.folder(USUAL).exists()
    assert sorted(os.listdir(tmp_path)) == ["ViT-B-16.pt"]


def test_a_program_that_is_not_whole(tmp_path: Path, clip: dict[str, Tensor]) -> None:
    path = program(clip, tmp_path / "ViT-B-16.pt")
    rewritten(path, b"K\x01t\x89", b"K\x09t\x89")
    with pytest.raises(CheckpointDamaged):
        imported(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CheckpointError):
        imported(path)


def test_a_program_in_the_place_of_an_image_model(tmp_path: Path, clip: dict[str, Tensor]) -> None:
    path = program(clip, tmp_path / "face.pt")
    with pytest.raises(CheckpointUnsafe, match="TorchScript"):
        list(convert(path, tmp_path / "pack", "celebahq-256"))


def test_a_clip_in_the_place_of_an_image_model(tmp_path: Path, clip: dict[str, Tensor]) -> None:
    save_file(clip, tmp_path / "x.safetensors")
    with pytest.raises(CheckpointMismatch, match="is a CLIP"):
        list(convert(tmp_path / "x.safetensors", tmp_path / "pack", "celebahq-256"))


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("visual.proj", None, "visual.proj is missing"),
        ("visual.proj", torch.zeros(3), "visual.proj has another shape"),
        ("more", torch.zeros(3), "more is not part of it"),
    ],
)
def test_another_clip(tmp_path: Path, clip: dict[str, Tensor], name: str, change: Tensor | None, says: str) -> None:
    state = {**clip, name: change} if change is not None else {k: v for k, v in clip.items() if k != name}
    save_file(state, tmp_path / "x.safetensors")
    with pytest.raises(CheckpointMismatch) as caught:
        imported(tmp_path / "x.safetensors")
    assert says in caught.value.what
    assert "nobody/tiny" in caught.value.todo


def test_values_that_are_not_finite(tmp_path: Path, clip: dict[str, Tensor]) -> None:
    save_file({**clip, "logit_scale": torch.tensor(float("nan"))}, tmp_path / "x.safetensors")
    with pytest.raises(CheckpointDamaged, match="logit_scale"):
        imported(tmp_path / "x.safetensors")


def test_a_part_that_is_not_there_or_damaged(tmp_path: Path, clip: dict[str, Tensor]) -> None:
    assert not shared_parts.installed(USUAL)
    with pytest.raises(PackMissing, match="The pack Faces needs the text model CLIP tiny"):
        shared_parts.record(USUAL, "Faces")
    save_file(clip, tmp_path / "x.safetensors")
    imported(tmp_path / "x.safetensors")
    (shared_parts.folder(USUAL) / CLIP_FILE).write_bytes(b"short")
    assert not shared_parts.installed(USUAL)
    imported(tmp_path / "x.safetensors")
    shutil.rmtree(shared_parts.folder(USUAL))
    assert not shared_parts.installed(USUAL)
