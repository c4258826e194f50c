from __future__ import annotations

import argparse
import json
import threading
from pathlib import Path

import pytest
from patience import PATIENCE_S
from support.command_line import CommandHarness
from support.preset_files import names, put

from rtedit_desktop.commands import presets
from rtedit_desktop.presets.format import read_content
from rtedit_desktop.presets.library import FolderPresetLibrary


def test_presets_travel_as_files(harness: CommandHarness, tiny_pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    harness.learn()
    file = harness.folder / "mail.rtpreset"
    assert harness.run("presets", "export", "smiling face", file) == 0
    assert harness.run("presets", "export", "smiling face", file) == 6
    assert harness.run("presets", "export", "smiling face", file, "--overwrite") == 0
    there = harness.folder / "there"
    there.mkdir()
    other = CommandHarness(tiny_pack, there)
    assert other.run("presets", "import", file) == 0
    capsys.readouterr()
    assert other.run("presets", "list") == 0
    assert "smiling face" in capsys.readouterr().out
    assert other.run("apply", other.photo, "--preset", "smiling face", "-o", other.out) == 0
    assert other.run("presets", "show", "smiling face", "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["prompt"] == "smiling face"
    assert other.run("presets", "remove", "smiling face") == 0
    assert other.library.presets() == []
    assert other.run("presets", "list", "--json") == 0


def test_an_empty_library_says_how_to_fill_it(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    assert harness.run("presets", "list") == 0
    assert "rtedit learn" in capsys.readouterr().err


def test_what_was_removed_can_be_brought_back(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    harness.learn()
    capsys.readouterr()
    assert harness.run("presets", "remove", "smiling face") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Removed “smiling face”.")
    where = printed.strip().splitlines()[-1].removeprefix("rtedit presets import ").strip('"')
    assert harness.run("presets", "import", where) == 0
    assert "Added “smiling face”." in capsys.readouterr().out
    assert harness.run("presets", "import", where) == 0
    assert "“smiling face” was there already." in capsys.readouterr().out
    assert harness.run("presets", "remove", "smiling face", "--json") == 0
    assert Path(json.loads(capsys.readouterr().out)["removed_to"]).is_file()


def test_of_two_that_import_the_same_at_once_one_has_added_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked at the list before either writes."""
    mail, both = put(tmp_path / "mail.rtpreset", "Smile"), threading.Barrier(2, timeout=PATIENCE_S)

    def read(path: Path) -> bytes:
        if path == mail:
            both.wait()
        return read_content(path)

    monkeypatch.setattr("rtedit_desktop.presets.library.read_content", read)

    def one() -> None:
        library = FolderPresetLibrary(tmp_path / "presets", tmp_path / "none", packs=())
        presets.run(argparse.Namespace(presets_command="import", file=mail, json=False), library)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(capsys.readouterr().out.splitlines()) == ["Added “Smile”.", "“Smile” was there already."]
    assert names(tmp_path / "presets") == ["Smile.rtpreset"]


def test_show_tells_what_is_known(harness: CommandHarness, capsys: pytest.CaptureFixture[str]) -> None:
    harness.learn("smiling face", "--author", "me")
    capsys.readouterr()
    assert harness.run("presets", "show", "smiling face") == 0
    printed = capsys.readouterr().out.splitlines()
    assert {"title: smiling face", "pack: tiny", "pictures: 3", "author: me", "comes with rtedit: no"} <= set(printed)
    assert not any(line.startswith("licence") for line in printed)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ([], 2),
        (["paint"], 2),
        (["show", "nobody"], 7),
        (["remove", "nobody"], 7),
        (["import", "nowhere.rtpreset"], 7),
        (["export", "smiling face", "x.png"], 2),
        (["export", "smiling face", "nowhere/x.rtpreset"], 6),
    ],
)
def test_what_cannot_be_is_reported(
    harness: CommandHarness, args: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    harness.learn()
    capsys.readouterr()
    assert harness.run("presets", *args, "--json") == code
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["what"].endswith(".")
    assert error["todo"]
    assert len(harness.library.presets()) == 1


def test_damaged_files_are_named_and_the_rest_is_listed(
    harness: CommandHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    harness.learn()
    (harness.library.folder / "bad.rtpreset").write_bytes(b"no")
    capsys.readouterr()
    assert harness.run("presets", "list") == 0
    shown = capsys.readouterr()
    assert "smiling face" in shown.out
    assert "bad.rtpreset" in shown.err
    assert harness.run("presets", "list", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (len(printed["presets"]), len(printed["problems"])) == (1, 1)
