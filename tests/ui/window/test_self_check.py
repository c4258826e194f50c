"""The check of an installation: it succeeds with a saved result alone, and always ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.window.fakes import picture
from support.window.harness import Harness

from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.ui.widgets.pyramid import to_qimage
from rtedit_desktop.ui.window import self_check
from rtedit_desktop.ui.window.self_check import SelfCheck


@pytest.fixture
def fresh(qtbot: QtBot, tmp_path: Path) -> Harness:
    """A window that was just made, with a sample."""
    sample = tmp_path / "sample.png"
    to_qimage(picture()).save(str(sample))
    return Harness(qtbot, [sample])


def test_it_edits_a_sample_and_saves_the_result(fresh: Harness, tmp_path: Path) -> None:
    check = SelfCheck(fresh.window, tmp_path / "out.png")
    fresh.until(lambda: not fresh.window.isVisible())
    assert check.code == 0
    assert list(fresh.photo_service.saved_recipes) == ["out.png"]
    fresh.window.deleteLater()


def test_an_error_ends_it(fresh: Harness, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh.photo_service.save_error = SaveError("The disk is full.", "Make room.")
    check = SelfCheck(fresh.window, tmp_path / "out.png")
    fresh.until(lambda: not fresh.window.isVisible())
    assert check.code == 1 and "rtedit-desktop: The disk is full." in capsys.readouterr().err
    fresh.window.deleteLater()


def test_it_does_not_wait_for_ever(
    fresh: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(self_check, "PATIENCE_S", 0.2)
    fresh.engine.hold.clear()
    check = SelfCheck(fresh.window, tmp_path / "out.png")
    fresh.until(lambda: not fresh.window.isVisible())
    fresh.engine.hold.set()
    assert check.code == 1 and "too late" in capsys.readouterr().err
    fresh.window.deleteLater()
