"""Edits on each other: continued, seen as a stack, switched off, deleted, undone, saved and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support.window.fakes import face, picture
from support.window.harness import Harness, edit_of
from support.window.preset_harness import PresetHarness
from support.window.restarts import NewWindow, kill, open_sample
from support.window.undoing import redo, undo

from rtedit_desktop.core import events
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.core.stack import MOST_LAYERS, composed, stack_of
from rtedit_desktop.ui.history.stack_panel import StackPanel
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.pyramid import from_qimage

LEFT, RIGHT = Square(x=0, y=0, side=64), Square(x=90, y=10, side=64)


def panel_of(harness: Harness) -> StackPanel:
    return harness.window.stack.panel


def jobs_of(harness: Harness) -> list[EditRequest | ApplyRequest]:
    return [request for request in harness.engine.requests if isinstance(request, EditRequest | ApplyRequest)]


def ready(harness: Harness) -> bool:
    return harness.state.phase is Phase.READY


def run_on_result(harness: Harness, prompt: str) -> None:
    """Type and Ctrl+Enter; returns when the result is there."""
    before = len(harness.state.results)
    harness.type(prompt)
    harness.qtbot.keyClick(harness.bar.prompt, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    harness.until(lambda: len(harness.state.results) == before + 1 and ready(harness))


def switch(harness: Harness, row: int) -> None:
    """Space on a row of the stack; returns when what follows from it is made."""
    panel = panel_of(harness)
    panel.list.setFocus()
    panel.list.setCurrentRow(row)
    before = harness.state.result
    harness.qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    harness.until(lambda: ready(harness) and harness.state.result is not before)


def rows(harness: Harness) -> list[str]:
    """What the stack shows: the first line of each row, in brackets where it is switched off."""
    shown = []
    for number in range(panel_of(harness).list.count()):
        item = panel_of(harness).list.item(number)
        text = item.text().split("\n")[0]
        off = number > 0 and item.checkState() == Qt.CheckState.Unchecked
        shown.append(f"({text})" if off else text)
    return shown


def seen(harness: Harness) -> np.ndarray:
    """The photo at its own size with all that is seen of the stack."""
    return composed(harness.photo_service, harness.photo, harness.result.layers).pixels


def saved(harness: Harness, path: Path) -> np.ndarray:
    harness.window.photos.save(path)
    harness.until(lambda: harness.state.saved)
    return from_qimage(QImage(str(path)))[..., :3]


def ask(harness: Harness, square: Square) -> None:
    harness.window.canvas.square_asked.emit(square)


@pytest.fixture
def apart(harness: Harness) -> Iterator[Harness]:
    """Two edits, each of its own square; the second on the first."""
    harness.open_picture(160, 80)
    ask(harness, LEFT)
    harness.run("smiling face")
    harness.window.actions_.continue_from.trigger()
    ask(harness, RIGHT)
    harness.run("face with red hair")
    yield harness


@pytest.fixture
def together(harness: Harness) -> Iterator[Harness]:
    """Two edits of one square, the second on the first."""
    harness.open_picture()
    harness.run("smiling face")
    run_on_result(harness, "face with red hair")
    yield harness


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


def test_each_square_has_its_own_edit(apart: Harness, tmp_path: Path) -> None:
    grown = saved(apart, tmp_path / "a.png").astype(int) - apart.photo.pixels
    assert grown[:64, :64].min() == grown[10:74, 90:154].min() == 60
    assert not grown[:, 64:90].any() and not grown[74:].any()
    assert apart.result.layers[0].square == LEFT and apart.square == RIGHT


def test_what_was_continued_from_stays_when_the_square_moves(apart: Harness) -> None:
    canvas = apart.window.canvas
    apart.until(lambda: canvas.scene.under is not None and canvas.has_after)
    ask(apart, Square(x=40, y=0, side=70))
    assert apart.state.continued and len(apart.state.base) == 2 and not canvas.has_after
    apart.until(lambda: len(apart.window.canvas_controller._under) == 2)
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
    apart.until(lambda: canvas.scene.under is not None and canvas.has_after)
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


def test_an_edit_of_another_place_is_switched_off_at_once(apart: Harness, tmp_path: Path) -> None:
    asked = len(jobs_of(apart))
    switch(apart, 1)
    assert rows(apart) == ["pasted picture", "(smiling face)", "face with red hair"]
    assert len(jobs_of(apart)) == asked  # the other one is as it was
    grown = saved(apart, tmp_path / "a.png").astype(int) - apart.photo.pixels
    assert not grown[:, :64].any() and grown[10:74, 90:154].min() == 60
    switch(apart, 1)
    assert (seen(apart) - apart.photo.pixels)[:64, :64].min() == 60


def test_the_uppermost_is_switched_off_and_on(apart: Harness) -> None:
    apart.until(lambda: apart.window.canvas.has_after)
    switch(apart, 2)
    grown = seen(apart).astype(int) - apart.photo.pixels
    assert grown[:64, :64].min() == 60 and not grown[:, 90:].any()
    apart.until(lambda: not apart.window.canvas.has_after)
    switch(apart, 2)
    apart.until(lambda: apart.window.canvas.has_after)


def test_what_lies_on_an_edit_is_made_anew_without_it(together: Harness, one_by_one: None) -> None:
    whole = seen(together)
    switch(together, 1)
    third = jobs_of(together)[2]
    assert np.array_equal(third.picture, jobs_of(together)[0].picture)
    grown = seen(together).astype(int) - together.photo.pixels
    assert grown[:, 8:56].max() == 60
    switch(together, 1)
    assert len(jobs_of(together)) == 3  # it is remembered how it was
    assert np.array_equal(seen(together), whole)
    undo(together)
    assert rows(together)[1] == "(smiling face)"
    undo(together)
    assert np.array_equal(seen(together), whole) and len(together.state.results) == 2


def test_two_switches_in_a_row_are_both_heard(together: Harness) -> None:
    run_on_result(together, "sketch of a face")
    together.engine.hold.clear()
    together.engine.learned.clear()
    panel = panel_of(together)
    for row in (1, 2):
        panel.list.setCurrentRow(row)
        panel.list.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert rows(together)[1:] == ["(smiling face)", "(face with red hair)", "sketch of a face"]
    together.engine.hold.set()
    together.until(lambda: ready(together) and [layer.on for layer in together.result.layers] == [False, False, True])
    assert (seen(together).astype(int) - together.photo.pixels).max() == 60


def test_an_edit_that_others_build_on_is_deleted(together: Harness) -> None:
    panel = panel_of(together)
    panel.list.setFocus()
    panel.list.setCurrentRow(1)
    together.qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    together.until(lambda: ready(together) and not together.result.below)
    assert edit_of(together.result).prompt == "face with red hair"
    assert np.array_equal(together.result.request.picture, jobs_of(together)[0].picture)
    assert not panel.isVisible()
    undo(together)
    assert rows(together)[1:] == ["smiling face", "face with red hair"]
    panel.list.setCurrentRow(2)
    together.qtbot.mouseClick(panel.delete, Qt.MouseButton.LeftButton)
    together.until(lambda: ready(together) and edit_of(together.result).prompt == "smiling face")


def test_the_order_of_edits_is_changed(together: Harness) -> None:
    panel = panel_of(together)
    panel.list.setFocus()
    panel.list.setCurrentRow(2)
    together.qtbot.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    together.until(lambda: ready(together) and edit_of(together.result).prompt == "smiling face")
    assert rows(together)[1:] == ["face with red hair", "smiling face"]
    below, top = together.result.layers
    assert np.array_equal(below.request.picture, jobs_of(together)[0].picture)
    assert np.array_equal(top.request.picture, below.picture)
    undo(together)
    assert rows(together)[1:] == ["smiling face", "face with red hair"]


def test_the_strength_of_an_edit_below(together: Harness) -> None:
    panel = panel_of(together)
    slider = together.bar.strength
    panel.list.setCurrentRow(1)
    assert slider.isEnabled() and slider.value() == 100
    slider.setSliderDown(True)
    for percent in (80, 30, 50):
        slider.setValue(percent)
    asked = len(together.engine.requests)
    together.settle()
    assert len(together.engine.requests) == asked
    slider.setSliderDown(False)
    together.until(lambda: ready(together) and "50\N{NO-BREAK SPACE}%" in panel.list.item(1).text())
    assert np.array_equal(jobs_of(together)[-1].picture, np.clip(jobs_of(together)[0].picture.astype(int) + 30, 0, 255))
    assert edit_of(together.result).settings.strength == 1.0
    assert slider.value() == 50
    panel.list.setCurrentRow(2)
    assert slider.value() == 100


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


def test_the_whole_stack_again_on_another_photo(together: Harness) -> None:
    stack = stack_of(together.result.layers)
    together.window.photos.paste(_image(70, 90, seed=5))
    together.until(lambda: together.photo.size == (70, 90))
    history = together.window.history
    history.earlier.setCurrentRow(0)
    together.window.actions_.again.trigger()
    together.until(lambda: len(together.state.results) == 1 and ready(together))
    assert [layer.spec for layer in stack_of(together.result.layers).layers] == [layer.spec for layer in stack.layers]
    assert {layer.square for layer in together.result.layers} == {together.square}
    grown = seen(together).astype(int) - together.photo.pixels
    assert grown[10:80].min() >= 105


def test_edits_of_two_people_look_for_two_faces(apart: Harness) -> None:
    again = apart.window.actions_.again
    apart.window.photos.paste(_image(200, 100, seed=5))
    apart.until(lambda: apart.photo.size == (200, 100))
    apart.window.history.earlier.setCurrentRow(0)
    again.trigger()
    assert "fewer faces" in apart.window.strip.label.text() and not apart.state.results
    faces = (face(50, 40, 20).square, face(150, 40, 18).square)
    apart.state.faces.find(faces)
    apart.state.set_square(faces[0])
    again.trigger()
    apart.until(lambda: len(apart.state.results) == 1 and ready(apart))
    assert tuple(layer.square for layer in apart.result.layers) == faces


def test_the_same_again_on_the_same_photo_is_there_at_once(together: Harness) -> None:
    asked = len(jobs_of(together))
    together.window.history.list.setCurrentRow(2)
    together.window.actions_.again.trigger()
    together.until(lambda: len(together.state.results) == 3 and ready(together))
    assert np.array_equal(together.result.picture, together.state.results[1].picture)
    assert len(jobs_of(together)) <= asked + 2


def test_a_pack_that_was_removed_since(together: Harness) -> None:
    pack = together.state.packs[0]
    together.state.set_packs([])
    before = together.result
    panel_of(together).list.item(1).setCheckState(Qt.CheckState.Unchecked)
    together.until(lambda: together.window.findChildren(ErrorDialog))
    dialog = together.window.findChildren(ErrorDialog)[0]
    assert any("not installed" in label.text() for label in dialog.findChildren(QLabel))
    dialog.close()
    assert together.state.result is before and rows(together)[1] == "smiling face"
    assert not np.array_equal(seen(together), together.photo.pixels)  # what it made is there without it
    together.state.set_packs([pack])


def test_a_preset_that_was_removed_since(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.run("smiling face")
    presets.window.actions_.continue_from.trigger()
    presets.apply("Hat")
    before = presets.result
    presets.engine.fails = events.Failed(job_id="", what="The preset is gone.", todo="Put it back.", details="")
    panel_of(presets).list.item(1).setCheckState(Qt.CheckState.Unchecked)
    presets.until(lambda: presets.window.findChildren(ErrorDialog))
    presets.window.findChildren(ErrorDialog)[0].close()
    presets.until(lambda: ready(presets))
    assert presets.state.result is before and rows(presets)[1:] == ["smiling face", "Hat"]
    presets.engine.fails = None
    switch(presets, 2)  # it can still be switched off
    assert rows(presets)[1:] == ["smiling face", "(Hat)"]


def test_a_picture_that_was_picked_on_the_way_keeps_its_change(harness: Harness) -> None:
    harness.open_picture()
    harness.run("smiling face")
    run_on_result(harness, "face with red hair")
    harness.window.jobs.use_frame(len(harness.state.frames) - 3)
    picked = harness.result
    assert picked.picked and len(picked.layers) == 2
    asked = len(jobs_of(harness))
    switch(harness, 1)
    assert len(jobs_of(harness)) == asked and harness.result.picture is picked.picture


def test_a_hundred_edits_and_no_more(harness: Harness) -> None:
    harness.open_picture()
    harness.run("smiling face")
    (layer,) = harness.result.layers
    many = [replace(layer, id=f"{number:x}") for number in range(MOST_LAYERS - 1)]
    harness.state.restack(harness.result.with_layers([*many, layer]), "")
    assert panel_of(harness).list.count() == MOST_LAYERS + 1
    harness.window.actions_.continue_from.trigger()
    assert not harness.state.continued and "at most 100" in harness.window.strip.label.text()
    switch(harness, 50)
    assert rows(harness)[50] == "(smiling face)"


def _image(width: int, height: int, seed: int) -> QImage:
    from rtedit_desktop.ui.widgets.pyramid import to_qimage

    return to_qimage(picture(width, height, seed))


def test_nothing_of_a_stack_is_left_when_another_photo_comes(together: Harness, qtbot: QtBot) -> None:
    together.window.actions_.continue_from.trigger()
    together.window.photos.paste(_image(80, 80, seed=3))
    together.until(lambda: together.photo.size == (80, 80))
    assert not together.state.continued and not together.state.base and not panel_of(together).isVisible()
    assert together.window.canvas.scene.under is None
