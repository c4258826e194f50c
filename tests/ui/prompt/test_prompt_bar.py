"""What the prompt box says and sends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from support.window.fakes import PACK
from support.window.harness import Stand

from rtedit_desktop.core.packs.learned_edits import LearnedEdit, vocabulary
from rtedit_desktop.core.packs.pack_info import Suggestion
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.ui.model.state import EditorState, Phase
from rtedit_desktop.ui.prompt.prompt_bar import PromptBar


def test_unknown_words_are_reported_while_typing(stand: Stand) -> None:
    stand.type("smiling zebra")
    assert "“zebra”" in stand.bar.hint.text()
    stand.type("smiling face")
    assert "zebra" not in stand.bar.hint.text()


def test_a_word_that_is_being_typed_is_no_mistake_yet(stand: Stand) -> None:
    stand.open_picture()
    stand.type("smi")
    assert stand.bar.hint.text().startswith("Write what should change")
    stand.bar.run_asked.emit()
    assert "“smi”" in stand.bar.hint.text()


def test_unknown_words_in_the_source_text_are_reported(stand: Stand) -> None:
    stand.type("smiling face")
    stand.bar.source.setText("zebra")
    assert "“zebra”, which is in the source text" in stand.bar.hint.text()


def test_tab_stops_once_among_the_chips_and_the_arrows_go_on(stand: Stand) -> None:
    one, two, *_, last = stand.bar.chips.buttons
    assert [chip.focusPolicy() for chip in (one, two)] == [Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.ClickFocus]
    stand.window.activateWindow()
    one.setFocus()
    stand.qtbot.keyClick(one, Qt.Key.Key_Right)
    assert stand.window.focusWidget() is two
    assert [chip.focusPolicy() for chip in (one, two)] == [Qt.FocusPolicy.ClickFocus, Qt.FocusPolicy.StrongFocus]
    stand.qtbot.keyClick(two, Qt.Key.Key_End)
    stand.qtbot.keyClick(last, Qt.Key.Key_Right)
    assert stand.window.focusWidget() is last


def test_the_same_as_the_source_is_reported(stand: Stand) -> None:
    stand.type("face")
    assert "nothing to change" in stand.bar.hint.text()


def test_run_explains_an_empty_prompt_instead_of_failing(stand: Stand) -> None:
    stand.open_picture()
    stand.qtbot.mouseClick(stand.bar.run, Qt.MouseButton.LeftButton)
    assert "no prompt yet" in stand.bar.hint.text()
    assert stand.bar.hint.font().bold()
    assert stand.state.phase is Phase.READY
    assert not stand.engine.requests


def test_suggestions_pop_up_by_any_part_of_their_words(stand: Stand) -> None:
    stand.window.activateWindow()
    stand.bar.prompt.setFocus()
    stand.type("SUN")
    completer = stand.bar.prompt.completer()
    stand.until(stand.completions.isVisible)
    assert completer.completionCount() == 1
    assert completer.currentCompletion() == "face with sunglasses"
    stand.completions.hide()


def test_enter_runs_while_the_popup_shows(stand: Stand) -> None:
    stand.open_picture()
    stand.window.activateWindow()
    stand.bar.prompt.setFocus()
    stand.type("smiling face")
    popup = stand.completions
    stand.until(popup.isVisible)
    stand.qtbot.keyClick(popup, Qt.Key.Key_Return)
    stand.until(lambda: stand.state.results)
    assert not popup.isVisible()


def test_the_popup_goes_when_a_job_begins(stand: Stand) -> None:
    stand.open_picture()
    stand.window.activateWindow()
    stand.bar.prompt.setFocus()
    stand.type("smiling face")
    popup = stand.completions
    stand.until(popup.isVisible)
    stand.window.actions_.run.trigger()
    assert not popup.isVisible()
    assert stand.window.focusWidget() is stand.window.canvas
    stand.until(lambda: stand.state.results)


def test_a_chip_without_a_photo_fills_the_prompt(stand: Stand) -> None:
    chip = stand.bar.chips.buttons[3]
    stand.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert stand.bar.prompt.text() == "sketch of a face" and not stand.state.results


def test_a_chip_on_a_photo_is_made_and_with_shift_only_written(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    stand.open_picture()
    monkeypatch.setattr(QGuiApplication, "keyboardModifiers", lambda: Qt.KeyboardModifier.ShiftModifier)
    stand.qtbot.mouseClick(stand.bar.chips.buttons[0], Qt.MouseButton.LeftButton)
    assert stand.bar.prompt.text() == "smiling face" and stand.state.phase is Phase.READY
    assert stand.window.focusWidget() is stand.bar.prompt
    monkeypatch.undo()
    stand.qtbot.mouseClick(stand.bar.chips.buttons[3], Qt.MouseButton.LeftButton)
    stand.until(lambda: stand.state.results and stand.state.phase is Phase.READY)
    (request,) = [one for one in stand.engine.requests if isinstance(one, EditRequest)]
    assert request.spec.prompt == "sketch of a face"


def test_the_source_text_of_a_suggestion_goes_with_it(stand: Stand) -> None:
    own = replace(PACK, suggestions=(*PACK.suggestions, Suggestion(prompt="red hair", kind="default", source="hair")))
    stand.state.set_pack(own)
    stand.type("red hair")
    assert stand.bar.source.text() == "hair"
    stand.type("smiling face")
    assert stand.bar.source.text() == "face"
    stand.bar.source.setText("sketch")
    stand.type("red hair")
    assert stand.bar.source.text() == "sketch", "the person wrote it"


def test_a_long_hint_is_read_as_a_whole_and_a_short_one_takes_the_same_room(stand: Stand) -> None:
    stand.window.resize(640, 600)
    stand.open_picture()
    stand.type("smiling face")
    before = stand.bar.prompt.mapTo(stand.window, QPoint(0, 0)).y()
    hint = stand.bar.hint
    stand.type("smiling zebra, face")
    assert hint.heightForWidth(hint.width()) <= hint.height()
    assert stand.bar.prompt.mapTo(stand.window, QPoint(0, 0)).y() == before
    stand.type("smiling " + "zebra, hippopotamus, crocodile, rhinoceros and flamingo")
    stand.until(lambda: hint.heightForWidth(hint.width()) <= hint.height())


def test_no_word_that_says_nothing_is_offered_in_place_of_one(stand: Stand) -> None:
    edits = (LearnedEdit(file="a.rtpreset", title="Red hair", phrases=("face with red hair",)),)
    stand.state.set_pack(replace(PACK, edits=edits, has_text_model=False, vocabulary=vocabulary(edits, "face")))
    stand.type("pirate hat ")
    assert not stand.bar.correction.isVisible()
    stand.type("red hiar ")
    assert stand.bar.correction.text() == "Use “hair”"


def test_settings_follow_the_pack_until_the_person_changes_them(stand: Stand) -> None:
    panel = stand.bar.settings
    stand.type("sketch of a face")
    assert panel.t0.value() == 600
    stand.type("smiling face")
    assert panel.t0.value() == 400
    panel.t0.setValue(300)
    stand.type("sketch of a face")
    assert panel.t0.value() == 300
    stand.qtbot.mouseClick(stand.bar.advanced, Qt.MouseButton.LeftButton)
    assert panel.isVisible()
    stand.qtbot.mouseClick(panel.reset, Qt.MouseButton.LeftButton)
    assert panel.t0.value() == 600


def test_seed_is_shown_typed_and_rolled(stand: Stand) -> None:
    assert stand.bar.settings.seed.text() == "0"
    stand.bar.settings.seed.selectAll()
    stand.qtbot.keyClicks(stand.bar.settings.seed, "42")
    assert stand.state.settings.seed == 42
    stand.qtbot.mouseClick(stand.bar.dice, Qt.MouseButton.LeftButton)
    assert stand.bar.settings.seed.text() == str(stand.state.settings.seed)
    stand.bar.settings.seed.clear()
    stand.qtbot.keyClicks(stand.bar.settings.seed, "9999999999")
    assert stand.state.settings.seed == 2**31 - 1
    assert "2147483647" in stand.bar.dice.toolTip()


def test_the_numbers_of_the_paper_stand_under_advanced_with_what_is_usual(stand: Stand) -> None:
    panel = stand.bar.settings
    assert not panel.isVisible()
    stand.open_picture()
    stand.type("smiling face")
    stand.bar.advanced.click()
    panel.t0.setValue(300)
    shown = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    usual = PACK.settings_for("smiling face")
    assert f"t0 300, usual {usual.t0}" in shown and "Direction score –" in shown
    assert {f"usual {usual.steps}", f"usual {usual.iterations}", f"usual {usual.seed}"} <= set(shown)
    assert "Variation (&seed)" in shown and "Detail kept" in [text.replace("&", "") for text in shown]
    stand.run("smiling face")
    score = stand.state.result.score if stand.state.result is not None else None
    assert score is not None and panel.score.text() == f"Direction score {score:.2f}"


def test_the_source_text_can_be_changed(stand: Stand) -> None:
    assert stand.bar.source.text() == "face"
    stand.open_picture()
    stand.bar.source.setText("face with red hair")
    stand.run("face")
    asked = stand.engine.requests[-1]
    assert isinstance(asked, EditRequest) and asked.spec.source == "face with red hair"


def test_every_control_has_an_accessible_name(stand: Stand) -> None:
    bar = stand.bar
    for control in (
        bar.prompt, bar.source, bar.run, bar.cancel, bar.pack, bar.strength, bar.settings.seed, bar.dice, bar.bar,
        bar.settings.t0, bar.settings.steps, bar.settings.iterations, bar.settings.encoding,
        bar.settings.preserve, stand.window.canvas, stand.window.filmstrip.list, stand.window.history.list,
    ):  # fmt: skip
        assert control.accessibleName()


def test_without_a_pack_the_bar_says_so(qtbot: QtBot) -> None:
    bar = PromptBar(EditorState([]))
    qtbot.addWidget(bar)
    assert "No model pack is installed" in bar.hint.text()
    assert not bar.run.isEnabled()


def test_a_palette_that_changes_reaches_every_field(stand: Stand, qapp: QApplication) -> None:
    before = qapp.palette()
    qapp.setPalette(QPalette(QColor("#333333")))
    try:
        bar = stand.bar
        stand.until(lambda: bar.prompt.palette().color(QPalette.ColorRole.Base).lightness() < 100)
        assert bar.hint.palette().color(QPalette.ColorRole.WindowText).lightness() > 150
        assert bar.palette().color(QPalette.ColorRole.Window).lightness() < 100
    finally:
        qapp.setPalette(before)


def test_a_pack_of_learned_edits_says_which_of_them_a_prompt_applies(stand: Stand) -> None:
    edits = (
        LearnedEdit(file="a.rtpreset", title="Sunglasses", phrases=("face with sunglasses",)),
        LearnedEdit(file="b.rtpreset", title="Red hair", phrases=("face with red hair",)),
    )
    pack = replace(PACK, edits=edits, has_text_model=False, vocabulary=vocabulary(edits, "face"))
    stand.state.set_pack(pack)
    stand.open_picture()
    stand.type("red hair and sunglasses")
    assert stand.bar.hint.text() == "Enter applies at once: Red hair, Sunglasses."
    stand.type("sunglasses, no red hair, pirate")
    assert "applies Sunglasses, but not “no red hair, pirate”" in stand.bar.hint.text()
    stand.type("pirate ship")
    assert "Fakes cannot do that yet" in stand.bar.hint.text()
    assert "before and after" in stand.bar.hint.text()


def test_what_often_comes_out_badly_is_said_at_the_prompt(stand: Stand) -> None:
    stand.state.set_pack(replace(PACK, unsure=("red hair",)))
    stand.open_picture()
    stand.type("face with red hair")
    assert stand.bar.hint.text().startswith("Fakes is often unsure about “red hair”. Enter changes “face”")
    stand.type("smiling face")
    assert "unsure" not in stand.bar.hint.text()


def test_detail_kept_is_the_noise_level_turned_round(stand: Stand) -> None:
    box = stand.bar.settings.t0
    usual = stand.state.settings.t0
    assert box.text() == f"{round(100 - usual / 10)} %" and f"t0 {usual} of 1000" in box.toolTip()
    assert f"Recommended: {box.text()}" in box.toolTip()
    box.stepUp()
    assert stand.state.settings.t0 == usual - 10
    box.lineEdit().setText("75 %")
    box.interpretText()
    assert stand.state.settings.t0 == 250 and box.text() == "75 %"
    stand.bar.settings.reset.click()
    assert stand.state.settings.t0 == usual and box.value() == usual
