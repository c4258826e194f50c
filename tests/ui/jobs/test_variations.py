"""Four seeds of one prompt, and a row to choose one in."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from support.window.harness import Harness, child, edit_of

from rtedit_desktop.core import events
from rtedit_desktop.core.edits import MAX_SEED
from rtedit_desktop.ui.jobs.variation_row import VariationRow
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog


def ask(harness: Harness, seed: int = 10) -> None:
    harness.state.override("seed", seed)
    harness.type("smiling face")
    harness.qtbot.mouseClick(harness.bar.variations, Qt.MouseButton.LeftButton)


def row_of(harness: Harness) -> VariationRow:
    return harness.window.running.variations.row


def shown(harness: Harness) -> VariationRow:
    harness.until(row_of(harness).isVisible)
    return row_of(harness)


def texts(row: VariationRow) -> list[str]:
    return [button.text() for button in row.buttons if button.isVisible()]


def seeds(harness: Harness) -> list[int]:
    return [edit_of(result).settings.seed for result in harness.state.results]


def test_four_seeds_are_made_and_one_is_picked(harness: Harness) -> None:
    harness.open_picture()
    ask(harness)
    assert harness.window.running.panel.label.text() == "Waiting (3)"
    dialog = shown(harness)
    assert seeds(harness) == [10, 11, 12, 13] and harness.state.phase is Phase.READY
    assert texts(dialog) == [f"variation {seed}" for seed in (10, 11, 12, 13)]
    assert not harness.window.filmstrip.isVisible()
    for number in (1, 3, 0):
        harness.qtbot.mouseClick(dialog.buttons[number], Qt.MouseButton.LeftButton)
        assert harness.state.result is harness.state.results[number]
        assert [button.isChecked() for button in dialog.buttons] == [one == number for one in range(4)]
    harness.qtbot.mouseClick(dialog.done, Qt.MouseButton.LeftButton)
    assert harness.state.result is harness.state.results[0] and not dialog.isVisible()
    assert len(harness.state.results) == 4, "the others stay"
    assert harness.window.filmstrip.isVisible() and harness.bar.settings.seed.text() == "10"


@pytest.mark.parametrize("on_the_canvas", [True, False])
def test_one_is_looked_at_by_a_key(harness: Harness, on_the_canvas: bool) -> None:
    harness.open_picture()
    ask(harness)
    row = shown(harness)
    harness.window.activateWindow()
    place = harness.window.canvas if on_the_canvas else row.buttons[0]
    place.setFocus()
    harness.until(place.hasFocus)
    harness.qtbot.keyClick(place, Qt.Key.Key_3)
    assert harness.state.result is harness.state.results[2]
    harness.bar.prompt.setFocus()
    harness.qtbot.keyClick(harness.bar.prompt, Qt.Key.Key_2)
    assert harness.state.result is harness.state.results[2] and harness.state.prompt.endswith("2")


def test_closing_the_grid_keeps_them_all(harness: Harness) -> None:
    harness.open_picture()
    ask(harness)
    shown(harness).done.click()
    assert harness.state.result is harness.state.results[3]


def test_a_prompt_that_waits_before_them_is_not_among_them(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.hold.clear()
    harness.type("face with red hair")
    harness.window.running.run()
    ask(harness)
    assert len(harness.state.queue) == 4
    harness.engine.hold.set()
    dialog = shown(harness)
    assert len(harness.state.results) == 5 and len(texts(dialog)) == 4
    dialog.done.click()


def test_after_a_failure_the_grid_waits_for_the_rest(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.hold.clear()
    ask(harness)
    harness.until(lambda: harness.state.phase is Phase.LOADING)
    harness.engine.fails = events.Failed(job_id="", what="The memory is full.", todo="", details="")
    harness.engine.hold.set()
    harness.until(lambda: harness.window.findChildren(ErrorDialog))
    child(harness.window, ErrorDialog).close()
    harness.engine.fails = None
    harness.settle()
    assert not row_of(harness).isVisible() and len(harness.state.queue) == 2
    harness.window.running.panel.go_on.click()
    dialog = shown(harness)
    assert texts(dialog) == ["variation 10", "variation 12", "variation 13"]
    dialog.done.click()


def test_what_is_there_is_shown_when_the_rest_is_dropped(harness: Harness) -> None:
    harness.open_picture()
    ask(harness)
    harness.until(lambda: len(harness.state.results) == 2)
    harness.window.running.panel.drop_all.click()
    harness.window.cancel()
    harness.engine.hold.set()
    dialog = shown(harness)
    assert 2 <= len(texts(dialog)) <= 3
    dialog.done.click()


def test_seeds_end_where_seeds_end(harness: Harness) -> None:
    harness.open_picture()
    ask(harness, MAX_SEED)
    shown(harness).done.click()
    assert seeds(harness) == [MAX_SEED - 3, MAX_SEED - 2, MAX_SEED - 1, MAX_SEED]


def test_a_prompt_that_cannot_be_run_has_no_variations(harness: Harness) -> None:
    harness.open_picture()
    harness.type("face")
    harness.qtbot.mouseClick(harness.bar.variations, Qt.MouseButton.LeftButton)
    assert harness.state.phase is Phase.READY and not harness.state.queue
    assert harness.bar.hint.font().bold()


def test_another_photo_shows_no_grid_of_the_one_before(harness: Harness) -> None:
    harness.open_picture()
    ask(harness)
    harness.until(lambda: harness.state.results)
    harness.state.mark_saved(harness.result)
    before = harness.state.photo
    harness.window.photos.open(harness.photo_service.samples()[0])
    harness.until(lambda: harness.state.photo is not before)
    harness.window.running.panel.drop_all.click()
    harness.settle()
    assert not row_of(harness).isVisible()
