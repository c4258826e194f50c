from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rtedit_desktop.cli import main


@pytest.fixture
def learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    folder = tmp_path / "cache" / "learned"
    folder.mkdir(parents=True)
    for name in ("a.learned", "b.learned", "mine.txt"):
        (folder / name).write_bytes(b"x" * 1500)
    return folder


def test_it_tells_what_there_is(learned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "show"]) == 0
    assert capsys.readouterr().out.startswith("2 learned edits, 3.0 kB of at most 2.1 GB")
    assert main(["cache", "show", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["learned"], printed["bytes"], printed["freed"]) == (2, 3000, 0)


def test_it_empties_what_is_its_own(learned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "empty"]) == 0
    assert capsys.readouterr().out.strip() == "Removed 2 learned edits, 3.0 kB."
    assert [path.name for path in learned.iterdir()] == ["mine.txt"]
    assert main(["cache", "empty"]) == 0
    assert capsys.readouterr().out.strip() == "There were no learned edits."


def test_what_cannot_be_removed_is_reported(learned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (learned / "a.learned").unlink()
    (learned / "a.learned").mkdir()
    assert main(["cache", "empty"]) == 6
    printed = capsys.readouterr().err
    assert "could not be removed" in printed and "Traceback" not in printed
    shutil.rmtree(learned / "a.learned")
