"""A window that is killed while it works has lost nothing that was finished; the full count is in benchmarks."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import kill_nine


@pytest.mark.slow
def test_ten_windows_that_are_killed_lose_nothing(tmp_path: Path) -> None:
    heard = kill_nine.run(tmp_path, rounds=10, real=0, seed=1, longest=0.8, after_work=True)
    assert heard.wrong == []
    assert heard.counts["kept"] >= 5 and heard.counts["saved"] >= 5, "they did something"
    assert (tmp_path / "stderr.txt").read_text().count("Traceback") == 0


@pytest.mark.slow
def test_a_result_that_is_gone_is_noticed(tmp_path: Path) -> None:
    heard = kill_nine.run(tmp_path, rounds=2, real=0, seed=2, longest=0.8, after_work=True)
    work, id = next(iter(heard.kept))
    next((tmp_path / "home" / "history" / work).glob(f"*-{id}.result")).unlink()
    next((tmp_path / "out").glob("[!.]*")).write_bytes(b"\x89PNG half")
    losses = " ".join(kill_nine.look(tmp_path, heard))
    assert "is lost" in losses and "does not open" in losses
