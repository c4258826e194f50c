"""The shelf: what is on it, what comes and goes, and what a disk or another program does meanwhile."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks.preset_mutations import BASE, SHAPES, info, weights, with_said

from rtedit_desktop.core.errors import PresetDamaged, PresetError
from rtedit_desktop.core.paths import user_data
from rtedit_desktop.core.preset import PresetInfo, PresetShelf
from rtedit_desktop.presets import library as libraries
from rtedit_desktop.presets.format import read_info, read_weights, write
from rtedit_desktop.presets.library import Library


def put(path: Path, title: str, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, info(title=title, path=path), weights(seed))
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own"


@pytest.fixture
def built_in(tmp_path: Path) -> Path:
    put(tmp_path / "built-in" / "starter.rtpreset", "Starter")
    return tmp_path / "built-in"


@pytest.fixture
def library(own: Path, built_in: Path) -> Library:
    return Library(own, built_in)


@pytest.fixture
def smile(own: Path) -> Path:
    return put(own / "smile.rtpreset", "Smile")


def titles(library: Library) -> list[str]:
    return [preset.title for preset in library.presets()]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- listed ----------------------------------------------------------------------------------


def test_it_is_a_shelf(library: Library, own: Path) -> None:
    shelf: PresetShelf = library
    assert shelf.folder == own
    assert not own.exists()


def test_folders_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(libraries, "resources", lambda: tmp_path)
    put(tmp_path / "presets" / "a.rtpreset", "Comes along")
    library = Library()
    assert library.folder == user_data() / "presets"
    assert titles(library) == ["Comes along"]


def test_favourites_first_then_by_title(library: Library, own: Path) -> None:
    for title in ("beard", "Ángel", "Cat", "apple"):
        put(own / f"{title}.rtpreset", title)
    library.set_favourite(library.find("Cat"), True)
    library.set_favourite(library.find("Starter"), True)
    assert titles(library) == ["Cat", "Starter", "apple", "beard", "Ángel"]
    assert [(p.built_in, p.favourite) for p in library.presets()][:3] == [(False, True), (True, True), (False, False)]
    assert titles(Library(own, library._built_in)) == titles(library)
    library.set_favourite(library.find("Cat"), False)
    assert not library.find("Cat").favourite


def test_no_folder_is_an_empty_shelf(tmp_path: Path) -> None:
    library = Library(tmp_path / "nowhere", tmp_path / "neither")
    assert (library.presets(), list(library.problems)) == ([], [])


def test_files_of_others_do_not_stop_the_list(library: Library, own: Path, smile: Path) -> None:
    (own / "holiday.jpg").write_bytes(b"\xff\xd8")
    (own / "cut.rtpreset").write_bytes(smile.read_bytes()[:-5])
    (own / "newer.rtpreset").write_bytes(with_said(smile.read_bytes(), lambda said: said.update(format=99)))
    (own / "empty.RTPRESET").touch()
    (own / "folder.rtpreset").mkdir()
    (own / ".hidden.rtpreset").touch()
    (own / "link.rtpreset").symlink_to(own / "nowhere")
    os.mkfifo(own / "pipe.rtpreset")
    for _ in range(2):
        assert titles(library) == ["Smile", "Starter"]
        said = " ".join(str(problem) for problem in library.problems)
        assert len(library.problems) == 5
        assert all(name in said for name in ("cut", "newer", "empty", "folder", "pipe"))


def test_a_problem_goes_with_its_file(library: Library, own: Path, smile: Path) -> None:
    (own / "cut.rtpreset").write_bytes(b"x")
    library.presets()
    assert len(library.problems) == 1
    (own / "cut.rtpreset").write_bytes(smile.read_bytes())
    assert len(library.presets()) == 3
    assert not library.problems


def test_a_folder_that_cannot_be_read_is_said(tmp_path: Path, built_in: Path) -> None:
    (tmp_path / "file").write_text("x")
    library = Library(tmp_path / "file", built_in)
    assert titles(library) == ["Starter"]
    assert len(library.problems) == 1


def test_a_file_is_read_once_while_it_stays_as_it_is(
    library: Library, own: Path, smile: Path, monkeypatch: pytest.MonkeyPatch
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


def test_a_file_that_goes_while_it_is_listed(library: Library, smile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(path: Path) -> PresetInfo:
        smile.unlink(missing_ok=True)
        return read_info(path)

    monkeypatch.setattr(libraries, "read_info", gone)
    assert titles(library) == ["Starter"]
    assert not library.problems


def test_files_come_and_go_while_it_is_listed(library: Library, own: Path) -> None:
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


# --- found -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Smile", "sMILE", " Smile ", "smile.rtpreset", "SMILE.RTPRESET", "smile"])
def test_found_by_title_or_file_name(library: Library, smile: Path, name: str) -> None:
    assert library.find(name).path == smile


def test_found_by_path(library: Library, built_in: Path, smile: Path, tmp_path: Path) -> None:
    library.set_favourite(library.find("Smile"), True)
    assert library.find(str(smile)).favourite
    assert library.find(str(built_in / "starter.rtpreset")).built_in
    other = put(tmp_path / "mail" / "other.rtpreset", "Smile")
    assert library.find(str(other)).path == other


@pytest.mark.parametrize("name", ["", "nothing", "a\0b", "\ud800", "~nobody/x", "../x.rtpreset", "/", "x" * 5000])
def test_what_is_not_there(library: Library, smile: Path, name: str) -> None:
    with pytest.raises(PresetError, match="no preset"):
        library.find(name)


def test_a_damaged_one_says_why(library: Library, own: Path, smile: Path) -> None:
    (own / "cut.rtpreset").write_bytes(smile.read_bytes()[:-5])
    with pytest.raises(PresetDamaged):
        library.find("cut.rtpreset")


def test_of_two_with_one_title_neither_is_guessed(library: Library, own: Path, smile: Path) -> None:
    put(own / "other.rtpreset", "Smile")
    with pytest.raises(PresetError, match=r"2 presets.*smile\.rtpreset"):
        library.find("Smile")
    assert library.find("other").path.name == "other.rtpreset"


# --- taken in and given out ------------------------------------------------------------------


def test_added_and_shared_byte_for_byte(library: Library, own: Path, tmp_path: Path) -> None:
    mail = put(tmp_path / "mail" / "a b.rtpreset", "Grüße: 写真")
    added = library.add(mail)
    assert added.path == own / "Grüße 写真.rtpreset"
    assert added.path.read_bytes() == mail.read_bytes()
    assert set(read_weights(added.path, SHAPES, BASE)) == set(SHAPES)
    library.share(added, tmp_path / "out.rtpreset")
    assert (tmp_path / "out.rtpreset").read_bytes() == mail.read_bytes()
    library.share(added, added.path)
    assert added.path.read_bytes() == mail.read_bytes()


def test_the_same_bytes_are_not_copied_again(library: Library, own: Path, built_in: Path, tmp_path: Path) -> None:
    mail = put(tmp_path / "mail.rtpreset", "Smile")
    first = library.add(mail)
    library.set_favourite(first, True)
    again = library.add(mail)
    assert (again.path, again.favourite) == (first.path, True)
    assert library.add(first.path).path == first.path
    starter = library.add(built_in / "starter.rtpreset")
    assert starter.built_in
    assert names(own) == ["Smile.rtpreset", "favourites.json"]


def test_another_with_the_same_title_gets_a_name_of_its_own(library: Library, own: Path, tmp_path: Path) -> None:
    for seed in range(3):
        library.add(put(tmp_path / "mail.rtpreset", "Smile", seed))
    assert names(own) == ["Smile 2.rtpreset", "Smile 3.rtpreset", "Smile.rtpreset"]


def test_what_is_no_preset_is_not_taken(library: Library, own: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.rtpreset").write_bytes(b"words")
    os.mkfifo(tmp_path / "pipe.rtpreset")
    for name in ("bad.rtpreset", "pipe.rtpreset", "gone.rtpreset", ".", "a\0b"):
        with pytest.raises(PresetError):
            library.add(tmp_path / name)
    assert not own.exists()


def test_sharing_what_is_gone_leaves_the_target(library: Library, smile: Path, tmp_path: Path) -> None:
    preset = library.find("Smile")
    smile.unlink()
    (tmp_path / "out.rtpreset").write_bytes(b"old")
    with pytest.raises(PresetError):
        library.share(preset, tmp_path / "out.rtpreset")
    assert (tmp_path / "out.rtpreset").read_bytes() == b"old"


# --- named -----------------------------------------------------------------------------------

TITLES = [
    "../../etc/passwd", "..", ".", "", "   ", ".hidden", "-rf", "con", "CON", "nul.txt", "COM1", "com¹", "lpt9.x",
    "a/b\\c:d", 'x<>:"|?*', "\0", "\n", "\x1b[31m", "\ud800", "😎", "é" * 500, "e\u0301" * 500,
    "写" * 500, "𝕏" * 300, "हिन्दी",
    "trailing. ", "\N{RIGHT-TO-LEFT OVERRIDE}gnp", "x.rtpreset", "favourites.json", "~", "$HOME", "%PATH%",
]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_any_title_has_a_safe_name(library: Library, own: Path, title: str) -> None:
    path = library.new_path(title)
    assert path.parent == own and own.is_dir() and not path.exists()
    assert path.suffix == ".rtpreset" and len(path.name.encode()) <= 200
    assert not set(path.name) & set('/\\:*?"<>|\0\n\x1b%$~') and path.name[0] not in ".- "
    assert path.stem.split(" ")[0].casefold() not in ("con", "nul", "com1", "com¹", "lpt9")
    assert write(path, info(title=title), weights()).path == path


def test_names_that_another_system_takes_for_one(library: Library, own: Path) -> None:
    put(own / "SMILE.rtpreset", "x")
    assert library.new_path("smile").name == "smile 2.rtpreset"


def test_a_path_is_promised_once(library: Library) -> None:
    assert [library.new_path("Smile").name for _ in range(3)] == [
        "Smile.rtpreset", "Smile 2.rtpreset", "Smile 3.rtpreset"
    ]  # fmt: skip


def test_another_process_takes_the_name_meanwhile(
    library: Library, own: Path, smile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = put(own / "Grin.rtpreset", "Grin", 1).read_bytes()
    monkeypatch.setattr(library, "new_path", lambda title: own / "Grin.rtpreset")  # it was free when looked at
    added = library.add(put(tmp_path / "other.rtpreset", "Grin", 2))
    assert (added.path, added.title) == (own / "Grin 2.rtpreset", "Grin")
    assert (own / "Grin.rtpreset").read_bytes() == theirs
    preset, mine = library.find("Smile"), smile.read_bytes()
    library.remove(preset)
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    theirs = put(smile, "Smile", 3).read_bytes()
    assert library.put_back(preset).path == own / "smile 2.rtpreset"
    assert (smile.read_bytes(), (own / "smile 2.rtpreset").read_bytes()) == (theirs, mine)


def test_renamed_in_the_file(library: Library, smile: Path) -> None:
    library.set_favourite(library.find("Smile"), True)
    named = library.rename(library.find("Smile"), "  Broad\nsmile ")
    assert (named.title, named.path, named.favourite, named.built_in) == ("Broad smile", smile, True, False)
    assert library.find("Broad smile").favourite
    assert set(read_weights(smile, SHAPES, BASE)) == set(SHAPES)


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "\ud800", "\x1b"])
def test_no_name_at_all(library: Library, smile: Path, title: str) -> None:
    content = smile.read_bytes()
    with pytest.raises(PresetError, match="1 to 200"):
        library.rename(library.find("Smile"), title)
    assert smile.read_bytes() == content


def test_what_comes_with_the_app_stays(library: Library, built_in: Path) -> None:
    starter = library.find("Starter")
    content = starter.path.read_bytes()
    for change in (lambda: library.rename(starter, "Mine"), lambda: library.remove(starter)):
        with pytest.raises(PresetError, match="comes with RTEdit"):
            change()
    assert starter.path.read_bytes() == content
    assert names(built_in) == ["starter.rtpreset"]


def test_files_elsewhere_are_left_alone(library: Library, tmp_path: Path) -> None:
    other = library.find(str(put(tmp_path / "mail.rtpreset", "Mail")))
    for change in (
        lambda: library.rename(other, "Mine"),
        lambda: library.remove(other),
        lambda: library.set_favourite(other, True),
    ):
        with pytest.raises(PresetError, match="not on the list"):
            change()
    assert other.path.exists()


# --- favourites ------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "[[[[", "{}", "[1, null]", "[" * 100_000, '"own/smile.rtpreset"', "\xff"])
def test_a_damaged_list_of_favourites(library: Library, own: Path, smile: Path, content: str) -> None:
    (own / "favourites.json").write_bytes(content.encode("latin-1"))
    assert not any(preset.favourite for preset in library.presets())
    library.set_favourite(library.find("Smile"), True)
    assert library.find("Smile").favourite


def test_a_list_of_favourites_that_is_no_file(library: Library, own: Path, smile: Path) -> None:
    os.mkfifo(own / "favourites.json")
    assert len(library.presets()) == 2
    with pytest.raises(PresetError):
        library.set_favourite(library.find("Smile"), True)


def test_a_new_one_is_no_favourite_of_old(library: Library, smile: Path) -> None:
    library.set_favourite(library.find("Smile"), True)
    smile.unlink()
    path = library.new_path("Smile")
    put(path, "Smile")
    assert not library.find("Smile").favourite


# --- removed and put back --------------------------------------------------------------------


def test_removed_and_put_back(library: Library, own: Path, smile: Path) -> None:
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


def test_two_that_had_one_path_both_come_back(library: Library, own: Path, smile: Path) -> None:
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


def test_the_place_of_a_removed_one_is_kept(library: Library, smile: Path) -> None:
    preset = library.find("Smile")
    library.remove(preset)
    assert library.new_path("smile") != smile
    assert library.put_back(replace(preset)).path == smile


def test_the_next_start_empties_what_was_removed(library: Library, own: Path, built_in: Path, smile: Path) -> None:
    preset = library.find("Smile")
    library.remove(preset)
    Library(own, built_in, starting=False)
    assert len(names(own / ".removed")) == 1
    later = Library(own, built_in)
    assert not (own / ".removed").exists()
    for shelf in (later, library):
        with pytest.raises(PresetError, match="put back"):
            shelf.put_back(preset)


def test_emptying_follows_no_link(own: Path, built_in: Path, tmp_path: Path) -> None:
    put(tmp_path / "precious" / "a.rtpreset", "Precious")
    own.mkdir()
    (own / ".removed").symlink_to(tmp_path / "precious")
    Library(own, built_in)
    assert names(tmp_path / "precious") == ["a.rtpreset"]


def test_removing_what_is_gone(library: Library, smile: Path) -> None:
    preset = library.find("Smile")
    smile.unlink()
    for change in (lambda: library.remove(preset), lambda: library.rename(preset, "Other")):
        with pytest.raises(PresetError, match="any more"):
            change()


# --- a disk that refuses ---------------------------------------------------------------------


def refuse(*_: Any, **__: Any) -> Any:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


def changes(library: Library, mail: Path) -> dict[str, Callable[[], object]]:
    preset = library.find("Smile")
    return {
        "add": lambda: library.add(mail),
        "rename": lambda: library.rename(preset, "Other"),
        "favourite": lambda: library.set_favourite(preset, True),
        "remove": lambda: library.remove(preset),
        "share": lambda: library.share(preset, mail.with_name("out.rtpreset")),
    }


@pytest.mark.parametrize("change", ["add", "rename", "favourite", "remove", "share"])
def test_a_read_only_folder(library: Library, own: Path, smile: Path, tmp_path: Path, change: str) -> None:
    mail = put(tmp_path / "mail.rtpreset", "Mail", 5)
    todo = changes(library, mail)[change]
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", refuse)
        patch.setattr("rtedit_desktop.core.paths.open", refuse, raising=False)
        with pytest.raises(PresetError, match="Read-only file system"):
            todo()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert titles(library) == ["Smile", "Starter"]


def test_putting_back_into_a_read_only_folder_can_be_tried_again(library: Library, smile: Path) -> None:
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
    library = Library(tmp_path / "file" / "presets", built_in)
    with pytest.raises(PresetError):
        library.new_path("Smile")
    with pytest.raises(PresetError):
        library.set_favourite(library.find("Starter"), True)
