"""From a prompt to a result, through the real window."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from patience import PATIENCE_S
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from support.window.fakes import ITERATIONS, brighter
from support.window.harness import Harness, edit_of

from rtedit_desktop.core import events
from rtedit_desktop.core.requests import EditRequest, WarmUpRequest
from rtedit_desktop.ui.jobs.job_steps import Ending
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.result import FrameKind
from rtedit_desktop.ui.widgets.messages import ErrorDialog


def test_enter_runs_the_prompt_to_a_result(harness: Harness) -> None:
    harness.open_picture()
    phases: list[Phase] = []
    harness.state.phase_changed.connect(lambda: phases.append(harness.state.phase))
    harness.type("smiling face")
    harness.qtbot.keyClick(harness.bar.prompt, Qt.Key.Key_Return)
    assert harness.bar.cancel.isEnabled()
    assert harness.bar.run.text() == "Queue"
    harness.until(lambda: harness.state.results)
    assert phases == [Phase.PREPARING, Phase.LOADING, Phase.ADAPTING, Phase.DECODING, Phase.READY]
    request = harness.engine.requests[-1]
    assert isinstance(request, EditRequest)
    assert (request.spec.prompt, request.spec.source, request.spec.pack) == ("smiling face", "face", "fakes")
    assert request.spec.settings.iterations == ITERATIONS
    kinds = [frame.kind for frame in harness.state.frames]
    assert kinds == [FrameKind.SOURCE] + 3 * [FrameKind.PREVIEW] + 3 * [FrameKind.STEP] + [FrameKind.RESULT]
    assert [harness.window.filmstrip.list.item(n).text() for n in (0, 1, 4, 7)] == [
        "source",
        "learning 2/6",
        "step 1/3",
        "result",
    ]
    harness.until(lambda: harness.window.canvas.has_after)
    assert harness.window.isWindowModified()


def test_the_engine_is_made_on_its_own_thread_by_the_first_job(harness: Harness) -> None:
    assert harness.made_on == []
    harness.window.warming.start()
    harness.until(lambda: harness.state.device == "CPU")
    assert isinstance(harness.engine.requests[0], WarmUpRequest)
    assert harness.made_on[0] is not threading.main_thread()
    assert not harness.window.loading.isVisible()
    harness.until(lambda: harness.photo_service.warm)


def test_escape_cancels_within_a_step_and_the_next_job_works(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.hold.clear()
    harness.type("smiling face")
    harness.window.running.run()
    harness.until(lambda: harness.state.phase is Phase.LOADING)
    ends: list[object] = []
    harness.window.jobs.ended.connect(ends.append)
    harness.qtbot.keyClick(harness.window, Qt.Key.Key_Escape)
    assert harness.state.phase is Phase.STOPPING
    harness.until(lambda: harness.state.phase is Phase.READY)
    assert ends == [Ending.CANCELLED]
    assert not harness.state.results
    harness.engine.hold.set()
    harness.run()
    assert len(harness.state.results) == 1


def test_frames_of_a_cancelled_job_can_be_taken(harness: Harness) -> None:
    edit = harness.engine._edit

    def held(request: EditRequest, cancelled: threading.Event) -> Iterator[events.Event]:
        for event in edit(request, cancelled):
            if isinstance(event, events.Adapting) and event.step == 4:  # the second preview, the third frame
                harness.engine.hold.clear()
            yield event

    harness.engine._edit = held  # type: ignore[method-assign]
    harness.open_picture()
    harness.type("smiling face")
    harness.window.running.run()
    harness.until(lambda: len(harness.state.frames) > 2)
    harness.window.jobs.cancel()
    harness.until(lambda: harness.state.phase is Phase.READY)
    harness.engine.hold.set()
    assert harness.state.frame is harness.state.frames[0]
    harness.window.filmstrip.frame_chosen.emit(1)
    result = harness.state.result
    assert result is not None
    assert result.picked
    assert not harness.bar.strength.isEnabled()


def test_a_failure_is_reported_with_details_to_copy(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.fails = events.Failed(
        job_id="", what="The memory is full.", todo="Close something.", details="trace"
    )
    harness.type("smiling face")
    harness.window.running.run()
    harness.until(lambda: harness.window.findChildren(ErrorDialog))
    dialog = harness.window.findChildren(ErrorDialog)[0]
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "The memory is full." in texts
    assert "Close something." in texts
    harness.qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "The memory is full.\n\nClose something.\n\ntrace"
    dialog.close()
    assert harness.state.phase is Phase.READY
    harness.engine.fails = None
    harness.run()


def test_an_exception_in_the_engine_is_a_failure_too(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.fails = RuntimeError("tensors disagree")
    harness.type("smiling face")
    harness.window.running.run()
    harness.until(lambda: harness.window.findChildren(ErrorDialog))
    dialog = harness.window.findChildren(ErrorDialog)[0]
    assert "tensors disagree" in dialog.details
    dialog.close()


def test_of_a_job_that_another_photo_ended_nothing_more_is_heard(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.hold.clear()
    harness.type("smiling face")
    harness.window.running.run()
    harness.until(lambda: harness.state.phase is Phase.LOADING)
    first = harness.state.photo
    harness.window.opening.open(harness.photo_service.samples()[0])
    harness.until(lambda: harness.state.photo is not first)
    changes: list[object] = []
    harness.state.frames_changed.connect(lambda: changes.append(harness.state.frames))
    harness.engine.hold.set()
    harness.until(lambda: not harness.window.engine._jobs)
    assert harness.state.phase is Phase.READY
    assert changes == [] and not harness.state.results


def test_strength_follows_without_learning_and_the_newest_value_wins(harness: Harness) -> None:
    harness.open_picture()
    harness.run()
    asked = len(harness.engine.requests)
    for percent in (90, 80, 70, 150):
        harness.bar.strength.setValue(percent)
    harness.until(
        lambda: harness.state.phase is Phase.READY and edit_of(harness.state.results[0]).settings.strength == 1.5
    )
    strengths = [one.spec.settings.strength for one in harness.engine.requests[asked:] if isinstance(one, EditRequest)]
    assert strengths == [0.9, 1.5]
    assert len(harness.state.results) == 1
    result = harness.state.results[0]
    assert np.array_equal(result.picture, brighter(result.request.picture, 90))
    assert harness.bar.strength.value() == 150
    assert len(harness.state.results) == 1


def test_each_new_prompt_and_photo_begins_at_full_strength(harness: Harness) -> None:
    harness.open_picture()
    harness.type("smiling face")
    harness.bar.strength.setValue(70)
    harness.run()  # the same prompt is typed again, and begins anew
    assert edit_of(harness.result).settings.strength == 1.0
    harness.bar.strength.setValue(50)
    harness.until(lambda: harness.state.phase is Phase.READY and edit_of(harness.result).settings.strength == 0.5)
    harness.run("face with sunglasses")
    assert edit_of(harness.result).settings.strength == 1.0 and harness.bar.strength.value() == 100
    harness.bar.strength.setValue(50)
    harness.until(lambda: harness.state.phase is Phase.READY and edit_of(harness.result).settings.strength == 0.5)
    harness.window.history.list.setCurrentRow(0)
    assert harness.bar.strength.value() == 100
    harness.window.history.list.setCurrentRow(2)
    assert harness.bar.strength.value() == 50
    harness.state.mark_saved(harness.result)
    harness.open_picture()
    harness.until(lambda: not harness.state.results)
    assert harness.bar.strength.value() == 100


def test_a_strength_that_is_set_before_the_first_run_counts(harness: Harness) -> None:
    harness.open_picture()
    harness.type("smiling face")
    harness.bar.strength.setValue(70)
    harness.window.running.run()
    harness.until(lambda: harness.state.results and harness.state.phase is Phase.READY)
    assert edit_of(harness.result).settings.strength == 0.7


def test_a_double_click_resets_the_strength(harness: Harness) -> None:
    harness.open_picture()
    harness.run()
    harness.bar.strength.setValue(50)
    harness.until(lambda: harness.state.phase is Phase.READY and edit_of(harness.result).settings.strength == 0.5)
    harness.qtbot.mouseDClick(harness.bar.strength, Qt.MouseButton.LeftButton)
    harness.until(lambda: harness.state.phase is Phase.READY and edit_of(harness.result).settings.strength == 1.0)


def test_undo_and_redo_walk_over_the_results(harness: Harness) -> None:
    harness.open_picture()
    harness.run("smiling face")
    harness.run("face with red hair")
    do = harness.window.actions_
    assert harness.window.history.list.count() == 3
    do.undo.trigger()
    assert harness.state.result is harness.state.results[0]
    do.undo.trigger()
    assert harness.state.result is None
    assert not do.undo.isEnabled()
    assert not do.save.isEnabled()
    do.redo.trigger()
    do.redo.trigger()
    assert harness.state.result is harness.state.results[1]
    assert not do.redo.isEnabled()


def test_a_long_prompt_is_cut_in_the_list_of_results(harness: Harness) -> None:
    harness.open_picture()
    prompt = "smiling face " + "with red hair " * 12
    harness.run(prompt.strip())
    entry = harness.window.history.list.item(1)
    assert len(entry.text().splitlines()[0]) <= 70
    assert prompt.strip() in entry.toolTip()


def test_a_frame_on_the_way_can_be_looked_at_and_taken(harness: Harness) -> None:
    harness.open_picture()
    harness.run()
    strip = harness.window.filmstrip
    strip.list.setCurrentRow(4)
    assert harness.state.frame is harness.state.frames[4]
    assert strip.use.isEnabled()
    harness.qtbot.mouseClick(strip.use, Qt.MouseButton.LeftButton)
    assert len(harness.state.results) == 2
    assert harness.state.result is not None
    assert harness.state.result.picture is harness.state.frames[4].picture


def test_looking_back_during_a_job_is_not_interrupted(harness: Harness) -> None:
    harness.open_picture()
    harness.type("smiling face")
    seen: list[tuple[int, int]] = []
    looked_back, edit = threading.Event(), harness.engine._edit

    def waiting(request: EditRequest, cancelled: threading.Event) -> Iterator[events.Event]:
        for event in edit(request, cancelled):
            yield event
            if isinstance(event, events.Adapting) and event.step == 4:  # the second preview, the third frame
                looked_back.wait(PATIENCE_S)

    harness.engine._edit = waiting  # type: ignore[method-assign]

    def look_back() -> None:
        harness.window.filmstrip.list.setCurrentRow(1)
        looked_back.set()

    def watch() -> None:
        if len(harness.state.frames) == 3:  # not the last one, which would be followed
            QTimer.singleShot(0, look_back)
        elif looked_back.is_set() and harness.state.phase.running:
            seen.append((len(harness.state.frames), harness.state.selected))

    harness.state.frames_changed.connect(watch)
    harness.run()
    assert seen and {selected for _, selected in seen} == {1}


def test_another_photo_ends_the_running_job(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.hold.clear()
    harness.type("smiling face")
    harness.window.running.run()
    harness.until(lambda: harness.state.phase is Phase.LOADING)
    first = harness.state.photo
    harness.window.opening.open(harness.photo_service.samples()[0])
    harness.until(lambda: harness.state.photo is not first)
    assert harness.state.phase is Phase.READY
    harness.engine.hold.set()
    harness.run()


def test_closing_during_a_job_cancels_it_and_ends_the_threads(harness: Harness) -> None:
    harness.open_picture()
    harness.engine.hold.clear()
    harness.type("smiling face")
    harness.window.running.run()
    harness.until(lambda: harness.state.phase is Phase.LOADING)
    harness.window.close()
    assert harness.window.ended
    assert harness.engine.closed
    assert not harness.window.isVisible()


def test_a_job_that_waits_for_the_model_is_dropped_at_once(harness: Harness) -> None:
    harness.open_picture()
    harness.run()
    shown = harness.state.frames
    harness.engine.hold.clear()
    harness.type("face with red hair")
    harness.window.running.run()
    harness.qtbot.keyClick(harness.window, Qt.Key.Key_Escape)
    assert harness.state.phase is Phase.READY
    assert harness.state.frames is shown
    harness.engine.hold.set()
    harness.run("face with red hair")
    assert len(harness.state.results) == 2


@pytest.mark.parametrize("previews", ["small", "photo", "none"])
def test_previews_of_learning_are_where_they_are_wanted(harness: Harness, previews: str) -> None:
    harness.open_picture()
    harness.state.set_previews(previews)
    shown: list[FrameKind] = []
    kinds: list[list[FrameKind]] = []

    def watch() -> None:
        if harness.state.phase is Phase.ADAPTING and harness.state.frame is not None:
            shown.append(harness.state.frame.kind)
            kinds.append([frame.kind for frame in harness.state.frames])

    harness.state.progress_changed.connect(watch)
    harness.run()
    assert (FrameKind.PREVIEW in shown) is (previews == "photo")
    assert (FrameKind.PREVIEW in kinds[-1]) is (previews != "none")
    assert harness.state.frame is not None and harness.state.frame.kind is FrameKind.RESULT
