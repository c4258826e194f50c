"""What a crash left of the packs is in order after the next start."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest
from support.pack_offers import import_file

from rtedit_desktop.cli import main
from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.packs import changing, store
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.support import paths


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))


def left_without_its_name(tiny_pack: Path) -> Path:
    """As a crash between the two steps of a replacement leaves it, where folders cannot be exchanged."""
    old = paths.user_packs() / f".tiny.{'0' * 32}.old"
    shutil.copytree(tiny_pack, old)
    shutil.copytree(tiny_pack, paths.user_packs() / f".{'1' * 32}.part")
    return old


def listed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert main(["packs", "list", "--json"]) == 0
    return [pack["id"] for pack in json.loads(capsys.readouterr().out)["packs"]]


def test_a_pack_without_its_name_is_back_at_the_next_start(tiny_pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = left_without_its_name(tiny_pack)
    assert "tiny" in listed(capsys)
    assert not old.exists()
    store.verify(Catalog.default().manifest("tiny"))


def test_nothing_is_done_to_what_another_job_is_at(tiny_pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with changing.alone():
        old = left_without_its_name(tiny_pack)
        assert "tiny" not in listed(capsys)
        assert old.exists()


def test_what_is_old_goes_at_the_next_start() -> None:
    half = [paths.user_packs() / ".0123.part", paths.user_parts() / ".4567.part"]
    for path in half:
        path.mkdir(parents=True)
    changing.recover()
    assert all(path.exists() for path in half)
    for path in half:
        os.utime(path, (0, 0))
    changing.recover()
    assert not any(path.exists() for path in half)


def test_nothing_is_written_where_nothing_is_left() -> None:
    changing.recover()
    assert not paths.user_data().exists()


def test_a_disk_that_cannot_be_asked_to_write_takes_a_pack(tiny_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems refuse fsync; a disk that fails does too, with another number."""

    def refuses(_: int) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", refuses)
    import_file(tiny_pack)
    store.verify(Catalog([paths.user_packs()]).manifest("tiny"))

    def fails(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fails)
    shutil.rmtree(paths.user_packs())
    with pytest.raises(SaveError):
        import_file(tiny_pack)
    assert not list(paths.user_packs().iterdir())
