"""What a worker is sent: told by hash, checked, kept whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.nets import tiny_pack as tiny

from rtedit_desktop.cluster import parcels as parcels_module
from rtedit_desktop.cluster.parcels import Parcel, Parcels, whole
from rtedit_desktop.cluster.received import ReceivedFiles
from rtedit_desktop.core.errors import PackDamaged, PresetError, SaveError
from rtedit_desktop.packs import store
from rtedit_desktop.packs.manifest import shared_parts
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.reading import read
from rtedit_desktop.packs.manifest.records import CLIP_FILE


def same(piece: Any) -> bytes:
    assert isinstance(piece, bytes)
    return piece


@pytest.fixture
def manifest(tiny_pack: Path) -> Manifest:
    return read(tiny_pack)


@pytest.fixture
def received(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReceivedFiles:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "worker"))
    return ReceivedFiles()


def test_a_pack_comes_in_pieces_and_is_the_same(
    manifest: Manifest, received: ReceivedFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels_module, "PIECE", 1000)
    text = whole(manifest).to_json()
    assert not received.has(text)
    parcels = Parcels(lambda content: content).of_pack(manifest)
    assert all(len(piece) <= 1000 for parcel in parcels for piece in parcel.pieces)
    received.keep(text, parcels, same)
    assert received.has(text) and ReceivedFiles().has(text)
    there = received.catalog().manifest("tiny")
    store.verify(there)
    assert there.info.folder != manifest.info.folder and there.to_json() == text


def test_what_is_installed_already_is_not_sent(
    tmp_path: Path, received: ReceivedFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tiny.write(tmp_path / "worker" / "data" / "packs" / "tiny")
    assert received.has(whole(own).to_json())
    assert received.catalog().manifest("tiny").info.folder == own.info.folder


def test_another_pack_of_the_same_id_is_another(tmp_path: Path, manifest: Manifest, received: ReceivedFiles) -> None:
    other = tiny.write(tmp_path / "worker" / "data" / "packs" / "tiny", seed=1)
    text = whole(manifest).to_json()
    assert not received.has(text)
    received.keep(text, Parcels(lambda content: content).of_pack(manifest), same)
    assert received.catalog().manifest("tiny").files == manifest.files != other.files


@pytest.mark.parametrize("wrong", ["other bytes", "too few", "too many", "missing"])
def test_a_pack_that_comes_damaged_is_not_kept(
    tmp_path: Path, manifest: Manifest, received: ReceivedFiles, wrong: str
) -> None:
    first, *others = Parcels(lambda content: content).of_pack(manifest)
    content = b"".join(first.pieces)
    spoilt = {"other bytes": content[:-1] + b"?", "too few": content[:-1], "too many": content + b"?", "missing": b""}
    text = whole(manifest).to_json()
    sent = [*others, *([replace(first, pieces=(spoilt[wrong],))] if wrong != "missing" else [])]
    with pytest.raises(PackDamaged):
        received.keep(text, sent, same)
    assert not received.has(text)
    left = [path for path in (tmp_path / "worker").rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert not left


def test_a_manifest_that_is_none_is_refused(received: ReceivedFiles) -> None:
    for text in ("{", "[]", '{"format": 1, "id": "../out"}'):
        with pytest.raises(PackDamaged):
            received.keep(text, (), same)


def test_a_shared_part_goes_with_the_pack(
    tmp_path: Path, tiny_pack: Path, received: ReceivedFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = shared_parts.USUAL
    part = tmp_path / "worker" / "data" / "parts" / name
    part.mkdir(parents=True)
    content = (tiny_pack / CLIP_FILE).read_bytes()
    (part / CLIP_FILE).write_bytes(content)
    noted = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    (part / "part.json").write_text(json.dumps({"format": 1, "part": name, "file": noted}))
    alone = read(tiny_pack)
    files = {file: record for file, record in alone.files.items() if file != CLIP_FILE}
    manifest = replace(alone, clip_part=name, files=files)
    text = whole(manifest).to_json()
    parcels = Parcels(lambda content: content).of_pack(manifest)
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "another worker"))
    another = ReceivedFiles()
    another.keep(text, parcels, same)
    there = another.catalog().manifest("tiny")
    assert there.clip_part == "" and there.files[CLIP_FILE].sha256 == noted["sha256"]


def test_a_preset_keeps_its_name_and_has_to_be_what_was_meant(tmp_path: Path, received: ReceivedFiles) -> None:
    preset = tmp_path / "a smile.rtpreset"
    preset.write_bytes(b"smile")
    parcel = Parcels(lambda content: content).of_preset(preset)
    kept = received.preset(parcel, same)
    assert kept.name == preset.name and kept.read_bytes() == b"smile"
    kept.write_bytes(b"changed")
    assert ReceivedFiles().preset(parcel, same).read_bytes() == b"smile"
    with pytest.raises(PresetError):
        received.preset(Parcel("b.rtpreset", "0" * 64, (b"smile",)), same)
    with pytest.raises(PresetError):
        Parcels(same).of_preset(tmp_path / "gone.rtpreset")


def test_a_name_cannot_lead_away(tmp_path: Path, received: ReceivedFiles) -> None:
    sha256 = hashlib.sha256(b"smile").hexdigest()
    kept = received.preset(Parcel("../../../out:side.rtpreset", sha256, (b"smile",)), same)
    assert kept.parent.name == sha256 and kept.name == "out side.rtpreset"


def test_a_preset_is_the_one_that_the_batch_began_with(tmp_path: Path) -> None:
    preset = tmp_path / "smile.rtpreset"
    preset.write_bytes(b"smile")
    parcels = Parcels(lambda content: content)
    first = parcels.of_preset(preset)
    preset.write_bytes(b"another")
    assert parcels.of_preset(preset) == first


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="anybody may write there"
)
def test_a_disk_that_takes_nothing_is_told(tmp_path: Path, manifest: Manifest, received: ReceivedFiles) -> None:
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker").chmod(0o500)
    with pytest.raises(SaveError):
        received.keep(whole(manifest).to_json(), (), same)


@pytest.mark.parametrize("new", ["pack", "preset"])
def test_what_nobody_used_for_months_makes_room(
    tmp_path: Path, manifest: Manifest, received: ReceivedFiles, new: str
) -> None:
    pack, preset = (tmp_path / "worker" / "cache" / "cluster" / room / ("0" * 64) for room in ("packs", "presets"))
    for old in (pack, preset):
        old.mkdir(parents=True)
        os.utime(old, (0, 0))
    if new == "pack":
        received.keep(whole(manifest).to_json(), Parcels(lambda content: content).of_pack(manifest), same)
    else:
        received.preset(Parcel("a.rtpreset", hashlib.sha256(b"smile").hexdigest(), (b"smile",)), same)
    assert not pack.exists() and not preset.exists()
