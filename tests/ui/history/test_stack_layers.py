"""The layers of a stack: switched off and on, deleted, put in another order, made at another strength."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from support.window.harness import Harness, edit_of
from support.window.stacking import jobs_of, panel_of, ready, rows, run_on_result, saved, seen, switch
from support.window.undoing import undo

from rtedit_desktop.core.stack import MOST_LAYERS


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
