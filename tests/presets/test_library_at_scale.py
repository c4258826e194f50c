"""The library with many files, files made to cost memory, and files that look alike to one system or another."""

from __future__ import annotations

import errno
import os
import tracemalloc
import unicodedata
from pathlib import Path

import pytest
from benchmarks.preset_mutations import info, join, weights, with_fields

from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.presets import library as libraries
from rtedit_desktop.presets.format import read_info, write
from rtedit_desktop.presets.library import FolderPresetLibrary


@pytest.fixture
def library(tmp_path: Path) -> FolderPresetLibrary:
    (tmp_path / "own").mkdir()
    return FolderPresetLibrary(tmp_path / "own", tmp_path / "built-in", packs=())


@pytest.fixture
def good(tmp_path: Path) -> bytes:
    write(tmp_path / "sample", info(before=None, after=None), weights())
    return (tmp_path / "sample").read_bytes()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were opened."""
    names: list[str] = []

    def counted(path: Path) -> PresetInfo:
        names.append(path.name)
        return read_info(path)

    monkeypatch.setattr(libraries, "read_info", counted)
    return names


def titled(good: bytes, title: str) -> bytes:
    return with_fields(good, lambda fields: fields.update(title=title))


def test_five_hundred_are_read_once(library: FolderPresetLibrary, good: bytes, read: list[str]) -> None:
    for number in range(500):
        (library.folder / f"{number}.rtpreset").write_bytes(titled(good, f"Edit {number:03}"))
    first = library.presets()
    assert [preset.title for preset in first] == [f"Edit {number:03}" for number in range(500)]
    assert len(read) == 500
    assert all(one is other or one.path == other.path for one, other in zip(first, library.presets(), strict=True))
    library.set_favourite(library.find("Edit 250"), True)
    assert library.presets()[0].title == "Edit 250"
    assert len(read) == 500
    library.rename(library.find("Edit 007"), "Edit of mine")
    library.remove(library.find("Edit 008"))
    assert len(library.presets()) == 499
    assert read[500:] == ["7.rtpreset"]


@pytest.mark.slow
def test_files_that_cost_memory_are_forgotten(library: FolderPresetLibrary) -> None:
    deep = b'{"a": [' + b"[]," * (2**20 // 3 - 100) + b'[]], "a": 1}'
    for number in range(10):
        (library.folder / f"{number}.rtpreset").write_bytes(join(deep, b""))
    tracemalloc.start()
    try:
        assert library.presets() == []
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(library.problems) == 10
    assert now < 2**20 and peak < 64 * 2**20


def test_a_file_of_the_same_size_and_time_is_another(library: FolderPresetLibrary, good: bytes) -> None:
    one, other = library.folder / "one.rtpreset", library.folder / "other.rtpreset"
    for path, title in ((one, "Smile"), (other, "Frown")):
        path.write_bytes(titled(good, title))
        os.utime(path, ns=(10**18, 10**18))
    assert library.find("Smile").path == one
    one.rename(library.folder / "x")
    other.rename(one)
    (library.folder / "x").rename(other)
    assert library.find("Smile").path == other


def test_accents_put_together_otherwise_are_the_same_name(library: FolderPresetLibrary, good: bytes) -> None:
    apart, together = (unicodedata.normalize(form, "Café élan") for form in ("NFD", "NFC"))
    (library.folder / f"{apart}.rtpreset").write_bytes(titled(good, apart))
    assert library.new_path(together).name == f"{together} 2.rtpreset"
    for name in (together, together.upper(), f"{together}.rtpreset"):
        assert library.find(name).title == apart


def test_found_by_another_way_to_its_folder(library: FolderPresetLibrary, good: bytes, tmp_path: Path) -> None:
    (library.folder / "smile.rtpreset").write_bytes(titled(good, "Smile"))
    library.set_favourite(library.find("Smile"), True)
    (tmp_path / "way").symlink_to(library.folder)
    for way in (tmp_path / "way", library.folder / ".." / "own"):
        found = library.find(str(way / "smile.rtpreset"))
        assert found.favourite and found.path == library.folder / "smile.rtpreset"


@pytest.mark.parametrize("name", ["~a\0.rtpreset", "~\ud800.rtpreset", "~\ud800/x.rtpreset", "x\0.rtpreset"])
def test_names_that_no_system_could_have(library: FolderPresetLibrary, name: str) -> None:
    with pytest.raises(PresetError, match="no preset"):
        library.find(name)


def test_adding_while_others_vanish(
    library: FolderPresetLibrary, good: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file on the library goes between the moment it is listed and the moment it is compared."""
    for number in range(3):
        (library.folder / f"{number}.rtpreset").write_bytes(titled(good, f"Edit {number}"))
    mail = tmp_path / "mail.rtpreset"
    mail.write_bytes(titled(good, "Edit 1"))
    listed = library.presets()
    for preset in listed:
        preset.path.unlink()
    monkeypatch.setattr(library, "presets", lambda: listed)
    added = library.add(mail).preset
    assert added.path.read_bytes() == mail.read_bytes()
    assert [path.name for path in library.folder.iterdir() if path.suffix != ".lock"] == [added.path.name]


def test_favourites_on_a_full_disk(library: FolderPresetLibrary, good: bytes) -> None:
    (library.folder / "smile.rtpreset").write_bytes(titled(good, "Smile"))
    (library.folder / "frown.rtpreset").write_bytes(titled(good, "Frown"))
    library.set_favourite(library.find("Smile"), True)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(PresetError, match="No space left"):
            library.set_favourite(library.find("Frown"), True)
    assert [preset.favourite for preset in library.presets()] == [True, False]
    assert len([path for path in library.folder.iterdir() if path.suffix != ".lock"]) == 3
