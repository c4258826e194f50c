"""The script that proves a graphics card, in its small form on the processor."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from benchmarks import card

from rtedit_desktop.engine.machine.devices import processor


def test_one_run_gives_a_table_and_all_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "card.json"
    assert card.main(["--small", "--json", str(file)]) == 0
    written = json.loads(file.read_text("utf-8"))
    assert written["left_out"] == []
    figures = {row["what"]: row["value"] for row in written["rows"]}
    assert figures["largest difference from the processor"] == 0
    assert figures["memory of a training step"] < figures["the same of DiffusionCLIP"]
    for row in written["rows"]:
        assert all(math.isfinite(sample) and sample >= 0 for sample in row["samples"])
    table = capsys.readouterr().out
    for what in figures:
        assert f"| {what} |" in table
    assert "Tiny, 32 px" in table


def test_what_there_is_no_time_for_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert card.main(["--small", "--minutes", "0"]) == 0
    assert "Left out: Tiny: the same as on the processor (no time); " in capsys.readouterr().out


def test_without_a_card_there_is_nothing_to_prove(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(card, "best_device", processor)
    assert card.main([]) == 2
    assert "no graphics card" in capsys.readouterr().err
