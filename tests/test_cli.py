from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from rtedit_desktop.cli import main
from rtedit_desktop.commands.terminal import Progress
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.core.events import (
    Adapting,
    Cancelled,
    DecodeStep,
    Event,
    Failed,
    Finished,
    Loading,
    Notice,
)
from rtedit_desktop.core.requests import EditRequest, Request
from rtedit_desktop.imaging.desk import Desk
from rtedit_desktop.packs.catalog import Catalog

SCRIPT = Callable[[EditRequest, threading.Event], Iterator[Event]]


class FakeEngine:
    """Plays a script and remembers what it was asked."""

    def __init__(self, script: SCRIPT) -> None:
        self.script = script
        self.requests: list[EditRequest] = []

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        assert isinstance(request, EditRequest)
        self.requests.append(request)
        return self.script(request, cancelled)

    def close(self) -> None:
        raise AssertionError("an engine that was given is not the command's to close")


def brighter(request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
    job, settings = request.job_id, request.settings
    after = np.clip(request.picture.astype(int) + 40, 0, 255).astype(np.uint8)
    yield Loading(job_id=job, what="Tiny: the image model", fraction=0.5)
    yield Notice(job_id=job, text="Memory is short.")
    for step in (1, 2, 3):
        preview = after if settings.preview_every else None
        yield Adapting(job_id=job, step=step, of=3, score=0.1 * step, seconds_left=3.0 - step, preview=preview)
    for index, t in ((1, 400), (2, 200)):
        yield DecodeStep(job_id=job, index=index, of=2, t=t, picture=after)
    recipe = {"prompt": request.prompt, "settings": {"seed": np.int64(settings.seed)}}
    yield Finished(
        job_id=job, picture=after, score=0.3, steps_taken=3, recipe=recipe, seconds={"adapt": 1.0, "total": 2.5}
    )


def failing(details: str) -> SCRIPT:
    def script(request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
        yield Failed(job_id=request.job_id, what="It went wrong.", todo="Do this.", details=details)

    return script


@pytest.fixture
def catalog(tiny_pack: Path) -> Catalog:
    return Catalog([tiny_pack.parent])


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A 60 x 40 picture with a grey ramp."""
    path = tmp_path / "in é.png"
    ramp = np.linspace(0, 200, 60 * 40 * 3).reshape(40, 60, 3).astype(np.uint8)
    Image.fromarray(ramp).save(path)
    return path


def edit(
    catalog: Catalog, photo: Path, *args: str, script: SCRIPT = brighter, desk: Any = None
) -> tuple[int, FakeEngine]:
    engine = FakeEngine(script)
    prompt = [] if args[:1] and not args[0].startswith("-") else ["smiling face"]
    out = [] if "-o" in args else ["-o", str(photo.with_name("out.png"))]
    return main(["edit", str(photo), *prompt, *args, *out], engine=engine, desk=desk, catalog=catalog), engine


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
    assert (request.source, request.pack, request.settings.t0) == ("face", "tiny", 350)
    assert request.settings.preview_every == 0
    shown = capsys.readouterr()
    assert "3 learning steps, score 0.30, 2.5 s" in shown.out
    assert "Learning step 1/3, score 0.10, 2 s left" in shown.err
    assert "Decoding step 2/2" in shown.err
    assert "middle square of 40 px" in shown.err


def test_options_reach_the_request(catalog: Catalog, photo: Path) -> None:
    options = "--t0 300 --steps 3 --iterations 5 --strength 0.5 --seed 7 --encoding deterministic --no-preserve"
    code, engine = edit(catalog, photo, "old face", "--source", "a face", "--pack", "tiny", *options.split())
    assert code == 0
    (request,) = engine.requests
    settings = request.settings
    assert (request.prompt, request.source) == ("old face", "a face")
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
def test_what_is_wrong_is_said_before_any_work(
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


def test_refused_prompts_need_no_torch(tiny_pack: Path, photo: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from rtedit_desktop.cli import main\n"
        "from rtedit_desktop.packs.catalog import Catalog\n"
        "done = main(sys.argv[2:], catalog=Catalog([Path(sys.argv[1])]))\n"
        "sys.exit(99 if 'torch' in sys.modules else done)"
    )
    command = [sys.executable, "-c", code, str(tiny_pack.parent)]
    for args, wanted in (
        (["--help"], 0),
        (["packs"], 0),
        (["edit", str(photo), "zombie", "-o", str(photo.with_name("out.png"))], 2),
        (["edit", str(photo.parent / "none.png"), "old face", "-o", str(photo.with_name("out.png"))], 3),
    ):
        assert subprocess.run([*command, *args], capture_output=True).returncode == wanted


def test_the_input_is_not_overwritten_unasked(catalog: Catalog, photo: Path) -> None:
    link = photo.with_name("link.png")
    os.link(photo, link)
    before = photo.read_bytes()
    for out in (photo, link, photo.parent / "." / photo.name):
        assert edit(catalog, photo, "-o", str(out))[0] == 2
        assert photo.read_bytes() == before
    assert edit(catalog, photo, "-o", str(photo), "--overwrite")[0] == 0
    assert photo.read_bytes() != before


def test_a_step_does_not_replace_the_input(catalog: Catalog, photo: Path) -> None:
    source = photo.rename(photo.with_name("001-learning-001.png"))
    digest = hashlib.sha256(source.read_bytes()).digest()
    assert edit(catalog, source, "--save-steps", str(source.parent))[0] == 6
    assert hashlib.sha256(source.read_bytes()).digest() == digest


def test_what_is_not_a_picture(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo.write_text("hello")
    assert edit(catalog, photo)[0] == 3
    assert "in é.png" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("details", "code"),
    [
        ("PromptError: …", 2),
        ("SettingsError: …", 2),
        ("PackMissing: …", 4),
        ("PackDamaged: …", 4),
        ("DeviceError: …", 5),
        ("SaveError: …", 6),
        ("ValueError: …", 1),
        ("annotations: …", 1),
        ("", 1),
    ],
)
def test_a_failed_job_ends_with_its_code(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], details: str, code: int
) -> None:
    assert edit(catalog, photo, script=failing(details))[0] == code
    assert capsys.readouterr().err.endswith("rtedit: It went wrong.\nDo this.\n")
    assert not photo.with_name("out.png").exists()
    edit(catalog, photo, "--verbose", script=failing(details))
    assert details in capsys.readouterr().err


def test_no_traceback_reaches_the_person(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
        raise ZeroDivisionError("secret")
        yield

    assert edit(catalog, photo, script=broken)[0] == 1
    shown = capsys.readouterr().err
    assert "ZeroDivisionError" in shown
    assert "Traceback" not in shown
    assert "--verbose" in shown
    edit(catalog, photo, "--verbose", script=broken)
    assert "secret" in capsys.readouterr().err


def test_a_job_without_an_end(catalog: Catalog, photo: Path) -> None:
    assert edit(catalog, photo, script=lambda request, cancelled: iter(()))[0] == 1


def test_a_result_that_cannot_be_saved(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class FullDisk(Desk):
        def save(self, path: Path, photo: Any, pixels: np.ndarray) -> None:
            raise SaveError("The disk is full.", "Free some space.")

    assert edit(catalog, photo, desk=FullDisk())[0] == 6
    assert "The disk is full.\nFree some space." in capsys.readouterr().err


def test_ctrl_c_stops_the_job(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
        signal.raise_signal(signal.SIGINT)
        assert cancelled.is_set()
        yield Cancelled(job_id=request.job_id)

    before = signal.getsignal(signal.SIGINT)
    assert edit(catalog, photo, script=interrupted)[0] == 130
    assert signal.getsignal(signal.SIGINT) is before
    assert not photo.with_name("out.png").exists()
    assert edit(catalog, photo, "--json", script=interrupted)[0] == 130
    assert "Cancelled" in json.loads(capsys.readouterr().out)["error"]["what"]


def test_ctrl_c_after_the_last_step_saves_nothing(catalog: Catalog, photo: Path) -> None:
    def late(request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
        signal.raise_signal(signal.SIGINT)
        yield Finished(job_id=request.job_id, picture=request.picture)

    assert edit(catalog, photo, script=late)[0] == 130
    assert not photo.with_name("out.png").exists()


def test_a_second_ctrl_c_stops_at_once(catalog: Catalog, photo: Path) -> None:
    def stubborn(request: EditRequest, cancelled: threading.Event) -> Iterator[Event]:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("it goes on")
        yield

    before = signal.getsignal(signal.SIGINT)
    assert edit(catalog, photo, script=stubborn)[0] == 130
    assert signal.getsignal(signal.SIGINT) is before


def test_packs_are_listed_and_verified(tiny_pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(shutil.copytree(tiny_pack, tmp_path / "packs" / "tiny"))
    catalog = Catalog([folder.parent])
    assert main(["packs", "--verify"], catalog=catalog) == 0
    assert "tiny  Tiny 0.1: random dots, 32 px, MIT" in capsys.readouterr().out
    (folder / "clip.safetensors").unlink()
    assert main(["packs"], catalog=catalog) == 0
    assert main(["packs", "--verify", "--json"], catalog=catalog) == 4
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [pack["id"] for pack in answer["packs"]] == ["tiny"]
    assert "clip.safetensors" in answer["problems"][0]["what"]


def test_no_packs(photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edit(Catalog([]), photo)[0] == 4
    (tmp_path / "packs" / "broken").mkdir(parents=True)
    capsys.readouterr()
    assert edit(Catalog([tmp_path / "packs"]), photo)[0] == 4
    assert "broken" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["draw"], ["edit"], ["packs", "--nonsense"]])
def test_wrong_usage(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv, catalog=Catalog([])) == 2
    assert "--help" in capsys.readouterr().err


def test_a_terminal_gets_one_line_that_is_redrawn() -> None:
    class Terminal(io.StringIO):
        encoding = "ascii"

        def isatty(self) -> bool:
            return True

    stream = Terminal()
    progress = Progress(stream)
    progress.show(Loading(job_id="j", what="Bücher", fraction=0.5))
    progress.show(Adapting(job_id="j", step=3, of=6, score=0.25, seconds_left=200))
    progress.show(Notice(job_id="j", text="now\x1b[2J this"))
    progress.clear()
    shown = stream.getvalue()
    assert "\r[############------------] Learning step 3/6, score 0.25, 3 min left" in shown
    assert "\nNote" not in shown
    assert shown.endswith("Note: now?[2J this\n")
    assert "\x1b" not in shown


def test_without_a_console_nothing_breaks(catalog: Catalog, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert edit(catalog, photo)[0] == 0
    assert edit(catalog, photo, "zombie")[0] == 2


def test_the_real_engine_edits_a_picture(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = photo.with_name("real.png")
    argv = ["edit", str(photo), "smiling face", "-o", str(out), "--json", "--iterations", "2", "--seed", "3"]
    assert main(argv, catalog=catalog) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["steps"] >= 1
    assert answer["recipe"]["settings"]["seed"] == 3
    assert Image.open(out).size == (60, 40)
    first = out.read_bytes()
    assert main(argv, catalog=catalog) == 0
    assert out.read_bytes() == first


def test_fakes_keep_the_contract() -> None:
    engine: Engine = FakeEngine(brighter)
    assert engine


class _Full(io.StringIO):
    """A stream on a full disk, or whose reader went away."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_an_edit_outlives_who_watches_it(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", _Full())
    assert edit(catalog, photo)[0] == 0
    assert photo.with_name("out.png").is_file()
    assert main(["edit", str(photo), "zebra", "-o", "x.png"], catalog=catalog) == 2


def test_a_report_that_cannot_be_written(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", _Full())
    assert edit(catalog, photo)[0] == 0
    assert edit(catalog, photo, "--json")[0] == 6
    shown = capsys.readouterr().err
    assert "out.png is saved, but standard output could not be written: No space left" in shown
    assert "unexpected" not in shown


def test_a_name_that_no_file_can_have(catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, engine = edit(catalog, photo, "-o", str(photo.with_name("n" * 300 + ".png")))
    assert (code, engine.requests) == (6, [])
    assert "File name too long" in capsys.readouterr().err


def test_libraries_that_cannot_be_loaded(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rtedit_desktop.engine.torch_engine", None)
    assert main(["edit", str(photo), "smiling face", "-o", str(photo.with_name("out.png"))], catalog=catalog) == 5
    assert "could not be loaded" in capsys.readouterr().err
