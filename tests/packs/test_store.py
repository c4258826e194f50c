from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import BinaryIO

import open_clip
import pytest
import torch
from diffusers import UNet2DModel
from support.nets import tiny_pack as tiny

from rtedit_desktop.core.errors import PackDamaged, SaveError
from rtedit_desktop.packs import store
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import CLIP_FILE, UNET_FILE


@pytest.fixture
def pack(tiny_pack: Path, tmp_path: Path) -> Manifest:
    """A copy of the tiny pack that may be damaged."""
    return manifests.read(Path(shutil.copytree(tiny_pack, tmp_path / "pack")))


def touch(path: Path) -> None:
    """Make sure that the time of a changed file differs."""
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1_000_000_000))


def test_the_weights_fit_the_models_of_the_manifest(tiny_pack: Path) -> None:
    manifest = manifests.read(tiny_pack)
    store.verify(manifest)
    unet, clip = store.load_tensors(manifest, UNET_FILE), store.load_tensors(manifest, CLIP_FILE)
    assert all(tensor.dtype == torch.float32 for tensor in unet.values())
    UNet2DModel(**manifest.unet_config).load_state_dict(unet)
    open_clip.CLIP(**manifest.clip_config).load_state_dict(clip)
    assert sum(record.bytes for record in manifest.files.values()) < 8 * 2**20


def test_whole_numbers_are_not_turned_into_floats(tiny_pack: Path) -> None:
    clip = store.load_tensors(manifests.read(tiny_pack), CLIP_FILE)
    assert clip["visual.bn1.num_batches_tracked"].dtype == torch.int64


def test_a_damaged_byte_is_found(pack: Manifest) -> None:
    path = pack.path(UNET_FILE)
    store.verify(pack)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    touch(path)
    with pytest.raises(PackDamaged, match=r"unet\.safetensors"):
        store.verify(pack)
    with pytest.raises(PackDamaged, match=r"unet\.safetensors"):
        store.load_tensors(pack, UNET_FILE)
    store.verify_file(pack, CLIP_FILE)


def test_what_is_mapped_is_hashed_whatever_size_and_time_say(pack: Manifest) -> None:
    path = pack.path(UNET_FILE)
    store.verify(pack)
    before, raw = path.stat(), bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    store.verify(pack)  # a look at size and time tells nothing
    with pytest.raises(PackDamaged, match=r"unet\.safetensors.* content"):
        store.load_tensors(pack, UNET_FILE)
    with pytest.raises(PackDamaged, match=r"unet\.safetensors.* content"):
        store.read_verified(pack, UNET_FILE)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes among files here")
def test_a_pipe_is_not_waited_for(pack: Manifest) -> None:
    pack.path(CLIP_FILE).unlink()
    os.mkfifo(pack.path(CLIP_FILE))
    for read in (store.verify, lambda manifest: store.load_tensors(manifest, CLIP_FILE)):
        with pytest.raises(PackDamaged, match=r"clip\.safetensors"):
            read(pack)


def test_a_truncated_file_is_found(pack: Manifest) -> None:
    path = pack.path(CLIP_FILE)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(PackDamaged, match=r"clip\.safetensors.* damaged.* bytes"):
        store.verify(pack)


def test_a_missing_file_is_found(pack: Manifest) -> None:
    pack.path(CLIP_FILE).unlink()
    with pytest.raises(PackDamaged, match=r"clip\.safetensors.* missing"):
        store.load_tensors(pack, CLIP_FILE)


def test_a_folder_in_place_of_a_file(pack: Manifest) -> None:
    pack.path(CLIP_FILE).unlink()
    pack.path(CLIP_FILE).mkdir()
    with pytest.raises(PackDamaged, match=r"clip\.safetensors"):
        store.verify(pack)


def test_a_file_that_is_not_listed_is_not_loaded(pack: Manifest) -> None:
    with pytest.raises(PackDamaged, match="no file called"):
        store.load_tensors(pack, "../other.safetensors")


def test_a_file_is_hashed_once(pack: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def digest(file: BinaryIO) -> str:
        hashed.append(Path(file.name).name)
        return pack.files[hashed[-1]].sha256

    monkeypatch.setattr(store, "_sha256", digest)
    store.verify(pack)
    store.verify(pack)
    assert sorted(hashed) == sorted(pack.files)
    touch(pack.path(UNET_FILE))
    store.verify(pack)
    assert hashed[2:] == [UNET_FILE]


def small(folder: Path, content: bytes = b"MIT") -> Manifest:
    weights = {"w": torch.arange(6.0).reshape(2, 3).t()}
    return store.write_pack(folder, tiny.fields(), {UNET_FILE: weights, CLIP_FILE: weights}, {"LICENCE": content})


def test_a_written_pack_is_whole(tmp_path: Path) -> None:
    manifest = small(tmp_path / "é 写真")
    store.verify(manifest)
    assert torch.equal(store.load_tensors(manifest, UNET_FILE)["w"], torch.arange(6.0).reshape(2, 3).t())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["é 写真"]


def test_what_holds_no_weights_is_refused(tmp_path: Path) -> None:
    manifest = small(tmp_path / "pack")
    with pytest.raises(PackDamaged, match="does not hold weights"):
        store.load_tensors(manifest, "LICENCE")


def test_a_pack_is_replaced_as_a_whole(tmp_path: Path) -> None:
    small(tmp_path / "pack")
    manifest = small(tmp_path / "pack", b"other")
    store.verify(manifest)
    assert manifest.path("LICENCE").read_bytes() == b"other"
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_a_pack_is_replaced_where_folders_cannot_be_exchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "exchange", lambda *_: False)
    test_a_pack_is_replaced_as_a_whole(tmp_path)


def test_a_crash_between_two_names_loses_no_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "exchange", lambda *_: False)
    small(tmp_path / "pack")
    rename = Path.rename

    def dies(self: Path, to: Path) -> Path:
        if not self.name.endswith(".part"):
            return rename(self, to)
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(Path, "rename", dies)
        with pytest.raises(KeyboardInterrupt):
            small(tmp_path / "pack", b"other")
    assert not (tmp_path / "pack").exists()
    store.recover(tmp_path)
    manifest = manifests.read(tmp_path / "pack")
    store.verify(manifest)
    assert manifest.path("LICENCE").read_bytes() == b"MIT"
    store.recover(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


def test_wrong_fields_leave_the_old_pack(tmp_path: Path) -> None:
    old = small(tmp_path / "pack")
    with pytest.raises(PackDamaged, match="image_size"):
        store.write_pack(tmp_path / "pack", tiny.fields(image_size=0), {UNET_FILE: {}, CLIP_FILE: {}})
    store.verify(old)


def test_a_full_disk_leaves_the_old_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = small(tmp_path / "pack")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SaveError, match="No space left"):
        small(tmp_path / "pack", b"other")
    store.verify(old)
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]
