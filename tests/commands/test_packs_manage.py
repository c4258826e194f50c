from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from patience import PATIENCE_S

from rtedit_desktop.cli import main
from rtedit_desktop.core.errors import DownloadError, PackMissing
from rtedit_desktop.core.packs.pack_installer import PackEvent, PackNotice, PackProgress, PackReady, PackStopped
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.download import fetch
from rtedit_desktop.packs.installer import FolderPackInstaller
from rtedit_desktop.support import network, paths
from rtedit_desktop.support.network import NetworkSettings


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))


def packs(*args: str) -> int:
    return main(["packs", *args], catalog=Catalog([paths.user_packs()]))


class Seen(list[tuple[str, NetworkSettings, bool]]):
    """The downloads that were asked for."""


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> Seen:
    seen = Seen()

    def download(
        self: FolderPackInstaller, id: str, cancelled: threading.Event, *, renewed: bool = False
    ) -> Iterator[PackEvent]:
        assert self._settings is not None
        seen.append((id, self._settings, renewed))
        yield PackNotice(text="Licence: MIT.")
        yield PackProgress(phase="downloading", what=id, done=5_000_000, of=10_000_000, speed=2.5e6, seconds_left=2.0)
        if id == "missing":
            raise PackMissing("RTEdit knows of no pack called “missing”.", "It knows others.")
        if id == "lost":
            raise DownloadError("lost could not be downloaded: there is no connection.", "Try again.")
        if id == "slow":
            os.kill(os.getpid(), signal.SIGINT)
            assert cancelled.wait(PATIENCE_S)
            yield PackStopped(kept=5_000_000)
            return
        yield PackReady(id=id, title=id.capitalize(), folder=paths.user_packs() / id)

    monkeypatch.setattr(FolderPackInstaller, "download", download)
    return seen


def test_a_download_is_drawn_and_told(downloads: Seen, capsys: pytest.CaptureFixture[str]) -> None:
    assert packs("download", "dots", "cats", "--mirror", "https://mirror.example") == 0
    out, err = capsys.readouterr()
    assert "Dots is installed in" in out and "Cats is installed in" in out
    assert "Downloading dots, 5.0 MB of 10.0 MB, 2.5 MB/s, 2 s left" in err and "Licence: MIT." in err
    assert [seen[0] for seen in downloads] == ["dots", "cats"]
    assert downloads[0][1] == NetworkSettings(mirror="https://mirror.example") and not downloads[0][2]


def test_a_download_as_json(downloads: Seen, capsys: pytest.CaptureFixture[str]) -> None:
    network.save(NetworkSettings(proxy="http://10.0.0.1:1", mirror="https://kept.example"))
    assert packs("--json", "download", "dots", "--proxy", "none", "--renewed", "--quiet") == 0
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert answer["packs"][0]["id"] == "dots" and err == ""
    assert downloads[0][1:] == (NetworkSettings(proxy="none", mirror="https://kept.example"), True)


@pytest.mark.parametrize(("id", "code"), [("missing", 4), ("lost", 8)])
def test_a_failed_download(downloads: Seen, capsys: pytest.CaptureFixture[str], id: str, code: int) -> None:
    assert packs("download", id) == code
    assert id in capsys.readouterr().err
    assert packs("download", id, "--json") == code
    assert id in json.loads(capsys.readouterr().out)["error"]["what"]


@pytest.mark.parametrize("json_", [False, True])
def test_a_part_that_does_not_come_is_told_of_the_model(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], json_: bool
) -> None:
    """With the installer itself, whose network is not there."""

    def download(*args: object, **more: object) -> Iterator[PackEvent]:
        raise DownloadError(
            "open_clip_model.safetensors could not be downloaded: there is no connection.", "Try again."
        )
        yield

    monkeypatch.setattr(fetch, "download", download)
    assert packs("download", "celebahq-256", *(["--json"] if json_ else [])) == 8
    out, err = capsys.readouterr()
    told = json.loads(out)["error"]["what"] if json_ else err
    assert (
        "Faces could not be had: open_clip_model.safetensors could not be downloaded: there is no connection." in told
    )


@pytest.mark.skipif(os.name == "nt", reason="there is no signal to send there")
def test_ctrl_c_keeps_what_is_here(downloads: Seen, capsys: pytest.CaptureFixture[str]) -> None:
    assert packs("download", "slow") == 130
    assert "5.0 MB are kept, and the same command goes on" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--mirror", "http://mirror.example"], ["--proxy", "nonsense"]])
def test_wrong_settings(wrong: list[str], downloads: Seen) -> None:
    assert packs("download", "dots", *wrong) == 2
    assert downloads == []


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return json.loads(capsys.readouterr().out)


def test_import_list_verify_remove(tiny_pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert packs("import", str(tiny_pack)) == 0
    assert "Tiny is installed in" in capsys.readouterr().out
    assert packs("import", str(tiny_pack), "--json") == 0
    assert "installed already" in answer(capsys)["notes"][0]

    assert packs("list") == 0
    listed = capsys.readouterr().out
    assert "tiny  Tiny: random dots, 32 px; installed" in listed
    assert "celebahq-256" in listed and "Apache-2.0" in listed and "In all" in listed
    assert packs("list", "--json") == 0
    offers = {offer["id"]: offer for offer in answer(capsys)["packs"]}
    assert offers["tiny"]["installed"] and offers["celebahq-256"]["bytes"] > 4e8
    assert offers["afhq-dog-256"]["bytes"] == 0 and "afhq_dog_4m.pt" in offers["afhq-dog-256"]["by_hand"]

    assert packs("verify") == 0
    assert "tiny is whole." in capsys.readouterr().out
    (paths.user_packs() / "tiny" / "clip.safetensors").write_bytes(b"short")
    assert packs("verify", "tiny", "--json") == 4
    assert "clip.safetensors" in answer(capsys)["problems"][0]["what"]

    assert packs("remove", "tiny", "--json") == 0
    assert answer(capsys)["removed"]["tiny"] > 0
    assert packs("remove", "tiny") == 4
    assert packs("verify") == 4
    assert "nothing called" in capsys.readouterr().err


def test_an_import_that_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert packs("import", str(tmp_path / "none.ckpt")) == 4
    assert "no file or folder" in capsys.readouterr().err
    assert packs("import", str(tmp_path), "--as", "dragons") == 4


@pytest.mark.parametrize("wrong", [["download"], ["remove"], ["import"], ["fetch"]])
def test_wrong_usage(wrong: list[str]) -> None:
    assert packs(*wrong) == 2
