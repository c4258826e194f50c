"""A full disk and full memory in the window: a sentence each, and nothing that was there is lost."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot
from support.window.real_harness import RealHarness, with_a_photo

from rtedit_desktop.core.stack import composed
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.support import paths
from rtedit_desktop.ui.model.phase import Phase


@pytest.fixture
def real(qtbot: QtBot, tmp_path: Path) -> Iterator[RealHarness]:
    yield from with_a_photo(qtbot, tmp_path)


def test_a_disk_that_gets_full_while_saving(real: RealHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real.run("smiling face")
    target = tmp_path / "out.png"
    real.window.photos.save(target)
    real.until(lambda: real.state.saved and not real.window.background.writing)
    before = target.read_bytes()

    def full(_: BinaryIO) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(paths, "sync", full)
        real.window.actions_.continue_from.trigger()
        real.run("face with red hair")
        real.until(lambda: "cannot be kept for after a crash" in real.window.strip.label.text())
        real.window.photos.save(target)
        text = real.error()
        assert "out.png" in text and "full" in text.lower()
        assert target.read_bytes() == before and not list(tmp_path.glob(".rtedit-*"))
        assert len(real.state.results) == 2 and len(real.result.layers) == 2 and not real.state.saved
    real.window.photos.save(target)
    real.until(lambda: real.state.saved)
    expected = composed(FilePhotoService(), real.photo, real.result.layers).pixels
    assert np.array_equal(np.asarray(Image.open(target).convert("RGB")), expected)


@pytest.mark.parametrize("where", ["crop", "compose", "paste"])
def test_memory_that_gets_full(real: RealHarness, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real.run("smiling face")

    def full(*_: object, **__: object) -> np.ndarray:
        raise MemoryError

    with monkeypatch.context() as memory:
        for one in {"compose": ("accumulate", "compose")}.get(where, (where,)):
            memory.setattr(FilePhotoService, one, full)
        real.window.actions_.continue_from.trigger()
        if where == "crop":
            real.type("face with red hair")
            real.window.running.run()
            assert "Memory is full" in real.error()
        elif where == "compose":
            real.window.photos.save(tmp_path / "out.png")
            assert "Memory is full" in real.error() and not (tmp_path / "out.png").exists()
        real.until(lambda: real.state.phase is Phase.READY)
        assert len(real.state.results) == 1
    real.run("face with red hair")
    assert len(real.result.layers) == 2
    real.state.mark_saved(real.result)


def test_a_job_whose_memory_gets_full(real: RealHarness) -> None:
    real.run("smiling face")
    real.engine.fails = MemoryError()
    real.type("face with red hair")
    real.window.running.run()
    assert "emory" in real.error()
    real.until(lambda: real.state.phase is Phase.READY)
    real.engine.fails = None
    real.run("face with red hair")
    assert len(real.state.results) == 2
    real.state.mark_saved(real.result)
