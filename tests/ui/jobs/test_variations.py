"""Four seeds of one prompt, and a grid to pick one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from support.window.harness import Stand, child, edit_of

from rtedit_desktop.core import events
from rtedit_desktop.core.edits import MAX_SEED
from rtedit_desktop.ui.jobs.variations import VariationsDialog
from rtedit_desktop.ui.model.state import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog


def ask(stand: Stand, seed: int = 10) -> None:
    stand.state.override("seed", seed)
    stand.type("smiling face")
    stand.qtbot.mouseClick(stand.bar.variations, Qt.MouseButton.LeftButton)


def shown(stand: Stand) -> VariationsDialog:
    stand.until(lambda: stand.window.findChildren(VariationsDialog))
    return child(stand.window, VariationsDialog)


def seeds(stand: Stand) -> list[int]:
    return [edit_of(result).settings.seed for result in stand.state.results]


def test_four_seeds_are_made_and_one_is_picked(stand: Stand) -> None:
    stand.open_picture()
    ask(stand)
    assert stand.window.running.panel.label.text() == "Waiting (3)"
    dialog = shown(stand)
    assert seeds(stand) == [10, 11, 12, 13] and stand.state.phase is Phase.READY
    assert [button.text() for button in dialog.buttons] == [f"variation {seed}" for seed in (10, 11, 12, 13)]
    stand.qtbot.mouseClick(dialog.buttons[1], Qt.MouseButton.LeftButton)
    assert stand.state.result is stand.state.results[1]
    assert len(stand.state.results) == 4, "the others stay"
    stand.until(lambda: not stand.window.findChildren(VariationsDialog))
    assert stand.bar.seed.text() == "10", "the seed of the next run is what was written"


@pytest.mark.parametrize("key", [Qt.Key.Key_3, Qt.Key.Key_Return])
def test_one_is_picked_by_a_key(stand: Stand, key: Qt.Key) -> None:
    stand.open_picture()
    ask(stand)
    dialog = shown(stand)
    dialog.activateWindow()
    dialog.buttons[2].setFocus()
    stand.until(dialog.buttons[2].hasFocus)
    stand.qtbot.keyClick(dialog.buttons[2], key)
    assert stand.state.result is stand.state.results[2]


def test_closing_the_grid_keeps_them_all(stand: Stand) -> None:
    stand.open_picture()
    ask(stand)
    shown(stand).close()
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
    assert len(stand.state.results) == 5 and len(dialog.buttons) == 4
    dialog.close()


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
    assert not stand.window.findChildren(VariationsDialog) and len(stand.state.queue) == 2
    stand.window.running.panel.go_on.click()
    dialog = shown(stand)
    assert [button.text() for button in dialog.buttons] == ["variation 10", "variation 12", "variation 13"]
    dialog.close()


def test_what_is_there_is_shown_when_the_rest_is_dropped(stand: Stand) -> None:
    stand.open_picture()
    ask(stand)
    stand.until(lambda: len(stand.state.results) == 2)
    stand.window.running.panel.drop_all.click()
    stand.window.cancel()
    stand.engine.hold.set()
    dialog = shown(stand)
    assert 2 <= len(dialog.buttons) <= 3
    dialog.close()


def test_seeds_end_where_seeds_end(stand: Stand) -> None:
    stand.open_picture()
    ask(stand, MAX_SEED)
    shown(stand).close()
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
    assert not stand.window.findChildren(VariationsDialog)
