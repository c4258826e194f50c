"""Four seeds of one prompt, and a row to choose one in."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from support.window.harness import Stand, child, edit_of

from rtedit_desktop.core import events
from rtedit_desktop.core.edits import MAX_SEED
from rtedit_desktop.ui.jobs.variation_row import VariationRow
from rtedit_desktop.ui.model.state import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog


def ask(stand: Stand, seed: int = 10) -> None:
    stand.state.override("seed", seed)
    stand.type("smiling face")
    stand.qtbot.mouseClick(stand.bar.variations, Qt.MouseButton.LeftButton)


def row_of(stand: Stand) -> VariationRow:
    return stand.window.running.variations.row


def shown(stand: Stand) -> VariationRow:
    stand.until(row_of(stand).isVisible)
    return row_of(stand)


def texts(row: VariationRow) -> list[str]:
    return [button.text() for button in row.buttons if button.isVisible()]


def seeds(stand: Stand) -> list[int]:
    return [edit_of(result).settings.seed for result in stand.state.results]


def test_four_seeds_are_made_and_one_is_picked(stand: Stand) -> None:
    stand.open_picture()
    ask(stand)
    assert stand.window.running.panel.label.text() == "Waiting (3)"
    dialog = shown(stand)
    assert seeds(stand) == [10, 11, 12, 13] and stand.state.phase is Phase.READY
    assert texts(dialog) == [f"variation {seed}" for seed in (10, 11, 12, 13)]
    assert not stand.window.filmstrip.isVisible()
    for number in (1, 3, 0):
        stand.qtbot.mouseClick(dialog.buttons[number], Qt.MouseButton.LeftButton)
        assert stand.state.result is stand.state.results[number]
        assert [button.isChecked() for button in dialog.buttons] == [one == number for one in range(4)]
    stand.qtbot.mouseClick(dialog.done, Qt.MouseButton.LeftButton)
    assert stand.state.result is stand.state.results[0] and not dialog.isVisible()
    assert len(stand.state.results) == 4, "the others stay"
    assert stand.window.filmstrip.isVisible() and stand.bar.settings.seed.text() == "10"


@pytest.mark.parametrize("on_the_canvas", [True, False])
def test_one_is_looked_at_by_a_key(stand: Stand, on_the_canvas: bool) -> None:
    stand.open_picture()
    ask(stand)
    row = shown(stand)
    stand.window.activateWindow()
    place = stand.window.canvas if on_the_canvas else row.buttons[0]
    place.setFocus()
    stand.until(place.hasFocus)
    stand.qtbot.keyClick(place, Qt.Key.Key_3)
    assert stand.state.result is stand.state.results[2]
    stand.bar.prompt.setFocus()
    stand.qtbot.keyClick(stand.bar.prompt, Qt.Key.Key_2)
    assert stand.state.result is stand.state.results[2] and stand.state.prompt.endswith("2")


def test_closing_the_grid_keeps_them_all(stand: Stand) -> None:
    stand.open_picture()
    ask(stand)
    shown(stand).done.click()
    assert stand.state.result is stand.state.results[3]


def test_a_prompt_that_waits_before_them_is_not_among_them(stand: Stand) -> None:
    stand.open_picture()
    stand.engine.hold.clear()
    stand.type("face with red hair")
    stand.window.running.run()
    ask(stand)
    assert len(stand.state.queue) == 4
    stand.engine.hold.set()
    dialog = shown(stand)
    assert len(stand.state.results) == 5 and len(texts(dialog)) == 4
    dialog.done.click()


def test_after_a_failure_the_grid_waits_for_the_rest(stand: Stand) -> None:
    stand.open_picture()
    stand.engine.hold.clear()
    ask(stand)
    stand.until(lambda: stand.state.phase is Phase.LOADING)
    stand.engine.fails = events.Failed(job_id="", what="The memory is full.", todo="", details="")
    stand.engine.hold.set()
    stand.until(lambda: stand.window.findChildren(ErrorDialog))
    child(stand.window, ErrorDialog).close()
    stand.engine.fails = None
    stand.settle()
    assert not row_of(stand).isVisible() and len(stand.state.queue) == 2
    stand.window.running.panel.go_on.click()
    dialog = shown(stand)
    assert texts(dialog) == ["variation 10", "variation 12", "variation 13"]
    dialog.done.click()


def test_what_is_there_is_shown_when_the_rest_is_dropped(stand: Stand) -> None:
    stand.open_picture()
    ask(stand)
    stand.until(lambda: len(stand.state.results) == 2)
    stand.window.running.panel.drop_all.click()
    stand.window.cancel()
    stand.engine.hold.set()
    dialog = shown(stand)
    assert 2 <= len(texts(dialog)) <= 3
    dialog.done.click()


def test_seeds_end_where_seeds_end(stand: Stand) -> None:
    stand.open_picture()
    ask(stand, MAX_SEED)
    shown(stand).done.click()
    assert seeds(stand) == [MAX_SEED - 3, MAX_SEED - 2, MAX_SEED - 1, MAX_SEED]


def test_a_prompt_that_cannot_be_run_has_no_variations(stand: Stand) -> None:
    stand.open_picture()
    stand.type("face")
    stand.qtbot.mouseClick(stand.bar.variations, Qt.MouseButton.LeftButton)
    assert stand.state.phase is Phase.READY and not stand.state.queue
    assert stand.bar.hint.font().bold()


def test_another_photo_shows_no_grid_of_the_one_before(stand: Stand) -> None:
    stand.open_picture()
    ask(stand)
    stand.until(lambda: stand.state.results)
    stand.state.mark_saved(stand.result)
    before = stand.state.photo
    stand.window.photos.open(stand.photo_service.samples()[0])
    stand.until(lambda: stand.state.photo is not before)
    stand.window.running.panel.drop_all.click()
    stand.settle()
    assert not row_of(stand).isVisible()
