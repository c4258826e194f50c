"""What was made is there again, whatever became of the process, the file or the disk."""

from __future__ import annotations

import io
import json
import os
import threading
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from patience import PATIENCE_S
from PIL import Image
from support.journal_entries import applied, died, dots, edit, photo

from rtedit_desktop.core.edits import EditSpec, PresetUse
from rtedit_desktop.core.history import new_work_id, pixels_digest
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.history.entry_file import packed, unpacked
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.history.work_folder import WorkFolder
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.support.restoring.restored_photo import restored_photo


def test_an_edit_comes_back_as_it_was(journal: FolderJournal) -> None:
    work, entry = new_work_id(), edit(3)
    journal.write(work, photo(), entry)
    (back,) = died(journal).reopen(work).entries
    assert isinstance(back.request, EditRequest) and isinstance(entry.request, EditRequest)
    assert np.array_equal(back.request.picture, entry.request.picture)
    assert np.array_equal(back.picture, entry.picture)
    assert back.request.spec == entry.request.spec
    for name in ("id", "made", "square", "score", "recipe", "seconds", "picked"):
        assert getattr(back, name) == getattr(entry, name)


def test_every_number_of_a_square_comes_back(journal: FolderJournal) -> None:
    numbers = {field.name: value for value, field in enumerate(fields(Square), 3)}
    work, entry = new_work_id(), replace(edit(), square=Square(**numbers))
    journal.write(work, photo(), entry)
    assert died(journal).reopen(work).entries[0].square == entry.square


def test_a_region_comes_back_and_a_result_from_before_there_were_any(journal: FolderJournal) -> None:
    region = Region(strokes=(Stroke(points=((1.0, 2.0), (3.5, 4.25)), width=3.0), Stroke(points=((0, 0), (9, 9)))))
    work, entry = new_work_id(), replace(edit(), region=region)
    journal.write(work, photo(), entry)
    assert died(journal).reopen(work).entries[0].region == region
    with zipfile.ZipFile(io.BytesIO(packed(entry))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    record = json.loads(members["result.json"])
    del record["region"]
    members["result.json"] = json.dumps(record).encode()
    older = io.BytesIO()
    with zipfile.ZipFile(older, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert unpacked(older.getvalue(), lambda path, _: path).region is None


def test_presets_are_found_by_their_content(journal: FolderJournal, tmp_path: Path) -> None:
    one, two = tmp_path / "one.rtpreset", tmp_path / "two.rtpreset"
    one.write_bytes(b"one")
    two.write_bytes(b"two")
    work = new_work_id()
    journal.write(work, photo(), applied(one, two))
    moved = one.rename(tmp_path / "moved.rtpreset")
    one.write_bytes(b"another that took its name")
    (back,) = died(journal).reopen(work, [two, moved]).entries
    assert isinstance(back.request, ApplyRequest)
    assert back.request.spec.uses == (PresetUse(moved, 0.5), PresetUse(two, 0.75))
    assert back.request.spec.seed == 7 and back.picked


def test_names_and_words_of_any_bytes_do_not_cost_a_result(journal: FolderJournal, tmp_path: Path) -> None:
    preset = tmp_path / os.fsdecode(b"caf\xe9.rtpreset")
    preset.write_bytes(b"one")
    entry, work = edit(), new_work_id()
    spec = EditSpec(prompt="smiling face \udce9", source="face", pack="avatars")
    journal.write(work, photo(), replace(entry, request=EditRequest(spec=spec, picture=entry.request.picture)))
    journal.write(work, photo(), applied(preset))
    back = died(journal).reopen(work).entries
    prompts = [one.request.spec.prompt for one in back if isinstance(one.request, EditRequest)]
    paths = [use.path for one in back if isinstance(one.request, ApplyRequest) for use in one.request.spec.uses]
    assert prompts == [spec.prompt] and paths == [preset]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes there")
def test_a_preset_that_became_a_pipe_is_not_waited_for(journal: FolderJournal, tmp_path: Path) -> None:
    preset = tmp_path / "one.rtpreset"
    os.mkfifo(preset)
    work = new_work_id()
    journal.write(work, photo(), applied(preset))
    assert len(died(journal).reopen(work).entries) == 1


def test_another_strength_takes_the_place_of_the_one_before(journal: FolderJournal) -> None:
    work, entry = new_work_id(), edit()
    journal.write(work, photo(), entry)
    journal.write(work, photo(), replace(entry, picture=dots(seed=9)))
    (back,) = died(journal).reopen(work).entries
    assert np.array_equal(back.picture, dots(seed=9))


def test_the_photo_is_kept_as_the_file_it_was(journal: FolderJournal, tmp_path: Path) -> None:
    path = tmp_path / "ferien ü.jpg"
    Image.fromarray(dots(64)).save(path, quality=90)
    content, work = path.read_bytes(), new_work_id()
    journal.write(work, photo(path=path), edit())
    path.unlink()
    again = died(journal).reopen(work)
    assert again.copy is not None and again.copy.read_bytes() == content
    assert again.work.path == path and again.work.name == path.name


@pytest.mark.parametrize("became", ["another", "nothing", "a folder"])
def test_the_pixels_are_kept_where_the_file_is_another_by_now(
    journal: FolderJournal, tmp_path: Path, became: str
) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(dots(64, 1)).save(path)
    opened, work = FilePhotoService().open(path), new_work_id()
    path.unlink()
    if became == "another":
        Image.fromarray(dots(48, 2)).save(path)
    elif became == "a folder":
        path.mkdir()
    journal.write(work, opened, edit())
    again = died(journal).reopen(work)
    assert again.copy is not None
    assert np.array_equal(restored_photo(again, FilePhotoService()).pixels, opened.pixels)


def test_the_photo_is_kept_before_there_are_results(journal: FolderJournal, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(dots(64, 1)).save(path)
    opened, work, content = FilePhotoService().open(path), new_work_id(), path.read_bytes()
    journal.keep_photo(work, opened)
    Image.fromarray(dots(48, 2)).save(path)
    journal.write(work, opened, edit())
    again = died(journal)
    assert [one.id for one in again.unfinished()] == [work]
    copy = again.reopen(work).copy
    assert copy is not None and copy.read_bytes() == content


def test_a_photo_of_which_nothing_was_made_leaves_nothing(journal: FolderJournal) -> None:
    assert journal.folder is not None

    def close(_: str) -> None:
        journal.close()

    for end in (journal.leave, close):
        work = new_work_id()
        journal.keep_photo(work, photo())
        assert (journal.folder / work / "photo.png").exists()
        assert journal.works() == [] and FolderJournal(journal.folder).unfinished() == []
        end(work)
        assert not list(journal.folder.iterdir())
    journal.keep_photo(new_work_id(), photo())
    assert not list(journal.folder.iterdir()), "the window is gone"


def test_a_result_waits_for_no_photo(journal: FolderJournal, monkeypatch: pytest.MonkeyPatch) -> None:
    free, begun, keep = threading.Event(), threading.Event(), WorkFolder.keep_photo

    def slow(folder: WorkFolder, photo: Photo, most: int) -> bool:
        begun.set()
        assert free.wait(PATIENCE_S)
        return keep(folder, photo, most)

    monkeypatch.setattr(WorkFolder, "keep_photo", slow)
    work = new_work_id()
    copying = threading.Thread(target=journal.keep_photo, args=(work, photo()))
    copying.start()
    assert begun.wait(PATIENCE_S)
    for seed in range(2):
        journal.write(work, photo(), edit(seed, made=1e9 + seed))
    assert journal.folder is not None and len(FolderJournal(journal.folder).all_works()) == 1
    found = journal.read(work)
    assert len(found.entries) == 2 and found.copy is None
    free.set()
    journal.leave(work)  # which waits for it
    assert journal.read(work).copy is not None
    copying.join()


def test_a_pasted_picture_is_kept_with_its_alpha(journal: FolderJournal) -> None:
    work, pasted = new_work_id(), replace(photo(), alpha=dots(64, 5)[..., 0])
    journal.write(work, pasted, edit())
    again = died(journal).reopen(work)
    assert again.work.path is None and again.copy is not None
    with Image.open(again.copy) as image:
        assert pasted.alpha is not None
        assert np.array_equal(np.asarray(image), np.dstack((pasted.pixels, pasted.alpha)))
    assert again.work.pixels_sha256 == pixels_digest(pasted)


def test_a_photo_that_is_too_large_for_the_journal_is_not_copied(journal: FolderJournal) -> None:
    journal.limit = 8000
    work = new_work_id()
    journal.write(work, photo(), edit())
    again = died(journal).reopen(work)
    assert again.copy is None and len(again.entries) == 1


def test_only_what_was_not_left_in_good_order_is_unfinished(journal: FolderJournal) -> None:
    left, open_ = new_work_id(), new_work_id()
    journal.write(left, photo(), edit())
    journal.leave(left)
    journal.write(open_, photo(1), edit(1))
    assert journal.unfinished() == [], "it is open here"
    after = died(journal)
    assert [work.id for work in after.unfinished()] == [open_]
    assert {work.id for work in after.works()} == {left, open_}
    after.leave(open_)
    assert after.unfinished() == []
    assert len(after.works()) == 2


def test_a_work_tells_what_it_is_of(journal: FolderJournal) -> None:
    work, last = new_work_id(), edit(2, made=2.000001)
    for entry in (last, edit(1, made=2.0)):
        journal.write(work, photo(), entry)
    (found,) = journal.works()
    assert (found.name, found.results) == ("holiday.jpg", 2)
    assert found.newest is not None and np.array_equal(found.newest, last.picture)


def test_what_was_asked_for_is_told_the_latest_first(journal: FolderJournal) -> None:
    asked = []
    for seed in range(3):
        work, one = new_work_id(), edit(seed)
        assert isinstance(one.request, EditRequest)
        one = replace(
            one,
            request=replace(one.request, spec=replace(one.request.spec, prompt=f"prompt {seed}")),
            made=1000.0 + seed,
        )
        journal.write(work, photo(seed), one)
        asked.append((one.request.spec.pack, f"prompt {seed}"))
    journal.write(work, photo(2), replace(one, id="another", made=2000.0))
    (journal.folder / work / "00000000000000001-torn.result").write_bytes(b"torn")  # type: ignore[operator]
    assert journal.prompts() == asked[::-1]
    assert FolderJournal(journal.folder.parent / "nowhere").prompts() == []  # type: ignore[union-attr]
