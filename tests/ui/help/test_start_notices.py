"""What is said after the start: a newer version, a card that is not used; each once, and nothing else."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from support.window.harness import Harness, child

from rtedit_desktop.core.new_version import NewVersion
from rtedit_desktop.support import graphics_card, settings
from rtedit_desktop.ui.help import start_notices
from rtedit_desktop.ui.help.guide_dialog import GuideDialog

NVIDIA_DRIVER = graphics_card._NVIDIA_DRIVER
PAGE = "https://host.example/releases"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    monkeypatch.setattr(start_notices, "has_unused_card", lambda: False)


def test_a_newer_version_is_reported_with_its_page(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    harness.window.notices.newest = lambda: NewVersion(version="9.1", page=PAGE)
    harness.window.notices.start()
    harness.until(lambda: harness.window.strip.isVisible())
    assert "9.1" in harness.window.strip.label.text()
    harness.window.strip.action.click()
    assert opened == [QUrl(PAGE)]


def test_a_card_that_is_not_used_is_reported_once(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_notices, "has_unused_card", lambda: True)
    harness.window.notices.start()
    harness.until(lambda: harness.window.strip.isVisible())
    assert "NVIDIA" in harness.window.strip.label.text() and settings.load().card_mentioned
    harness.window.strip.action.click()
    guide = child(harness.window, GuideDialog)
    assert guide.chapters.currentItem().text() == "Graphics card"
    guide.close()
    asked: list[int] = []
    harness.window.notices.newest = lambda: asked.append(1)
    harness.window.notices.start()
    harness.until(lambda: asked)
    assert not harness.window.strip.isVisible()


def test_what_cannot_be_found_out_is_no_news(harness: Harness) -> None:
    asked: list[int] = []

    def broken() -> None:
        asked.append(1)
        raise OSError("no")

    harness.window.notices.newest = broken
    harness.window.notices.start()
    harness.until(lambda: asked)
    harness.until(lambda: not harness.window.background.tasks.running)
    assert not harness.window.strip.isVisible()


def test_a_card_is_unused_where_there_is_a_driver_and_no_library(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Spec:
        origin = str(tmp_path / "torch" / "__init__.py")

    library = tmp_path / "torch" / "lib" / "libtorch_cuda.so"
    library.parent.mkdir(parents=True)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: Spec)
    monkeypatch.setattr(graphics_card, "_has_nvidia_driver", lambda: True)
    assert graphics_card.has_unused_card()
    library.write_bytes(b"a stand-in")
    assert graphics_card.has_unused_card()
    with library.open("wb") as file:
        file.truncate(2**21)
    assert not graphics_card.has_unused_card() and graphics_card.has_card()
    library.unlink()
    monkeypatch.setattr(graphics_card, "_has_nvidia_driver", lambda: False)
    assert not graphics_card.has_unused_card()


@pytest.mark.skipif(sys.platform != "linux", reason="where Linux has the driver")
@pytest.mark.parametrize("there", [0, 1])
def test_a_driver_is_found_in_linux_and_in_linux_under_windows(
    there: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [tmp_path / "version", tmp_path / "libcuda.so.1"]
    monkeypatch.setattr(graphics_card, "_NVIDIA_DRIVER", tuple(map(str, places)))
    assert not graphics_card._has_nvidia_driver()
    places[there].touch()
    assert graphics_card._has_nvidia_driver()
    assert "/usr/lib/wsl/lib/libcuda.so.1" in NVIDIA_DRIVER
