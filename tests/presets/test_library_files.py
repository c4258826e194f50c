"""What comes onto the library and leaves it, and under what names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from benchmarks.preset_mutations import BASE, SHAPES, info, weights
from support.preset_files import names, put

from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.presets.format import read_info, read_weights, write
from rtedit_desktop.presets.library import FolderPresetLibrary
from rtedit_desktop.support import paths


def test_added_and_shared_byte_for_byte(library: FolderPresetLibrary, own: Path, tmp_path: Path) -> None:
    mail = put(tmp_path / "mail" / "a b.rtpreset", "Grüße: 写真")
    added, known = library.add(mail)
    assert not known and added.path == own / "Grüße 写真.rtpreset"
    assert added.path.read_bytes() == mail.read_bytes()
    assert set(read_weights(added.path, SHAPES, BASE)) == set(SHAPES)
    library.share(added, tmp_path / "out.rtpreset")
    assert (tmp_path / "out.rtpreset").read_bytes() == mail.read_bytes()
    library.share(added, added.path)
    assert added.path.read_bytes() == mail.read_bytes()


def test_shared_without_its_pictures(library: FolderPresetLibrary, tmp_path: Path) -> None:
    added, _ = library.add(put(tmp_path / "mail" / "a.rtpreset", "Smile"))
    assert added.before is not None
    library.share(added, tmp_path / "out.rtpreset", pictures=False)
    shared = read_info(tmp_path / "out.rtpreset")
    assert shared.before is None and shared.after is None and shared.title == "Smile"
    assert set(read_weights(tmp_path / "out.rtpreset", SHAPES, BASE)) == set(SHAPES)
    assert added.before.tobytes() not in (tmp_path / "out.rtpreset").read_bytes()
    assert added.before.tobytes() in added.path.read_bytes()


def test_the_same_bytes_are_not_copied_again(
    library: FolderPresetLibrary, own: Path, built_in: Path, tmp_path: Path
) -> None:
    mail = put(tmp_path / "mail.rtpreset", "Smile")
    first = library.add(mail).preset
    library.set_favourite(first, True)
    again, known = library.add(mail)
    assert (known, again.path, again.favourite) == (True, first.path, True)
    assert library.add(first.path).preset.path == first.path
    starter, known = library.add(built_in / "starter.rtpreset")
    assert known and starter.built_in
    assert names(own) == ["Smile.rtpreset", "favourites.json"]


def test_another_with_the_same_title_gets_a_name_of_its_own(
    library: FolderPresetLibrary, own: Path, tmp_path: Path
) -> None:
    for seed in range(3):
        library.add(put(tmp_path / "mail.rtpreset", "Smile", seed))
    assert names(own) == ["Smile 2.rtpreset", "Smile 3.rtpreset", "Smile.rtpreset"]


def test_what_is_no_preset_is_not_taken(library: FolderPresetLibrary, own: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.rtpreset").write_bytes(b"words")
    os.mkfifo(tmp_path / "pipe.rtpreset")
    for name in ("bad.rtpreset", "pipe.rtpreset", "gone.rtpreset", ".", "a\0b"):
        with pytest.raises(PresetError):
            library.add(tmp_path / name)
    assert not own.exists()


def test_sharing_what_is_gone_leaves_the_target(library: FolderPresetLibrary, smile: Path, tmp_path: Path) -> None:
    preset = library.find("Smile")
    smile.unlink()
    (tmp_path / "out.rtpreset").write_bytes(b"old")
    with pytest.raises(PresetError):
        library.share(preset, tmp_path / "out.rtpreset")
    assert (tmp_path / "out.rtpreset").read_bytes() == b"old"


def test_shared_over_nothing_that_came_meanwhile(
    library: FolderPresetLibrary, smile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preset, out = library.find("Smile"), tmp_path / "out.rtpreset"
    with monkeypatch.context() as another:
        another.setattr(paths, "sync", lambda _: out.write_bytes(b"theirs"))
        with pytest.raises(PresetError, match="another program has written"):
            library.share(preset, out, overwrite=False)
    assert out.read_bytes() == b"theirs" and names(tmp_path).count("out.rtpreset") == 1
    assert not list(tmp_path.glob(".rtedit-*"))
    library.share(preset, out)
    assert out.read_bytes() == smile.read_bytes()
    out.unlink()
    library.share(preset, out, overwrite=False)
    assert out.read_bytes() == smile.read_bytes()


TITLES = [
    "../../etc/passwd", "..", ".", "", "   ", ".hidden", "-rf", "con", "CON", "nul.txt", "COM1", "com¹", "lpt9.x",
    "a/b\\c:d", 'x<>:"|?*', "\0", "\n", "\x1b[31m", "\ud800", "😎", "é" * 500, "e\u0301" * 500,
    "写" * 500, "𝕏" * 300, "हिन्दी",
    "trailing. ", "\N{RIGHT-TO-LEFT OVERRIDE}gnp", "x.rtpreset", "favourites.json", "~", "$HOME", "%PATH%",
]  # fmt: skip


@pytest.mark.parametrize("title", TITLES)
def test_any_title_has_a_safe_name(library: FolderPresetLibrary, own: Path, title: str) -> None:
    path = library.new_path(title)
    assert path.parent == own and own.is_dir() and not path.exists()
    assert path.suffix == ".rtpreset" and len(path.name.encode()) <= 200
    assert not set(path.name) & set('/\\:*?"<>|\0\n\x1b%$~') and path.name[0] not in ".- "
    assert path.stem.split(" ")[0].casefold() not in ("con", "nul", "com1", "com¹", "lpt9")
    assert write(path, info(title=title), weights()).path == path


def test_names_that_another_system_takes_for_one(library: FolderPresetLibrary, own: Path) -> None:
    put(own / "SMILE.rtpreset", "x")
    assert library.new_path("smile").name == "smile 2.rtpreset"


def test_a_path_is_promised_once(library: FolderPresetLibrary) -> None:
    assert [library.new_path("Smile").name for _ in range(3)] == [
        "Smile.rtpreset", "Smile 2.rtpreset", "Smile 3.rtpreset"
    ]  # fmt: skip


def test_another_process_takes_the_name_meanwhile(
    library: FolderPresetLibrary, own: Path, smile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = put(own / "Grin.rtpreset", "Grin", 1).read_bytes()
    monkeypatch.setattr(library, "new_path", lambda title: own / "Grin.rtpreset")  # it was free when looked at
    added = library.add(put(tmp_path / "other.rtpreset", "Grin", 2)).preset
    assert (added.path, added.title) == (own / "Grin 2.rtpreset", "Grin")
    assert (own / "Grin.rtpreset").read_bytes() == theirs
    preset, mine = library.find("Smile"), smile.read_bytes()
    library.remove(preset)
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    theirs = put(smile, "Smile", 3).read_bytes()
    assert library.put_back(preset).path == own / "smile 2.rtpreset"
    assert (smile.read_bytes(), (own / "smile 2.rtpreset").read_bytes()) == (theirs, mine)


def test_renamed_in_the_file(library: FolderPresetLibrary, smile: Path) -> None:
    library.set_favourite(library.find("Smile"), True)
    named = library.rename(library.find("Smile"), "  Broad\nsmile ")
    assert (named.title, named.path, named.favourite, named.built_in) == ("Broad smile", smile, True, False)
    assert library.find("Broad smile").favourite
    assert set(read_weights(smile, SHAPES, BASE)) == set(SHAPES)


@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "\ud800", "\x1b"])
def test_no_name_at_all(library: FolderPresetLibrary, smile: Path, title: str) -> None:
    content = smile.read_bytes()
    with pytest.raises(PresetError, match="1 to 200"):
        library.rename(library.find("Smile"), title)
    assert smile.read_bytes() == content


def test_what_comes_with_the_app_stays(library: FolderPresetLibrary, built_in: Path) -> None:
    starter = library.find("Starter")
    content = starter.path.read_bytes()
    for change in (lambda: library.rename(starter, "Mine"), lambda: library.remove(starter)):
        with pytest.raises(PresetError, match="comes with RTEdit"):
            change()
    assert starter.path.read_bytes() == content
    assert names(built_in) == ["starter.rtpreset"]


def test_files_elsewhere_are_left_alone(library: FolderPresetLibrary, tmp_path: Path) -> None:
    other = library.find(str(put(tmp_path / "mail.rtpreset", "Mail")))
    for change in (
        lambda: library.rename(other, "Mine"),
        lambda: library.remove(other),
        lambda: library.set_favourite(other, True),
    ):
        with pytest.raises(PresetError, match="not on the list"):
            change()
    assert other.path.exists()
