"""Ctrl+Z and Ctrl+Shift+Z over everything that changes what would be saved; nothing is dropped on the way."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from support.window.harness import Stand, apply_of, edit_of
from support.window.preset_harness import PresetStand
from support.window.undoing import redo, undo

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.requests import ApplyRequest
from rtedit_desktop.ui.canvas.square_frame import outline
from rtedit_desktop.ui.history import undo as undo_module
from rtedit_desktop.ui.model.state import Phase


def settled(stand: Stand, strength: float) -> bool:
    result = stand.state.result
    return stand.state.phase is Phase.READY and result is not None and edit_of(result).settings.strength == strength


def test_a_result_goes_and_comes_back_and_stays_in_the_list(stand: Stand) -> None:
    stand.open_picture()
    stand.run("smiling face")
    stand.run("face with red hair")
    first, second = stand.state.results
    undo(stand)
    assert stand.state.result is first
    undo(stand)
    assert stand.state.result is None and stand.state.frames == ()
    assert not stand.window.actions_.undo.isEnabled()
    assert stand.state.results == (first, second), "nothing is lost by trying"
    stand.run("sketch of a face")
    assert len(stand.state.results) == 3
    undo(stand)
    assert stand.state.result is None
    redo(stand)
    assert stand.state.result is stand.state.results[2]
    assert not stand.window.actions_.redo.isEnabled()


def test_another_strength_is_undone_with_its_picture(stand: Stand, one_by_one: None) -> None:
    stand.open_picture()
    stand.run()
    whole = stand.state.result
    for percent in (50, 120):
        stand.bar.strength.setValue(percent)
        stand.until(partial(settled, stand, percent / 100))
    undo(stand)
    assert stand.bar.strength.value() == 50
    undo(stand)
    assert stand.state.result is whole and stand.bar.strength.value() == 100
    redo(stand)
    redo(stand)
    assert settled(stand, 1.2) and len(stand.state.results) == 1
    assert stand.bar.strength.value() == 120


def test_a_drag_of_the_slider_is_one_step(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo_module, "TOGETHER_S", 3600.0)  # however slow the hand is
    stand.open_picture()
    stand.run()
    whole = stand.state.result
    for percent in (90, 80, 70, 60):
        stand.bar.strength.setValue(percent)
        stand.until(partial(settled, stand, percent / 100))
    undo(stand)
    assert stand.state.result is whole


def test_the_square_is_put_back_with_the_result_that_was_shown(stand: Stand, one_by_one: None) -> None:
    stand.open_picture()
    stand.run()
    result, before = stand.state.result, stand.state.square
    stand.state.set_square(Square(x=0, y=0, side=30))
    stand.state.set_square(Square(x=4, y=4, side=30))
    assert stand.state.result is None
    undo(stand)
    assert stand.state.square == Square(x=0, y=0, side=30) and stand.state.result is None
    undo(stand)
    assert stand.state.square == before and stand.state.result is result
    redo(stand)
    redo(stand)
    assert stand.state.square == Square(x=4, y=4, side=30) and stand.window.canvas.square == stand.state.square


def test_a_square_that_is_dragged_by_mouse_is_one_step(stand: Stand) -> None:
    stand.open_picture(200, 100)
    before, canvas = stand.square, stand.window.canvas
    at = outline(canvas.view, before).boundingRect().topLeft().toPoint() + QPoint(0, 60)
    stand.qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
    for step in range(1, 6):
        stand.qtbot.mouseMove(canvas, at - QPoint(8 * step, 0))
    stand.qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at - QPoint(40, 0))
    assert stand.state.square != before
    undo(stand)
    assert stand.state.square == before


def test_a_pick_and_a_step_back_in_the_list_are_undone(stand: Stand) -> None:
    stand.open_picture()
    stand.run()
    result = stand.state.result
    stand.window.filmstrip.frame_chosen.emit(4)
    picked = stand.state.result
    assert picked is not None and picked.picked
    stand.window.history.list.setCurrentRow(0)
    assert stand.state.result is None
    undo(stand)
    assert stand.state.result is picked
    undo(stand)
    assert stand.state.result is result


def test_a_mix_is_undone(presets: PresetStand, one_by_one: None) -> None:
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


def test_another_photo_has_no_steps_to_undo(stand: Stand) -> None:
    stand.open_picture()
    stand.run()
    stand.state.mark_saved(stand.result)
    before = stand.state.photo
    stand.window.open(stand.photo_service.samples()[0])
    stand.until(lambda: stand.state.photo is not before)
    assert not stand.window.actions_.undo.isEnabled()
    undo(stand)
    assert not stand.state.results


def test_nothing_is_undone_while_a_job_runs(stand: Stand) -> None:
    stand.open_picture()
    stand.run()
    stand.engine.hold.clear()
    stand.type("face with red hair")
    stand.window.running.run()
    assert not stand.window.actions_.undo.isEnabled()
    stand.window.cancel()
    stand.engine.hold.set()
    stand.until(lambda: stand.state.phase is Phase.READY)
    assert stand.window.actions_.undo.isEnabled()


def test_the_buttons_say_what_they_would_change(stand: Stand) -> None:
    stand.open_picture()
    stand.run("smiling face")
    assert "smiling face" in stand.window.actions_.undo.toolTip()
    undo(stand)
    assert "smiling face" in stand.window.actions_.redo.toolTip()
    assert "smiling face" not in stand.window.actions_.undo.toolTip()


def test_what_is_saved_is_what_is_shown_after_undo(stand: Stand, one_by_one: None) -> None:
    stand.open_picture()
    stand.run()
    before = stand.result.picture
    stand.bar.strength.setValue(10)
    stand.until(lambda: settled(stand, 0.1))
    undo(stand)
    stand.until(lambda: stand.window.canvas.has_after)
    assert stand.state.frame is not None and np.array_equal(stand.state.frame.picture, before)


def test_a_prompt_with_nothing_to_undo_leaves_it_to_the_photo(stand: Stand) -> None:
    stand.open_picture()
    stand.run()
    prompt = stand.bar.prompt
    stand.window.activateWindow()
    prompt.setFocus()
    stand.until(prompt.hasFocus)
    stand.qtbot.keyClick(prompt, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert stand.state.result is not None and prompt.text() != "smiling face", "the words come first"
    while prompt.isUndoAvailable():
        stand.qtbot.keyClick(prompt, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    stand.qtbot.keyClick(prompt, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert stand.state.result is None
