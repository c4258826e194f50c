"""How commands end: exit codes, sentences, Ctrl+C, streams that take nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line import Full, GivenEngine, brighter, edit, failing

from rtedit_desktop.cli import main
from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Cancelled, Event, Finished
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.packs.catalog import Catalog


@pytest.mark.parametrize("argv", [[], ["draw"], ["edit"], ["packs", "--nonsense"]])
def test_wrong_usage(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv, catalog=Catalog([])) == 2
    assert "--help" in capsys.readouterr().err


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


def test_libraries_that_cannot_be_loaded(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rtedit_desktop.engine.torch_engine", None)
    assert main(["edit", str(photo), "smiling face", "-o", str(photo.with_name("out.png"))], catalog=catalog) == 5
    assert "could not be loaded" in capsys.readouterr().err


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


def test_an_interruption_before_anything_is_imported_is_quiet() -> None:
    code = (
        "import sys, builtins; real = builtins.__import__\n"
        "def stop(name, *args):\n"
        "    if name == 'rtedit_desktop.cli': raise KeyboardInterrupt\n"
        "    return real(name, *args)\n"
        "from rtedit_desktop.start import rtedit\n"
        "builtins.__import__ = stop; sys.exit(rtedit())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr


def test_a_process_that_loaded_torch_ends_without_taking_it_apart() -> None:
    code = (
        "import atexit, sys, types; sys.modules['torch'] = types.ModuleType('torch')\n"
        "import rtedit_desktop.cli as cli\n"
        "def main(): print('Saved.', end=''); return 9\n"
        "cli.main = main; atexit.register(print, 'taken apart')\n"
        "from rtedit_desktop.start import rtedit\n"
        "sys.exit(rtedit())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (9, "Saved.", "")


def test_without_a_console_nothing_breaks(catalog: Catalog, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert edit(catalog, photo)[0] == 0
    assert edit(catalog, photo, "zombie")[0] == 2


def test_an_edit_outlives_who_watches_it(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", Full())
    assert edit(catalog, photo)[0] == 0
    assert photo.with_name("out.png").is_file()
    assert main(["edit", str(photo), "zebra", "-o", "x.png"], catalog=catalog) == 2


def test_a_report_that_cannot_be_written(
    catalog: Catalog, photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Full())
    assert edit(catalog, photo)[0] == 0
    assert edit(catalog, photo, "--json")[0] == 6
    shown = capsys.readouterr().err
    assert "out.png is saved, but standard output could not be written: No space left" in shown
    assert "unexpected" not in shown


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_listing_that_cannot_be_written_is_reported() -> None:
    code = "import sys; from rtedit_desktop.start import rtedit; sys.exit(rtedit())"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, "packs"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 6
    assert "Standard output could not be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_fakes_keep_the_contract() -> None:
    engine: Engine = GivenEngine(brighter)
    assert engine


LONG = "/".join(["x" * 300] * 20)


@pytest.mark.parametrize(
    "argv",
    [
        ["edit", LONG, "smiling face", "-o", "out.png"],
        ["edit", "photo.png", "smiling face", "-o", f"{LONG}.png"],
        ["edit", "photo.png", "smiling face", "-o", "out.png", "--keep", f"{LONG}.rtpreset"],
        ["edit", "photo.png", "smiling face", "-o", "out.png", "--save-steps", LONG],
        ["edit", "photo.png", "smiling face", "-o", "out.png", "--mask", f"{LONG}.png"],
        ["apply", LONG, "Smile", "-o", "out.png"],
        ["apply", "photo.png", f"{LONG}.rtpreset", "-o", "out.png"],
        ["batch", LONG, "--prompt", "smiling face", "-o", "out"],
        ["batch", "photo.png", "--prompt", "smiling face", "-o", LONG],
        ["batch", "--resume", "-o", LONG],
        ["learn", "smiling face", "--pictures", LONG, "-o", "a.rtpreset"],
        ["learn", "smiling face", "-o", f"{LONG}.rtpreset"],
        ["faces", LONG],
        ["presets", "show", f"{LONG}.rtpreset"],
        ["presets", "import", f"{LONG}.rtpreset"],
        ["presets", "import", LONG],
        ["presets", "export", "Smile", LONG],
        ["packs", "import", LONG],
        ["packs", "verify", LONG],
        ["packs", "remove", LONG],
        ["history", "save", LONG, LONG],
    ],
    ids=lambda argv: " ".join(word[:12] for word in argv),
)
def test_a_path_that_is_too_long_is_a_sentence(
    argv: list[str],
    tiny_pack: Path,
    photo: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(photo.parent)
    photo.rename("photo.png")
    engine = GivenEngine(brighter)
    assert main(argv, engine=engine, catalog=Catalog([tiny_pack.parent])) in range(2, 10)
    assert "unexpected" not in capsys.readouterr().err
