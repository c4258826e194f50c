"""From photos to results: told, recorded, stopped and gone on with."""

from __future__ import annotations

import errno
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.batch_table import Table, end, failures, outcomes

from rtedit_desktop.batch.events import BatchEnded, Paused, PhotoBegan, PhotoEnded, PhotoNote, Resumed
from rtedit_desktop.batch.record import interrupted
from rtedit_desktop.core.errors import BatchError, PresetError, SaveError
from rtedit_desktop.core.events import Failed
from rtedit_desktop.imaging.photo_service import FilePhotoService


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_every_photo_is_edited_and_none_is_touched(table: Table) -> None:
    for seed, name in enumerate(("a.png", "b.jpg", "c.webp")):
        table.photo(name, seed)
    before = content(table.photos)
    ended = end(table.run())
    assert (ended.how, ended.done, ended.failed, ended.left) == ("finished", 3, 0, 0)
    assert table.made == ["a-Smile.png", "b-Smile.jpg", "c-Smile.webp"]
    assert content(table.photos) == before
    was, now = (
        np.asarray(Image.open(path)).astype(int) for path in (table.photos / "a.png", table.out / "a-Smile.png")
    )
    assert (now - was)[2:-2, 4:-4].mean() > 30  # the middle square
    assert not interrupted(table.home)


def test_a_second_run_finds_all_done_and_asks_the_engine_nothing(table: Table) -> None:
    table.photo("a.png"), table.photo("b.png", 1)
    table.run()
    asked = len(table.engine.requests)
    assert outcomes(table.run()) == ["known", "known"]
    assert len(table.engine.requests) == asked


def test_what_changed_is_done_again_but_replaces_nothing_unasked(table: Table) -> None:
    photo = table.photo("a.png")
    table.run()
    before = content(table.out)
    assert outcomes(table.run(table.batch(strength=0.5))) == ["failed"]  # another recipe
    table.photo("a.png", 5)
    assert "there is a file of that name already" in failures(table.run())[0]
    assert content(table.out) == before
    assert outcomes(table.run(table.batch(overwrite=True))) == ["done"]
    assert content(table.out) != before and photo.exists()
    assert outcomes(table.run(table.batch(overwrite=True))) == ["known"]
    assert outcomes(table.run()) == ["known"]


def test_personal_metadata_is_left_out_where_that_is_asked(table: Table) -> None:
    photo = table.photo("a.jpg")
    exif = Image.Exif()
    exif[0x013B] = "the artist"
    Image.open(photo).save(photo, exif=exif)
    table.run()
    assert Image.open(table.out / "a-Smile.jpg").getexif()[0x013B] == "the artist"
    table.run(table.batch(overwrite=True, impersonal=True))
    assert 0x013B not in Image.open(table.out / "a-Smile.jpg").getexif()


def test_each_result_carries_its_recipe_where_that_is_asked(table: Table) -> None:
    table.photo("a.jpg")
    table.run()
    assert b"rtedit:Recipe" not in (table.out / "a-Smile.jpg").read_bytes()
    table.run(table.batch(overwrite=True, recipe_inside=True))
    raw = (table.out / "a-Smile.jpg").read_bytes()
    assert b"rtedit:Recipe" in raw and str(table.preset.parent).encode() not in raw


def test_a_preset_counts_by_its_content(table: Table) -> None:
    table.photo("a.png")
    table.run()
    table.preset.write_bytes(b"another smile")
    assert outcomes(table.run()) == ["failed"]


def test_a_result_that_was_removed_is_made_again(table: Table) -> None:
    table.photo("a.png")
    table.run()
    (table.out / "a-Smile.png").unlink()
    assert outcomes(table.run()) == ["done"]


def test_a_result_that_somebody_changed_is_theirs(table: Table) -> None:
    table.photo("a.png")
    table.run()
    (table.out / "a-Smile.png").write_bytes(b"mine")
    assert outcomes(table.run()) == ["failed"]
    assert outcomes(table.run(table.batch(overwrite=True))) == ["failed"]
    assert (table.out / "a-Smile.png").read_bytes() == b"mine"
    (table.out / "a-Smile.png").unlink()
    assert outcomes(table.run()) == ["done"]


def test_a_crash_right_behind_a_replaced_result_keeps_it_replaceable(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.photo("a.png")
    table.run()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("rtedit_desktop.batch.record.Record.note", die)
        table.run(table.batch(strength=0.5, overwrite=True))
    assert outcomes(table.run(table.batch(strength=0.5))) == ["known"]
    assert "there is a file of that name already" in failures(table.run())[0]
    assert outcomes(table.run(table.batch(overwrite=True))) == ["done"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_a_person_puts_there_while_a_photo_is_edited_is_theirs(table: Table, overwrite: bool) -> None:
    table.photo("a.png"), table.photo("b.png")
    if overwrite:
        table.run()
        table.preset.write_bytes(b"another smile")
    first = len(table.engine.requests) + 1

    def watch(job: int, step: int) -> None:
        if (job, step) == (first, 3):
            (table.out / "a-Smile.png").write_bytes(b"mine")

    table.watch = watch
    assert outcomes(table.run(table.batch(overwrite=overwrite))) == ["failed", "done"]
    assert (table.out / "a-Smile.png").read_bytes() == b"mine"
    assert table.made == ["a-Smile.png", "b-Smile.png"]


def test_what_an_earlier_version_only_announced_is_not_replaced(table: Table) -> None:
    """Its record does not tell whether it was written."""
    table.photo("a.png")
    table.run()
    (record,) = table.home.glob("*.jsonl")
    lines = [json.loads(line) for line in record.read_text("utf-8").splitlines() if line]
    announced = [{"made": line["made"] | {"stamp": ""}} if "made" in line else line for line in lines]
    announced = [line for line in announced if "intended" not in line]
    record.write_text("".join(json.dumps(line) + "\n" for line in announced), "utf-8")
    (table.out / "a-Smile.png").write_bytes(b"mine")
    for overwrite in (False, True):
        assert outcomes(table.run(table.batch(overwrite=overwrite))) == ["failed"]
    assert (table.out / "a-Smile.png").read_bytes() == b"mine"


def test_a_strange_file_is_not_replaced(table: Table) -> None:
    table.photo("a.png")
    table.out.mkdir()
    (table.out / "a-Smile.png").write_bytes(b"mine")
    assert outcomes(table.run()) == ["failed"]
    assert (table.out / "a-Smile.png").read_bytes() == b"mine"


def test_what_no_batch_made_is_not_replaced_though_results_may_be(table: Table) -> None:
    table.photo("a.png")
    beside = table.photo("b.png").read_bytes()
    table.out.mkdir()
    (table.out / "a-Smile.png").write_bytes(beside)  # a photo beside the results
    assert "made by no batch" in failures(table.run(table.batch(table.photos / "a.png", overwrite=True)))[0]
    assert (table.out / "a-Smile.png").read_bytes() == beside


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
@pytest.mark.parametrize("link", ["file", "nowhere", "folder"])
def test_links_are_not_followed_for_writing(table: Table, link: str) -> None:
    photo = table.photo("a.png")
    table.run()
    elsewhere = table.photos.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs.png").write_bytes(b"theirs")
    place = table.out / "a-Smile.png"
    if link == "folder":
        (table.photos / "below").mkdir()
        photo.rename(table.photos / "below" / "a.png")
        (table.out / "below").symlink_to(elsewhere, target_is_directory=True)
    else:
        place.unlink()
        place.symlink_to(elsewhere / ("theirs.png" if link == "file" else "new.png"))
    table.preset.write_bytes(b"another")
    assert outcomes(table.run(table.batch(overwrite=True, recursive=True))) == ["failed"]
    assert [path.name for path in elsewhere.iterdir()] == ["theirs.png"]
    assert (elsewhere / "theirs.png").read_bytes() == b"theirs"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes among files here")
def test_a_pipe_is_passed_over(table: Table) -> None:
    os.mkfifo(table.photos / "a.png")
    table.photo("b.png")
    assert outcomes(table.run()) == ["failed", "done"]


def test_damaged_files_are_told_and_passed_over(table: Table) -> None:
    table.photo("a.png")
    (table.photos / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (table.photos / "c.jpg").write_bytes(b"")
    table.photo("d.png")
    events = table.run()
    assert outcomes(events) == ["done", "failed", "failed", "done"]
    assert [what.split(":")[0] for what in failures(events)] == ["Could not open b.png", "Could not open c.jpg"]
    assert end(events).how == "finished" and table.made == ["a-Smile.png", "d-Smile.png"]


def test_what_nobody_thought_of_costs_one_photo(table: Table) -> None:
    class Clumsy(FilePhotoService):
        def open(self, path: Path) -> Any:
            if path.name == "a.png":
                raise ZeroDivisionError
            return super().open(path)

    table.photo("a.png"), table.photo("b.png")
    table.photo_service = Clumsy()
    events = table.run()
    assert outcomes(events) == ["failed", "done"] and "ZeroDivisionError" in failures(events)[0]


def test_a_full_disk_ends_it_and_it_can_be_gone_on_with(table: Table) -> None:
    class Full(FilePhotoService):
        full = False

        def save(self, path: Path, photo: Any, pixels: np.ndarray, *, impersonal: bool = False, **more: Any) -> None:
            if self.full and path.name == "b-Smile.png":
                raise SaveError("Could not save b: the disk is full.", "Free some space.") from OSError(
                    errno.ENOSPC, ""
                )
            super().save(path, photo, pixels, impersonal=impersonal, **more)

    for name in ("a.png", "b.png", "c.png"):
        table.photo(name)
    table.photo_service = Full()
    Full.full = True
    ended = end(table.run())
    assert (ended.how, ended.done, ended.failed, ended.left) == ("halted", 1, 1, 1)
    assert "disk is full" in ended.what and ended.todo and table.made == ["a-Smile.png"]
    Full.full = False
    assert outcomes(table.run()) == ["known", "done", "done"]


def test_an_engine_that_keeps_failing_ends_it(table: Table) -> None:
    for number in range(6):
        table.photo(f"{number}.png")
    table.fails = lambda job: Failed(job_id="", what="It went wrong." if job > 1 else "Once.", todo="Do this.")
    ended = end(table.run())
    assert (ended.how, ended.failed, ended.left, ended.what) == ("halted", 4, 2, "It went wrong.")


def test_one_failure_of_the_engine_does_not(table: Table) -> None:
    for number in range(6):
        table.photo(f"{number}.png")
    table.fails = lambda job: Failed(job_id="", what="Once.", todo="") if job % 2 else None
    assert end(table.run()).how == "finished"


def test_stopping_ends_within_a_step_and_keeps_what_is_done(table: Table) -> None:
    for name in ("a.png", "b.png", "c.png"):
        table.photo(name)
    steps: list[tuple[int, int]] = []

    def watch(job: int, step: int) -> None:
        steps.append((job, step))
        if (job, step) == (2, 2):
            table.control.stop()

    table.watch = watch
    events = table.run()
    ended = end(events)
    assert (ended.how, ended.done, ended.left) == ("stopped", 1, 2) and steps[-1] == (2, 2)
    assert table.made == ["a-Smile.png"] and not interrupted(table.home)
    table.control = type(table.control)()
    assert outcomes(table.run(table.record.batch())) == ["known", "done", "done"]


def test_pausing_holds_between_photos(table: Table) -> None:
    table.photo("a.png"), table.photo("b.png")
    events: list[Any] = []
    for event in table.events(table.batch()):
        events.append(event)
        if isinstance(event, PhotoBegan) and event.index == 0:
            table.control.pause()
        if isinstance(event, Paused):
            assert outcomes(events) == ["done"]
            threading.Timer(0.1, table.control.resume).start()
    assert sum(isinstance(event, Resumed) for event in events) == 1 and outcomes(events) == ["done", "done"]


def test_stopping_ends_a_pause(table: Table) -> None:
    table.photo("a.png")
    table.control.pause()
    threading.Timer(0.1, table.control.stop).start()
    ended = end(table.run())
    assert (ended.how, ended.left) == ("stopped", 1)


def test_notes_of_a_photo_are_told(table: Table) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(table.photos / "a.gif", save_all=True, append_images=frames[1:])
    events = table.run()
    assert any(isinstance(event, PhotoNote) and "first" in event.text for event in events)
    assert table.made == ["a-Smile.png"]


def test_one_batch_at_a_time_writes_to_a_folder(table: Table) -> None:
    table.photo("a.png")
    running = table.events(table.batch())
    next(running)
    with pytest.raises(BatchError, match="Another batch"):
        table.run()
    assert not interrupted(table.home)  # it runs
    assert isinstance(list(running)[-1], BatchEnded)


def test_what_keeps_it_from_beginning_is_raised(table: Table) -> None:
    table.preset.unlink()
    with pytest.raises(PresetError, match=r"smile\.rtpreset"):
        table.run()
    assert not table.out.exists()
    with pytest.raises(BatchError, match="no batch to go on with"):
        table.record.batch()


def test_an_output_folder_that_is_a_file_is_refused(table: Table) -> None:
    table.out.write_text("")
    with pytest.raises(SaveError, match="it is a file"):
        table.run()


def test_an_abandoned_one_is_interrupted_until_it_is_left(table: Table) -> None:
    table.photo("a.png"), table.photo("b.png")
    running = table.events(table.batch())
    while not isinstance(next(running), PhotoEnded):
        pass
    running.close()  # type: ignore[attr-defined]
    (one,) = interrupted(table.home)
    assert one.done == 1 and one.batch == table.batch()
    table.record.leave()
    assert not interrupted(table.home)


def test_a_torn_record_costs_its_torn_line(table: Table) -> None:
    table.photo("a.png"), table.photo("b.png")
    table.run()
    (path,) = table.home.glob("*.jsonl")
    whole = path.read_bytes()
    start = whole.index(b'{"made"')
    for cut in range(len(whole), start, -7):
        path.write_bytes(whole[:cut])
        assert table.record.batch() == table.batch()
    path.write_bytes(whole[: whole.index(b'{"ended"') - 40])
    assert outcomes(table.run()) == ["known", "known"]  # b was going to be written, and is there
    path.write_bytes(b"\x00not ours")
    assert not interrupted(table.home)
    with pytest.raises(BatchError):
        table.record.batch()


@pytest.mark.parametrize("field", ["inputs", "folder"])
def test_a_record_that_names_what_no_file_can_be_called_is_none(table: Table, field: str) -> None:
    """Half a character, as JSON can hold it and no file system does."""
    table.photo("a.png")
    table.run()
    (path,) = table.home.glob("*.jsonl")
    head, rest = path.read_bytes().split(b"\n", 1)
    told = json.loads(head)
    told["batch"][field] = "/\ud800" if field == "folder" else ["/\ud800"]
    path.write_bytes(json.dumps(told).encode() + b"\n" + rest)
    assert not interrupted(table.home)
    with pytest.raises(BatchError):
        table.record.batch()
