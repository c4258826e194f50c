"""The photos that were opened last, in the File menu."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.window.fakes import picture
from support.window.harness import Harness

from rtedit_desktop.support import settings
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.pyramid import to_qimage


def names(harness: Harness) -> list[str]:
    return [action.text() for action in harness.window.actions_.recent.actions() if not action.isSeparator()][:-1]


def open_(harness: Harness, path: Path) -> None:
    before = harness.state.photo
    harness.window.opening.open(path)
    harness.until(lambda: harness.state.photo is not before and harness.state.phase is Phase.READY)


def test_the_latest_come_first_and_are_there_at_the_next_start(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    paths = [tmp_path / f"photo {number} & more.png" for number in range(12)]
    for path in paths:
        to_qimage(picture()).save(str(path))
    first = Harness(qtbot, [])
    assert not first.window.actions_.recent.menuAction().isEnabled()
    for path in (*paths, paths[5]):
        open_(first, path)
    wanted = [f"photo {number} && more.png" for number in (5, 11, 10, 9, 8, 7, 6, 4, 3, 2)]
    assert names(first) == wanted
    first.close()
    first.window.deleteLater()
    assert settings.load().recent[0] == str(paths[5])
    again = Harness(qtbot, [])
    again.until(lambda: names(again) == wanted)
    again.window.actions_.recent.actions()[1].trigger()
    again.until(lambda: again.state.photo is not None and again.photo.path == paths[11])
    again.window.actions_.recent.actions()[-1].trigger()
    assert names(again) == [] and not again.window.actions_.recent.menuAction().isEnabled()
    again.close()
    assert settings.load().recent == ()
    again.window.deleteLater()


def test_a_pasted_picture_is_none_of_them(harness: Harness) -> None:
    harness.settle()
    before = names(harness)
    harness.open_picture()
    assert names(harness) == before
