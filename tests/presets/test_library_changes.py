"""Favourites, what was removed and comes back, and a disk that refuses."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.preset_files import names, put, titles

from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.presets.library import FolderPresetLibrary


@pytest.mark.parametrize("content", ["", "[[[[", "{}", "[1, null]", "[" * 100_000, '"own/smile.rtpreset"', "\xff"])
def test_a_damaged_list_of_favourites(library: FolderPresetLibrary, own: Path, smile: Path, content: str) -> None:
    (own / "favourites.json").write_bytes(content.encode("latin-1"))
    assert not any(preset.favourite for preset in library.presets())
    library.set_favourite(library.find("Smile"), True)
    assert library.find("Smile").favourite


def test_a_list_of_favourites_that_is_no_file(library: FolderPresetLibrary, own: Path, smile: Path) -> None:
    os.mkfifo(own / "favourites.json")
    assert len(library.presets()) == 2
    with pytest.raises(PresetError):
        library.set_favourite(library.find("Smile"), True)


def test_a_new_one_is_no_favourite_of_old(library: FolderPresetLibrary, smile: Path) -> None:
    library.set_favourite(library.find("Smile"), True)
    smile.unlink()
    path = library.new_path("Smile")
    put(path, "Smile")
    assert not library.find("Smile").favourite


def test_removed_and_put_back(library: FolderPresetLibrary, own: Path, smile: Path) -> None:
    library.set_favourite(library.find("Smile"), True)
    preset, content = library.find("Smile"), smile.read_bytes()
    library.remove(preset)
    assert titles(library) == ["Starter"] and not smile.exists() and not library.problems
    back = library.put_back(preset)
    assert (back.path, back.title, back.favourite) == (smile, "Smile", True)
    assert smile.read_bytes() == content
    assert names(own / ".removed") == []
    with pytest.raises(PresetError, match="not deleted"):
        library.put_back(preset)


def test_two_that_had_one_path_both_come_back(library: FolderPresetLibrary, own: Path, smile: Path) -> None:
    first = library.find("Smile")
    library.remove(first)
    put(smile, "Smile", 1)
    second, content = library.find("Smile"), smile.read_bytes()
    library.remove(second)
    put(smile, "Smile", 2)
    assert library.put_back(second).path == own / "Smile 2.rtpreset"
    assert (own / "Smile 2.rtpreset").read_bytes() == content
    assert library.put_back(first).path == own / "Smile 3.rtpreset"
    assert titles(library) == ["Smile", "Smile", "Smile", "Starter"]


def test_the_place_of_a_removed_one_is_kept(library: FolderPresetLibrary, smile: Path) -> None:
    preset = library.find("Smile")
    library.remove(preset)
    assert library.new_path("smile") != smile
    assert library.put_back(replace(preset)).path == smile


def test_the_next_start_empties_what_was_removed(
    library: FolderPresetLibrary, own: Path, built_in: Path, smile: Path
) -> None:
    preset = library.find("Smile")
    library.remove(preset)
    FolderPresetLibrary(own, built_in, packs=(), starting=False)
    assert len(names(own / ".removed")) == 1
    later = FolderPresetLibrary(own, built_in, packs=())
    assert not (own / ".removed").exists()
    for one in (later, library):
        with pytest.raises(PresetError, match="put back"):
            one.put_back(preset)


def test_emptying_follows_no_link(own: Path, built_in: Path, tmp_path: Path) -> None:
    put(tmp_path / "precious" / "a.rtpreset", "Precious")
    own.mkdir()
    (own / ".removed").symlink_to(tmp_path / "precious")
    FolderPresetLibrary(own, built_in, packs=())
    assert names(tmp_path / "precious") == ["a.rtpreset"]


def test_removing_what_is_gone(library: FolderPresetLibrary, smile: Path) -> None:
    preset = library.find("Smile")
    smile.unlink()
    for change in (lambda: library.remove(preset), lambda: library.rename(preset, "Other")):
        with pytest.raises(PresetError, match="any more"):
            change()


def refuse(*_: Any, **__: Any) -> Any:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


def changes(library: FolderPresetLibrary, mail: Path) -> dict[str, Callable[[], object]]:
    preset = library.find("Smile")
    return {
        "add": lambda: library.add(mail),
        "rename": lambda: library.rename(preset, "Other"),
        "favourite": lambda: library.set_favourite(preset, True),
        "remove": lambda: library.remove(preset),
        "share": lambda: library.share(preset, mail.with_name("out.rtpreset")),
    }


def contents(folder: Path) -> dict[Path, bytes]:
    """Of every file but the locks, which are empty."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


@pytest.mark.parametrize("change", ["add", "rename", "favourite", "remove", "share"])
def test_a_read_only_folder(library: FolderPresetLibrary, own: Path, smile: Path, tmp_path: Path, change: str) -> None:
    mail = put(tmp_path / "mail.rtpreset", "Mail", 5)
    todo = changes(library, mail)[change]
    before = contents(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        patch.setattr("rtedit_desktop.support.paths.open", refuse, raising=False)
        with pytest.raises(PresetError, match="Read-only file system"):
            todo()
    assert contents(tmp_path) == before
    assert titles(library) == ["Smile", "Starter"]


def test_putting_back_into_a_read_only_folder_can_be_tried_again(library: FolderPresetLibrary, smile: Path) -> None:
    preset = library.find("Smile")
    library.remove(preset)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("link", "replace", "rename"):
            patch.setattr(os, name, refuse)
        with pytest.raises(PresetError, match="Read-only file system"):
            library.put_back(preset)
    assert library.put_back(preset).path == smile


def test_a_folder_that_cannot_be_made(tmp_path: Path, built_in: Path) -> None:
    (tmp_path / "file").write_text("x")
    library = FolderPresetLibrary(tmp_path / "file" / "presets", built_in, packs=())
    with pytest.raises(PresetError):
        library.new_path("Smile")
    with pytest.raises(PresetError):
        library.set_favourite(library.find("Starter"), True)
