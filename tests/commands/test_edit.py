from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.command_line import CommandHarness, brighter, edit
from support.nets import tiny_pack

from rtedit_desktop.cli import main
from rtedit_desktop.commands.shared import quick
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.core.events import Cancelled, Event, Failed
from rtedit_desktop.core.requests import EditRequest, Request
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.format import read_info


def test_an_edit_is_saved_and_the_input_is_left_alone(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = photo.read_bytes()
    code, engine = edit(catalog, photo)
    assert code == 0
    assert photo.read_bytes() == before
    was, now = np.asarray(Image.open(photo)), np.asarray(Image.open(photo.with_name("out.png")))
    assert was.shape == now.shape
    assert np.array_equal(was[:, :10], now[:, :10])
    assert now[20, 30].mean() > was[20, 30].mean() + 20
    (request,) = engine.requests
    assert request.picture.shape == (32, 32, 3)
    assert (request.spec.source, request.spec.pack, request.spec.settings.t0) == ("face", "tiny", 350)
    assert request.spec.settings.preview_every == 0
    shown = capsys.readouterr()
    assert "3 learning steps, score 0.30, 2.5 s" in shown.out
    assert "Learning step 1/3, score 0.10, 2 s left" in shown.err
    assert "Decoding step 2/2" in shown.err
    assert "middle square of 40 px" in shown.err


@pytest.mark.parametrize(
    ("card", "options", "part"),
    [(True, "", "all"), (False, "", "up"), (False, "--no-quick", "all"), (True, "--quick", "up")],
)
def test_a_large_model_learns_quickly_where_no_card_is_seen(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    card: bool, options: str, part: str,
) -> None:  # fmt: skip
    tiny_pack.write(tmp_path / "packs" / "tiny", quick={"iterations": 2, "steps": 2, "learned_part": "up"})
    monkeypatch.setattr(quick, "has_card", lambda: card)
    code, engine = edit(Catalog([tmp_path / "packs"]), photo, "smiling face", "--t0", "300", *options.split())
    assert code == 0
    (request,) = engine.requests
    settings = request.spec.settings
    assert (settings.learned_part, settings.t0) == (part, 300)
    assert (settings.iterations, settings.steps) == ((2, 2) if part == "up" else (3, settings.steps))
    assert ("learns quickly, as no graphics card is seen" in capsys.readouterr().err) == (not card and not options)


def test_options_reach_the_request(catalog: Catalog, photo: Path) -> None:
    options = "--t0 300 --steps 3 --iterations 5 --strength 0.5 --seed 7 --encoding deterministic --no-preserve"
    code, engine = edit(catalog, photo, "old face", "--source", "a face", "--pack", "tiny", *options.split())
    assert code == 0
    (request,) = engine.requests
    settings = request.spec.settings
    assert (request.spec.prompt, request.spec.source) == ("old face", "a face")
    assert (settings.t0, settings.steps, settings.iterations, settings.strength) == (300, 3, 5, 0.5)
    assert (settings.seed, settings.encoding, settings.preserve) == (7, "deterministic", False)


def test_steps_are_written_as_numbered_pictures(catalog: Catalog, photo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "steps" / "of this"
    assert edit(catalog, photo, "--save-steps", str(folder))[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "001-learning-001.png",
        "002-learning-002.png",
        "003-learning-003.png",
        "004-decoding-01-t400.png",
        "005-decoding-02-t200.png",
    ]
    assert Image.open(folder / "005-decoding-02-t200.png").size == (32, 32)


def test_json_is_one_object(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edit(catalog, photo, "--json", "--seed", "5")[0] == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["result"] == str(photo.with_name("out.png"))
    assert (answer["score"], answer["steps"], answer["seconds"]["total"]) == (0.3, 3, 2.5)
    assert answer["recipe"]["settings"]["seed"] == 5
    assert "Memory is short." in answer["notes"]


def test_quiet_says_nothing(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edit(catalog, photo, "--quiet")[0] == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("args", "code", "sentence"),
    [
        (["  "], 2, "no prompt"),
        (["face"], 2, "same as the source"),
        (["zombie face"], 2, "“zombie”"),
        (["--t0", "1000"], 2, "t0 is 1000"),
        (["--t0", "x"], 2, "invalid int value"),
        (["--strength", "nan"], 2, "strength"),
        (["--encoding", "magic"], 2, "invalid choice"),
        (["--pack", "dogs"], 4, "Installed are: tiny"),
        (["-o", "out.xyz"], 6, "format"),
        (["-o", "nowhere/at/all/out.png"], 6, "does not exist"),
    ],
)
def test_what_is_wrong_is_reported_before_any_work(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], args: list[str], code: int, sentence: str
) -> None:
    done, engine = edit(catalog, photo, *args)
    assert (done, engine.requests) == (code, [])
    shown = capsys.readouterr()
    assert sentence in shown.err
    assert shown.out == ""
    assert edit(catalog, photo, *args, "--json")[0] == code
    error = json.loads(capsys.readouterr().out)["error"]
    assert sorted(error) == ["todo", "what"]
    assert sentence in f"{error['what']} {error['todo']}"


def test_the_input_is_never_overwritten(catalog: Catalog, photo: Path) -> None:
    link = photo.with_name("link.png")
    os.link(photo, link)
    before = photo.read_bytes()
    for out in (photo, link, photo.parent / "." / photo.name):
        assert edit(catalog, photo, "-o", str(out))[0] == 2
        assert edit(catalog, photo, "-o", str(out), "--overwrite")[0] == 2
        assert photo.read_bytes() == before


def test_a_file_that_is_there_is_replaced_only_when_told(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = photo.with_name("there.png")
    there.write_bytes(b"mine")
    done, engine = edit(catalog, photo, "-o", str(there))
    assert (done, engine.requests, there.read_bytes()) == (6, [], b"mine")
    shown = capsys.readouterr().err
    assert "there.png: there is a file of that name already" in shown and "--overwrite" in shown
    assert edit(catalog, photo, "-o", str(there), "--overwrite")[0] == 0
    assert there.read_bytes() != b"mine"


@pytest.mark.parametrize("then", [(), ("--then", "smiling face")])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_another_program_wrote_meanwhile_stays(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], then: tuple[str, ...], kind: str
) -> None:
    out = photo.with_name("shared.png")

    def slow(request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
        if kind == "link" and not os.path.lexists(out):
            out.symlink_to(photo.with_name("elsewhere.png"))
        elif kind == "file":
            out.write_bytes(b"theirs")
        yield from brighter(request, cancelled)

    assert edit(catalog, photo, "-o", str(out), *then, script=slow)[0] == 6
    assert "another program has written" in capsys.readouterr().err
    assert not photo.with_name("elsewhere.png").exists()
    assert out.is_symlink() if kind == "link" else out.read_bytes() == b"theirs"
    assert not list(photo.parent.glob(".rtedit-*"))
    assert edit(catalog, photo, "-o", str(out), "--overwrite", *then, script=slow)[0] == 0


def test_steps_of_another_edit_are_replaced_only_when_told(catalog: Catalog, photo: Path) -> None:
    steps = photo.with_name("steps")
    assert edit(catalog, photo, "--save-steps", str(steps))[0] == 0
    done, engine = edit(catalog, photo, "--save-steps", str(steps))
    assert (done, engine.requests) == (6, [])
    assert edit(catalog, photo, "--save-steps", str(steps), "--overwrite")[0] == 0


def test_places_that_cannot_be_written_are_reported_before_any_work(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, loop = photo.with_name("gone.png"), photo.with_name("loop.png")
    gone.symlink_to(photo.parent / "nowhere" / "out.png")
    loop.symlink_to(loop)
    places = [
        (gone, "does not exist"), (loop, "Could not save loop.png: its links lead in a circle"),
        (photo / "out.png", "is no folder"), (photo.with_name("x" * 252 + ".png"), "the name is too long"),
        (photo.with_name(".png"), "the ending of a name alone"),
        (photo.with_name("a\0.png"), "no file can have that name"),
    ]  # fmt: skip
    for out, words in places:
        done, engine = edit(catalog, photo, "-o", str(out), "--overwrite")
        assert (done, engine.requests) == (6, [])
        assert words in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a folder of Linux")
def test_a_folder_that_does_not_say_what_it_refuses_is_found_out_before_any_work(
    catalog: Catalog, photo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As shares do; the kernel's tells root that it may write there."""
    monkeypatch.setattr(os, "access", lambda *_, **__: True)
    done, engine = edit(catalog, photo, "-o", "/sys/out.png")
    assert (done, engine.requests) == (6, [])
    assert "no permission to write there" in capsys.readouterr().err
    assert edit(catalog, photo)[0] == 0
    assert not list(photo.parent.glob(".rtedit-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="the folder that a process stands in stays there")
def test_a_working_folder_that_is_gone_is_reported_before_any_work(
    catalog: Catalog, photo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = photo.parent / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    here.rmdir()
    done, engine = edit(catalog, photo, "-o", "out.png")
    assert (done, engine.requests) == (6, [])
    assert "The folder that this was started in is gone" in capsys.readouterr().err
    assert edit(catalog, photo)[0] == 0


def test_a_step_does_not_replace_the_input(catalog: Catalog, photo: Path) -> None:
    source = photo.rename(photo.with_name("001-learning-001.png"))
    digest = hashlib.sha256(source.read_bytes()).digest()
    assert edit(catalog, source, "--save-steps", str(source.parent))[0] == 6
    assert hashlib.sha256(source.read_bytes()).digest() == digest


def test_what_is_not_a_picture(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo.write_text("hello")
    assert edit(catalog, photo)[0] == 3
    assert "in é.png" in capsys.readouterr().err


def test_a_result_that_cannot_be_saved(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class FullDisk(FilePhotoService):
        def save(self, path: Path, photo: Any, pixels: np.ndarray, **more: Any) -> None:
            raise SaveError("The disk is full.", "Free some space.")

    assert edit(catalog, photo, photo_service=FullDisk())[0] == 6
    assert "The disk is full.\nFree some space." in capsys.readouterr().err


def test_a_name_that_no_file_can_have(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, engine = edit(catalog, photo, "-o", str(photo.with_name("n" * 300 + ".png")))
    assert (code, engine.requests) == (6, [])
    assert "the name is too long" in capsys.readouterr().err


def test_the_real_engine_edits_a_picture(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = photo.with_name("real.png")
    argv = ["edit", str(photo), "smiling face", "-o", str(out), "--json", "--iterations", "2", "--seed", "3"]
    assert main(argv, catalog=catalog) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["steps"] >= 1
    assert answer["recipe"]["settings"]["seed"] == 3
    assert Image.open(out).size == (60, 40)
    first = out.read_bytes()
    assert main([*argv, "--overwrite"], catalog=catalog) == 0
    assert out.read_bytes() == first


def test_what_an_edit_learned_can_be_kept(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    kept = harness.folder / "kept.rtpreset"
    command = ["edit", harness.photo, "old face", "-o", harness.out, "--iterations", 2]
    assert harness.run(*command, "--keep", kept) == 0
    assert f"{harness.out} and {kept}: " in capsys.readouterr().out
    assert (read_info(kept).spec.prompt, read_info(kept).pictures) == ("old face", 1)
    harness.out.unlink()
    assert harness.run(*command, "--keep", kept) == 6
    assert "kept.rtpreset: there is a file of that name already" in capsys.readouterr().err
    assert harness.run(*command, "--keep", kept, "--overwrite", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["preset"], printed["known_before"]) == (str(kept), True)
    assert harness.run(*command, "--overwrite") == 0
    assert "nothing had to be learned" in capsys.readouterr().out
    assert harness.run("apply", harness.photo, "--preset", kept, "-o", harness.out, "--overwrite") == 0


def test_a_preset_is_applied_at_the_strength_that_it_was_kept_at(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = harness.folder / "kept.rtpreset"
    command = ["edit", harness.photo, "old face", "-o", harness.out, "--iterations", 2, "--strength", 0.5]
    assert harness.run(*command, "--keep", kept) == 0
    for given, wanted in ((kept, 0.5), (f"{kept}:1", 1.0)):
        capsys.readouterr()
        assert harness.run("apply", harness.photo, "--preset", given, "-o", harness.out, "--overwrite", "--json") == 0
        assert json.loads(capsys.readouterr().out)["presets"][0]["strength"] == wanted


@pytest.mark.parametrize(
    ("name", "code", "message"), [("kept.png", 2, ".rtpreset"), ("nowhere/kept.rtpreset", 6, "does not exist")]
)
def test_where_nothing_can_be_kept_is_reported_before_any_work(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], name: str, code: int, message: str
) -> None:
    done, engine = edit(catalog, photo, "--keep", name)
    assert (done, engine.requests) == (code, [])
    assert message in capsys.readouterr().err


def test_a_picture_outlives_a_preset_that_cannot_be_kept(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    ends: list[Event] = [
        Failed(job_id="", what="The disk is full.", todo="Free some space.", details="SaveError: …"),
        Cancelled(job_id=""),
    ]
    for end, code in zip(ends, (6, 130), strict=True):

        def script(request: Request, cancelled: threading.Event, end: Event = end) -> Iterator[Event]:
            yield from brighter(request, cancelled) if isinstance(request, EditRequest) else (end,)

        harness.out.unlink(missing_ok=True)
        kept = harness.folder / "kept.rtpreset"
        assert harness.play(script, "edit", harness.photo, "old face", "-o", harness.out, "--keep", kept) == code
        assert harness.out.is_file()
        assert "out.png is saved, the preset is not" in capsys.readouterr().err


def test_the_nearest_known_word_is_named(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = photo.with_name("out.png")
    assert main(["edit", str(photo), "face with sunglases", "-o", str(out), "--pack", "avatars"]) == 2
    message = capsys.readouterr().err
    assert "does not know “sunglases”" in message and "Did you mean “sunglasses”?" in message
    assert not out.exists()
