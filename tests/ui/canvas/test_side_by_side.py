"""The original beside what became of it, at the same zoom and place."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from pytestqt.qtbot import QtBot
from support.window.fakes import picture
from support.window.harness import Harness

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.widgets.pyramid import Pyramid, from_qimage

BEFORE = np.full((100, 200, 3), 60, np.uint8)
AFTER = np.full((100, 100, 3), 240, np.uint8)


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(602, 300)
    canvas.show()
    canvas.set_photo(Pyramid(BEFORE))
    canvas.set_square(Square(x=50, y=0, side=100), locked=False)
    canvas.set_side_by_side(True)
    return canvas


def colour_at(canvas: Canvas, place: QPoint) -> int:
    return int(from_qimage(canvas.grab().toImage())[place.y(), place.x()].max())


def spot(canvas: Canvas, x: float, y: float, pane: int) -> QPoint:
    """Where a pixel of the photo lies in the left (0) or the right pane (1)."""
    left = pane * (canvas.width() - canvas.view.widget.width())
    return (canvas.view.frame.topLeft() + QPointF(x, y) * canvas.view.scale + QPointF(left, 0)).toPoint()


def test_the_original_is_left_and_the_result_right(canvas: Canvas) -> None:
    canvas.set_edited(None, Pyramid(AFTER))
    assert canvas.view.frame.width() <= 300, "the whole photo is seen in each"
    assert colour_at(canvas, spot(canvas, 100, 50, 0)) == 60
    assert colour_at(canvas, spot(canvas, 100, 50, 1)) == 240
    assert colour_at(canvas, spot(canvas, 20, 50, 1)) == 60
    canvas.set_peeking(True)
    assert colour_at(canvas, spot(canvas, 100, 50, 1)) == 60


def test_zoom_and_pan_are_the_same_on_both_sides(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.set_edited(None, Pyramid(AFTER))
    point = QPointF(spot(canvas, 60, 30, 1))
    canvas.wheelEvent(
        QWheelEvent(
            point, point, QPoint(), QPoint(0, 720), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )
    )  # fmt: skip
    assert (QPointF(spot(canvas, 60, 30, 1)) - point).manhattanLength() <= 4, "what was under the pointer stays there"
    assert colour_at(canvas, spot(canvas, 60, 30, 0)) == 60
    assert colour_at(canvas, spot(canvas, 60, 30, 1)) == 240
    start, offset = spot(canvas, 60, 30, 1), QPointF(canvas.view.offset)
    qtbot.mousePress(canvas, Qt.MouseButton.MiddleButton, pos=start)
    qtbot.mouseMove(canvas, QPoint(40, start.y()))  # into the other pane
    qtbot.mouseRelease(canvas, Qt.MouseButton.MiddleButton, pos=QPoint(40, start.y()))
    moved = canvas.view.offset - offset
    assert moved.x() < -50 and moved.y() == pytest.approx(0, abs=1)


@pytest.mark.parametrize("pane", [0, 1])
def test_the_square_is_moved_on_either_side(canvas: Canvas, qtbot: QtBot, pane: int) -> None:
    asked: list[Square] = []
    canvas.square_asked.connect(asked.append)
    start, end = spot(canvas, 100, 50, pane), spot(canvas, 120, 50, pane)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    assert asked[-1].x == pytest.approx(70, abs=1)


def test_the_menu_takes_one_or_the_other(harness: Harness) -> None:
    do, canvas = harness.window.actions_, harness.window.canvas
    assert not do.side_by_side.isEnabled()
    harness.open_picture(200, 100)
    harness.run()
    assert do.compare.isChecked()
    harness.qtbot.keyClick(
        harness.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert canvas.side_by_side and do.side_by_side.isChecked() and not do.compare.isChecked()
    divider = canvas.divider
    harness.qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.divider == divider, "there is no divider to be moved"
    harness.qtbot.keyPress(canvas, Qt.Key.Key_Space)
    assert canvas.peeking
    harness.qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    do.compare.trigger()
    assert not canvas.side_by_side and canvas.comparing
    assert canvas.view.widget.width() == canvas.width()
    do.side_by_side.trigger()
    do.side_by_side.trigger()
    assert canvas.comparing and do.compare.isChecked(), "as it was before"


def test_what_was_in_the_middle_stays_there(canvas: Canvas) -> None:
    canvas.set_side_by_side(False)
    canvas.zoom(6.0, QPointF(200, 100))
    before = canvas.view.to_picture(QPointF(canvas.width() / 2, 150))
    canvas.set_side_by_side(True)
    after = canvas.view.to_picture(QPointF(canvas.view.widget.width() / 2, 150))
    assert (after - before).manhattanLength() < 2


def test_another_photo_is_fitted_into_its_half(canvas: Canvas) -> None:
    canvas.set_photo(Pyramid(picture(400, 100)))
    assert canvas.view.frame.right() <= 300
