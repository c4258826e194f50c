"""The log gets what nobody caught, stays small, and works without a console."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from patience import PATIENCE_S


def run(code: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "RTEDIT_HOME": str(home)},
        capture_output=True, text=True, timeout=PATIENCE_S, check=False,
    )  # fmt: skip


def written(home: Path, name: str = "rtedit.log") -> str:
    return (home / "logs" / name).read_text("utf-8")


def test_exceptions_in_every_place_are_kept(tmp_path: Path) -> None:
    run(
        "from rtedit_desktop.support.reporting import log; log.begin()\n"
        "import threading, warnings\n"
        "thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()\n"
        "warnings.warn('this is odd')\n"
        "raise ValueError('from the main thread')\n",
        tmp_path,
    )
    text = written(tmp_path)
    for words in ("ZeroDivisionError", "UserWarning: this is …", "ValueError: from the main thread"):
        assert words in text


def test_without_a_console_what_is_printed_is_kept(tmp_path: Path) -> None:
    ended = run(
        "import sys; sys.stdout = sys.stderr = None\n"
        "from rtedit_desktop.support.reporting import log; log.begin()\n"
        "print('half a line', end=''); print(' and the rest')\n"
        "from tqdm import tqdm; list(tqdm(range(3)))\n"
        "import warnings; warnings.warn('this is odd')\n",
        tmp_path,
    )
    assert ended.returncode == 0
    text = written(tmp_path)
    assert "stdout: half a line and the …" in text and "UserWarning: this is …" in text


def test_a_crash_in_native_code_leaves_its_stacks(tmp_path: Path) -> None:
    run("from rtedit_desktop.support.reporting import log; log.begin()\nimport ctypes; ctypes.string_at(0)", tmp_path)
    text = written(tmp_path, "crash.log")
    assert "Fatal Python error" in text and "string_at" in text


def test_it_stays_small(tmp_path: Path) -> None:
    run(
        "from rtedit_desktop.support.reporting import log; log.LARGEST = 10_000; log.begin()\n"
        "import logging\n"
        "for n in range(2000): logging.getLogger('x').warning('line %d', n)\n",
        tmp_path,
    )
    files = list((tmp_path / "logs").glob("rtedit.log*"))
    assert len(files) == 3
    assert sum(file.stat().st_size for file in files) <= 30_000


@pytest.mark.skipif(sys.platform == "win32", reason="folders are protected otherwise there")
def test_a_folder_that_cannot_be_written_to_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    assert (
        run("from rtedit_desktop.support.reporting import log; log.begin(); print('on')", tmp_path).stdout.strip()
        == "on"
    )
