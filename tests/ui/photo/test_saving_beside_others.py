"""What another program writes to the file that Save is writing, or has written, is not replaced without a question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot
from support.window.harness import child
from support.window.real_harness import RealHarness, with_a_photo

from rtedit_desktop.support import paths


@pytest.fixture
def real(qtbot: QtBot, tmp_path: Path) -> Iterator[RealHarness]:
    yield from with_a_photo(qtbot, tmp_path)


def answer(real: RealHarness, text: str) -> str:
    """Click the button of the question; what it asked."""
    real.until(lambda: real.window.findChildren(QMessageBox))
    box = child(real.window, QMessageBox)
    asked = box.text()
    (button,) = [button for button in box.buttons() if button.text().replace("&", "") == text]
    real.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    real.until(lambda: not real.window.findChildren(QMessageBox))
    return asked


def test_a_file_that_comes_while_ours_is_written_stays(
    real: RealHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real.run("smiling face")
    out, sync = tmp_path / "out.png", paths.sync

    def beside(file: BinaryIO) -> None:
        if not out.exists():
            out.write_bytes(b"theirs")
        sync(file)

    with monkeypatch.context() as another:
        another.setattr(paths, "sync", beside)
        real.window.saving.save_to(out)
        assert "another program has written" in real.error()
    assert out.read_bytes() == b"theirs" and not real.state.saved
    assert not list(tmp_path.glob(".rtedit-*"))
    real.window.saving.save_to(out)
    assert "exists already" in answer(real, "Replace")
    real.until(lambda: real.state.saved)
    assert Image.open(out).size == (160, 120)


def test_saving_again_asks_once_somebody_else_has_written_there(real: RealHarness, tmp_path: Path) -> None:
    real.run("smiling face")
    out = tmp_path / "out.png"
    real.window.saving.save_to(out)
    real.until(lambda: real.state.saved)
    real.run("face with red hair")
    real.window.actions_.save.trigger()
    real.until(lambda: real.state.saved)
    assert not real.window.findChildren(QMessageBox)
    out.write_bytes(b"theirs")
    real.window.actions_.save.trigger()
    assert "exists already" in answer(real, "Cancel")
    assert out.read_bytes() == b"theirs"
    real.window.actions_.save.trigger()
    answer(real, "Replace")
    real.until(lambda: out.read_bytes() != b"theirs")
    real.until(lambda: not real.window.background.writing)
    assert Image.open(out).size == (160, 120)
    out.unlink()
    real.window.actions_.save.trigger()
    real.until(out.exists)
