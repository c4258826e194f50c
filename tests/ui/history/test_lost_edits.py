"""An edit whose preset or model is gone: another preset, off, out, or as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot
from support.window.fakes import picture
from support.window.harness import Harness, apply_of
from support.window.preset_harness import PresetHarness
from support.window.restarts import kill, open_sample
from support.window.stacking import panel_of, ready, rows, seen, switch
from support.window.undoing import undo

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.ui.history.lost_edit_dialog import LostEditDialog
from rtedit_desktop.ui.widgets.pyramid import to_qimage


@pytest.fixture
def lost(presets: PresetHarness) -> Iterator[PresetHarness]:
    """A prompt, and a preset on it that is deleted since."""
    presets.open_picture()
    presets.run("smiling face")
    presets.window.actions_.continue_from.trigger()
    presets.apply("Hat")
    remove(presets, "Hat")
    yield presets


def remove(harness: PresetHarness, title: str) -> None:
    preset = harness.in_the_library()[title]
    harness.engine.gone.add(preset.path)
    harness.controller.presets.remove(preset)
    harness.until(lambda: title not in harness.titles)


def asked(harness: Harness) -> LostEditDialog:
    """The dialog, once it is there."""
    harness.until(lambda: harness.window.findChildren(LostEditDialog))
    return harness.window.findChildren(LostEditDialog)[-1]


def switch_off_the_first(harness: Harness) -> LostEditDialog:
    panel_of(harness).list.item(1).setCheckState(Qt.CheckState.Unchecked)
    return asked(harness)


def press(harness: Harness, button: QAbstractButton) -> None:
    """Returns when what follows from it is made."""
    harness.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    harness.until(lambda: ready(harness) and not harness.window.findChildren(LostEditDialog))
    harness.window.activateWindow()
    harness.until(harness.window.isActiveWindow)


def test_it_says_which_edit_it_is_and_what_can_be_done(lost: PresetHarness) -> None:
    before = lost.result
    dialog = switch_off_the_first(lost)
    assert dialog.what.text() == "There is no preset “Hat” any more."
    assert dialog.todo.text().startswith("Edit 2 of 2, “Hat”, cannot be made anew; everything is as it was.")
    assert [dialog.choice.itemText(row) for row in range(dialog.choice.count())] == ["Glasses", "Smile"]
    assert dialog.use.isVisible() and dialog.off.isVisible() and dialog.delete.isVisible()
    assert not dialog.get_model.isVisible()
    lost.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    lost.until(lambda: not lost.window.findChildren(LostEditDialog))
    assert lost.state.result is before and rows(lost)[1:] == ["smiling face", "Hat"]


def said(harness: Harness) -> list[str]:
    """What stands below the titles of the edits."""
    items = [panel_of(harness).list.item(row) for row in range(1, panel_of(harness).list.count())]
    return [item.text().split("\n")[1] for item in items]


def test_it_is_marked_before_anything_is_clicked(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.run("smiling face")
    presets.window.actions_.continue_from.trigger()
    presets.apply("Hat")
    assert said(presets) == ["100\N{NO-BREAK SPACE}%"] * 2
    hat = presets.in_the_library()["Hat"]
    remove(presets, "Hat")
    presets.until(lambda: said(presets)[1] == "its preset is gone · 100\N{NO-BREAK SPACE}%")
    assert said(presets)[0] == "100\N{NO-BREAK SPACE}%"
    presets.controller.presets.put_back(hat)
    presets.until(lambda: said(presets) == ["100\N{NO-BREAK SPACE}%"] * 2)
    packs = presets.state.packs
    presets.state.set_packs([])
    assert said(presets) == ["its model is gone · 100\N{NO-BREAK SPACE}%"] * 2
    presets.state.set_packs(packs)
    assert said(presets) == ["100\N{NO-BREAK SPACE}%"] * 2


def test_another_preset_takes_its_place(lost: PresetHarness) -> None:
    id = lost.result.id
    dialog = switch_off_the_first(lost)
    dialog.choice.setCurrentText("Smile")
    press(lost, dialog.use)
    assert rows(lost)[1:] == ["(smiling face)", "Smile"] and lost.result.id == id
    assert apply_of(lost.result).uses[0].path == lost.in_the_library()["Smile"].path
    assert np.array_equal(seen(lost)[:, 8:56], np.clip(lost.photo.pixels[:, 8:56].astype(int) + 40, 0, 255))
    undo(lost)
    assert rows(lost)[1:] == ["smiling face", "Hat"]


def test_it_is_switched_off(lost: PresetHarness) -> None:
    made = lost.result.picture
    press(lost, switch_off_the_first(lost).off)
    assert rows(lost)[1:] == ["(smiling face)", "(Hat)"] and lost.result.picture is made
    assert np.array_equal(seen(lost), lost.photo.pixels)
    switch(lost, 1)  # what lies below it can be changed now
    assert rows(lost)[1:] == ["smiling face", "(Hat)"]


def test_it_is_deleted(lost: PresetHarness) -> None:
    press(lost, switch_off_the_first(lost).delete)
    assert not lost.result.below and lost.result.request.spec.pack == "fakes" and not lost.result.on
    assert isinstance(lost.result.request.spec, EditSpec)


def test_one_after_the_other_is_asked_about(lost: PresetHarness) -> None:
    lost.window.actions_.continue_from.trigger()
    lost.apply("Glasses")
    remove(lost, "Glasses")
    dialog = switch_off_the_first(lost)
    assert "Edit 2 of 3" in dialog.todo.text()
    lost.qtbot.mouseClick(dialog.delete, Qt.MouseButton.LeftButton)
    lost.until(lambda: "Edit 2 of 2, “Glasses”" in asked(lost).todo.text())
    press(lost, asked(lost).off)
    assert rows(lost)[1:] == ["(smiling face)", "(Glasses)"]


def test_a_model_that_is_gone_can_be_got_again(lost: PresetHarness) -> None:
    wanted: list[str] = []
    lost.window.stack.lost.model_asked.connect(wanted.append)
    packs = lost.state.packs
    lost.state.name_packs({"fakes": "Fakes"})
    lost.state.set_packs([])
    dialog = switch_off_the_first(lost)
    assert "“Fakes”, which is not installed" in dialog.what.text()
    assert dialog.get_model.text() == "&Get Fakes…" and not dialog.use.isVisible()
    press(lost, dialog.get_model)
    assert wanted == ["fakes"] and rows(lost)[1:] == ["smiling face", "Hat"]
    press(lost, switch_off_the_first(lost).delete)
    assert not lost.result.below and not lost.result.on
    lost.state.set_packs(packs)


def test_the_only_edit_too(presets: PresetHarness) -> None:
    """Its strength is moved, and its preset is gone."""
    presets.open_picture()
    presets.apply("Hat")
    made = presets.result
    remove(presets, "Hat")
    presets.bar.strength.setValue(50)
    dialog = asked(presets)
    assert dialog.todo.text().startswith("“Hat” cannot be made anew")
    presets.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    presets.until(lambda: ready(presets) and not presets.window.findChildren(LostEditDialog))
    assert presets.state.result is made and presets.bar.strength.value() == 100, "it shows what is seen"
    presets.bar.strength.setValue(70)
    dialog = asked(presets)
    dialog.choice.setCurrentText("Glasses")
    press(presets, dialog.use)
    assert [use.path.stem for use in apply_of(presets.result).uses] == ["glasses"]
    assert len(presets.state.results) == 1 and presets.result.id == made.id


def test_the_same_again_of_what_is_lost(lost: PresetHarness) -> None:
    before = len(lost.state.results)
    lost.window.actions_.again.trigger()
    dialog = asked(lost)
    assert not dialog.off.isVisible(), "there is nothing yet that could be switched off"
    press(lost, dialog.delete)
    lost.until(lambda: len(lost.state.results) == before + 1 and ready(lost))
    assert not lost.result.below and isinstance(lost.result.request.spec, EditSpec)


def window(qtbot: QtBot, folder: Path) -> PresetHarness:
    """The same folders, at each start; what was deleted is deleted."""
    sample, library = folder / "holiday.png", folder / "library"
    if not sample.exists():
        to_qimage(picture()).save(str(sample))
    return PresetHarness(qtbot, [sample], library, FolderJournal(folder / "history"))


@pytest.mark.parametrize("told", [True, False], ids=["as it is written now", "as it was written once"])
def test_what_is_gone_keeps_its_title(qtbot: QtBot, tmp_path: Path, told: bool) -> None:
    first = window(qtbot, tmp_path)
    open_sample(first)
    if told:
        preset = {"file": "hat.rtpreset", "strength": 1.0, "title": "Grandfather's hat"}
        first.engine.recipe = {"presets": [preset], "pack": "fakes", "pack_title": "Fakes of old"}
    first.apply("Hat")
    first.window.actions_.continue_from.trigger()
    first.run("smiling face")
    kill(first)
    again = window(qtbot, tmp_path)
    remove(again, "Hat")
    again.until(again.window.offer.isVisible)
    again.window.state.known_presets._titles.clear()  # another start: nobody has seen it
    again.qtbot.mouseClick(again.window.offer.yes, Qt.MouseButton.LeftButton)
    again.until(lambda: len(again.state.results) == 2 and panel_of(again).isVisible())
    assert rows(again)[1:] == ["Grandfather's hat" if told else "hat", "smiling face"]
    again.state.set_packs([])
    assert again.state.pack_title("fakes") == ("Fakes of old" if told else "fakes")
    for harness in (first, again):
        if harness.window.isVisible():
            harness.close()
        harness.window.deleteLater()
