"""Presets on a photo: applied, mixed, moved, undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from support.window.fake_library import write_preset
from support.window.fakes import PACK, brighter, face
from support.window.harness import child
from support.window.preset_harness import PresetHarness
from support.window.restarts import kill

from rtedit_desktop.core import events
from rtedit_desktop.core.edits import PresetUse
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.requests import ApplyRequest, EditRequest
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.result import FrameKind
from rtedit_desktop.ui.presets.preset_rows import HINT
from rtedit_desktop.ui.widgets.messages import ErrorDialog


def last_uses(presets: PresetHarness) -> list[tuple[str, float]]:
    request = presets.engine.requests[-1]
    assert isinstance(request, ApplyRequest)
    return [(use.path.stem, use.strength) for use in request.spec.uses]


def test_a_double_click_applies(presets: PresetHarness) -> None:
    presets.open_picture()
    view = presets.panel.list
    where = view.visualRect(view.rows.index(1)).center() - QPoint(30, 0)
    presets.qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    presets.until(lambda: presets.state.results)
    assert last_uses(presets) == [("hat", 1.0)]
    request = presets.engine.requests[-1]
    assert isinstance(request, ApplyRequest)
    assert (request.spec.pack, request.spec.seed, request.spec.steps) == (PACK.id, None, None)
    result = presets.state.result
    assert result is not None
    assert np.array_equal(result.picture, brighter(request.picture, 40))
    assert [frame.kind for frame in result.frames] == [FrameKind.SOURCE] + 3 * [FrameKind.STEP] + [FrameKind.RESULT]
    assert presets.window.history.list.item(1).text() == "Hat\n100\xa0% · variation\xa00"
    assert presets.window.isWindowModified()


def test_one_slider_is_of_a_single_preset_and_each_has_its_own_of_several(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Glasses")
    assert presets.bar.strength.isEnabled() and not presets.panel.mix.rows[0].slider.isVisible()
    presets.bar.strength.setValue(60)
    presets.until(lambda: presets.state.phase is Phase.READY and last_uses(presets) == [("glasses", 0.6)])
    assert presets.panel.mix.rows[0].percent.text() == "60 %" and len(presets.state.results) == 1
    presets.apply("Smile", mix=True)
    assert not presets.bar.strength.isEnabled() and presets.bar.strength_text.text() == "–"
    assert all(row.slider.isVisible() for row in presets.panel.mix.rows)


def test_a_preset_is_used_at_the_strength_that_it_was_saved_at(presets: PresetHarness) -> None:
    presets.library.strengths["Hat"] = 0.5
    presets.controller.presets.refresh()
    presets.until(lambda: any(preset.strength == 0.5 for preset in presets.controller.presets.all))
    hint = presets.panel.list.rows.index(presets.titles.index("Hat")).data(HINT)
    assert hint == ("red hair · at 50\N{NO-BREAK SPACE}%", False)
    presets.open_picture()
    presets.apply("Hat")
    assert last_uses(presets) == [("hat", 0.5)] and presets.bar.strength.value() == 50
    presets.bar.strength.setValue(120)
    presets.until(lambda: presets.state.phase is Phase.READY and last_uses(presets) == [("hat", 1.2)])
    presets.qtbot.mouseDClick(presets.bar.strength, Qt.MouseButton.LeftButton)
    presets.until(lambda: presets.state.phase is Phase.READY and last_uses(presets) == [("hat", 0.5)])
    presets.apply("Glasses", mix=True)
    assert last_uses(presets) == [("hat", 0.5), ("glasses", 1.0)]


def test_enter_applies_and_shift_enter_adds(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.choose("Glasses")
    presets.qtbot.keyClick(presets.panel.list, Qt.Key.Key_Return)
    presets.until(lambda: len(presets.state.results) == 1 and presets.state.phase is Phase.READY)
    presets.qtbot.keyClick(presets.panel.list, Qt.Key.Key_Down)
    presets.qtbot.keyClick(presets.panel.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    presets.until(lambda: len(presets.state.results) == 2 and presets.state.phase is Phase.READY)
    assert last_uses(presets) == [("glasses", 1.0), ("hat", 1.0)]
    assert presets.window.history.list.item(2).text().startswith("Glasses + Hat\n100\xa0% + 100\xa0%")
    presets.qtbot.keyClick(presets.panel.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert "in use already" in presets.window.strip.label.text()


def test_a_slider_is_followed_by_its_newest_value(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Glasses")
    presets.apply("Smile", mix=True)
    asked = len(presets.engine.requests)
    slider = presets.panel.mix.rows[1].slider
    for percent in (90, 70, 30, 50):
        slider.setValue(percent)
    presets.until(lambda: presets.state.phase is Phase.READY)
    moved = presets.engine.requests[asked:]
    assert [request.spec.uses[1].strength for request in moved] == [0.9, 0.5]  # type: ignore[union-attr]
    assert len(presets.state.results) == 2
    result = presets.state.result
    assert result is not None
    assert np.array_equal(result.picture, brighter(result.request.picture, 60))
    assert slider.value() == 50
    assert presets.window.history.list.item(2).text().startswith("Glasses + Smile\n100\xa0% + 50\xa0%")


def test_undo_and_redo_bring_the_mix_of_a_result_back(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Glasses")
    presets.panel.mix.rows[0].slider.setValue(80)
    presets.until(lambda: presets.state.phase is Phase.READY)
    presets.apply("Smile", mix=True)
    glasses, smile = (use.path for use in presets.state.mix)
    do = presets.window.actions_
    do.undo.trigger()
    assert presets.state.mix == (PresetUse(glasses, 0.8),)
    assert [row.slider.value() for row in presets.panel.mix.rows] == [80]
    do.undo.trigger()
    assert presets.state.mix == (PresetUse(glasses, 1.0),)
    do.undo.trigger()
    assert presets.state.mix == ()
    assert not presets.panel.mix.isVisible()
    for _ in range(3):
        do.redo.trigger()
    assert presets.state.mix == (PresetUse(glasses, 0.8), PresetUse(smile, 1.0))
    presets.run("smiling face")
    assert presets.state.mix == ()
    assert presets.bar.strength.isEnabled()
    do.undo.trigger()
    assert len(presets.panel.mix.rows) == 2


def test_a_preset_can_be_taken_off_again(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Glasses")
    presets.apply("Smile", mix=True)
    presets.qtbot.mouseClick(presets.panel.mix.rows[0].remove, Qt.MouseButton.LeftButton)
    presets.until(lambda: len(presets.state.results) == 3 and presets.state.phase is Phase.READY)
    assert last_uses(presets) == [("smile", 1.0)]
    presets.qtbot.mouseClick(presets.panel.mix.rows[0].remove, Qt.MouseButton.LeftButton)
    assert presets.state.result is None
    assert presets.state.mix == ()


def test_of_presets_asked_for_in_a_row_the_newest_wins(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.engine.hold.clear()
    for title in ("Glasses", "Hat", "Smile"):
        presets.choose(title)
        presets.panel.apply.trigger()
    presets.engine.hold.set()
    presets.until(lambda: presets.state.results and presets.state.phase is Phase.READY)
    assert last_uses(presets) == [("smile", 1.0)]
    assert len(presets.state.results) == 1


def test_an_edit_that_runs_is_not_thrown_away(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.engine.hold.clear()
    presets.type("smiling face")
    presets.window.running.run()
    presets.until(lambda: presets.state.phase is Phase.LOADING)
    presets.choose("Hat")
    presets.panel.apply.trigger()
    assert "stop it with Esc" in presets.window.strip.label.text()
    presets.engine.hold.set()
    presets.until(lambda: presets.state.results)
    assert isinstance(presets.state.results[0].request, EditRequest)


def test_escape_leaves_the_result_and_the_mix_of_before(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Glasses")
    shown = presets.state.result
    presets.engine.hold.clear()
    presets.choose("Hat")
    presets.panel.apply.trigger()
    presets.until(lambda: presets.state.phase is Phase.LOADING)
    assert [use.path.stem for use in presets.state.mix] == ["hat"]
    presets.qtbot.keyClick(presets.window, Qt.Key.Key_Escape)
    presets.until(lambda: presets.state.phase is Phase.READY)
    assert presets.state.result is shown
    assert [use.path.stem for use in presets.state.mix] == ["glasses"]
    presets.engine.hold.set()


def test_a_preset_for_another_base_is_refused_by_the_engine(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.engine.fails = events.Failed(job_id="", what="Smile was learned on another model.", todo="Get that one.")
    presets.choose("Smile")
    presets.panel.apply.trigger()
    presets.until(lambda: presets.window.findChildren(ErrorDialog))
    child(presets.window, ErrorDialog).close()
    assert presets.state.phase is Phase.READY
    assert presets.state.mix == ()


def test_a_preset_without_its_pack_says_which(presets: PresetHarness) -> None:
    presets.open_picture()
    write_preset(presets.library.folder / "cat.rtpreset", "Cat", "a cat", pack="animals")
    presets.until(lambda: "Cat" in presets.titles)
    assert presets.titles == ["Glasses", "Hat", "Smile", "Cat"]  # what can be used comes first
    presets.choose("Cat")
    assert not presets.panel.apply.isEnabled()
    index = presets.panel.list.currentIndex()
    assert "needs pack animals" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    presets.qtbot.keyClick(presets.panel.list, Qt.Key.Key_Return)
    assert "needs the model pack “animals”" in presets.window.strip.label.text()
    assert not presets.state.results


def test_without_a_photo_the_window_says_so(presets: PresetHarness) -> None:
    presets.choose("Hat")
    presets.qtbot.keyClick(presets.panel.list, Qt.Key.Key_Return)
    assert "Open a photo first" in presets.window.strip.label.text()


def test_a_picture_on_the_way_has_no_sliders(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Glasses")
    presets.window.filmstrip.frame_chosen.emit(2)
    assert presets.state.result is presets.state.results[1]
    assert not presets.panel.mix.rows[0].slider.isEnabled()


def test_another_photo_begins_without_presets(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Glasses")
    assert presets.state.result is not None
    presets.state.mark_saved(presets.state.result)
    presets.window.opening.open(presets.photo_service.samples()[0])
    presets.until(lambda: presets.state.photo is not None and presets.state.photo.name == "sample.png")
    assert presets.state.mix == ()


def test_the_sliders_of_a_deleted_preset_rest_until_it_is_back(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Glasses")
    presets.apply("Hat", mix=True)
    presets.panel.delete.trigger()
    presets.until(lambda: "Hat" not in presets.titles)
    sliders = [row.slider for row in presets.panel.mix.rows]
    assert [slider.isEnabled() for slider in sliders] == [False, False]
    presets.qtbot.mouseClick(presets.window.strip.action, Qt.MouseButton.LeftButton)
    presets.until(lambda: all(slider.isEnabled() for slider in sliders))


def _on_portraits(presets: PresetHarness) -> Square:
    """Hat is an edit of the face, Glasses of the whole photo; the square of the face that is found."""
    found = face(100, 60, 20)
    presets.photo_service.found = (found,)
    presets.library.blendings.update({"Hat": "tonal", "Smile": "opaque", "Glasses": "whole"})
    presets.controller.presets.refresh()
    presets.until(lambda: any(one.spec.settings.blending == "whole" for one in presets.controller.presets.all))
    presets.state.set_packs([replace(PACK, square="whole")])
    presets.open_picture(260, 260)
    presets.until(lambda: presets.state.faces.chosen == found.square)
    return found.square


def test_a_mix_of_the_face_and_of_the_photo_is_made_of_each_in_its_square(presets: PresetHarness) -> None:
    state, around = presets.state, Square(x=0, y=0, side=260)
    on_face = _on_portraits(presets)

    def made() -> list[tuple[Square, list[tuple[str, float]]]]:
        assert state.result is not None
        layers = [(layer.square, layer.request.spec) for layer in state.result.layers]
        return [(square, [(use.path.stem, use.strength) for use in spec.uses]) for square, spec in layers]  # type: ignore[union-attr]

    presets.apply("Glasses")
    assert made() == [(around, [("glasses", 1.0)])]
    presets.apply("Hat", mix=True)
    assert made() == [(on_face, [("hat", 1.0)]), (around, [("glasses", 1.0)])]
    assert [row.title.text() for row in presets.panel.mix.rows] == ["Hat", "Glasses"]
    assert state.result is not None and state.known_presets.name_of(state.result) == "Hat + Glasses"
    presets.panel.mix.rows[0].slider.setValue(50)
    presets.until(lambda: state.phase is Phase.READY and made()[0][1] == [("hat", 0.5)])
    assert len(state.results) == 2 and presets.panel.mix.rows[1].slider.value() == 100
    presets.bar.strength.setValue(70)
    presets.until(lambda: state.phase is Phase.READY and made()[1][1] == [("glasses", 0.7)])
    assert [row.slider.value() for row in presets.panel.mix.rows] == [50, 70] and len(state.results) == 2
    presets.apply("Smile", mix=True)
    assert made() == [(on_face, [("hat", 0.5), ("smile", 1.0)]), (around, [("glasses", 0.7)])]
    presets.panel.mix.rows[2].remove.click()
    presets.until(lambda: len(state.results) == 4 and state.phase is Phase.READY)
    assert made() == [(on_face, [("hat", 0.5), ("smile", 1.0)])]
    presets.window.actions_.undo.trigger()
    assert len(made()) == 2 and len(presets.panel.mix.rows) == 3
    presets.apply("Hat")
    assert made() == [(on_face, [("hat", 1.0)])], "alone, on the photo"
    presets.apply("Glasses", mix=True)
    presets.window.actions_.continue_from.trigger()
    presets.apply("Smile")
    assert [names for _, names in made()] == [[("hat", 1.0)], [("glasses", 1.0)], [("smile", 1.0)]]


def test_a_mix_of_face_and_photo_is_one_after_a_crash(qtbot: QtBot, tmp_path: Path) -> None:
    def window() -> PresetHarness:
        return PresetHarness(qtbot, [], tmp_path / "library", FolderJournal(tmp_path / "history"))

    first = window()
    on_face = _on_portraits(first)
    first.apply("Glasses")
    first.apply("Hat", mix=True)
    kill(first)
    again = window()
    again.until(again.window.offer.isVisible)
    again.window.offer.yes.click()
    again.until(lambda: len(again.state.results) == 2)
    again.state.set_packs([replace(PACK, square="whole")])
    assert again.result.together == 2 and again.result.layers[0].square == on_face
    assert [row.title.text() for row in again.panel.mix.rows] == ["Hat", "Glasses"]
    again.panel.mix.rows[1].slider.setValue(40)
    again.until(lambda: again.state.phase is Phase.READY and [use.strength for use in again.result.uses] == [1.0, 0.4])
    assert len(again.state.results) == 2
    for harness in (first, again):
        if harness.window.isVisible():
            harness.close()
        harness.window.deleteLater()


def test_what_was_refused_gives_way_to_what_runs(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.window.running.run()
    refused = presets.bar.hint.text()
    assert presets.bar.hint.font().bold()
    presets.engine.hold.clear()
    presets.choose("Hat")
    presets.panel.apply.trigger()
    presets.until(lambda: presets.state.phase.running)
    assert presets.bar.hint.text() != refused and not presets.bar.hint.font().bold()
    presets.window.running.run()
    assert presets.bar.hint.text() == refused and presets.bar.hint.font().bold(), "asked for again while it runs"
    presets.engine.hold.set()
    presets.until(lambda: len(presets.state.results) == 1 and presets.state.phase is Phase.READY)
