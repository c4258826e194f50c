"""Words that the model does not know: underlined, and a click or a key away from one that it knows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QImage
from PySide6.QtWidgets import QApplication, QMenu
from support.window.fakes import PACK
from support.window.harness import Stand

from rtedit_desktop.ui.widgets.colours import amber


def _under(stand: Stand, word: str) -> int:
    """How many pixels are of the colour of warnings below a word."""
    line = stand.bar.prompt
    image: QImage = line.grab().toImage()
    warning, start = amber(line.palette()).name(), line.text().index(word)
    columns = [x for x in range(image.width()) if start <= line.cursorPositionAt(QPoint(x, 5)) < start + len(word)]
    return sum(image.pixelColor(x, y).name() == warning for x in columns for y in range(image.height()))


def test_the_nearest_word_is_a_click_away(stand: Stand) -> None:
    stand.type("face with sunglases")
    button = stand.bar.correction
    assert button.isVisible() and button.text() == "Use “sunglasses”"
    assert "Did you mean “sunglasses”?" in stand.bar.hint.text()
    stand.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert stand.state.prompt == "face with sunglasses"
    assert not button.isVisible() and stand.window.focusWidget() is stand.bar.prompt
    stand.bar.prompt.undo()
    assert stand.bar.prompt.text() == "face with sunglases"


def _is_written(stand: Stand, text: str) -> bool:
    return stand.state.prompt == text


def test_one_key_after_the_other_corrects_them_all(stand: Stand) -> None:
    stand.window.activateWindow()
    stand.until(stand.window.isActiveWindow)
    stand.bar.prompt.setFocus()
    stand.type("Smilling face with sunglases ")
    for text in ("Smiling face with sunglases ", "Smiling face with sunglasses "):
        stand.qtbot.keyClick(stand.bar.prompt, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
        stand.until(partial(_is_written, stand, text))


def test_unknown_words_are_underlined_and_no_others(stand: Stand) -> None:
    stand.type("smiling zebra face")
    assert [one.word for one in stand.bar.prompt.unknown] == ["zebra"]
    assert _under(stand, "zebra") > 10
    assert _under(stand, "smiling") == _under(stand, "face") == 0
    assert not stand.bar.correction.isVisible(), "nothing is near a zebra"
    stand.type("smi")
    assert not stand.bar.prompt.unknown, "it is being typed"


def test_the_source_text_is_looked_at_too(stand: Stand) -> None:
    stand.bar.source.setText("fase")
    assert stand.bar.source.unknown
    stand.qtbot.mouseClick(stand.bar.correction, Qt.MouseButton.LeftButton)
    assert stand.state.source == "face"


def test_another_model_knows_other_words(stand: Stand) -> None:
    stand.type("sunglases ")
    assert stand.bar.correction.isVisible()
    stand.state.set_pack(replace(PACK, id="any", vocabulary=frozenset()))
    assert not stand.bar.correction.isVisible() and not stand.bar.prompt.unknown


def test_the_menu_of_the_line_offers_them(stand: Stand) -> None:
    stand.type("glases face hair")
    line = stand.bar.prompt
    line.setCursorPosition(0)
    place = QPoint(line.cursorRect().center().x() + 4, line.height() // 2)
    QApplication.sendEvent(line, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, line.mapToGlobal(place)))
    (menu,) = (menu for menu in line.findChildren(QMenu) if menu.isVisible())
    first = menu.actions()[0]
    assert first.text() == "Use “sunglasses”"
    first.trigger()
    menu.close()
    assert stand.state.prompt == "sunglasses face hair"
