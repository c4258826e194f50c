"""Where looking for a file begins."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from rtedit_desktop.ui.widgets import file_dialogs


class Places:
    """The system's, with a folder of pictures of our own."""

    StandardLocation = QStandardPaths.StandardLocation
    pictures: list[str]

    @classmethod
    def standardLocations(cls, kind: QStandardPaths.StandardLocation) -> list[str]:
        return cls.pictures if kind is cls.StandardLocation.PicturesLocation else []


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> QWidget:
    Places.pictures = [str(tmp_path / "not there"), str(tmp_path)]
    monkeypatch.setattr(file_dialogs, "QStandardPaths", Places)
    made = QWidget()
    qtbot.addWidget(made)
    return made


def begins_in(window: QWidget) -> Path:
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    folder = Path(dialog.directory().absolutePath())
    dialog.reject()
    return folder


def test_a_first_photo_is_looked_for_among_the_pictures(window: QWidget, tmp_path: Path) -> None:
    file_dialogs.ask_open(window, None, lambda path: None)
    assert begins_in(window) == tmp_path


def test_the_next_one_beside_the_one_that_is_open(window: QWidget, tmp_path: Path) -> None:
    (tmp_path / "holidays").mkdir()
    file_dialogs.ask_open(window, tmp_path / "holidays", lambda path: None)
    assert begins_in(window) == tmp_path / "holidays"


def test_several_are_looked_for_there_too(window: QWidget, tmp_path: Path) -> None:
    file_dialogs.ask_photos(window, lambda paths: None)
    assert begins_in(window) == tmp_path


def test_without_such_a_folder_qt_chooses(window: QWidget) -> None:
    Places.pictures = []
    file_dialogs.ask_open(window, None, lambda path: None)
    assert begins_in(window).is_dir()
