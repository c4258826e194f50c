"""A photo by the camera, through the window, with a camera that needs no device."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from patience import PATIENCE_MS
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from support.window.fake_photos import FakeCamera
from support.window.fakes import picture
from support.window.harness import Harness, child

from rtedit_desktop.ui.photo.camera_dialog import CameraDialog
from rtedit_desktop.ui.photo.own_camera import own_camera
from rtedit_desktop.ui.widgets.pyramid import to_qimage

LEFT = Qt.MouseButton.LeftButton


class Cameras:
    """Makes cameras for a window, and keeps them."""

    def __init__(self) -> None:
        self.made: list[FakeCamera] = []
        self.problem = ""

    def __call__(self, parent: QObject) -> FakeCamera:
        self.made.append(FakeCamera(parent, self.problem))
        return self.made[-1]


@pytest.fixture
def cameras() -> Cameras:
    return Cameras()


@pytest.fixture
def seeing(qtbot: QtBot, cameras: Cameras) -> Iterator[Harness]:
    harness = Harness(qtbot, [], camera=cameras)
    yield harness
    harness.close()
    harness.window.deleteLater()


def opened(harness: Harness) -> CameraDialog:
    harness.qtbot.mouseClick(harness.window.empty.take_photo, LEFT)
    return child(harness.window, CameraDialog)


def test_a_photo_is_taken_and_opened_and_the_camera_is_off_again(seeing: Harness, cameras: Cameras) -> None:
    dialog = opened(seeing)
    (camera,) = cameras.made
    assert not camera.on and "not kept" in dialog.view.text()
    assert dialog.turn_on.isVisible() and not dialog.take_photo.isVisible()
    seeing.qtbot.mouseClick(dialog.turn_on, LEFT)
    assert camera.on and not dialog.view.pixmap().isNull()
    states: list[bool] = []
    camera.destroyed.connect(lambda: states.append(True))
    seeing.qtbot.mouseClick(dialog.take_photo, LEFT)
    assert not camera.on
    seeing.until(lambda: seeing.state.photo is not None)
    np.testing.assert_array_equal(seeing.photo.pixels, picture(60, 40))  # not mirrored, whatever was shown
    assert seeing.photo.path is None and "camera" in seeing.photo.name
    seeing.until(lambda: states)  # the dialog goes, and with it the camera


def test_nothing_is_turned_on_or_kept_by_a_dialog_that_is_cancelled(seeing: Harness, cameras: Cameras) -> None:
    opened(seeing).reject()
    assert not cameras.made[0].on
    dialog = opened_again(seeing)
    dialog.turn_on.click()
    cameras.made[1].picture_came.emit(to_qimage(picture(60, 40)))
    dialog.reject()
    assert not cameras.made[1].on and seeing.state.photo is None


def opened_again(harness: Harness) -> CameraDialog:
    """After a first dialog is gone."""
    harness.until(lambda: harness.window.findChild(CameraDialog) is None)
    return opened(harness)


def test_without_a_camera_a_sentence_says_so_and_it_can_be_tried_again(seeing: Harness, cameras: Cameras) -> None:
    cameras.problem = "No camera was found."
    dialog = opened(seeing)
    dialog.turn_on.click()
    assert dialog.view.text() == "No camera was found." and not dialog.take_photo.isVisible()
    cameras.made[0].problem = ""
    dialog.turn_on.click()
    assert dialog.take_photo.isVisible() and dialog.take_photo.isEnabled()
    dialog.reject()


def test_a_window_without_a_camera_does_not_offer_one(harness: Harness) -> None:
    assert not harness.window.empty.take_photo.isVisible()
    assert not harness.window.actions_.take_photo.isVisible()


def test_none_is_offered_where_qts_multimedia_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert own_camera() is None


def test_qts_camera_without_a_device_or_a_library_says_why(
    qapp: object, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    make, owner = own_camera(), QObject()
    assert make is not None
    camera = make(owner)
    texts: list[str] = []
    camera.failed.connect(texts.append)
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    camera.start()
    qtbot.waitUntil(lambda: bool(texts), timeout=PATIENCE_MS)
    assert "PySide6-Addons" in texts[0]
    camera.stop()


def test_the_first_screen_offers_ones_own_photo_three_ways(seeing: Harness) -> None:
    empty = seeing.window.empty
    assert [button.isVisible() for button in (empty.open, empty.paste, empty.take_photo)] == [True] * 3
    QGuiApplication.clipboard().setImage(to_qimage(picture(40, 20)))
    seeing.qtbot.mouseClick(empty.paste, LEFT)
    seeing.until(lambda: seeing.state.photo is not None and seeing.photo.size == (40, 20))
