from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.command_line import CommandHarness, Full

from rtedit_desktop.cli import main
from rtedit_desktop.core.events import Cancelled, Event, Finished
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.core.requests import LearnRequest
from rtedit_desktop.imaging.photo_service import FilePhotoService


def test_pictures_that_cannot_be_opened_are_named_and_left_out(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    (harness.images / "broken.png").write_bytes(b"no picture")
    assert harness.learn("smiling face", "--json") == 0
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert "broken.png" in note
    for path in harness.images.iterdir():
        path.write_bytes(b"no picture")
    assert harness.learn("old face") == 3
    assert "no picture to learn on" in capsys.readouterr().err


def test_a_preset_that_is_there_is_replaced_only_when_told(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    file = harness.images.parent / "mine.rtpreset"
    assert harness.learn("smiling face", "-o", file) == 0
    before = file.read_bytes()
    capsys.readouterr()
    assert harness.learn("old face", "-o", file) == 6
    assert "there is a file of that name already" in capsys.readouterr().err
    assert file.read_bytes() == before
    assert harness.learn("old face", "-o", file, "--overwrite") == 0
    assert file.read_bytes() != before


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["face"], 2, "nothing to change"),
        (["zebra face"], 2, "zebra"),
        (["smiling face", "-o", "x.png"], 2, ".rtpreset"),
        (["smiling face", "-o", "nowhere/x.rtpreset"], 6, "does not exist"),
        (["smiling face"], 4, "no pictures of its own"),
        (["smiling face", "--images", "nowhere"], 3, "could not be read"),
    ],
)
def test_learning_that_cannot_be(
    harness: CommandHarness, args: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert harness.run("learn", *args) == code
    shown = capsys.readouterr()
    assert words in shown.err
    assert "Traceback" not in shown.err
    assert harness.library.presets() == []


def test_options_reach_the_request(harness: CommandHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[LearnRequest] = []

    def script(request: LearnRequest, cancelled: threading.Event) -> Iterator[Event]:
        asked.append(request)
        yield Finished(job_id=request.job_id, preset=request.output)

    monkeypatch.chdir(harness.folder)
    words = ["--title", "Old", "--author", "me", "--licence", "MIT", "--source", "a face", "--pack", "tiny"]
    command = ["learn", "old face", "-o", "old.rtpreset", "--iterations", 5, "--seed", 9]
    assert harness.play(script, *command, *words, "--images", harness.images) == 0
    (request,) = asked
    assert (request.spec.prompt, request.spec.source, request.spec.pack) == ("old face", "a face", "tiny")
    assert (request.title, request.author, request.licence) == ("Old", "me", "MIT")
    assert (request.spec.settings.iterations, request.spec.settings.seed) == (5, 9)
    assert request.output == Path("old.rtpreset")
    assert [picture.shape for picture in request.pictures] == [(32, 32, 3)] * 3
    assert harness.play(script, "learn", "old face") == 0
    assert (asked[1].title, asked[1].pictures, asked[1].output.parent) == ("old face", (), harness.library.folder)


def test_learning_is_drawn_and_quiet_is_quiet(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    harness.learn()
    assert "Learning step 2/2" in capsys.readouterr().err
    harness.learn("old face", "--quiet")
    assert capsys.readouterr() == ("", "")


def test_the_same_again_is_instant_and_a_second_of_one_title_is_reported(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    harness.learn()
    capsys.readouterr()
    assert harness.learn() == 0
    shown = capsys.readouterr()
    assert "nothing had to be learned" in shown.out
    assert "There is a preset called “smiling face” already" in shown.err
    assert len(harness.library.presets()) == 2


def test_ctrl_c_ends_learning(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(request: LearnRequest, cancelled: threading.Event) -> Iterator[Event]:
        signal.raise_signal(signal.SIGINT)
        assert cancelled.is_set()
        yield Cancelled(job_id=request.job_id)

    assert harness.play(interrupted, "learn", "old face") == 130
    shown = capsys.readouterr().err
    assert "Cancelled; no preset was saved." in shown
    assert "The same command goes on" in shown
    assert harness.library.presets() == []


def test_ctrl_c_while_pictures_are_opened(harness: CommandHarness) -> None:
    opened: list[Path] = []

    class Slow(FilePhotoService):
        def open(self, path: Path) -> Photo:
            opened.append(path)
            signal.raise_signal(signal.SIGINT)
            return super().open(path)

    command = ["learn", "old face", "--images", str(harness.images)]
    assert (
        main(command, engine=harness.engine, photo_service=Slow(), catalog=harness.catalog, library=harness.library)
        == 130
    )
    assert len(opened) == 1


def test_what_is_learned_outlives_who_waits_for_it(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    assert harness.learn("smiling face", "--json") == 6
    assert "smiling face.rtpreset is saved, but standard output" in capsys.readouterr().err
    assert harness.run("apply", harness.photo, "--preset", "smiling face", "-o", harness.out, "--json") == 6
    assert "out.png is saved, but standard output" in capsys.readouterr().err


def pairs_in(folder: Path, count: int) -> Path:
    """Pictures with outlines, and the same with a dark bar."""
    folder.mkdir()
    for number in range(count):
        small = Image.fromarray(np.random.default_rng(number).integers(0, 256, (12, 12, 3), dtype=np.uint8))
        before = np.array(small.resize((64, 64), Image.Resampling.BICUBIC))
        after = before.copy()
        after[20:34] = 20
        for name, pixels in (("before", before), ("after", after)):
            Image.fromarray(pixels).save(folder / f"p{number}.{name}.png")
    return folder


def test_an_edit_is_learned_from_pairs(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    folder = pairs_in(harness.images.parent / "pairs", 2)
    assert harness.run("learn", "a bar, zebra", "--pairs", str(folder), "--iterations", "2", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["steps"] == 2
    assert any("2 pairs" in note for note in told["notes"])
    assert [preset.title for preset in harness.library.presets()] == ["a bar, zebra"]


def test_one_pair_and_pairs_that_are_swapped_are_told(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pairs_in(harness.images.parent / "pairs", 4)
    (folder / "p2.before.png").rename(folder / "p2.png")
    (folder / "p2.after.png").rename(folder / "p2.before.png")
    (folder / "p2.png").rename(folder / "p2.after.png")
    learn = ("learn", "a bar", "--pairs", str(folder), "--iterations", "2", "--json")
    assert harness.run(*learn) == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert any(note.startswith("In p2.before.png the change goes the opposite way") for note in notes)
    for path in [*folder.glob("p0.*"), *folder.glob("p1.*"), *folder.glob("p3.*")]:
        path.unlink()
    assert harness.run(*learn) == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert any(note.startswith("One pair teaches") for note in notes)


SPOILT: list[tuple[Callable[[Path], object], str]] = [
    (lambda folder: (folder / "p0.after.png").write_bytes((folder / "p0.before.png").read_bytes()), "no difference"),
    (lambda folder: (folder / "p0.after.png").write_bytes((folder / "p1.before.png").read_bytes()), "the same"),
    (lambda folder: (folder / "p0.after.png").write_bytes(b"none"), "p0.after.png"),
]


@pytest.mark.parametrize(("spoil", "reason"), SPOILT)
def test_a_pair_that_is_none_is_left_out_and_reported(
    harness: CommandHarness, spoil: Callable[[Path], object], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pairs_in(harness.images.parent / "pairs", 2)
    spoil(folder)
    learn = ("learn", "a bar", "--pairs", str(folder), "--iterations", "2", "--json")
    assert harness.run(*learn) == 0
    assert any(reason in note for note in json.loads(capsys.readouterr().out)["notes"])
    for path in folder.glob("p1.*"):
        path.unlink()
    assert harness.run(*learn) == 3
    assert reason in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda folder: (folder / "p0.after.png").unlink(), "no other half"),
        (lambda folder: [path.unlink() for path in folder.iterdir()], "no pairs"),
    ],
)
def test_folders_without_pairs(
    harness: CommandHarness, spoil: Callable[[Path], object], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = pairs_in(harness.images.parent / "pairs", 2)
    spoil(folder)
    assert harness.run("learn", "a bar", "--pairs", str(folder)) == 3
    shown = capsys.readouterr()
    assert reason in shown.err
    assert "Traceback" not in shown.err
    assert harness.library.presets() == []


def test_pairs_and_images_exclude_each_other(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    assert harness.run("learn", "a bar", "--pairs", "x", "--images", "y") == 2
    assert "exclude each other" in capsys.readouterr().err
    assert harness.run("learn", "a bar", "--pairs", "x", "y", "z") == 2
    assert harness.run("learn", " ", "--pairs", "x") == 2
