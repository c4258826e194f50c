from __future__ import annotations

import json
import os
import shutil
import sys
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


@pytest.fixture
def others(learned: Path) -> Path:
    """What a cluster sent and what was dragged out, 5 kB in all, with a link that leads out of there."""
    cache = learned.parent
    for name in ("cluster/packs/0123/tiny/weights", "cluster/presets/4567/smile.rtpreset", "dragged/18f/a result.png"):
        (cache / name).parent.mkdir(parents=True)
        (cache / name).write_bytes(b"x" * 1500)
    (cache / "cluster" / "0123.lock").touch()
    (cache / "elsewhere").mkdir()
    (cache / "elsewhere" / "mine.txt").write_bytes(b"mine")
    (cache / "dragged" / "link").symlink_to(cache / "elsewhere", target_is_directory=True)
    return cache


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_what_a_cluster_sent_and_what_was_dragged_out_count(others: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "show"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("2 learned edits, 3.0 kB") and second.startswith(
        "3 other files, 4.5 kB: models and presets"
    )
    assert main(["cache", "show", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["bytes"], printed["other_bytes"], printed["freed"]) == (3000, 4500, 0)
    assert main(["cache", "empty", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["bytes"], printed["other_bytes"], printed["freed"]) == (0, 0, 7500)
    left = sorted(str(path.relative_to(others)) for path in others.rglob("*") if not path.is_dir())
    assert left == ["cluster/0123.lock", "elsewhere/mine.txt", "learned/mine.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_others_are_emptied_in_words(others: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "empty"]) == 0
    assert "Removed 3 other files, 4.5 kB" in capsys.readouterr().out
    assert main(["cache", "show"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="anybody may remove it")
def test_others_that_cannot_be_removed_are_reported(others: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (others / "dragged" / "18f").chmod(0o500)
    assert main(["cache", "empty"]) == 6
    assert "could not be removed" in capsys.readouterr().err
    (others / "dragged" / "18f").chmod(0o700)


def test_the_rooms_are_those_that_are_written_to(learned: Path) -> None:
    from rtedit_desktop.cluster.received import ReceivedFiles

    assert ReceivedFiles()._home == learned.parent / "cluster"
