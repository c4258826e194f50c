"""The window, the real installer and a host on this machine: from Download to a pack in the list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from support.host import Act, Host, serving, sha256
from support.nets import tiny_pack as tiny
from support.window.model_harness import ModelHarness

from rtedit_desktop.packs import registry
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.download.file_download import Patience
from rtedit_desktop.packs.installer import FolderPackInstaller
from rtedit_desktop.packs.manifest.records import CLIP_FILE, UNET_FILE
from rtedit_desktop.packs.registry import Choice, Entry, Wanted
from rtedit_desktop.support import network, paths
from rtedit_desktop.support.network import NetworkSettings
from rtedit_desktop.ui.widgets.messages import ErrorDialog

PART = "ViT-B-16-quickgelu"
WEIGHTS = bytes(range(256)) * 2000


def convert(path: Path, into: Path, entry: str | None) -> Iterator[object]:
    """A pack whose U-Net is the file as it came, or the CLIP that it shares."""
    content = path.read_bytes()
    into.mkdir()
    record = {"sha256": sha256(content), "bytes": len(content)}
    if entry == PART:
        (into / CLIP_FILE).write_bytes(content)
        (into / "part.json").write_text(json.dumps({"format": 1, "part": PART, "origin": "x", "file": record}))
    else:
        (into / UNET_FILE).write_bytes(content)
        layout = tiny.fields(id="dots", title="Dots", clip={"shared": PART}, vocabulary=[], kind_of_word={})
        (into / "manifest.json").write_text(json.dumps({"format": 1, **layout, "files": {UNET_FILE: record}}))
    yield 1.0


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    with serving(WEIGHTS) as host:

        def entry(id: str, title: str, **more: Any) -> Entry:
            choice = Choice(name=f"{id}.bin", url=host.url)
            return Entry(
                id=id,
                title=title,
                domain="random dots",
                licence="MIT",
                attribution="Nobody.",
                origin="https://host.example/dots",
                revision="main",
                files=(Wanted(about_bytes=len(WEIGHTS), choices=(choice,)),),
                **more,
            )

        listed = (
            entry("dots", "Dots", source="face", image_size=32, part=PART),
            entry(PART, "CLIP", shared_part=True),
        )
        monkeypatch.setattr(registry, "entries", lambda: listed)
        yield host


@pytest.fixture
def models(qtbot: QtBot, host: Host) -> Iterator[ModelHarness]:
    installer = FolderPackInstaller(
        Catalog([paths.user_packs()]),
        settings=NetworkSettings(proxy="none"),
        patience=Patience(stall=2.0, retries=2, first_wait=0.001),
        convert=convert,
    )
    harness = ModelHarness(qtbot, installer=installer)
    yield harness
    harness.close()
    harness.window.deleteLater()


def download(models: ModelHarness) -> None:
    models.dialog.details.download.click()
    models.answer("Download")


def test_from_download_to_a_pack_and_off_the_disk_again(models: ModelHarness, host: Host) -> None:
    details = models.open("dots").details
    assert not host.asked and not network.log_file().exists()  # opening the dialog asks nobody
    host.will([Act(cut_after=200_000)])  # the connection ends once in between
    download(models)
    models.until(lambda: [pack.id for pack in models.state.packs] == ["dots"])
    assert len(host.asked) == 3 and host.asked[1]["range"] == "bytes=200000-"
    assert models.row("dots") == "in use" and models.row(PART) == "installed"
    assert (paths.user_packs() / "dots" / UNET_FILE).read_bytes() == WEIGHTS

    details.check.click()
    models.until(lambda: "Dots is whole." in models.dialog.strip.label.text())
    details.remove.click()
    models.answer("Remove")
    models.until(lambda: models.state.packs == [])
    assert not (paths.user_packs() / "dots").exists() and models.row("dots").startswith("not here")
    assert models.bar.pack.currentText() == "" and models.state.prompt_error is not None


def test_stopped_and_gone_on_with(models: ModelHarness, host: Host) -> None:
    details = models.open("dots").details
    host.will([Act(stall_after=100_000)])
    download(models)
    models.until(lambda: details.bar.value() > 0)
    details.cancel.click()
    models.until(lambda: details.download.text() == "&Go on…" and details.download.isEnabled())
    assert "here" in models.row("dots") and not models.state.packs
    download(models)
    models.until(lambda: models.state.packs)
    assert host.asked[1]["range"].startswith("bytes=") and host.asked[1]["range"] != "bytes=0-"


def test_a_host_that_refuses_is_told_with_the_way_by_hand(models: ModelHarness, host: Host) -> None:
    models.open("dots")
    host.will([Act(status=403)])
    download(models)
    models.until(lambda: models.dialog.findChildren(ErrorDialog))
    (box,) = models.dialog.findChildren(ErrorDialog)
    assert "refuses" in box.what.text() and f"{PART}.bin" in box.todo.text() and "import it" in box.todo.text()
    box.close()
    assert not models.state.packs and not (paths.user_packs() / "dots").exists()


def test_without_a_network_the_model_that_was_asked_for_is_named_and_its_file_can_be_imported(
    models: ModelHarness, host: Host, tmp_path: Path
) -> None:
    """What is fetched first is the part that it lacks; nobody asked for that."""
    models.open("dots")
    host.will([Act(hang_up=True)] * 9)
    download(models)
    models.until(lambda: models.dialog.findChildren(ErrorDialog))
    (box,) = models.dialog.findChildren(ErrorDialog)
    assert box.what.text().startswith("Dots could not be downloaded. There is no connection to")
    assert "dots.bin" in box.todo.text() and f"{PART}.bin" in box.todo.text() and "rtedit packs" not in box.todo.text()
    assert box.action is not None and box.action.text() == "Import its file…"
    models.qtbot.mouseClick(box.action, Qt.MouseButton.LeftButton)
    (choose,) = models.dialog.findChildren(QFileDialog)
    assert choose.windowTitle() == "Import Dots"
    file = tmp_path / "dots.bin"
    file.write_bytes(WEIGHTS)
    choose.fileSelected.emit(str(file))
    choose.close()
    models.until(lambda: models.row("dots") == "lacks its text model")


def test_with_the_dialog_closed_the_way_by_hand_is_offered_too(models: ModelHarness, host: Host) -> None:
    models.open("dots")
    host.will([Act(hang_up=True)] * 9)
    download(models)
    models.dialog.close()
    models.until(lambda: "Dots could not be downloaded." in models.window.strip.label.text())
    models.window.strip.action.click()
    (box,) = models.dialog.findChildren(ErrorDialog)
    assert box.action is not None and models.dialog.list.chosen_id == "dots"
    box.close()
