"""The library: what is on it, and how it is found."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from benchmarks.preset_mutations import with_fields
from support.preset_files import put, titles

from rtedit_desktop.core.errors import PresetDamaged, PresetError
from rtedit_desktop.core.preset import PresetInfo, PresetLibrary
from rtedit_desktop.presets import library as libraries
from rtedit_desktop.presets.format import read_info
from rtedit_desktop.presets.library import FolderPresetLibrary
from rtedit_desktop.support.paths import user_data


def test_it_is_a_library(library: FolderPresetLibrary, own: Path) -> None:
    as_the_window_sees_it: PresetLibrary = library
    assert as_the_window_sees_it.folder == own
    assert not own.exists()


def test_folders_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(libraries, "resources", lambda: tmp_path)
    put(tmp_path / "presets" / "a.rtpreset", "Comes along")
    library = FolderPresetLibrary()
    assert library.folder == user_data() / "presets"
    assert titles(library) == ["Comes along"]


def test_favourites_first_then_by_title(library: FolderPresetLibrary, own: Path) -> None:
    for title in ("beard", "Ángel", "Cat", "apple"):
        put(own / f"{title}.rtpreset", title)
    library.set_favourite(library.find("Cat"), True)
    library.set_favourite(library.find("Starter"), True)
    assert titles(library) == ["Cat", "Starter", "apple", "beard", "Ángel"]
    assert [(p.built_in, p.favourite) for p in library.presets()][:3] == [(False, True), (True, True), (False, False)]
    assert titles(FolderPresetLibrary(own, library._built_in, packs=())) == titles(library)
    library.set_favourite(library.find("Cat"), False)
    assert not library.find("Cat").favourite


def test_no_folder_is_an_empty_library(tmp_path: Path) -> None:
    library = FolderPresetLibrary(tmp_path / "nowhere", tmp_path / "neither", packs=())
    assert (library.presets(), list(library.problems)) == ([], [])


def test_a_pack_brings_its_edits_which_are_only_read(own: Path, built_in: Path, tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    put(packs / "faces" / "beard.rtpreset", "Beard")
    put(packs / "left" / "hat.rtpreset", "Of no pack")
    put(packs / ".faces.part" / "hat.rtpreset", "Half-written")
    for name in ("faces", ".faces.part"):
        (packs / name / "manifest.json").write_text("{}")
    library = FolderPresetLibrary(own, built_in, packs=(packs, tmp_path / "nowhere"))
    assert titles(library) == ["Beard", "Starter"]
    beard = library.find("Beard")
    assert beard.built_in
    library.set_favourite(beard, True)
    assert titles(FolderPresetLibrary(own, built_in, packs=(packs,))) == ["Beard", "Starter"]
    assert library.find("Beard").favourite
    for change in (library.remove, lambda preset: library.rename(preset, "Other")):
        with pytest.raises(PresetError, match="comes with"):
            change(beard)
    assert beard.path.exists()


def test_files_of_others_do_not_stop_the_list(library: FolderPresetLibrary, own: Path, smile: Path) -> None:
    (own / "holiday.jpg").write_bytes(b"\xff\xd8")
    (own / "cut.rtpreset").write_bytes(smile.read_bytes()[:-5])
    (own / "newer.rtpreset").write_bytes(with_fields(smile.read_bytes(), lambda fields: fields.update(format=99)))
    (own / "empty.RTPRESET").touch()
    (own / "folder.rtpreset").mkdir()
    (own / ".hidden.rtpreset").touch()
    (own / "link.rtpreset").symlink_to(own / "nowhere")
    os.mkfifo(own / "pipe.rtpreset")
    for _ in range(2):
        assert titles(library) == ["Smile", "Starter"]
        fields = " ".join(str(problem) for problem in library.problems)
        assert len(library.problems) == 5
        assert all(name in fields for name in ("cut", "newer", "empty", "folder", "pipe"))


def test_a_problem_goes_with_its_file(library: FolderPresetLibrary, own: Path, smile: Path) -> None:
    (own / "cut.rtpreset").write_bytes(b"x")
    library.presets()
    assert len(library.problems) == 1
    (own / "cut.rtpreset").write_bytes(smile.read_bytes())
    assert len(library.presets()) == 3
    assert not library.problems


def test_a_folder_that_cannot_be_read_is_reported(tmp_path: Path, built_in: Path) -> None:
    (tmp_path / "file").write_text("x")
    library = FolderPresetLibrary(tmp_path / "file", built_in, packs=())
    assert titles(library) == ["Starter"]
    assert len(library.problems) == 1


def test_a_file_is_read_once_while_it_stays_as_it_is(
    library: FolderPresetLibrary, own: Path, smile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own / "bad.rtpreset").write_bytes(b"x")
    read: list[str] = []

    def counted(path: Path) -> PresetInfo:
        read.append(path.name)
        return read_info(path)

    monkeypatch.setattr(libraries, "read_info", counted)
    library.presets()
    library.presets()
    assert sorted(read) == ["bad.rtpreset", "smile.rtpreset", "starter.rtpreset"]
    put(smile, "Broad smile")
    assert "Broad smile" in titles(library)
    assert read[3:] == ["smile.rtpreset"]
    smile.unlink()
    assert titles(library) == ["Starter"]
    assert all(key[0] != smile for key in library._known)


def test_a_file_that_goes_while_it_is_listed(
    library: FolderPresetLibrary, smile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(path: Path) -> PresetInfo:
        smile.unlink(missing_ok=True)
        return read_info(path)

    monkeypatch.setattr(libraries, "read_info", gone)
    assert titles(library) == ["Starter"]
    assert not library.problems


def test_files_come_and_go_while_it_is_listed(library: FolderPresetLibrary, own: Path) -> None:
    content = put(own / "stays.rtpreset", "Stays").read_bytes()
    over = threading.Event()
    failures: list[BaseException] = []

    def churn() -> None:
        try:
            while not over.is_set():
                for n in range(20):
                    (own / f"x{n}.rtpreset").write_bytes(content)
                for n in range(20):
                    (own / f"x{n}.rtpreset").unlink()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        for _ in range(40):
            assert "Stays" in titles(library)
    finally:
        over.set()
        thread.join()
    assert not failures


@pytest.mark.parametrize("name", ["Smile", "sMILE", " Smile ", "smile.rtpreset", "SMILE.RTPRESET", "smile"])
def test_found_by_title_or_file_name(library: FolderPresetLibrary, smile: Path, name: str) -> None:
    assert library.find(name).path == smile


def test_found_by_path(library: FolderPresetLibrary, built_in: Path, smile: Path, tmp_path: Path) -> None:
    library.set_favourite(library.find("Smile"), True)
    assert library.find(str(smile)).favourite
    assert library.find(str(built_in / "starter.rtpreset")).built_in
    other = put(tmp_path / "mail" / "other.rtpreset", "Smile")
    assert library.find(str(other)).path == other


@pytest.mark.parametrize("name", ["", "nothing", "a\0b", "\ud800", "~nobody/x", "../x.rtpreset", "/", "x" * 5000])
def test_what_is_not_there(library: FolderPresetLibrary, smile: Path, name: str) -> None:
    with pytest.raises(PresetError, match="no preset"):
        library.find(name)


def test_a_damaged_one_says_why(library: FolderPresetLibrary, own: Path, smile: Path) -> None:
    (own / "cut.rtpreset").write_bytes(smile.read_bytes()[:-5])
    with pytest.raises(PresetDamaged):
        library.find("cut.rtpreset")


def test_of_two_with_one_title_neither_is_guessed(library: FolderPresetLibrary, own: Path, smile: Path) -> None:
    put(own / "other.rtpreset", "Smile")
    with pytest.raises(PresetError, match=r"2 presets.*smile\.rtpreset"):
        library.find("Smile")
    assert library.find("other").path.name == "other.rtpreset"
