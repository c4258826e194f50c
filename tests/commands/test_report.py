from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rtedit_desktop.cli import main
from rtedit_desktop.packs.catalog import Catalog


def test_it_tells_the_computer_and_no_names(
    tiny_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    assert main(["report"], catalog=Catalog([tiny_pack.parent])) == 0
    printed = capsys.readouterr().out
    for title in ("Computer", "Libraries", "Models", "Settings", "Last lines of the log"):
        assert f"\n{title}\n" in printed
    assert "Threads: " in printed and re.search(r"<model \d+>: 32 pixels", printed)
    assert "tiny" not in printed.lower()  # what somebody called a model of their own
    assert str(Path.home()) not in printed and str(tmp_path) not in printed
    assert main(["report", "--json"], catalog=Catalog([tiny_pack.parent])) == 0
    assert "Device: " in json.loads(capsys.readouterr().out)["report"]
