"""How the app starts, or says why it does not."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest
from patience import PATIENCE_S

from rtedit_desktop import __version__, app
from rtedit_desktop.support.paths import resources


def test_without_a_display_the_command_line_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert app.main([]) == 2
    printed = capsys.readouterr().err.strip()
    assert 'rtedit edit IN "smiling face" -o OUT' in printed
    assert "\n" not in printed


def test_a_display_that_cannot_be_reached_is_reported_too() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "rtedit_desktop"],
        env={**os.environ, "DISPLAY": ":4095", "QT_QPA_PLATFORM": "no-such-platform"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 2
    assert app.NO_DISPLAY in ended.stderr
    assert "no-such-platform" in ended.stderr
    assert "Traceback" not in ended.stderr and "Fatal Python" not in ended.stderr


def test_it_survives_having_no_console(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert app.main([]) == 2


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        app.main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out.strip() == f"RTEdit {__version__}"


def test_the_window_needs_neither_torch_nor_pillow() -> None:
    code = (
        "import sys, rtedit_desktop.app, rtedit_desktop.ui.window.main_window;"
        "heavy = {'torch', 'PIL', 'diffusers', 'open_clip'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


_CLOSED = """
import sys
from PySide6.QtCore import QTimer
from rtedit_desktop import app

def close_soon(window):  # in the middle of what a window does when it begins; without torch, which takes long
    window._leaving = True
    QTimer.singleShot(int(sys.argv[1]), window.close)

app.warm_up_quietly = close_soon
sys.exit(app.main(sys.argv[2:]))
"""


@pytest.mark.parametrize("after_ms", [0, 300])
def test_the_window_opens_a_photo_and_ends_with_nothing_left(tmp_path: Path, after_ms: int) -> None:
    photo = resources() / "samples" / "portraits" / "astronaut.jpg"
    ended = subprocess.run(
        [sys.executable, "-W", "always::ResourceWarning", "-c", _CLOSED, str(after_ms), str(photo)],
        env={**os.environ, "RTEDIT_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    for word in ("Traceback", "destroyed", "never awaited", "event loop"):
        assert word not in ended.stderr


_LOADS_FOR_EVER = """
import sys, time
from PySide6.QtCore import QTimer
from rtedit_desktop import app

def close_when_it_loads(window):
    def look():
        if window.engine.only_loads:
            window.close()
    window.look = QTimer(window)
    window.look.timeout.connect(look)
    window.look.start(10)
    window.warming.start()

app.engine_maker = lambda *_: lambda: time.sleep(3600)
app.warm_up_quietly = close_when_it_loads
sys.exit(app.main([]))
"""


def test_libraries_that_load_do_not_keep_the_process(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _LOADS_FOR_EVER],
        env={**os.environ, "RTEDIT_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    for word in ("Traceback", "Thread 0x", "destroyed"):
        assert word not in ended.stderr


@pytest.mark.slow
def test_an_installation_checks_itself(tmp_path: Path) -> None:
    """As the workflows ask an installed one: a sample of the model in use, its first suggestion, the result saved."""
    out = tmp_path / "out.png"
    start = "import sys; from rtedit_desktop.app import main; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", start, "--self-check", str(out)],
        env={**os.environ, "RTEDIT_HOME": str(tmp_path / "home"), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True, text=True, timeout=2 * PATIENCE_S,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert out.read_bytes().startswith(b"\x89PNG")


@pytest.mark.skipif(sys.platform != "linux", reason="how libraries are opened on Linux")
@pytest.mark.parametrize("origin", [None, "/nowhere/torch/__init__.py"])
def test_libraries_that_are_not_there_are_left_to_the_import(
    origin: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: ModuleSpec(name, None, origin=origin))
    app._open_torch_libraries()
