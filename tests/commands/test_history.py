"""What was made in the window is found, shown and saved without it."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.journal_entries import applied, edit

from rtedit_desktop.cli import main
from rtedit_desktop.core.history import Entry, new_work_id
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.history.journal import FolderJournal, own_journal
from rtedit_desktop.history.work_folder import WorkFolder
from rtedit_desktop.imaging.photo_service import FilePhotoService

LazyText = pytest.CaptureFixture[str]


class Past:
    """A photo with an edit of it, and a pasted picture with two results, as a window left them."""

    def __init__(self, home: Path) -> None:
        self.path = home / "Käse 猫.png"
        Image.fromarray(np.full((48, 64, 3), 90, np.uint8)).save(self.path)
        self.photo_service = FilePhotoService()
        self.photo = self.photo_service.open(self.path)
        self.journal = own_journal()
        self.first, self.second = new_work_id(), new_work_id()
        self.edit = self.of(self.photo, edit(3, made=1e9))
        self.journal.write(self.first, self.photo, self.edit)
        pasted = self.photo_service.from_pixels(np.full((40, 40, 3), 60, np.uint8), "pasted picture")
        self.journal.write(self.second, pasted, self.of(pasted, applied(Path("Blond.rtpreset"), Path("Old.rtpreset"))))
        self.newest = self.of(pasted, edit(4))
        self.journal.write(self.second, pasted, self.newest)
        self.journal.close()

    def of(self, photo: Photo, entry: Entry) -> Entry:
        square = Square(x=4, y=4, side=32)
        before = self.photo_service.crop(photo, square, 32)
        request = replace(entry.request, picture=before)
        return replace(entry, request=request, square=square, picture=np.clip(before + 60, 0, 255).astype(np.uint8))


@pytest.fixture
def past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Past]:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    yield Past(tmp_path)


def test_it_lists_and_shows(past: Past, capsys: LazyText) -> None:
    assert main(["history", "list"]) == 0
    latest, other = capsys.readouterr().out.splitlines()
    assert latest.startswith(past.second) and latest.endswith("2 results  pasted picture")
    assert other.startswith(past.first) and other.endswith("one result  Käse 猫.png")
    assert main(["history", "show"]) == 0
    applied_line, edited = sorted(capsys.readouterr().out.splitlines(), key=lambda line: "smiling" in line)
    assert "Blond + Old, a step on the way" in applied_line
    assert "smiling “face” ☺, 70%, seed 4" in edited
    assert main(["history", "show", past.first, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["photo"] == str(past.path) and printed["notes"] == []
    (result,) = printed["results"]
    assert (result["number"], result["prompt"], result["seed"], result["strength"]) == (1, "smiling “face” ☺", 3, 0.7)
    assert main(["history", "list", "--json"]) == 0
    assert [work["id"] for work in json.loads(capsys.readouterr().out)["works"]] == [past.second, past.first]


def test_a_result_is_saved_into_its_photo(past: Past, tmp_path: Path, capsys: LazyText) -> None:
    before, out = past.path.read_bytes(), tmp_path / "out.png"
    assert main(["history", "save", past.first, "1", "-o", str(out)]) == 0
    assert capsys.readouterr().out.startswith(f"Saved {out}: smiling")
    photo_service, square = past.photo_service, past.edit.square
    wanted = photo_service.paste(past.photo, square, past.edit.request.picture, past.edit.picture, None)
    saved = np.asarray(Image.open(out))
    assert np.array_equal(saved, wanted) and saved.shape == (48, 64, 3)
    assert past.path.read_bytes() == before and saved.max() > 140
    assert main(["history", "save", past.first, "-o", str(past.path), "--overwrite"]) == 2
    assert "never replaced" in capsys.readouterr().err and past.path.read_bytes() == before
    assert main(["history", "save", past.first, "-o", str(out)]) == 6
    assert "--overwrite" in capsys.readouterr().err


def test_of_what_is_not_named_it_is_the_newest_of_the_latest(past: Past, tmp_path: Path, capsys: LazyText) -> None:
    out = tmp_path / "out.png"
    assert main(["history", "save", "-o", str(out), "--json", "--embed-recipe"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["number"], printed["result"], printed["seed"]) == (2, str(out), 4)
    assert Image.open(out).size == (40, 40) and b"smiling" in out.read_bytes()


def test_a_photo_that_is_gone_comes_from_its_copy(past: Past, tmp_path: Path, capsys: LazyText) -> None:
    past.path.unlink()
    out = tmp_path / "out.png"
    assert main(["history", "save", past.first, "-o", str(out)]) == 0
    assert "is gone; this is the copy" in capsys.readouterr().err
    assert Image.open(out).size == (64, 48)


def test_reading_takes_nothing_from_a_window(past: Past, tmp_path: Path, capsys: LazyText) -> None:
    window = own_journal()
    window.reopen(past.first)
    assert window.folder is not None
    assert main(["history", "list"]) == 0 and past.first in capsys.readouterr().out
    assert main(["history", "save", past.first, "-o", str(tmp_path / "out.png")]) == 0
    capsys.readouterr()
    assert main(["history", "empty"]) == 0
    assert capsys.readouterr().out.startswith("Removed the work on one photo, ")
    assert [work.id for work in window.works()] == [past.first]
    window.write(past.first, past.photo, replace(past.edit, id="later"))
    window._open[past.first]._lock.release()  # it was killed
    assert main(["history", "show", past.first]) == 0
    capsys.readouterr()
    assert main(["history", "empty"]) == 0 and "(--all)" in capsys.readouterr().out
    assert [work.id for work in FolderJournal(window.folder).unfinished()] == [past.first]
    assert main(["history", "empty", "--all"]) == 0
    assert FolderJournal(window.folder).unfinished() == []


def test_what_cannot_be_removed_is_reported(past: Past, capsys: LazyText, monkeypatch: pytest.MonkeyPatch) -> None:
    remove = WorkFolder.remove

    def refuse(folder: WorkFolder) -> None:
        if folder.id == past.first:
            raise PermissionError(errno.EACCES, "Permission denied")
        remove(folder)

    monkeypatch.setattr(WorkFolder, "remove", refuse)
    assert main(["history", "empty"]) == 6
    printed = capsys.readouterr().err
    assert "Not all of the earlier work could be removed: Permission denied." in printed
    assert [work.id for work in past.journal.all_works()] == [past.first], "the rest is gone"


def test_of_a_photo_that_is_gone_with_its_copy_every_result_is_left(
    past: Past, tmp_path: Path, capsys: LazyText
) -> None:
    journal, work = past.journal, new_work_id()
    made = [past.of(past.photo, edit(seed, made=2e9 + seed)) for seed in range(4)]
    made = [replace(one, square=replace(one.square, x=4 + 8 * (seed % 2))) for seed, one in enumerate(made)]
    for one in made:
        journal.write(work, past.photo, one)
    journal.leave(work)
    past.path.unlink()
    assert journal.folder is not None
    for copy in (journal.folder / work).glob("*.png"):
        copy.unlink()
    out = tmp_path / "out.png"
    assert main(["history", "save", work, "2", "-o", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["seed"] == 1
    assert main(["history", "save", work, "3", "-o", str(tmp_path / "other.png")]) == 0
    assert "the rest is grey" in capsys.readouterr().err
    assert main(["history", "save", work, "5", "-o", str(tmp_path / "more.png")]) == 2
    assert "has 4 results" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["show", "1999"], 3, "no work whose id begins with “1999”"),
        (["show", "2"], 3, "more than one work"),
        (["save", "", "9", "-o", "out.png"], 3, "more than one work"),
        (["save", "-o", "out.xyz"], 6, "format is not known"),
        (["save"], 2, "--help"),
        (["draw"], 2, "--help"),
    ],
)
def test_what_is_not_there_is_reported(past: Past, capsys: LazyText, args: list[str], code: int, words: str) -> None:
    assert main(["history", *args]) == code
    assert words in capsys.readouterr().err


def test_a_number_beyond_is_reported(past: Past, tmp_path: Path, capsys: LazyText) -> None:
    for number in ("0", "3"):
        assert main(["history", "save", past.second, number, "-o", str(tmp_path / "out.png")]) == 2
        assert "pasted picture has 2 results" in capsys.readouterr().err
    assert not (tmp_path / "out.png").exists()


def test_damage_is_passed_over_and_reported(past: Past, tmp_path: Path, capsys: LazyText) -> None:
    assert past.journal.folder is not None
    first, *_ = sorted((past.journal.folder / past.second).glob("*.result*"))
    first.write_bytes(first.read_bytes()[:100])
    assert main(["history", "show", past.second]) == 0
    printed = capsys.readouterr()
    assert "1 of 2 results are damaged" in printed.err and len(printed.out.splitlines()) == 1
    (folder,) = (past.journal.folder / past.first,)
    for path in folder.glob("*.result*"):
        path.write_bytes(b"")
    assert main(["history", "save", past.first, "-o", str(tmp_path / "out.png")]) == 3
    assert "None of the results can be read" in capsys.readouterr().err


def test_nothing_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: LazyText) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    assert main(["history", "list"]) == 0 and "no earlier work" in capsys.readouterr().out
    assert main(["history", "show"]) == 3 and "no earlier work" in capsys.readouterr().err
    assert main(["history", "empty"]) == 0 and capsys.readouterr().out.startswith("There was nothing to remove")
