from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.nets import tiny_pack as tiny

from rtedit_desktop.core.errors import PackMissing, RTEditError
from rtedit_desktop.packs import registry
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest.records import CLIP_FILE, UNET_FILE
from rtedit_desktop.packs.manifest.shared_parts import PARTS
from rtedit_desktop.packs.registry import Entry
from rtedit_desktop.support.network import is_safe

LIVING = ("cage", "nicolas", "zuckerberg", "cumberbatch", "pitt", "jolie", "carrey")


def packs() -> list[Entry]:
    return [entry for entry in registry.entries() if not entry.shared_part]


def test_what_can_be_had() -> None:
    assert [entry.id for entry in packs()] == [
        "celebahq-256", "lsun-church-256", "lsun-bedroom-256", "lsun-cat-256", "ffhq-256", "afhq-dog-256",
        "imagenet-512", "imagenet-256",
    ]  # fmt: skip
    assert {entry.id for entry in registry.entries() if entry.shared_part} == set(PARTS)
    assert registry.find("Vit-b-16-QUICKGELU").shared_part
    with pytest.raises(PackMissing, match="no pack called"):
        registry.find("dragons")


def test_every_entry_says_where_it_comes_from() -> None:
    for entry in registry.entries():
        assert entry.licence and entry.attribution and is_safe(entry.origin)
        known = all(choice.sha256 for file in entry.files for choice in file.choices)
        assert known or entry.unverified
        for file in entry.files:
            assert 100e6 < file.about_bytes < 3e9
            assert all(choice.url.rpartition("/")[2] in (choice.name, "") for choice in file.choices)
        assert entry.downloadable == (entry.id not in ("afhq-dog-256", "ffhq-256"))


def test_a_known_hash_is_of_a_revision_that_cannot_change() -> None:
    pinned = [
        (entry, file, choice)
        for entry in registry.entries()
        for file in entry.files
        for choice in file.choices
        if choice.sha256
    ]
    assert {entry.id for entry, _, _ in pinned} == {"ViT-B-16-quickgelu", "ViT-B-32-quickgelu", "imagenet-256"}
    for entry, file, choice in pinned:
        assert re.fullmatch("[0-9a-f]{64}", choice.sha256)
        assert choice.bytes == pytest.approx(file.about_bytes, rel=0.01)
        assert entry.revision != "main" and f"/{entry.revision}/" in choice.url
        assert all(f"/{entry.revision}/" in other.url for other in file.choices)


def test_the_same_weights_under_other_names_can_be_imported() -> None:
    assert "celeba_hq.ckpt" in registry.find("celebahq-256").by_hand
    assert registry.find("ffhq-256").by_hand.startswith("get ffhq_10m.pt from ")
    assert "Not stated" in registry.find("ffhq-256").licence
    assert "that is left out" in registry.find("imagenet-512").attribution


def test_every_entry_makes_a_manifest(tmp_path: Path) -> None:
    for entry in packs():
        networks = tiny.fields()
        files = {name: {"sha256": "0" * 64, "bytes": 1} for name in (UNET_FILE, CLIP_FILE)}
        layout = {
            "format": 1,
            **entry.manifest_fields(),
            **{key: networks[key] for key in ("unet", "clip", "templates")},
            "image_size": 32,
            "files": files,
        }
        info = manifests.parse(layout, tmp_path).info
        assert info.suggestions and info.source == entry.source
        for suggestion in info.suggestions:
            info.check_prompt(suggestion.prompt, suggestion.source or info.source)
            assert not [name for name in LIVING if name in suggestion.prompt.lower()]


def test_settings_follow_the_kind_of_edit(tmp_path: Path) -> None:
    faces = registry.find("celebahq-256").editing
    kinds = {item["prompt"]: faces["settings"][item["kind"]] for item in faces["suggestions"]}
    assert (kinds["tanned face"]["t0"], kinds["smiling face"]["t0"], kinds["Zombie"]["t0"]) == (250, 350, 450)
    assert kinds["sketch"]["l1_weight"] == 0.3 and kinds["old person"]["iterations"] == 10


def test_every_pack_has_quick_settings() -> None:
    for entry in packs():
        assert entry.editing["quick"] == {"iterations": 4, "steps": 2, "learned_part": "up"}


def test_a_damaged_list_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "registry.json"
    for text in ("", "[]", json.dumps({"format": 1, "packs": [{"id": "x"}], "parts": []})):
        path.write_text(text)
        registry._read.cache_clear()
        with pytest.raises(RTEditError, match="damaged"):
            registry._read(path)
