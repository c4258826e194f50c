"""The list of results: recipes, those of earlier photos, and the same again on the photo that is open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QListWidget, QMenu
from pytestqt.qtbot import QtBot
from support.window.fakes import PACK, picture
from support.window.harness import Harness, apply_of, edit_of
from support.window.preset_harness import PresetHarness

from rtedit_desktop.core.edits import MixSpec, read_spec
from rtedit_desktop.core.json_reader import Fields
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.ui.history.lost_edit_dialog import LostEditDialog
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.pyramid import to_qimage


@pytest.fixture
def kept(qtbot: QtBot, tmp_path: Path) -> Iterator[Harness]:
    """With a journal, and two samples that differ."""
    paths = []
    for seed, name in enumerate(("one", "two")):
        paths.append(tmp_path / f"{name}.png")
        to_qimage(picture(seed=seed)).save(str(paths[-1]))
    harness = Harness(qtbot, paths, journal=FolderJournal(tmp_path / "history"))
    yield harness
    harness.close()
    harness.window.deleteLater()


def open_sample(harness: Harness, number: int) -> None:
    if harness.state.result is not None:
        harness.state.mark_saved(harness.result)
    before = harness.state.photo
    harness.window.opening.open(harness.photo_service.samples()[number])
    harness.until(lambda: harness.state.photo is not before and harness.state.phase is Phase.READY)


def texts(listed: QListWidget) -> list[str]:
    return [listed.item(row).text() for row in range(listed.count())]


def choose(harness: Harness, listed: QListWidget, text: str) -> None:
    """From the context menu of the current entry."""
    listed.customContextMenuRequested.emit(listed.visualItemRect(listed.currentItem()).center())
    menu = harness.window.history.findChildren(QMenu)[-1]
    (action,) = (action for action in menu.actions() if action.text().replace("&", "") == text)
    action.trigger()
    menu.close()


def same_again(harness: Harness) -> None:
    before = len(harness.state.results)
    harness.qtbot.keyClick(harness.window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    harness.until(lambda: len(harness.state.results) == before + 1 and harness.state.phase is Phase.READY)


def test_results_of_earlier_photos_stay_at_hand(kept: Harness) -> None:
    open_sample(kept, 0)
    kept.run("smiling face")
    kept.run("face with red hair")
    panel = kept.window.history
    assert not panel.earlier.isVisible()
    open_sample(kept, 1)
    assert panel.isVisible() and panel.earlier.isVisible()
    assert texts(panel.earlier) == ["face with red hair\none.png", "smiling face\none.png"]
    assert texts(panel.list) == ["The photo as opened"]
    kept.run("sketch of a face")
    open_sample(kept, 0)
    assert texts(panel.earlier)[0] == "sketch of a face\ntwo.png"
    assert len(texts(panel.earlier)) == 3


def test_the_same_again_on_another_photo(kept: Harness) -> None:
    open_sample(kept, 0)
    kept.state.override("seed", 41)
    kept.run("smiling face")
    kept.bar.strength.setValue(70)
    kept.until(lambda: kept.state.phase is Phase.READY and edit_of(kept.result).settings.strength == 0.7)
    first = kept.result.request
    assert isinstance(first, EditRequest)
    kept.state.override("seed", 5)
    open_sample(kept, 1)
    assert not kept.window.actions_.again.isEnabled()
    kept.window.history.earlier.setCurrentRow(0)
    assert kept.window.actions_.again.isEnabled()
    same_again(kept)
    again = kept.result.request
    assert isinstance(again, EditRequest)
    assert again.spec == first.spec
    assert np.array_equal(again.picture, kept.photo_service.crop(kept.photo, kept.square, 32))
    assert not np.array_equal(again.picture, first.picture)
    assert again.job_id != first.job_id


def test_the_same_again_where_the_square_is_now(harness: Harness) -> None:
    harness.open_picture()
    harness.run("smiling face")
    harness.state.set_square(Square(x=3, y=3, side=30))
    assert harness.state.result is None
    same_again(harness)
    assert harness.result.square == Square(x=3, y=3, side=30)
    assert [edit_of(result).prompt for result in harness.state.results] == 2 * ["smiling face"]


def test_the_same_mix_again(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Smile")
    presets.apply("Hat", mix=True)
    uses = apply_of(presets.result).uses
    presets.state.mark_saved(presets.result)
    before = presets.state.photo
    presets.window.opening.open(presets.photo_service.samples()[0])
    presets.until(lambda: presets.state.photo is not before)
    presets.window.history.earlier.setCurrentRow(0)
    same_again(presets)
    request = presets.result.request
    assert isinstance(request, ApplyRequest) and request.spec.uses == uses
    assert presets.state.mix == uses


def test_enter_on_an_earlier_result_does_it_again(kept: Harness) -> None:
    open_sample(kept, 0)
    kept.run("smiling face")
    open_sample(kept, 1)
    earlier = kept.window.history.earlier
    earlier.setCurrentRow(0)
    kept.qtbot.keyClick(earlier, Qt.Key.Key_Return)
    kept.until(lambda: len(kept.state.results) == 1)


def test_a_result_of_a_model_that_is_gone_is_reported(kept: Harness) -> None:
    open_sample(kept, 0)
    kept.run("smiling face")
    kept.state.set_packs([])
    kept.window.actions_.again.trigger()
    assert "is not installed" in kept.window.strip.label.text()
    assert kept.state.phase is Phase.READY


def test_a_result_of_another_model_that_is_gone_is_asked_about(kept: Harness) -> None:
    open_sample(kept, 0)
    kept.run("smiling face")
    kept.state.packs = [replace(PACK, id="others", title="Others")]
    kept.window.actions_.again.trigger()
    kept.until(lambda: kept.window.findChildren(LostEditDialog))
    (dialog,) = kept.window.findChildren(LostEditDialog)
    assert "is not installed" in dialog.what.text() and not dialog.delete.isVisible()
    dialog.close()
    kept.until(lambda: kept.state.phase is Phase.READY)


def test_back_to_the_photo_of_an_earlier_result(kept: Harness) -> None:
    open_sample(kept, 0)
    kept.run("smiling face")
    open_sample(kept, 1)
    panel = kept.window.history
    panel.earlier.setCurrentRow(0)
    choose(kept, panel.earlier, "Go back to one.png")
    kept.until(lambda: kept.photo.name == "one.png" and kept.state.results)
    assert [edit_of(result).prompt for result in kept.state.results] == ["smiling face"]
    assert not panel.earlier.isVisible(), "they are the photo's own again"


def test_a_recipe_is_shown_and_copied(harness: Harness) -> None:
    harness.open_picture()
    harness.state.override("seed", 12)
    harness.run("smiling face")
    panel = harness.window.history
    item = panel.list.item(1)
    for part in ("smiling face", "variation\N{NO-BREAK SPACE}12", "Model: Fakes", "Shows now: face", "Noise level"):
        assert part in item.toolTip()
    choose(harness, panel.list, "Copy the recipe")
    recipe = json.loads(QGuiApplication.clipboard().text())
    assert recipe["prompt"] == "smiling face" and recipe["settings"]["seed"] == 12
    assert read_spec(Fields(recipe)) == harness.state.results[0].request.spec
    assert {"x": 8, "y": 0, "side": 48}.items() <= recipe["square"].items()


def test_a_recipe_bears_no_folder(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Smile")
    choose(presets, presets.window.history.list, "Copy the recipe")
    text = QGuiApplication.clipboard().text()
    assert '"file": "smile.rtpreset"' in text and str(presets.library.folder) not in text
    spec = read_spec(Fields(json.loads(text)))
    assert isinstance(spec, MixSpec) and [use.path for use in spec.uses] == [Path("smile.rtpreset")]


def test_every_control_has_a_name(kept: Harness) -> None:
    panel = kept.window.history
    for control in (panel.list, panel.earlier):
        assert control.accessibleName()


def test_an_entry_follows_its_strength_and_the_others_stay(harness: Harness) -> None:
    harness.open_picture()
    harness.run("smiling face")
    harness.run("face with red hair")
    panel = harness.window.history
    other = panel.list.item(1)
    harness.bar.strength.setValue(30)
    harness.until(lambda: "30\N{NO-BREAK SPACE}%" in panel.list.item(2).text())
    assert panel.list.count() == 3 and panel.list.currentRow() == 2
    assert panel.list.item(1) is other
    harness.state.mark_saved(harness.result)
    before = harness.state.photo
    harness.window.opening.open(harness.photo_service.samples()[0])
    harness.until(lambda: harness.state.photo is not before)
    assert texts(panel.list) == ["The photo as opened"]
