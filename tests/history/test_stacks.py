"""A stack in the journal: whole again after a crash, and beside the photo that is gone."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.journal_entries import applied, dots, edit, photo

from rtedit_desktop.core.history import Entry, new_work_id
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.core.stack import MOST_LAYERS, composed, stack_of
from rtedit_desktop.history.entry_file import packed, prompt_of, unpacked
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.support.restoring.remains import GREY
from rtedit_desktop.support.restoring.restored_photo import restored_photo

REGION = Region(strokes=(Stroke(points=((4.0, 4.0), (30.0, 30.0))),))


def stacked(preset: Path) -> Entry:
    """A prompt in one square and a region, a preset that is switched off, and a prompt on both."""
    first = replace(edit(1), square=Square(x=5, y=3, side=40, angle=8.0), region=REGION)
    second = replace(applied(preset), on=False)
    return replace(edit(2), below=(*first.layers, *second.layers))


def same(one: Entry, other: Entry) -> None:
    assert stack_of(one.layers) == stack_of(other.layers)
    for mine, theirs in zip(one.layers, other.layers, strict=True):
        assert np.array_equal(mine.request.picture, theirs.request.picture)
        assert np.array_equal(mine.picture, theirs.picture)
        for name in ("id", "picked", "score", "recipe", "seconds"):
            assert getattr(mine, name) == getattr(theirs, name)


def test_a_stack_comes_back_whole(journal: FolderJournal, tmp_path: Path) -> None:
    preset = tmp_path / "a.rtpreset"
    preset.write_bytes(b"a")
    work, entry = new_work_id(), stacked(preset)
    journal.write(work, photo(), entry)
    journal.close()
    assert journal.folder is not None
    (back,) = FolderJournal(journal.folder).reopen(work).entries
    same(back, entry)
    service = FilePhotoService()
    made, again = (composed(service, photo(), one.layers).pixels for one in (entry, back))
    assert np.array_equal(made, again)


def test_a_preset_of_a_layer_is_found_where_it_was_moved(journal: FolderJournal, tmp_path: Path) -> None:
    preset = tmp_path / "a.rtpreset"
    preset.write_bytes(b"a")
    work = new_work_id()
    journal.write(work, photo(), stacked(preset))
    moved = preset.rename(tmp_path / "moved.rtpreset")
    (back,) = journal.read(work, [moved]).entries
    spec = back.below[1].request.spec
    assert getattr(spec, "uses")[0].path == moved  # noqa: B009
    moved.unlink()
    (back,) = journal.read(work).entries
    assert len(back.layers) == 3  # what it made is there without it


def test_a_layer_that_is_switched_off_alone(journal: FolderJournal) -> None:
    work = new_work_id()
    journal.write(work, photo(), replace(edit(), on=False))
    (back,) = journal.read(work).entries
    assert not back.on and not back.below


def test_one_edit_alone_is_written_as_before_there_were_stacks() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(edit()))) as archive:
        record = json.loads(archive.read("result.json"))
    assert record["format"] == 1 and "below" not in record and "on" not in record


def test_a_hundred_layers_come_back() -> None:
    small = replace(edit(), picture=dots(8), request=replace(edit().request, picture=dots(8, 3)))
    entry = replace(small, below=small.layers * (MOST_LAYERS - 1))
    same(unpacked(packed(entry), lambda path, _: path), entry)


def spoilt(content: bytes, change: Callable[[dict[str, Any]], object], *, without: str = "") -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != without}
    record = json.loads(members["result.json"])
    change(record)
    members["result.json"] = json.dumps(record).encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record["below"][0].pop("square"),
        lambda record: record["below"][0].update(square=None),
        lambda record: record["below"][0].update(on=3),
        lambda record: record["below"][0].update(id="../x"),
        lambda record: record["below"][1].update(presets=[]),
        lambda record: record.update(below=record["below"] * 60),
        lambda record: record.update(below=[7]),
        lambda record: record.update(format=3),
    ],
)
def test_a_damaged_stack_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    content = packed(stacked(Path("a.rtpreset")))
    with pytest.raises((ValueError, KeyError)):
        unpacked(spoilt(content, change), lambda path, _: path)


def test_a_picture_of_a_layer_that_is_missing(tmp_path: Path) -> None:
    content = spoilt(packed(stacked(Path("a.rtpreset"))), lambda record: None, without="1-after.png")
    with pytest.raises(KeyError):
        unpacked(content, lambda path, _: path)
    path = tmp_path / "a.result"
    path.write_bytes(content)
    assert prompt_of(path) is not None


def seeing(service: FilePhotoService, of: Photo, entry: Entry, square: Square) -> Entry:
    """The entry, made in this square of the photo."""
    request = replace(entry.request, picture=service.crop(of, square, square.side))
    return replace(entry, request=request, square=square, picture=255 - request.picture)


@pytest.mark.parametrize("became", ["gone", "changed"])
def test_without_the_photo_and_its_copy_the_stack_is_whole(journal: FolderJournal, tmp_path: Path, became: str) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(dots(64)).save(path)
    service, work = FilePhotoService(), new_work_id()
    opened = service.open(path)
    first = seeing(service, opened, edit(1), Square(x=4, y=8, side=32))
    second = seeing(service, opened, edit(2), Square(x=30, y=20, side=32))
    second = replace(second, below=first.layers, region=REGION)
    for entry in (first, second):
        journal.write(work, opened, entry)
    found = journal.read(work)
    if became == "gone":
        path.unlink()
    else:
        Image.fromarray(dots(64, 9)).save(path)
    assert found.copy is not None
    found.copy.unlink()
    found = replace(found, copy=None)
    restored = restored_photo(found, service)
    same(found.entries[1], second)
    assert restored.size == opened.size and restored.path == path
    made, whole = (composed(service, one, second.layers).pixels for one in (restored, opened))
    for square in (first.square, second.square):
        seen = (slice(square.y, square.y + 32), slice(square.x, square.x + 32))
        assert np.array_equal(restored.pixels[seen], opened.pixels[seen])
        assert np.array_equal(made[seen], whole[seen])
    assert (restored.pixels[:, :4] == GREY).all(), "where nobody looked"
    assert any(became in str(note) and "is grey" in str(note) for note in restored.notes)


def test_a_mix_that_was_made_apart_stays_one(journal: FolderJournal, tmp_path: Path) -> None:
    preset = tmp_path / "a.rtpreset"
    preset.write_bytes(b"a")
    work, mixed = new_work_id(), replace(applied(preset), below=applied(preset).layers, together=2)
    journal.write(work, photo(), mixed)
    (back,) = journal.read(work).entries
    assert back.together == 2
    with pytest.raises(ValueError):
        unpacked(spoilt(packed(mixed), lambda record: record.update(together=3)), lambda path, _: path)


def test_on_a_photo_that_was_changed_on_disk_the_copy_has_the_stack(journal: FolderJournal, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(dots(64)).save(path)
    service, work = FilePhotoService(), new_work_id()
    opened = service.open(path)
    entry = replace(edit(2), below=edit(1).layers)
    journal.write(work, opened, entry)
    Image.fromarray(dots(64, 9)).save(path)
    found = journal.read(work)
    restored, (back,) = restored_photo(found, service), found.entries
    assert any("was changed since" in str(note) for note in restored.notes)
    assert np.array_equal(
        composed(service, restored, back.layers).pixels, composed(service, opened, entry.layers).pixels
    )
