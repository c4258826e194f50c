"""A window with a folder of photos and presets for a batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.window.batch_harness import BatchHarness


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def batch(qtbot: QtBot, tmp_path: Path) -> Iterator[BatchHarness]:
    harness = BatchHarness(qtbot, tmp_path)
    yield harness
    harness.close()
    harness.window.deleteLater()
