"""What the prompt is completed to, and what is instant of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.journal_entries import edit, photo
from support.window.fakes import PACK
from support.window.harness import Harness
from support.window.preset_harness import PresetHarness

from rtedit_desktop.core.history import new_work_id
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.history.journal import FolderJournal


@pytest.fixture
def presets(qtbot: QtBot, tmp_path: Path) -> Iterator[PresetHarness]:
    harness = PresetHarness(qtbot, [], tmp_path / "library")
    yield harness
    harness.close()
    harness.window.deleteLater()


def _listed(harness: Harness) -> list[str]:
    items = harness.bar.suggestions.items
    return [items.item(row).text() for row in range(items.rowCount())]


def _marked(harness: Harness) -> list[str]:
    items = harness.bar.suggestions.items
    every = [items.item(row) for row in range(items.rowCount())]
    return [item.text() for item in every if not item.icon().isNull()]


def _pop_up(harness: Harness, text: str) -> None:
    harness.window.activateWindow()
    harness.bar.prompt.setFocus()
    harness.type(text)
    harness.until(harness.bar.suggestions.list.isVisible)


def test_what_was_asked_for_is_suggested_and_instant(harness: Harness) -> None:
    harness.open_picture()
    harness.run("a face with red hair")
    assert _listed(harness)[-1] == "a face with red hair"
    harness.until(lambda: "a face with red hair" in _marked(harness))
    harness.run("smiling face")
    assert _listed(harness).count("smiling face") == 1


def test_what_was_asked_for_earlier_is_suggested(qtbot: QtBot, tmp_path: Path) -> None:
    journal = FolderJournal(tmp_path / "journal")
    request = edit().request
    assert isinstance(request, EditRequest)
    request = replace(request, spec=replace(request.spec, pack=PACK.id, prompt="a red face"))
    journal.write(new_work_id(), photo(), replace(edit(), request=request))
    journal.write(new_work_id(), photo(), edit())
    journal.close()
    harness = Harness(qtbot, [], journal=FolderJournal(tmp_path / "journal"))
    harness.until(lambda: len(harness.state.past) == 2)
    assert _listed(harness)[-1] == "a red face" and len(_listed(harness)) == len(PACK.suggestions) + 1
    harness.close()
    harness.window.deleteLater()


def test_presets_are_suggested_by_prompt_and_title_and_marked(presets: PresetHarness) -> None:
    assert "smiling face – preset “Smile”" in _listed(presets)
    assert "smiling face – preset “Smile”" in _marked(presets)
    _pop_up(presets, "Gla")
    assert presets.bar.suggestions.completionCount() == 2
    presets.bar.suggestions.list.hide()


@pytest.mark.parametrize("how", ["key", "click"])
def test_a_preset_that_is_chosen_is_applied_and_nothing_is_learned(presets: PresetHarness, how: str) -> None:
    presets.open_picture()
    _pop_up(presets, "Smile")
    popup = presets.bar.suggestions.list
    if how == "key":
        presets.qtbot.keyClick(popup, Qt.Key.Key_Down)
        assert presets.bar.prompt.text() == "smiling face"
        presets.qtbot.keyClick(popup, Qt.Key.Key_Return)
    else:
        model = popup.model()
        place = popup.visualRect(model.index(0, 0)).center()
        presets.qtbot.mouseClick(popup.viewport(), Qt.MouseButton.LeftButton, pos=place)
    presets.until(lambda: presets.state.results)
    (result,) = presets.state.results
    assert isinstance(result.request, ApplyRequest) and result.request.spec.uses[0].path.stem == "smile"
    assert not popup.isVisible() and presets.bar.prompt.text() == "smiling face"
    assert not [one for one in presets.engine.requests if isinstance(one, EditRequest)]


def test_a_list_that_stays_the_same_is_left_open(presets: PresetHarness) -> None:
    _pop_up(presets, "Smile")
    presets.controller.presets.changed.emit()
    assert presets.bar.suggestions.list.isVisible()
    presets.bar.suggestions.list.hide()
