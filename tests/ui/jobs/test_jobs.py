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
from support.window.harness import Stand, edit_of

from rtedit_desktop.core import events
from rtedit_desktop.core.requests import EditRequest, WarmUpRequest
from rtedit_desktop.ui.jobs.job_steps import Ending
from rtedit_desktop.ui.model.result import FrameKind
from rtedit_desktop.ui.model.state import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog


def test_enter_runs_the_prompt_to_a_result(stand: Stand) -> None:
    stand.open_picture()
    phases: list[Phase] = []
    stand.state.phase_changed.connect(lambda: phases.append(stand.state.phase))
    stand.type("smiling face")
    stand.qtbot.keyClick(stand.bar.prompt, Qt.Key.Key_Return)
    assert stand.bar.cancel.isEnabled()
    assert stand.bar.run.text() == "Queue"
    stand.until(lambda: stand.state.results)
    assert phases == [Phase.PREPARING, Phase.LOADING, Phase.ADAPTING, Phase.DECODING, Phase.READY]
    request = stand.engine.requests[-1]
    assert isinstance(request, EditRequest)
    assert (request.spec.prompt, request.spec.source, request.spec.pack) == ("smiling face", "face", "fakes")
    assert request.spec.settings.iterations == ITERATIONS
    kinds = [frame.kind for frame in stand.state.frames]
    assert kinds == [FrameKind.SOURCE] + 3 * [FrameKind.PREVIEW] + 3 * [FrameKind.STEP] + [FrameKind.RESULT]
    assert [stand.window.filmstrip.list.item(n).text() for n in (0, 1, 4, 7)] == [
        "source",
        "learning 2/6",
        "step 1/3",
        "result",
    ]
    stand.until(lambda: stand.window.canvas.has_after)
    assert stand.window.isWindowModified()


def test_the_engine_is_made_on_its_own_thread_by_the_first_job(stand: Stand) -> None:
    assert stand.made_on == []
    stand.window.warming.start()
    stand.until(lambda: stand.state.device == "CPU")
    assert isinstance(stand.engine.requests[0], WarmUpRequest)
    assert stand.made_on[0] is not threading.main_thread()
    assert not stand.window.loading.isVisible()
    stand.until(lambda: stand.photo_service.warm)


def test_escape_cancels_within_a_step_and_the_next_job_works(stand: Stand) -> None:
    stand.open_picture()
    stand.engine.hold.clear()
    stand.type("smiling face")
    stand.window.running.run()
    stand.until(lambda: stand.state.phase is Phase.LOADING)
    ends: list[object] = []
    stand.window.jobs.ended.connect(ends.append)
    stand.qtbot.keyClick(stand.window, Qt.Key.Key_Escape)
    assert stand.state.phase is Phase.STOPPING
    stand.until(lambda: stand.state.phase is Phase.READY)
    assert ends == [Ending.CANCELLED]
    assert not stand.state.results
    stand.engine.hold.set()
    stand.run()
    assert len(stand.state.results) == 1


def test_frames_of_a_cancelled_job_can_be_taken(stand: Stand) -> None:
    stand.engine.pause = 0.05
    stand.open_picture()
    stand.type("smiling face")
    stand.window.running.run()
    stand.until(lambda: len(stand.state.frames) > 2)
    stand.engine.hold.clear()
    stand.window.jobs.cancel()
    stand.until(lambda: stand.state.phase is Phase.READY)
    stand.engine.hold.set()
    assert stand.state.frame is stand.state.frames[0]
    stand.window.filmstrip.frame_chosen.emit(1)
    result = stand.state.result
    assert result is not None
    assert result.picked
    assert not stand.bar.strength.isEnabled()


def test_a_failure_is_reported_with_details_to_copy(stand: Stand) -> None:
    stand.open_picture()
    stand.engine.fails = events.Failed(job_id="", what="The memory is full.", todo="Close something.", details="trace")
    stand.type("smiling face")
    stand.window.running.run()
    stand.until(lambda: stand.window.findChildren(ErrorDialog))
    dialog = stand.window.findChildren(ErrorDialog)[0]
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "The memory is full." in texts
    assert "Close something." in texts
    stand.qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "The memory is full.\n\nClose something.\n\ntrace"
    dialog.close()
    assert stand.state.phase is Phase.READY
    stand.engine.fails = None
    stand.run()


def test_an_exception_in_the_engine_is_a_failure_too(stand: Stand) -> None:
    stand.open_picture()
    stand.engine.fails = RuntimeError("tensors disagree")
    stand.type("smiling face")
    stand.window.running.run()
    stand.until(lambda: stand.window.findChildren(ErrorDialog))
    dialog = stand.window.findChildren(ErrorDialog)[0]
    assert "tensors disagree" in dialog.details
    dialog.close()


def test_of_a_job_that_another_photo_ended_nothing_more_is_heard(stand: Stand) -> None:
    stand.open_picture()
    stand.engine.hold.clear()
    stand.type("smiling face")
    stand.window.running.run()
    stand.until(lambda: stand.state.phase is Phase.LOADING)
    first = stand.state.photo
    stand.window.open(stand.photo_service.samples()[0])
    stand.until(lambda: stand.state.photo is not first)
    changes: list[object] = []
    stand.state.frames_changed.connect(lambda: changes.append(stand.state.frames))
    stand.engine.hold.set()
    stand.until(lambda: not stand.window.engine._jobs)
    assert stand.state.phase is Phase.READY
    assert changes == [] and not stand.state.results


def test_strength_follows_without_learning_and_the_newest_value_wins(stand: Stand) -> None:
    stand.open_picture()
    stand.run()
    asked = len(stand.engine.requests)
    for percent in (90, 80, 70, 150):
        stand.bar.strength.setValue(percent)
    stand.until(lambda: stand.state.phase is Phase.READY and edit_of(stand.state.results[0]).settings.strength == 1.5)
    strengths = [one.spec.settings.strength for one in stand.engine.requests[asked:] if isinstance(one, EditRequest)]
    assert strengths == [0.9, 1.5]
    assert len(stand.state.results) == 1
    result = stand.state.results[0]
    assert np.array_equal(result.picture, brighter(result.request.picture, 90))
    assert stand.bar.strength.value() == 150
    assert len(stand.state.results) == 1


def test_each_new_prompt_and_photo_begins_at_full_strength(stand: Stand) -> None:
    stand.open_picture()
    stand.type("smiling face")
    stand.bar.strength.setValue(70)
    stand.run()  # the same prompt is typed again, and begins anew
    assert edit_of(stand.result).settings.strength == 1.0
    stand.bar.strength.setValue(50)
    stand.until(lambda: stand.state.phase is Phase.READY and edit_of(stand.result).settings.strength == 0.5)
    stand.run("face with sunglasses")
    assert edit_of(stand.result).settings.strength == 1.0 and stand.bar.strength.value() == 100
    stand.bar.strength.setValue(50)
    stand.until(lambda: stand.state.phase is Phase.READY and edit_of(stand.result).settings.strength == 0.5)
    stand.window.history.list.setCurrentRow(0)
    assert stand.bar.strength.value() == 100
    stand.window.history.list.setCurrentRow(2)
    assert stand.bar.strength.value() == 50
    stand.state.mark_saved(stand.result)
    stand.open_picture()
    stand.until(lambda: not stand.state.results)
    assert stand.bar.strength.value() == 100


def test_a_strength_that_is_set_before_the_first_run_counts(stand: Stand) -> None:
    stand.open_picture()
    stand.type("smiling face")
    stand.bar.strength.setValue(70)
    stand.window.running.run()
    stand.until(lambda: stand.state.results and stand.state.phase is Phase.READY)
    assert edit_of(stand.result).settings.strength == 0.7


def test_a_double_click_resets_the_strength(stand: Stand) -> None:
    stand.open_picture()
    stand.run()
    stand.bar.strength.setValue(50)
    stand.until(lambda: stand.state.phase is Phase.READY and edit_of(stand.result).settings.strength == 0.5)
    stand.qtbot.mouseDClick(stand.bar.strength, Qt.MouseButton.LeftButton)
    stand.until(lambda: stand.state.phase is Phase.READY and edit_of(stand.result).settings.strength == 1.0)


def test_undo_and_redo_walk_over_the_results(stand: Stand) -> None:
    stand.open_picture()
    stand.run("smiling face")
    stand.run("face with red hair")
    do = stand.window.actions_
    assert stand.window.history.list.count() == 3
    do.undo.trigger()
    assert stand.state.result is stand.state.results[0]
    do.undo.trigger()
    assert stand.state.result is None
    assert not do.undo.isEnabled()
    assert not do.save.isEnabled()
    do.redo.trigger()
    do.redo.trigger()
    assert stand.state.result is stand.state.results[1]
    assert not do.redo.isEnabled()


def test_a_long_prompt_is_cut_in_the_list_of_results(stand: Stand) -> None:
    stand.open_picture()
    prompt = "smiling face " + "with red hair " * 12
    stand.run(prompt.strip())
    entry = stand.window.history.list.item(1)
    assert len(entry.text().splitlines()[0]) <= 70
    assert prompt.strip() in entry.toolTip()


def test_a_frame_on_the_way_can_be_looked_at_and_taken(stand: Stand) -> None:
    stand.open_picture()
    stand.run()
    strip = stand.window.filmstrip
    strip.list.setCurrentRow(4)
    assert stand.state.frame is stand.state.frames[4]
    assert strip.use.isEnabled()
    stand.qtbot.mouseClick(strip.use, Qt.MouseButton.LeftButton)
    assert len(stand.state.results) == 2
    assert stand.state.result is not None
    assert stand.state.result.picture is stand.state.frames[4].picture


def test_looking_back_during_a_job_is_not_interrupted(stand: Stand) -> None:
    stand.open_picture()
    stand.type("smiling face")
    seen: list[tuple[int, int]] = []
    looked_back, edit = threading.Event(), stand.engine._edit

    def waiting(request: EditRequest, cancelled: threading.Event) -> Iterator[events.Event]:
        for event in edit(request, cancelled):
            yield event
            if isinstance(event, events.Adapting) and event.step == 4:  # the second preview, the third frame
                looked_back.wait(PATIENCE_S)

    stand.engine._edit = waiting  # type: ignore[method-assign]

    def look_back() -> None:
        stand.window.filmstrip.list.setCurrentRow(1)
        looked_back.set()

    def watch() -> None:
        if len(stand.state.frames) == 3:  # not the last one, which would be followed
            QTimer.singleShot(0, look_back)
        elif looked_back.is_set() and stand.state.phase.running:
            seen.append((len(stand.state.frames), stand.state.selected))

    stand.state.frames_changed.connect(watch)
    stand.run()
    assert seen and {selected for _, selected in seen} == {1}


def test_another_photo_ends_the_running_job(stand: Stand) -> None:
    stand.open_picture()
    stand.engine.hold.clear()
    stand.type("smiling face")
    stand.window.running.run()
    stand.until(lambda: stand.state.phase is Phase.LOADING)
    first = stand.state.photo
    stand.window.open(stand.photo_service.samples()[0])
    stand.until(lambda: stand.state.photo is not first)
    assert stand.state.phase is Phase.READY
    stand.engine.hold.set()
    stand.run()


def test_closing_during_a_job_cancels_it_and_ends_the_threads(stand: Stand) -> None:
    stand.open_picture()
    stand.engine.hold.clear()
    stand.type("smiling face")
    stand.window.running.run()
    stand.until(lambda: stand.state.phase is Phase.LOADING)
    stand.window.close()
    assert stand.window.ended
    assert stand.engine.closed
    assert not stand.window.isVisible()


def test_a_job_that_waits_for_the_model_is_dropped_at_once(stand: Stand) -> None:
    stand.open_picture()
    stand.run()
    shown = stand.state.frames
    stand.engine.hold.clear()
    stand.type("face with red hair")
    stand.window.running.run()
    stand.qtbot.keyClick(stand.window, Qt.Key.Key_Escape)
    assert stand.state.phase is Phase.READY
    assert stand.state.frames is shown
    stand.engine.hold.set()
    stand.run("face with red hair")
    assert len(stand.state.results) == 2


@pytest.mark.parametrize("previews", ["small", "photo", "none"])
def test_previews_of_learning_are_where_they_are_wanted(stand: Stand, previews: str) -> None:
    stand.open_picture()
    stand.state.set_previews(previews)
    shown: list[FrameKind] = []
    kinds: list[list[FrameKind]] = []

    def watch() -> None:
        if stand.state.phase is Phase.ADAPTING and stand.state.frame is not None:
            shown.append(stand.state.frame.kind)
            kinds.append([frame.kind for frame in stand.state.frames])

    stand.state.progress_changed.connect(watch)
    stand.run()
    assert (FrameKind.PREVIEW in shown) is (previews == "photo")
    assert (FrameKind.PREVIEW in kinds[-1]) is (previews != "none")
    assert stand.state.frame is not None and stand.state.frame.kind is FrameKind.RESULT
