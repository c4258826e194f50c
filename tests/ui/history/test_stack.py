"""Edits on each other: continued, seen as a stack, undone, saved and brought back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from support.window.harness import Harness, edit_of
from support.window.preset_harness import PresetHarness
from support.window.restarts import NewWindow, kill, open_sample
from support.window.stacking import (
    LEFT,
    RIGHT,
    ask,
    jobs_of,
    panel_of,
    ready,
    rows,
    run_on_result,
    saved,
    seen,
    switch,
    upper_is_shown,
)
from support.window.undoing import redo, undo

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.core.stack import stack_of
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.pyramid import from_qimage


def test_the_prompt_runs_on_the_result_by_its_keys(together: Harness, tmp_path: Path) -> None:
    first, second = jobs_of(together)
    assert np.array_equal(second.picture, np.clip(first.picture.astype(int) + 60, 0, 255))
    assert rows(together) == ["pasted picture", "smiling face", "face with red hair"]
    assert panel_of(together).isVisible()
    assert np.array_equal(saved(together, tmp_path / "a.png"), seen(together))
    grown = seen(together).astype(int) - together.photo.pixels
    assert grown[:, 8:56].min() >= 255 - 150 and not grown[:, :8].any()


def test_without_a_result_the_keys_run_it_on_the_photo(harness: Harness) -> None:
    harness.open_picture()
    run_on_result(harness, "smiling face")
    assert not harness.result.below and not panel_of(harness).isVisible()


def test_a_preset_and_then_a_prompt(presets: PresetHarness) -> None:
    """Enter begins at the photo, as ever, until the person continues from what there is."""
    presets.open_picture()
    presets.apply("Smile")
    presets.run("face with red hair")
    assert not presets.result.below
    presets.window.history.list.setCurrentRow(1)
    presets.qtbot.keyClick(presets.window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert presets.state.continued and panel_of(presets).next.isVisible()
    assert presets.state.mix == () and not presets.window.actions_.continue_from.isEnabled()
    presets.run("face with red hair")
    assert rows(presets)[1:] == ["Smile", "face with red hair"]
    presets.run("sketch of a face")
    assert rows(presets)[1:] == ["Smile", "sketch of a face"]  # the other way to go on from there


def test_a_preset_on_a_result_is_a_layer_of_its_own(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.run("smiling face")
    presets.window.actions_.continue_from.trigger()
    presets.apply("Hat")
    assert rows(presets)[1:] == ["smiling face", "Hat"]
    presets.apply("Glasses", mix=True)
    assert rows(presets)[1:] == ["smiling face", "Hat + Glasses"]
    for path in [use.path for use in presets.state.mix]:
        presets.controller.actions.remove_from_mix(path)
        presets.until(lambda: ready(presets))
    assert [layer.request.spec.pack for layer in presets.result.layers] == ["fakes"]
    assert edit_of(presets.result).prompt == "smiling face"  # the last one leaves what it was made on


def test_what_the_stack_says_of_the_next_edit_is_true_while_one_is_made(together: Harness) -> None:
    """Enter begins below what is being made, so that nothing goes on top of it."""
    panel, canvas = panel_of(together), together.window.canvas
    together.engine.hold.clear()
    together.type("sketch of a face")
    together.qtbot.keyClick(together.bar.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    together.until(lambda: together.state.phase.running and len(together.state.base) == 2)
    height = panel.next.height()
    assert panel.next.isVisible() and panel.next.text() == "The edit that is being made goes on top of these."
    together.engine.hold.set()
    together.until(lambda: ready(together) and canvas.has_after)
    assert not panel.next.isVisible()
    together.window.actions_.continue_from.trigger()
    together.settle()
    assert panel.next.text() == "The next edit goes on top of these." and panel.next.height() == height
    together.engine.hold.clear()
    panel.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert together.state.phase is Phase.ADJUSTING and panel.next.text() == "The next edit goes on top of these."
    together.engine.hold.set()
    together.until(lambda: ready(together))


def test_each_square_has_its_own_edit(apart: Harness, tmp_path: Path) -> None:
    grown = saved(apart, tmp_path / "a.png").astype(int) - apart.photo.pixels
    assert grown[:64, :64].min() == grown[10:74, 90:154].min() == 60
    assert not grown[:, 64:90].any() and not grown[74:].any()
    assert apart.result.layers[0].square == LEFT and apart.square == RIGHT


def test_what_was_continued_from_stays_when_the_square_moves(apart: Harness) -> None:
    canvas = apart.window.canvas
    apart.until(lambda: upper_is_shown(apart))
    ask(apart, Square(x=40, y=0, side=70))
    assert apart.state.continued and len(apart.state.base) == 2
    apart.until(lambda: not canvas.has_after)
    apart.until(lambda: len(apart.window.canvas_controller._under or ()) == 2)
    undo(apart)
    assert not apart.state.continued and apart.square == RIGHT and apart.state.frames
    for _ in range(3):  # the second edit, the square, to continue
        undo(apart)
    assert not apart.state.continued and not apart.state.base and apart.square == LEFT
    apart.until(lambda: canvas.scene.under is None)
    for _ in range(4):
        redo(apart)
    assert len(apart.state.base) == 2


def test_the_original_is_shown_without_any_edit(apart: Harness) -> None:
    canvas = apart.window.canvas
    apart.until(lambda: upper_is_shown(apart))
    canvas.fit()
    canvas.set_comparing(False)

    def shown(peeking: bool) -> np.ndarray:
        canvas.set_peeking(peeking)
        return from_qimage(canvas.grab().toImage())[..., :3].astype(int)

    def both_differ() -> bool:
        changed = (shown(False) - shown(True)).max(axis=2) > 25
        left, right = changed[:, : changed.shape[1] // 2], changed[:, changed.shape[1] // 2 :]
        return bool(left.mean() > 0.1 and right.mean() > 0.1)  # both faces, not the one in the square alone

    apart.until(both_differ)
    canvas.set_peeking(False)


def test_once_continued_the_strength_is_of_the_chosen_edit_and_the_next_begins_anew(together: Harness) -> None:
    together.window.actions_.continue_from.trigger()
    together.bar.strength.setValue(40)
    together.until(lambda: ready(together) and edit_of(together.result).settings.strength == 0.4)
    assert together.state.continued and together.bar.strength.value() == 40
    together.run("sketch of a face")
    assert [layer.request.spec.settings.strength for layer in together.result.layers] == [1.0, 0.4, 1.0]  # type: ignore[union-attr]


def test_each_edit_has_its_own_region(harness: Harness) -> None:
    harness.open_picture()
    region = Region(strokes=(Stroke(points=((8.0, 0.0), (30.0, 20.0))),))
    harness.state.set_region(region)
    harness.run("smiling face")
    run_on_result(harness, "face with red hair")
    assert [layer.region for layer in harness.result.layers] == [region, None]
    assert "in a region" in panel_of(harness).list.item(1).text()


def test_undo_waits_for_a_job_that_runs(together: Harness) -> None:
    together.engine.hold.clear()
    together.type("sketch of a face")
    together.qtbot.keyClick(together.bar.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    together.until(lambda: together.state.phase is Phase.LOADING)
    made = together.result
    for _ in range(4):
        undo(together)
    assert together.state.result is made and not together.window.actions_.undo.isEnabled()
    assert not panel_of(together).list.isEnabled()
    together.engine.hold.set()
    together.until(lambda: ready(together) and len(together.state.results) == 3)
    assert rows(together)[1:] == ["smiling face", "face with red hair", "sketch of a face"]


def test_a_job_that_is_stopped_leaves_what_it_was_to_be_made_on(together: Harness) -> None:
    together.engine.hold.clear()
    together.type("sketch of a face")
    together.qtbot.keyClick(together.bar.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    together.until(lambda: together.state.phase is Phase.LOADING)
    together.window.cancel()
    together.until(lambda: ready(together))
    assert together.state.continued and len(together.state.base) == 2
    together.engine.hold.set()
    together.run("sketch of a face")
    assert len(together.result.layers) == 3


def test_queued_edits_go_on_each_other(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.hold.clear()
    for prompt in ("smiling face", "face with red hair", "sketch of a face"):
        harness.type(prompt)
        harness.qtbot.keyClick(harness.bar.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    harness.engine.hold.set()
    harness.until(lambda: ready(harness) and len(harness.state.results) == 3)
    assert rows(harness)[1:] == ["smiling face", "face with red hair", "sketch of a face"]


def test_after_a_crash_the_stack_is_whole(new_window: NewWindow) -> None:
    first = new_window()
    open_sample(first)
    first.run("smiling face")
    run_on_result(first, "face with red hair")
    run_on_result(first, "sketch of a face")
    switch(first, 2)
    made, shown = first.result, seen(first)
    kill(first)
    again = new_window()
    again.until(again.window.offer.isVisible)
    again.qtbot.mouseClick(again.window.offer.yes, Qt.MouseButton.LeftButton)
    again.until(lambda: len(again.state.results) == 3)
    assert rows(again)[1:] == ["smiling face", "(face with red hair)", "sketch of a face"]
    assert stack_of(again.result.layers) == stack_of(made.layers)
    assert np.array_equal(seen(again), shown)
    switch(again, 2)
    assert rows(again)[2] == "face with red hair"
