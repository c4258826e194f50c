"""The canvas alone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from pytestqt.qtbot import QtBot
from support.window.fakes import picture

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.canvas.canvas_controller import compose
from rtedit_desktop.ui.widgets.pyramid import Pyramid, from_qimage, on_checkers, to_qimage


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    canvas.set_photo(Pyramid(picture(200, 100)))
    canvas.set_square(Square(x=50, y=0, side=100), locked=False)
    return canvas


def grabbed(canvas: Canvas) -> np.ndarray:
    return from_qimage(canvas.grab().toImage())[..., :3]


def at(canvas: Canvas, x: float, y: float) -> QPoint:
    """Where a pixel of the photo lies."""
    return (canvas.view.frame.topLeft() + QPointF(x, y) * canvas.view.scale).toPoint()


def test_at_100_percent_every_pixel_is_the_photo_s_own(canvas: Canvas) -> None:
    pixels = picture(200, 100)
    canvas.set_square(None, locked=True)
    canvas.actual_size()
    canvas.view.offset = QPointF(100, 100)
    frame = canvas.view.frame.toRect()
    shown = grabbed(canvas)[frame.top() : frame.top() + 100, frame.left() : frame.left() + 200]
    assert np.array_equal(shown, pixels)


def test_the_wheel_keeps_the_point_under_the_pointer(canvas: Canvas) -> None:
    point = QPointF(150, 120)
    before = canvas.view.to_picture(point)
    canvas.wheelEvent(
        QWheelEvent(
            point, point, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )
    )  # fmt: skip
    after = canvas.view.to_picture(point)
    assert canvas.view.scale > 1.8
    assert (after - before).manhattanLength() < 1.0


def test_the_divider_shows_before_on_its_left_and_after_on_its_right(canvas: Canvas) -> None:
    white = np.full((100, 100, 3), 255, np.uint8)
    canvas.set_edited(None, Pyramid(white))
    canvas.set_divider(0.5)
    shown = grabbed(canvas)
    right, left = at(canvas, 120, 85), at(canvas, 70, 85)
    assert shown[right.y(), right.x()].tolist() == [255, 255, 255]
    assert shown[left.y(), left.x()].max() < 200
    canvas.set_peeking(True)
    shown = grabbed(canvas)
    assert shown[right.y(), right.x()].max() < 200


def test_the_divider_is_dragged_and_moved_by_keys(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_edited(None, Pyramid(picture(100, 100)))
    start, end = at(canvas, 50, 20), at(canvas, 100, 20)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    assert canvas.divider == pytest.approx(0.5, abs=0.02)
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert canvas.divider == 1.0
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.divider == pytest.approx(0.98)


def test_space_peeks_while_it_is_held(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_edited(None, Pyramid(picture(100, 100)))
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    assert canvas.peeking
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert not canvas.peeking


def test_the_square_is_moved_and_resized_inside_the_photo(canvas: Canvas, qtbot: QtBot) -> None:
    asked: list[Square] = []
    canvas.square_asked.connect(asked.append)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 100, 50))
    qtbot.mouseMove(canvas, at(canvas, 400, 90))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 400, 90))
    assert asked[-1] == Square(x=100, y=0, side=100)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 50, 0))
    qtbot.mouseMove(canvas, at(canvas, 80, 30))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 80, 30))
    assert asked[-1].side == pytest.approx(70, abs=2)
    assert (asked[-1].x + asked[-1].side, asked[-1].y + asked[-1].side) == (150, 100)


def test_a_locked_square_stays(canvas: Canvas, qtbot: QtBot) -> None:
    asked: list[Square] = []
    canvas.square_asked.connect(asked.append)
    canvas.set_square(canvas.square, locked=True)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 100, 50))
    qtbot.mouseMove(canvas, at(canvas, 120, 50))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 120, 50))
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert asked == []


def test_pyramid_levels_are_means() -> None:
    pixels = np.full((1200, 1400, 3), 90, np.uint8)
    pixels[:, ::2] = 110
    small = from_qimage(Pyramid(pixels).at_least(300))
    assert small.shape == (300, 350, 3)
    assert (small == 100).all()


def test_pictures_survive_the_way_through_qt() -> None:
    pixels = picture(33, 7)
    assert np.array_equal(from_qimage(to_qimage(pixels)), pixels)


def test_a_see_through_photo_lies_on_checkers() -> None:
    pixels = np.zeros((32, 32, 3), np.uint8)
    alpha = np.zeros((32, 32), np.uint8)
    alpha[:16] = 255
    shown = on_checkers(pixels, alpha)
    assert not shown[:16].any()
    assert set(np.unique(shown[16:])) == {110, 150}


@pytest.mark.parametrize("square", [Square(x=0, y=0, side=60), Square(x=30, y=20, side=40)])
def test_a_composed_square_is_the_saved_photo_s(square: Square) -> None:
    from support.window.fake_photos import FakePhotoService

    photo_service, photo = FakePhotoService(), Photo(pixels=picture(100, 80))
    before = photo_service.crop(photo, square, 32)
    after = 255 - before
    whole = photo_service.paste(photo, square, before, after)
    patch = from_qimage(compose(photo_service, photo, square, before, after).at_least(10_000))
    rows, columns = slice(square.y, square.y + square.side), slice(square.x, square.x + square.side)
    assert np.array_equal(patch, whole[rows, columns])
