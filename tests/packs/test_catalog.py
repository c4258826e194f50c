from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.nets import tiny_pack

from rtedit_desktop.core.errors import PackDamaged, PackMissing
from rtedit_desktop.packs.catalog import Catalog

RECORD = {"sha256": "0" * 64, "bytes": 1}


def put(folder: Path, **changes: Any) -> Path:
    """A pack folder with a manifest and no weights: all that a catalog looks at."""
    folder.mkdir(parents=True)
    files = {"unet.safetensors": RECORD, "clip.safetensors": RECORD}
    text = json.dumps({"format": 1, **tiny_pack.fields(**changes), "files": files})
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return folder


def test_packs_are_listed_in_order(tmp_path: Path) -> None:
    put(tmp_path / "own" / "a", id="a")
    put(tmp_path / "built-in" / "z", id="z")
    put(tmp_path / "built-in" / "b", id="b")
    catalog = Catalog([tmp_path / "built-in", tmp_path / "own", tmp_path / "not there"])
    assert [pack.id for pack in catalog.packs()] == ["b", "z", "a"]
    assert catalog.problems == []
    assert catalog.manifest("a").info.folder == tmp_path / "own" / "a"


def test_portraits_come_first_where_they_are_installed(tmp_path: Path) -> None:
    put(tmp_path / "built-in" / "avatars", id="avatars")
    put(tmp_path / "built-in" / "portraits", id="portraits")
    put(tmp_path / "own" / "a", id="a")
    catalog = Catalog([tmp_path / "built-in", tmp_path / "own"])
    assert [pack.id for pack in catalog.packs()] == ["portraits", "avatars", "a"]


def test_a_broken_pack_does_not_hide_the_others(tmp_path: Path) -> None:
    put(tmp_path / "good", id="good")
    put(tmp_path / "bad", image_size="large")
    (tmp_path / "empty").mkdir()
    (tmp_path / ".new.part").mkdir()
    (tmp_path / "readme.txt").write_text("hello")
    catalog = Catalog([tmp_path])
    assert [pack.id for pack in catalog.packs()] == ["good"]
    assert [type(problem) for problem in catalog.problems] == [PackDamaged, PackDamaged]
    with pytest.raises(PackDamaged, match="image_size"):
        catalog.manifest("bad")


def test_the_first_of_two_packs_with_one_id_wins_and_it_is_reported(tmp_path: Path) -> None:
    built_in = put(tmp_path / "built-in" / "tiny")
    own = put(tmp_path / "own" / "tiny", title="Mine")
    catalog = Catalog([tmp_path / "built-in", tmp_path / "own"])
    assert [pack.title for pack in catalog.packs()] == ["Tiny"]
    assert catalog.manifest("tiny").info.folder == built_in
    (problem,) = catalog.problems
    assert f"{built_in} is used, {own} is left out" in problem.what
    catalog.packs()
    assert len(catalog.problems) == 1


def test_a_missing_pack_names_those_that_are_there(tmp_path: Path) -> None:
    put(tmp_path / "one", id="one")
    put(tmp_path / "two", id="two")
    with pytest.raises(PackMissing) as caught:
        Catalog([tmp_path]).manifest("dogs")
    assert "dogs" in caught.value.what
    assert "one, two" in caught.value.todo
    with pytest.raises(PackMissing, match="No pack is installed"):
        Catalog([]).manifest("dogs")


def test_a_unicode_folder(tmp_path: Path) -> None:
    folder = put(tmp_path / "é 写真 🙂" / "mein paket", id="odd")
    assert Catalog([folder.parent]).manifest("odd").info.folder == folder


def test_the_packs_that_come_with_the_app_suggest_nothing_that_they_often_do_badly() -> None:
    packs = Catalog.default().packs()
    assert {"portraits", "avatars"} <= {pack.id for pack in packs}
    weak = {one.prompt: pack.unsure_about(one.prompt) for pack in packs for one in pack.suggestions}
    assert {prompt: words for prompt, words in weak.items() if words} == {}
    portraits = next(pack for pack in packs if pack.id == "portraits")
    weak_edits = {edit.title for edit in portraits.unsure_edits}
    assert weak_edits == {"Stubble", "Eye makeup", "Blond hair", "Grey hair", "Night"}
