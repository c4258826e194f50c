from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.command_line import edit

from rtedit_desktop.cli import main
from rtedit_desktop.packs.catalog import Catalog


def test_packs_are_listed_and_verified(tiny_pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(shutil.copytree(tiny_pack, tmp_path / "packs" / "tiny"))
    catalog = Catalog([folder.parent])
    assert main(["packs", "--verify"], catalog=catalog) == 0
    assert "tiny  Tiny 0.1: random dots, 32 px, MIT" in capsys.readouterr().out
    (folder / "clip.safetensors").unlink()
    assert main(["packs"], catalog=catalog) == 0
    assert main(["packs", "--verify", "--json"], catalog=catalog) == 4
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [pack["id"] for pack in answer["packs"]] == ["tiny"]
    assert "clip.safetensors" in answer["problems"][0]["what"]


def test_no_packs(photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edit(Catalog([]), photo)[0] == 4
    (tmp_path / "packs" / "broken").mkdir(parents=True)
    capsys.readouterr()
    assert edit(Catalog([tmp_path / "packs"]), photo)[0] == 4
    assert "broken" in capsys.readouterr().err


def test_verifying_nothing_is_not_a_success(tmp_path: Path) -> None:
    assert main(["packs", "--verify"], catalog=Catalog([tmp_path])) == 4
    assert main(["packs"], catalog=Catalog([tmp_path])) == 0
