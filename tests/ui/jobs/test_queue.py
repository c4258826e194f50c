"""A second prompt waits its turn; the list can be put in order, shortened, held and let go on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from support.window.harness import Harness, child, edit_of
from support.window.preset_harness import PresetHarness

from rtedit_desktop.core import events
from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.preset import PresetWords
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.ui.model.phase import Phase, Progress
from rtedit_desktop.ui.widgets.messages import ErrorDialog

FIRST = "smiling face"
WAITING = ["face with sunglasses", "face with red hair", "sketch of a face"]


def enter(harness: Harness, prompt: str) -> None:
    harness.type(prompt)
    harness.qtbot.keyClick(harness.bar.prompt, Qt.Key.Key_Return)


@pytest.fixture
def queued(harness: Harness) -> Harness:
    """One job is held while it runs, three prompts wait."""
    harness.open_picture()
    harness.engine.hold.clear()
    enter(harness, FIRST)
    harness.until(lambda: harness.state.phase is Phase.LOADING)
    for prompt in WAITING:
        enter(harness, prompt)
    return harness


def waiting(harness: Harness) -> list[str]:
    return [edit.spec.prompt for edit in harness.state.queue if isinstance(edit.spec, EditSpec)]


def listed(harness: Harness) -> list[str]:
    texts = harness.window.running.panel.list
    return [texts.item(row).text().split(" · ")[0] for row in range(texts.count())]


def made(harness: Harness) -> list[str]:
    return [edit_of(result).prompt for result in harness.state.results]


def let_go(harness: Harness, results: int) -> None:
    harness.engine.hold.set()
    harness.until(lambda: len(harness.state.results) == results and harness.state.phase is Phase.READY)


def test_enter_adds_while_a_job_runs_and_all_are_made_in_turn(queued: Harness) -> None:
    panel = queued.window.running.panel
    assert panel.isVisible() and panel.label.text() == "Waiting (3)"
    assert listed(queued) == WAITING
    assert not panel.go_on.isVisible()
    let_go(queued, 4)
    assert made(queued) == [FIRST, *WAITING]
    assert not panel.isVisible()
    assert queued.bar.run.text() == "Run"


def test_what_waits_keeps_the_numbers_it_was_asked_with(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.hold.clear()
    harness.state.override("seed", 5)
    enter(harness, FIRST)
    harness.state.override("seed", 6)
    enter(harness, FIRST)
    harness.state.override("seed", 7)
    let_go(harness, 2)
    assert [edit_of(result).settings.seed for result in harness.state.results] == [5, 6]


def test_a_prompt_that_cannot_be_run_does_not_wait(queued: Harness) -> None:
    enter(queued, "face")
    assert waiting(queued) == WAITING
    assert queued.bar.hint.font().bold(), "the reason stands out, while a job runs too"
    let_go(queued, 4)


def test_alt_up_and_down_change_the_order(queued: Harness) -> None:
    panel = queued.window.running.panel
    panel.list.setCurrentRow(2)
    queued.qtbot.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert waiting(queued) == listed(queued) == [WAITING[0], WAITING[2], WAITING[1]]
    assert panel.list.currentRow() == 1, "the chosen one stays chosen"
    queued.qtbot.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    queued.qtbot.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # is first already
    assert waiting(queued) == [WAITING[2], WAITING[0], WAITING[1]]
    queued.qtbot.keyClick(panel.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert waiting(queued) == [WAITING[0], WAITING[2], WAITING[1]]
    let_go(queued, 4)
    assert made(queued) == [FIRST, WAITING[0], WAITING[2], WAITING[1]]


def test_dragging_changes_the_order(queued: Harness) -> None:
    model = queued.window.running.panel.list.model()
    assert model.moveRow(QModelIndex(), 0, QModelIndex(), 3)  # what a drop inside the list does
    queued.until(lambda: waiting(queued) == [WAITING[1], WAITING[2], WAITING[0]])
    assert listed(queued) == waiting(queued)
    let_go(queued, 4)


def test_delete_drops_the_chosen_one(queued: Harness) -> None:
    panel = queued.window.running.panel
    panel.list.setCurrentRow(1)
    queued.qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert waiting(queued) == listed(queued) == [WAITING[0], WAITING[2]]
    queued.qtbot.mouseClick(panel.drop, Qt.MouseButton.LeftButton)
    assert waiting(queued) == [WAITING[0]]
    queued.qtbot.mouseClick(panel.drop_all, Qt.MouseButton.LeftButton)
    assert waiting(queued) == [] and not panel.isVisible()
    let_go(queued, 1)
    assert made(queued) == [FIRST]


def test_one_failure_loses_nothing_and_holds_the_rest(queued: Harness) -> None:
    queued.engine.fails = events.Failed(job_id="", what="The memory is full.", todo="Close something.", details="")
    queued.engine.hold.set()
    queued.until(lambda: queued.window.findChildren(ErrorDialog) and queued.state.queue_held)
    child(queued.window, ErrorDialog).close()
    panel = queued.window.running.panel
    assert made(queued) == [FIRST]
    assert waiting(queued) == WAITING[1:]
    assert panel.label.text() == "Held back (2)"
    queued.engine.fails = None
    queued.qtbot.mouseClick(panel.go_on, Qt.MouseButton.LeftButton)
    queued.until(lambda: len(queued.state.results) == 3)
    assert made(queued) == [FIRST, *WAITING[1:]]


def test_escape_stops_the_one_that_runs_and_holds_the_rest(queued: Harness) -> None:
    queued.qtbot.keyClick(queued.window, Qt.Key.Key_Escape)
    queued.until(lambda: queued.state.phase is Phase.READY)
    queued.settle()
    assert queued.state.phase is Phase.READY and queued.state.queue_held
    assert waiting(queued) == WAITING
    queued.engine.hold.set()
    queued.window.running.panel.go_on.click()
    queued.until(lambda: len(queued.state.results) == 3)


def test_a_prompt_that_is_run_while_the_rest_is_held_comes_first(queued: Harness) -> None:
    queued.window.cancel()
    queued.until(lambda: queued.state.queue_held)
    queued.engine.hold.set()
    enter(queued, FIRST)
    queued.until(lambda: len(queued.state.results) == 4)
    assert made(queued) == [FIRST, *WAITING]


def test_another_photo_holds_what_waits(queued: Harness) -> None:
    queued.window.opening.open(queued.photo_service.samples()[0])
    queued.until(lambda: queued.state.phase is Phase.READY)
    assert queued.state.queue_held and waiting(queued) == WAITING
    queued.engine.hold.set()
    queued.window.running.panel.go_on.click()
    queued.until(lambda: len(queued.state.results) == 3)
    assert made(queued) == WAITING


def test_a_prompt_waits_for_a_preset_that_is_learned(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.run(FIRST)
    presets.engine.hold.clear()
    request = presets.state.results[0].request
    assert isinstance(request, EditRequest)
    presets.controller.learning.keep(request, _words("Mine"))
    presets.until(lambda: presets.state.learning is not None)
    enter(presets, WAITING[0])
    assert waiting(presets) == WAITING[:1]
    presets.engine.hold.set()
    presets.until(lambda: len(presets.state.results) == 2)
    assert isinstance(presets.state.results[1].request, EditRequest)


def test_closing_with_a_queue_ends_everything(queued: Harness) -> None:
    queued.window.close()
    queued.until(lambda: not queued.window.isVisible())
    assert queued.window.ended


def test_every_control_has_a_name(queued: Harness) -> None:
    panel = queued.window.running.panel
    for control in (panel.list, panel.go_on, panel.drop, panel.drop_all):
        assert control.accessibleName()
    let_go(queued, 4)


def _words(title: str) -> PresetWords:
    return PresetWords(title=title)


def test_what_is_written_while_a_job_runs_is_suggested_too(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.hold.clear()
    enter(harness, FIRST)
    harness.until(lambda: harness.state.phase is Phase.LOADING)
    harness.window.activateWindow()
    harness.bar.prompt.setFocus()
    harness.type("red")
    popup = harness.completions
    harness.until(popup.isVisible)
    harness.state.set_progress(Progress(step=1, of=6))
    assert popup.isVisible()
    popup.hide()
    let_go(harness, 1)
