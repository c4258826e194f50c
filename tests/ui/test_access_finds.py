"""The checks of names, keys and contrast find what they are there to find."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from support.window.accessibility import faint, nameless, out_of_reach


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[QDialog]:
    dialog = QDialog()
    layout = QVBoxLayout(dialog)
    for number in range(3):
        layout.addWidget(QPushButton(f"Button {'abc'[number]}"))
    dialog.show()
    yield dialog
    dialog.close()


def add(dialog: QDialog, *parts: QWidget) -> None:
    layout = dialog.layout()
    assert layout is not None
    for part in parts:
        layout.addWidget(part)
        part.show()
    dialog.adjustSize()
    QApplication.processEvents()


def test_a_dialog_that_is_right(dialog: QDialog) -> None:
    assert [*nameless(dialog), *out_of_reach(dialog), *faint(dialog)] == []


def test_a_control_without_a_name(dialog: QDialog) -> None:
    sign, line = QToolButton(), QLineEdit()
    sign.setText("✕")
    line.setAccessibleName("Title")
    add(dialog, sign, line)
    finds = list(nameless(dialog))
    assert [line.partition("'")[0] for line in finds] == ["QToolButton ", "QLineEdit "]
    sign.setAccessibleName("Hide")
    assert any("without a tool tip" in line for line in nameless(dialog))


def test_two_of_one_name(dialog: QDialog) -> None:
    add(dialog, QPushButton("Button b"))
    assert len(list(nameless(dialog))) == 1


def test_tab_that_goes_up_and_down(dialog: QDialog) -> None:
    first, second, third = dialog.findChildren(QPushButton)
    dialog.setTabOrder(third, second)
    dialog.setTabOrder(second, first)
    assert any("goes back" in line for line in out_of_reach(dialog))


def test_what_tab_does_not_come_to(dialog: QDialog) -> None:
    dialog.findChildren(QPushButton)[1].setFocusPolicy(Qt.FocusPolicy.NoFocus)
    assert list(out_of_reach(dialog)) == ["QPushButton 'Button b' works by mouse alone"]


def test_a_text_that_keeps_tab(dialog: QDialog) -> None:
    text = QPlainTextEdit()
    text.setAccessibleName("All of it")
    add(dialog, text)
    assert any("never comes around" in line for line in out_of_reach(dialog))


def test_words_that_can_hardly_be_seen(dialog: QDialog) -> None:
    label, button = QLabel("Grey on grey"), QPushButton("Off")
    label.setStyleSheet("color: #999999; background: #bbbbbb")
    button.setStyleSheet("color: #999999; background: #bbbbbb")
    button.setEnabled(False)
    add(dialog, label, button)
    finds = list(faint(dialog))
    assert len(finds) == 2 and finds[0].endswith("not 4.5") and finds[1].endswith("not 3.0")
