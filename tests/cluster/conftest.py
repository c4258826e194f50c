"""A folder of photos, and a computer to work at."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.batch_table import Table
from support.command_line import CommandHarness


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


@pytest.fixture
def harness(tiny_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandHarness:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    return CommandHarness(tiny_pack, tmp_path)
