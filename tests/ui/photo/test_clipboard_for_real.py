"""The clipboard of a real display: a picture that another program put there is pasted, and copied for a third."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from imaging.test_round_trip import made_profile
from patience import PATIENCE_S
from PIL import Image, ImageCms
from support.edited_photos import soft

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="a display of its own is X11's"),
    pytest.mark.skipif(
        any(shutil.which(name) is None for name in ("Xvfb", "openbox", "xdotool")),
        reason="apt install xvfb openbox xdotool",
    ),
]

_OWNER = """
import sys
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

app = QGuiApplication(sys.argv)
data = QMimeData()
data.setData("image/png", open(sys.argv[1], "rb").read())
app.clipboard().setMimeData(data)
print("there", flush=True)
app.exec()
"""

_READER = """
import sys
from PySide6.QtGui import QGuiApplication

app = QGuiApplication(sys.argv)
data = app.clipboard().mimeData()
open(sys.argv[1], "wb").write(bytes(data.data("image/png").data()))
"""


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str], **more: object) -> Iterator[subprocess.Popen[str]]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **more}
    process = subprocess.Popen(command, env=environment, text=True, **quiet)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def display(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of programs on it."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
    with running(command, dict(os.environ), pass_fds=[writing]):
        os.close(writing)
        with os.fdopen(reading) as pipe:
            name = f":{pipe.readline().strip()}"
        root = str(Path(__file__).resolve().parents[3])
        home = {"HOME": str(tmp_path), "RTEDIT_HOME": str(tmp_path / "rtedit"), "PYTHONPATH": root}
        environment = {**os.environ, **home, "DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}
        with running(["openbox"], environment):
            yield environment


def until(found: Callable[[], str], what: str) -> str:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if seen := found():
            return seen
        time.sleep(0.3)
    pytest.fail(f"{what} did not come")


def test_a_picture_of_another_program_comes_in_its_colours_and_goes_out_as_it_is_seen(
    display: dict[str, str], tmp_path: Path
) -> None:
    def do(*words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=display, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    values, icc = soft(120, 160), made_profile("p3")
    Image.fromarray(values).save(tmp_path / "p3.png", icc_profile=icc)
    expected = np.asarray(
        ImageCms.profileToProfile(
            Image.fromarray(values),
            io.BytesIO(icc),
            ImageCms.createProfile("sRGB"),
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
        )
    )
    assert np.abs(expected.astype(int) - values).mean() > 3, "taken as sRGB it is another picture"
    owner = [sys.executable, "-c", _OWNER, str(tmp_path / "p3.png")]
    with (
        running(owner, display, stdout=subprocess.PIPE) as another,
        running([sys.executable, "-m", "rtedit_desktop"], display),
    ):
        assert another.stdout is not None and another.stdout.readline().strip() == "there"
        window = until(lambda: do("search", "--onlyvisible", "--name", "RTEdit").partition("\n")[0], "the window")
        do("windowactivate", "--sync", window)

        def pasted() -> str:
            do("key", "--clearmodifiers", "ctrl+v")
            name = do("getwindowname", window)
            return name if "pasted picture" in name else ""

        until(pasted, "the picture")

        def copied() -> str:
            """The cursor is in the prompt, in which nothing is selected."""
            do("key", "--clearmodifiers", "ctrl+c")
            reader = [sys.executable, "-c", _READER, str(tmp_path / "back.png")]
            subprocess.run(reader, env=display, check=False, timeout=PATIENCE_S)
            data = (tmp_path / "back.png").read_bytes() if (tmp_path / "back.png").exists() else b""
            return "yes" if data and data != (tmp_path / "p3.png").read_bytes() else ""

        until(copied, "the copy")
    with Image.open(tmp_path / "back.png") as back:
        away = np.abs(np.asarray(back.convert("RGB")).astype(int) - expected)
    assert away.mean() < 1 and away.max() <= 4
