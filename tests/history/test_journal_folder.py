"""The folder of the journal: what is damaged or foreign in it, its limit, what is swept, and who else writes there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.journal_entries import died, edit, photo

from rtedit_desktop.core.errors import HistoryError
from rtedit_desktop.core.history import new_work_id
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.support.restoring.restored_photo import restored_photo

PIPE = pytest.param("pipe", marks=pytest.mark.skipif(os.name == "nt", reason="there are no pipes in folders"))


@pytest.mark.parametrize("spoil", ["torn", "foreign", "flipped", PIPE])
def test_a_result_that_is_damaged_is_left_out_and_reported(journal: FolderJournal, spoil: str) -> None:
    work = new_work_id()
    for seed in (1, 2):
        journal.write(work, photo(), edit(seed, made=float(seed)))
    assert journal.folder is not None
    first, _ = sorted((journal.folder / work).glob("*.result"))
    content = bytearray(first.read_bytes())
    if spoil == "pipe":
        first.unlink()
        os.mkfifo(first)  # which waits for somebody who writes into it
    elif spoil == "torn":
        content = content[: len(content) // 2]
    elif spoil == "foreign":
        content = bytearray(b"something else")
    else:
        content[len(content) // 2] ^= 1
    if spoil != "pipe":
        first.write_bytes(bytes(content))
    again = died(journal).reopen(work)
    assert [entry.made for entry in again.entries] == [2.0]
    assert again.notes == ("1 of 2 results are damaged and were left out.",)


def test_every_cut_of_a_result_is_left_out(journal: FolderJournal) -> None:
    work = new_work_id()
    journal.write(work, photo(), edit())
    assert journal.folder is not None
    (path,) = (journal.folder / work).glob("*.result")
    content = path.read_bytes()
    for length in range(0, len(content), 97):
        path.write_bytes(content[:length])
        assert journal.reopen(work).entries == ()


@pytest.mark.parametrize("path", [None, "/\ud800", "/a\0b"])
def test_a_work_whose_photo_cannot_be_anywhere(journal: FolderJournal, path: str | None) -> None:
    """Its results, and the copy of its photo, are there all the same."""
    work = new_work_id()
    journal.write(work, photo(), edit())
    assert journal.folder is not None
    record = journal.folder / work / "work.json"
    told = json.loads(record.read_text("utf-8"))
    del told["path"]
    record.write_text(json.dumps(told | ({} if path is None else {"path": path})), encoding="utf-8")
    assert [one.path for one in journal.works()] == [None]
    again = died(journal).reopen(work)
    assert len(again.entries) == 1
    assert restored_photo(again, FilePhotoService()).pixels.shape == photo().pixels.shape


def test_what_is_not_a_work_is_passed_over(journal: FolderJournal) -> None:
    journal.write(new_work_id(), photo(), edit())
    assert journal.folder is not None
    for name, content in (("20260101-000000-00000000", b"{"), ("20260101-000000-00000001", b"[1]" * 9)):
        (journal.folder / name).mkdir()
        (journal.folder / name / "work.json").write_bytes(content)
        (journal.folder / name / "0-0.result").write_bytes(content)
    (journal.folder / "notes.txt").write_text("mine")
    (journal.folder / "holiday").mkdir()
    assert len(journal.works()) == 1
    journal.clear()
    assert (journal.folder / "notes.txt").exists() and (journal.folder / "holiday").exists()


@pytest.mark.parametrize("name", ["..", "../outside", "", "a" * 300, "20260101-000000-0000000g"])
def test_a_name_cannot_lead_out_of_the_folder(journal: FolderJournal, name: str) -> None:
    for use in (journal.leave, journal.reopen, lambda work: journal.write(work, photo(), edit())):
        with pytest.raises(HistoryError):
            use(name)


def test_the_oldest_makes_room_and_what_is_open_never_does(journal: FolderJournal) -> None:
    works = [new_work_id() for _ in range(4)]
    for number, work in enumerate(works):
        journal.write(work, photo(number), edit(number))
        assert journal.folder is not None
        for path in (journal.folder / work).glob("*.result"):
            os.utime(path, (number, number))
    for work in works[1:3]:
        journal.leave(work)
    journal.set_limit(journal.size() - 1)
    assert {work.id for work in journal.works()} == {works[0], works[2], works[3]}, "the first is open"
    journal.set_limit(0)
    assert {work.id for work in journal.works()} == {works[0], works[3]}
    journal.leave(works[0])
    assert [work.id for work in journal.works()] == [works[3]]


def test_writing_stays_within_the_limit(journal: FolderJournal) -> None:
    journal.write(new_work_id(), photo(), edit())
    journal.limit = 3 * journal.size()
    for number in range(12):
        work = new_work_id()
        journal.write(work, photo(number), edit(number))
        assert journal.size() <= journal.limit
        journal.leave(work)
    assert 2 <= journal.count() <= 3


def test_emptying_leaves_what_is_open(journal: FolderJournal) -> None:
    left, open_ = new_work_id(), new_work_id()
    for work in (left, open_):
        journal.write(work, photo(), edit())
    journal.leave(left)
    journal.clear()
    assert [work.id for work in journal.works()] == [open_]
    journal.write(open_, photo(), edit(1))
    assert len(journal.reopen(open_).entries) == 2


def test_what_a_killed_process_had_begun_to_write_goes(journal: FolderJournal) -> None:
    work = new_work_id()
    journal.write(work, photo(), edit())
    assert journal.folder is not None
    partial = journal.folder / work / ".rtedit-0123456789ab.part"
    partial.write_bytes(b"half")
    after = died(journal)
    assert len(after.reopen(work).entries) == 1
    after.leave(work)
    assert not partial.exists()


def test_what_got_no_result_goes_with_the_next_start(journal: FolderJournal) -> None:
    begun, kept, young = new_work_id(), new_work_id(), new_work_id()
    assert journal.folder is not None
    journal.write(kept, photo(), edit())
    for work in (begun, young):
        (journal.folder / work).mkdir()
        for name in ("open", "photo.png", ".rtedit-0123456789ab.part"):
            (journal.folder / work / name).write_bytes(b"half")
    partial = journal.folder / kept / ".rtedit-0123456789ab.part"
    partial.write_bytes(b"half")
    for path in (partial, journal.folder / begun, journal.folder / kept):
        os.utime(path, (0, 0))
    after = died(journal)
    after.sweep()
    assert sorted(path.name for path in journal.folder.iterdir()) == sorted([kept, young])
    assert not partial.exists() and len(list((journal.folder / young).iterdir())) == 3
    assert [work.id for work in after.unfinished()] == [kept]


_OTHER = """
import sys
from pathlib import Path
from support.journal_entries import edit, photo
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.support.restoring.restored_photo import restored_photo
journal = FolderJournal(Path(sys.argv[1]))
journal.write(sys.argv[2], photo(), edit())
print("written", flush=True)
sys.stdin.read()
"""


def test_two_windows_do_not_steal_each_others_work(journal: FolderJournal) -> None:
    work = new_work_id()
    tests = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    assert journal.folder is not None
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER, str(journal.folder), work],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"written"
        assert journal.unfinished() == [] and journal.works() == []
        with pytest.raises(HistoryError):
            journal.reopen(work)
        journal.set_limit(0)
        journal.clear()
        journal.leave(work)
        other.kill()
        other.wait()
    (found,) = journal.unfinished()
    assert found.id == work
    assert len(journal.reopen(work).entries) == 1
    assert journal.unfinished() == []


def test_a_disk_that_cannot_be_written_is_an_oserror(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("a file in the way")
    journal = FolderJournal(tmp_path / "history")
    with pytest.raises(OSError):
        journal.write(new_work_id(), photo(), edit())
    assert journal.works() == [] and journal.unfinished() == [] and journal.size() == 0
