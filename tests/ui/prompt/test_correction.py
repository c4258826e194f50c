"""Words that the model does not know: underlined, and a click or a key away from one that it knows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QMenu
from support.window.fakes import PACK
from support.window.harness import Harness

from rtedit_desktop.ui.widgets.colours import amber


def _under(harness: Harness, word: str) -> int:
    """How many pixels are of the colour of warnings below a word."""
    line = harness.bar.prompt
    image: QImage = line.grab().toImage()
    warning, start = amber(line.palette()).name(), line.text().index(word)
    columns = [x for x in range(image.width()) if start <= line.cursorPositionAt(QPoint(x, 5)) < start + len(word)]
    return sum(image.pixelColor(x, y).name() == warning for x in columns for y in range(image.height()))


def test_the_nearest_word_is_a_click_away(harness: Harness) -> None:
    harness.type("face with sunglases")
    button = harness.bar.correction
    assert button.isVisible() and button.text() == "Use “sunglasses”"
    assert "Did you mean “sunglasses”?" in harness.bar.hint.text()
    harness.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert harness.state.prompt == "face with sunglasses"
    assert not button.isVisible() and harness.window.focusWidget() is harness.bar.prompt
    harness.bar.prompt.undo()
    assert harness.bar.prompt.text() == "face with sunglases"


def _is_written(harness: Harness, text: str) -> bool:
    return harness.state.prompt == text


def test_one_key_after_the_other_corrects_them_all(harness: Harness) -> None:
    harness.window.activateWindow()
    harness.until(harness.window.isActiveWindow)
    harness.bar.prompt.setFocus()
    harness.type("Smilling face with sunglases ")
    for text in ("Smiling face with sunglases ", "Smiling face with sunglasses "):
        harness.qtbot.keyClick(harness.bar.prompt, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
        harness.until(partial(_is_written, harness, text))


def test_unknown_words_are_underlined_and_no_others(harness: Harness) -> None:
    harness.type("smiling zebra face")
    assert [one.word for one in harness.bar.prompt.unknown] == ["zebra"]
    assert _under(harness, "zebra") > 10
    assert _under(harness, "smiling") == _under(harness, "face") == 0
    assert not harness.bar.correction.isVisible(), "nothing is near a zebra"
    harness.type("smi")
    assert not harness.bar.prompt.unknown, "it is being typed"


def test_the_source_text_is_looked_at_too(harness: Harness) -> None:
    harness.bar.source.setText("fase")
    assert harness.bar.source.unknown
    harness.qtbot.mouseClick(harness.bar.correction, Qt.MouseButton.LeftButton)
    assert harness.state.source == "face"


def test_another_model_knows_other_words(harness: Harness) -> None:
    harness.type("sunglases ")
    assert harness.bar.correction.isVisible()
    harness.state.set_pack(replace(PACK, id="any", vocabulary=frozenset()))
    assert not harness.bar.correction.isVisible() and not harness.bar.prompt.unknown


def test_the_menu_of_the_line_offers_them(harness: Harness) -> None:
    harness.type("glases face hair")
    line = harness.bar.prompt
    line.setCursorPosition(0)
    place = QPoint(line.cursorRect().center().x() + 4, line.height() // 2)
    QApplication.sendEvent(line, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, line.mapToGlobal(place)))
    (menu,) = (menu for menu in line.findChildren(QMenu) if menu.isVisible())
    first = menu.actions()[0]
    assert first.text() == "Use “sunglasses”"
    first.trigger()
    menu.close()
    assert harness.state.prompt == "sunglasses face hair"
