"""What the prompt box says and sends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from support.window.fakes import PACK
from support.window.harness import Harness

from rtedit_desktop.core.packs.learned_edits import LearnedEdit, vocabulary
from rtedit_desktop.core.packs.pack_info import Suggestion
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.model.state import EditorState
from rtedit_desktop.ui.model.strength import settings_to_run
from rtedit_desktop.ui.prompt.prompt_bar import PromptBar


def test_unknown_words_are_reported_while_typing(harness: Harness) -> None:
    harness.type("smiling zebra")
    assert "“zebra”" in harness.bar.hint.text()
    harness.type("smiling face")
    assert "zebra" not in harness.bar.hint.text()


def test_a_word_that_is_being_typed_is_no_mistake_yet(harness: Harness) -> None:
    harness.open_picture()
    harness.type("smi")
    assert harness.bar.hint.text().startswith("Write what should change")
    harness.bar.run_asked.emit()
    assert "“smi”" in harness.bar.hint.text()


def test_unknown_words_in_the_source_text_are_reported(harness: Harness) -> None:
    harness.type("smiling face")
    harness.bar.source.setText("zebra")
    assert "“zebra”, which is in the source text" in harness.bar.hint.text()


def test_tab_stops_once_among_the_chips_and_the_arrows_go_on(harness: Harness) -> None:
    one, two, *_, last = harness.bar.chips.buttons
    assert [chip.focusPolicy() for chip in (one, two)] == [Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.ClickFocus]
    harness.window.activateWindow()
    one.setFocus()
    harness.qtbot.keyClick(one, Qt.Key.Key_Right)
    assert harness.window.focusWidget() is two
    assert [chip.focusPolicy() for chip in (one, two)] == [Qt.FocusPolicy.ClickFocus, Qt.FocusPolicy.StrongFocus]
    harness.qtbot.keyClick(two, Qt.Key.Key_End)
    harness.qtbot.keyClick(last, Qt.Key.Key_Right)
    assert harness.window.focusWidget() is last


def test_the_same_as_the_source_is_reported(harness: Harness) -> None:
    harness.type("face")
    assert "nothing to change" in harness.bar.hint.text()


def test_run_explains_an_empty_prompt_instead_of_failing(harness: Harness) -> None:
    harness.open_picture()
    harness.qtbot.mouseClick(harness.bar.run, Qt.MouseButton.LeftButton)
    assert "no prompt yet" in harness.bar.hint.text()
    assert harness.bar.hint.font().bold()
    assert harness.state.phase is Phase.READY
    assert not harness.engine.requests


def test_suggestions_pop_up_by_any_part_of_their_words(harness: Harness) -> None:
    harness.window.activateWindow()
    harness.bar.prompt.setFocus()
    harness.type("SUN")
    completer = harness.bar.prompt.completer()
    harness.until(harness.completions.isVisible)
    assert completer.completionCount() == 1
    assert completer.currentCompletion() == "face with sunglasses"
    harness.completions.hide()


def test_enter_runs_while_the_popup_shows(harness: Harness) -> None:
    harness.open_picture()
    harness.window.activateWindow()
    harness.bar.prompt.setFocus()
    harness.type("smiling face")
    popup = harness.completions
    harness.until(popup.isVisible)
    harness.qtbot.keyClick(popup, Qt.Key.Key_Return)
    harness.until(lambda: harness.state.results)
    assert not popup.isVisible()


def test_the_popup_goes_when_a_job_begins(harness: Harness) -> None:
    harness.open_picture()
    harness.window.activateWindow()
    harness.bar.prompt.setFocus()
    harness.type("smiling face")
    popup = harness.completions
    harness.until(popup.isVisible)
    harness.window.actions_.run.trigger()
    assert not popup.isVisible()
    assert harness.window.focusWidget() is harness.window.canvas
    harness.until(lambda: harness.state.results)


def test_a_chip_without_a_photo_fills_the_prompt(harness: Harness) -> None:
    chip = harness.bar.chips.buttons[3]
    harness.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert harness.bar.prompt.text() == "sketch of a face" and not harness.state.results


def test_a_chip_on_a_photo_is_made_and_with_shift_only_written(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.open_picture()
    monkeypatch.setattr(QGuiApplication, "keyboardModifiers", lambda: Qt.KeyboardModifier.ShiftModifier)
    harness.qtbot.mouseClick(harness.bar.chips.buttons[0], Qt.MouseButton.LeftButton)
    assert harness.bar.prompt.text() == "smiling face" and harness.state.phase is Phase.READY
    assert harness.window.focusWidget() is harness.bar.prompt
    monkeypatch.undo()
    harness.qtbot.mouseClick(harness.bar.chips.buttons[3], Qt.MouseButton.LeftButton)
    harness.until(lambda: harness.state.results and harness.state.phase is Phase.READY)
    (request,) = [one for one in harness.engine.requests if isinstance(one, EditRequest)]
    assert request.spec.prompt == "sketch of a face"


def test_the_source_text_of_a_suggestion_goes_with_it(harness: Harness) -> None:
    own = replace(PACK, suggestions=(*PACK.suggestions, Suggestion(prompt="red hair", kind="default", source="hair")))
    harness.state.set_pack(own)
    harness.type("red hair")
    assert harness.bar.source.text() == "hair"
    harness.type("smiling face")
    assert harness.bar.source.text() == "face"
    harness.bar.source.setText("sketch")
    harness.type("red hair")
    assert harness.bar.source.text() == "sketch", "the person wrote it"


def test_a_long_hint_is_read_as_a_whole_and_a_short_one_takes_the_same_room(harness: Harness) -> None:
    harness.window.resize(640, 600)
    harness.open_picture()
    harness.type("smiling face")
    before = harness.bar.prompt.mapTo(harness.window, QPoint(0, 0)).y()
    hint = harness.bar.hint
    harness.type("smiling zebra, face")
    assert hint.heightForWidth(hint.width()) <= hint.height()
    assert harness.bar.prompt.mapTo(harness.window, QPoint(0, 0)).y() == before
    harness.type("smiling " + "zebra, hippopotamus, crocodile, rhinoceros and flamingo")
    harness.until(lambda: hint.heightForWidth(hint.width()) <= hint.height())


def test_no_word_that_says_nothing_is_offered_in_place_of_one(harness: Harness) -> None:
    edits = (LearnedEdit(file="a.rtpreset", title="Red hair", phrases=("face with red hair",)),)
    harness.state.set_pack(replace(PACK, edits=edits, has_text_model=False, vocabulary=vocabulary(edits, "face")))
    harness.type("pirate hat ")
    assert not harness.bar.correction.isVisible()
    harness.type("red hiar ")
    assert harness.bar.correction.text() == "Use “hair”"


def test_settings_follow_the_pack_until_the_person_changes_them(harness: Harness) -> None:
    panel = harness.bar.settings
    harness.type("sketch of a face")
    assert panel.t0.value() == 600
    harness.type("smiling face")
    assert panel.t0.value() == 400
    panel.t0.setValue(300)
    harness.type("sketch of a face")
    assert panel.t0.value() == 300
    harness.qtbot.mouseClick(harness.bar.advanced, Qt.MouseButton.LeftButton)
    assert panel.isVisible()
    harness.qtbot.mouseClick(panel.reset, Qt.MouseButton.LeftButton)
    assert panel.t0.value() == 600


def test_seed_is_shown_typed_and_rolled(harness: Harness) -> None:
    assert harness.bar.settings.seed.text() == "0"
    harness.bar.settings.seed.selectAll()
    harness.qtbot.keyClicks(harness.bar.settings.seed, "42")
    assert harness.state.settings.seed == 42
    harness.qtbot.mouseClick(harness.bar.dice, Qt.MouseButton.LeftButton)
    assert harness.bar.settings.seed.text() == str(harness.state.settings.seed)
    harness.bar.settings.seed.clear()
    harness.qtbot.keyClicks(harness.bar.settings.seed, "9999999999")
    assert harness.state.settings.seed == 2**31 - 1
    assert "2147483647" in harness.bar.dice.toolTip()


def test_the_numbers_of_the_paper_stand_under_advanced_with_what_is_usual(harness: Harness) -> None:
    panel = harness.bar.settings
    assert not panel.isVisible()
    harness.open_picture()
    harness.type("smiling face")
    harness.bar.advanced.click()
    panel.t0.setValue(300)
    shown = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    usual = PACK.settings_for("smiling face")
    assert f"t0 300, usual {usual.t0}" in shown and "Direction score –" in shown
    assert {f"usual {usual.steps}", f"usual {usual.iterations}", f"usual {usual.seed}"} <= set(shown)
    assert "Variation (&seed)" in shown and "Detail kept" in [text.replace("&", "") for text in shown]
    harness.run("smiling face")
    score = harness.state.result.score if harness.state.result is not None else None
    assert score is not None and panel.score.text() == f"Direction score {score:.2f}"


def test_the_source_text_can_be_changed(harness: Harness) -> None:
    assert harness.bar.source.text() == "face"
    harness.open_picture()
    harness.bar.source.setText("face with red hair")
    harness.run("face")
    asked = harness.engine.requests[-1]
    assert isinstance(asked, EditRequest) and asked.spec.source == "face with red hair"


def test_every_control_has_an_accessible_name(harness: Harness) -> None:
    bar = harness.bar
    for control in (
        bar.prompt, bar.source, bar.run, bar.cancel, bar.pack, bar.strength, bar.settings.seed, bar.dice, bar.bar,
        bar.settings.t0, bar.settings.steps, bar.settings.iterations, bar.settings.encoding,
        bar.settings.preserve, harness.window.canvas, harness.window.filmstrip.list, harness.window.history.list,
    ):  # fmt: skip
        assert control.accessibleName()


def test_without_a_pack_the_bar_says_so(qtbot: QtBot) -> None:
    bar = PromptBar(EditorState([]))
    qtbot.addWidget(bar)
    assert "No model pack is installed" in bar.hint.text()
    assert not bar.run.isEnabled()


def test_a_palette_that_changes_reaches_every_field(harness: Harness, qapp: QApplication) -> None:
    before = qapp.palette()
    qapp.setPalette(QPalette(QColor("#333333")))
    try:
        bar = harness.bar
        harness.until(lambda: bar.prompt.palette().color(QPalette.ColorRole.Base).lightness() < 100)
        assert bar.hint.palette().color(QPalette.ColorRole.WindowText).lightness() > 150
        assert bar.palette().color(QPalette.ColorRole.Window).lightness() < 100
    finally:
        qapp.setPalette(before)


def test_a_pack_of_learned_edits_says_which_of_them_a_prompt_applies(harness: Harness) -> None:
    edits = (
        LearnedEdit(file="a.rtpreset", title="Sunglasses", phrases=("face with sunglasses",)),
        LearnedEdit(file="b.rtpreset", title="Red hair", phrases=("face with red hair",)),
    )
    pack = replace(PACK, edits=edits, has_text_model=False, vocabulary=vocabulary(edits, "face"))
    harness.state.set_pack(pack)
    harness.open_picture()
    harness.type("red hair and sunglasses")
    assert harness.bar.hint.text() == "Enter applies at once: Red hair, Sunglasses."
    harness.type("sunglasses, no red hair, pirate")
    assert "applies Sunglasses, but not “no red hair, pirate”" in harness.bar.hint.text()
    harness.type("pirate ship")
    assert "Fakes cannot do that yet" in harness.bar.hint.text()
    assert "before and after" in harness.bar.hint.text()


def test_what_often_comes_out_badly_is_reported_at_the_prompt(harness: Harness) -> None:
    harness.state.set_pack(replace(PACK, unsure=("red hair",)))
    harness.open_picture()
    harness.type("face with red hair")
    assert harness.bar.hint.text().startswith("Fakes is often unsure about “red hair”. Enter changes “face”")
    harness.type("smiling face")
    assert "unsure" not in harness.bar.hint.text()


def test_detail_kept_is_the_noise_level_turned_round(harness: Harness) -> None:
    box = harness.bar.settings.t0
    usual = harness.state.settings.t0
    assert box.text() == f"{round(100 - usual / 10)} %" and f"t0 {usual} of 1000" in box.toolTip()
    assert f"Recommended: {box.text()}" in box.toolTip()
    box.stepUp()
    assert harness.state.settings.t0 == usual - 10
    box.lineEdit().setText("75 %")
    box.interpretText()
    assert harness.state.settings.t0 == 250 and box.text() == "75 %"
    harness.bar.settings.reset.click()
    assert harness.state.settings.t0 == usual and box.value() == usual


def test_on_a_processor_a_large_model_learns_quickly_unless_a_person_wants_otherwise(harness: Harness) -> None:
    state, panel = harness.state, harness.bar.settings
    assert panel.quick.isHidden(), "of a model without quick settings"
    large = replace(PACK, id="large", quick={"iterations": 2, "steps": 2, "learned_part": "up"})
    state.set_packs([large])
    assert not panel.quick.isHidden() and not panel.quick.isChecked(), "nothing is known of the computer"
    state.set_device("A card")
    slow = state.settings
    assert (slow, panel.quick.isChecked()) == (large.settings_for(""), False)
    state.set_device("CPU")
    assert panel.quick.isChecked() and (state.settings.iterations, state.settings.learned_part) == (2, "up")
    assert not panel.reset.isEnabled()
    panel.quick.click()
    assert state.settings == slow and panel.reset.isEnabled()
    panel.reset.click()
    assert panel.quick.isChecked() and settings_to_run(state).learned_part == "up"
    panel.iterations.setValue(7)
    assert (state.settings.iterations, state.settings.steps) == (7, 2), "a number that is chosen counts"
