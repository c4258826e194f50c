"""Ctrl+Z and Ctrl+Shift+Z over everything that changes what would be saved; nothing is dropped on the way."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from support.window.harness import Harness, apply_of, edit_of
from support.window.preset_harness import PresetHarness
from support.window.undoing import redo, undo

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.requests import ApplyRequest
from rtedit_desktop.ui.canvas.square_frame import outline
from rtedit_desktop.ui.history import undo as undo_module
from rtedit_desktop.ui.model.phase import Phase


def settled(harness: Harness, strength: float) -> bool:
    result = harness.state.result
    return harness.state.phase is Phase.READY and result is not None and edit_of(result).settings.strength == strength


def test_a_result_goes_and_comes_back_and_stays_in_the_list(harness: Harness) -> None:
    harness.open_picture()
    harness.run("smiling face")
    harness.run("face with red hair")
    first, second = harness.state.results
    undo(harness)
    assert harness.state.result is first
    undo(harness)
    assert harness.state.result is None and harness.state.frames == ()
    assert not harness.window.actions_.undo.isEnabled()
    assert harness.state.results == (first, second), "nothing is lost by trying"
    harness.run("sketch of a face")
    assert len(harness.state.results) == 3
    undo(harness)
    assert harness.state.result is None
    redo(harness)
    assert harness.state.result is harness.state.results[2]
    assert not harness.window.actions_.redo.isEnabled()


def test_another_strength_is_undone_with_its_picture(harness: Harness, one_by_one: None) -> None:
    harness.open_picture()
    harness.run()
    whole = harness.state.result
    for percent in (50, 120):
        harness.bar.strength.setValue(percent)
        harness.until(partial(settled, harness, percent / 100))
    undo(harness)
    assert harness.bar.strength.value() == 50
    undo(harness)
    assert harness.state.result is whole and harness.bar.strength.value() == 100
    redo(harness)
    redo(harness)
    assert settled(harness, 1.2) and len(harness.state.results) == 1
    assert harness.bar.strength.value() == 120


def test_a_drag_of_the_slider_is_one_step(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo_module, "TOGETHER_S", 3600.0)  # however slow the hand is
    harness.open_picture()
    harness.run()
    whole = harness.state.result
    for percent in (90, 80, 70, 60):
        harness.bar.strength.setValue(percent)
        harness.until(partial(settled, harness, percent / 100))
    undo(harness)
    assert harness.state.result is whole


def test_the_square_is_put_back_with_the_result_that_was_shown(harness: Harness, one_by_one: None) -> None:
    harness.open_picture()
    harness.run()
    result, before = harness.state.result, harness.state.square
    harness.state.set_square(Square(x=0, y=0, side=30))
    harness.state.set_square(Square(x=4, y=4, side=30))
    assert harness.state.result is None
    undo(harness)
    assert harness.state.square == Square(x=0, y=0, side=30) and harness.state.result is None
    undo(harness)
    assert harness.state.square == before and harness.state.result is result
    redo(harness)
    redo(harness)
    assert harness.state.square == Square(x=4, y=4, side=30) and harness.window.canvas.square == harness.state.square


def test_a_square_that_is_dragged_by_mouse_is_one_step(harness: Harness) -> None:
    harness.open_picture(200, 100)
    before, canvas = harness.square, harness.window.canvas
    at = outline(canvas.view, before).boundingRect().topLeft().toPoint() + QPoint(0, 60)
    harness.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    for step in range(1, 6):
        harness.qtbot.mouseMove(canvas, at - QPoint(8 * step, 0))
    harness.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at - QPoint(40, 0))
    assert harness.state.square != before
    undo(harness)
    assert harness.state.square == before


def test_a_pick_and_a_step_back_in_the_list_are_undone(harness: Harness) -> None:
    harness.open_picture()
    harness.run()
    result = harness.state.result
    harness.window.filmstrip.frame_chosen.emit(4)
    picked = harness.state.result
    assert picked is not None and picked.picked
    harness.window.history.list.setCurrentRow(0)
    assert harness.state.result is None
    undo(harness)
    assert harness.state.result is picked
    undo(harness)
    assert harness.state.result is result


def test_a_mix_is_undone(presets: PresetHarness, one_by_one: None) -> None:
    presets.open_picture()
    presets.apply("Smile")
    alone = presets.state.result
    presets.apply("Hat", mix=True)
    row = presets.panel.mix.rows[1]
    row.slider.setValue(40)
    presets.until(lambda: presets.state.phase is Phase.READY and apply_of(presets.result).uses[1].strength == 0.4)
    undo(presets)
    request = presets.result.request
    assert isinstance(request, ApplyRequest) and [use.strength for use in request.spec.uses] == [1.0, 1.0]
    assert [round(use.strength, 2) for use in presets.state.mix] == [1.0, 1.0]
    undo(presets)
    assert presets.state.result is alone and len(presets.panel.mix.rows) == 1
    redo(presets)
    assert len(presets.panel.mix.rows) == 2


def test_another_photo_has_no_steps_to_undo(harness: Harness) -> None:
    harness.open_picture()
    harness.run()
    harness.state.mark_saved(harness.result)
    before = harness.state.photo
    harness.window.opening.open(harness.photo_service.samples()[0])
    harness.until(lambda: harness.state.photo is not before)
    assert not harness.window.actions_.undo.isEnabled()
    undo(harness)
    assert not harness.state.results


def test_nothing_is_undone_while_a_job_runs(harness: Harness) -> None:
    harness.open_picture()
    harness.run()
    harness.engine.hold.clear()
    harness.type("face with red hair")
    harness.window.running.run()
    assert not harness.window.actions_.undo.isEnabled()
    harness.window.cancel()
    harness.engine.hold.set()
    harness.until(lambda: harness.state.phase is Phase.READY)
    assert harness.window.actions_.undo.isEnabled()


def test_the_buttons_say_what_they_would_change(harness: Harness) -> None:
    harness.open_picture()
    harness.run("smiling face")
    assert "smiling face" in harness.window.actions_.undo.toolTip()
    undo(harness)
    assert "smiling face" in harness.window.actions_.redo.toolTip()
    assert "smiling face" not in harness.window.actions_.undo.toolTip()


def test_what_is_saved_is_what_is_shown_after_undo(harness: Harness, one_by_one: None) -> None:
    harness.open_picture()
    harness.run()
    before = harness.result.picture
    harness.bar.strength.setValue(10)
    harness.until(lambda: settled(harness, 0.1))
    undo(harness)
    harness.until(lambda: harness.window.canvas.has_after)
    assert harness.state.frame is not None and np.array_equal(harness.state.frame.picture, before)


def test_a_prompt_with_nothing_to_undo_leaves_it_to_the_photo(harness: Harness) -> None:
    harness.open_picture()
    harness.run()
    prompt = harness.bar.prompt
    harness.window.activateWindow()
    prompt.setFocus()
    harness.until(prompt.hasFocus)
    harness.qtbot.keyClick(prompt, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert harness.state.result is not None and prompt.text() != "smiling face", "the words come first"
    while prompt.isUndoAvailable():
        harness.qtbot.keyClick(prompt, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    harness.qtbot.keyClick(prompt, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert harness.state.result is None
