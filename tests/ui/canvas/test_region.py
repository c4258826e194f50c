"""The change is limited to what was painted: on the canvas, in the journal, in the saved file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from support.window.harness import Harness, child, edit_of
from support.window.restarts import NewWindow, kill, open_sample
from support.window.undoing import redo, undo

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.ui.canvas.region_pencil import Tool
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.pyramid import from_qimage
from rtedit_desktop.ui.window.status_parts import PlaceStatus

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
HALF = Region(strokes=(Stroke(points=((50.0, 0.0), (100.0, 100.0))),))


def draw_with(harness: Harness, tool: Tool) -> None:
    harness.window.actions_.region.trigger()
    panel = harness.window.region.panel
    {Tool.BRUSH: panel.brush, Tool.RECTANGLE: panel.rectangle}[tool].click()


def spot(harness: Harness, x: float, y: float) -> QPoint:
    """Where a pixel of the photo lies on the canvas."""
    view = harness.window.canvas.view
    return (view.frame.topLeft() + QPointF(x, y) * view.scale).toPoint()


def drag(harness: Harness, start: tuple[float, float], end: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
    canvas, qtbot = harness.window.canvas, harness.qtbot
    (x, y), (right, bottom) = start, end
    qtbot.mouseMove(canvas, spot(harness, x, y))
    qtbot.mousePress(canvas, button, pos=spot(harness, x, y))
    for step in range(1, 11):
        qtbot.mouseMove(canvas, spot(harness, x + (right - x) * step / 10, y + (bottom - y) * step / 10))
    qtbot.mouseRelease(canvas, button, pos=spot(harness, right, bottom))


def mask(harness: Harness) -> np.ndarray:
    return FilePhotoService().mask(harness.photo, harness.square, harness.region)


def colour(harness: Harness, x: float, y: float) -> QColor:
    """Of a pixel of the photo, at its middle."""
    place = spot(harness, x + 0.5, y + 0.5)
    return QColor(harness.window.canvas.grab().toImage().pixel(place))


def apart(one: QColor, other: QColor) -> int:
    """The largest difference of a channel."""
    pairs = (one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue())
    return max(abs(a - b) for a, b in pairs)


@pytest.fixture
def photo(harness: Harness) -> Harness:
    harness.open_picture(200, 100)
    return harness


def test_what_is_painted_is_where_the_photo_changes(photo: Harness) -> None:
    photo.run()
    draw_with(photo, Tool.BRUSH)
    drag(photo, (80, 50), (120, 50))
    (stroke,) = photo.region.strokes
    assert stroke.width == pytest.approx(12, abs=0.1) and not stroke.erases
    assert stroke.points[0] == pytest.approx((80, 50), abs=1) and stroke.points[-1] == pytest.approx((120, 50), abs=1)
    painted = mask(photo)
    assert painted[50, 100] == 255 and not painted[50, 60] and not painted[70, 100]
    assert photo.result.region == photo.state.region
    assert not photo.state.saved


def test_the_canvas_shows_the_change_in_the_region_only(photo: Harness) -> None:
    photo.run()
    canvas = photo.window.canvas
    canvas.set_divider(0.0)
    photo.until(lambda: canvas.has_after)
    canvas.set_peeking(True)
    original = colour(photo, 60, 50), colour(photo, 130, 50)
    canvas.set_peeking(False)

    def changed() -> tuple[bool, bool]:
        return apart(colour(photo, 60, 50), original[0]) > 4, apart(colour(photo, 130, 50), original[1]) > 4

    photo.until(lambda: changed() == (True, True))
    photo.state.set_region(Region(strokes=(Stroke(points=((110.0, 0.0), (150.0, 100.0))),)))
    photo.until(lambda: changed() == (False, True))
    photo.state.set_region(None)
    photo.until(lambda: changed() == (True, True))


def test_the_right_button_and_erase_remove(photo: Harness) -> None:
    draw_with(photo, Tool.RECTANGLE)
    drag(photo, (60, 10), (140, 90))
    draw_with_brush = photo.window.region.panel
    draw_with_brush.brush.click()
    drag(photo, (70, 50), (130, 50), RIGHT)
    assert photo.region.strokes[-1].erases
    assert not mask(photo)[50, 100] and mask(photo)[30, 100] == 255
    draw_with_brush.erase.click()
    drag(photo, (70, 30), (130, 30))
    assert photo.region.strokes[-1].erases and not mask(photo)[30, 100]
    photo.qtbot.keyClick(photo.window.canvas, Qt.Key.Key_X)
    assert not draw_with_brush.erase.isChecked()
    drag(photo, (70, 30), (130, 30))
    assert mask(photo)[30, 100] == 255


def test_a_rectangle_by_mouse(photo: Harness) -> None:
    draw_with(photo, Tool.RECTANGLE)
    drag(photo, (120, 80), (70, 20))
    rows, columns = np.nonzero(mask(photo))
    assert (columns.min(), columns.max()) == pytest.approx((70, 119), abs=1.5)
    assert (rows.min(), rows.max()) == pytest.approx((20, 79), abs=1.5)
    before = photo.state.region
    photo.qtbot.mouseClick(photo.window.canvas, LEFT, pos=spot(photo, 100, 50))
    assert photo.state.region == before, "a click draws no rectangle"


def test_a_region_is_drawn_by_keys_alone(photo: Harness) -> None:
    key, window, canvas = photo.qtbot.keyClick, photo.window, photo.window.canvas
    key(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    pencil = canvas.pencil
    assert canvas.hasFocus() and pencil.tool is Tool.BRUSH and window.region.panel.isVisible()
    width = pencil.width
    key(canvas, Qt.Key.Key_BracketRight)
    assert pencil.width > width
    key(canvas, Qt.Key.Key_BracketLeft)
    key(canvas, Qt.Key.Key_BracketLeft)
    assert pencil.width < width
    key(canvas, Qt.Key.Key_Return)
    for _ in range(20):
        key(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    key(canvas, Qt.Key.Key_Return)
    assert mask(photo)[50, 100] == 255
    assert photo.region.strokes[0].points[-1][0] > 105
    drawn = photo.state.region
    key(canvas, Qt.Key.Key_R)
    assert pencil.tool is Tool.RECTANGLE
    key(canvas, Qt.Key.Key_Return)
    key(canvas, Qt.Key.Key_Down)
    key(canvas, Qt.Key.Key_Escape)  # gives the stroke up
    assert photo.state.region == drawn and pencil.active
    key(canvas, Qt.Key.Key_Escape)
    assert not pencil.active and not window.region.panel.isVisible() and not window.actions_.region.isChecked()
    assert photo.state.region == drawn, "it stays"


def test_every_stroke_is_undone_on_its_own(photo: Harness, one_by_one: None) -> None:
    photo.run()
    draw_with(photo, Tool.BRUSH)
    drag(photo, (80, 50), (120, 50))
    first = photo.state.region
    drag(photo, (80, 70), (120, 70))
    second = photo.state.region
    photo.window.region.panel.clear.click()
    assert photo.state.region is None and photo.result.region is None
    for expected in (second, first, None):
        undo(photo)
        assert photo.state.region == expected and photo.result.region == expected
    redo(photo)
    assert photo.result.region == first


def test_without_a_result_it_is_undone_too_and_the_next_edit_keeps_to_it(photo: Harness, one_by_one: None) -> None:
    draw_with(photo, Tool.BRUSH)
    drag(photo, (80, 50), (120, 50))
    region = photo.state.region
    undo(photo)
    assert photo.state.region is None
    redo(photo)
    assert photo.state.region == region
    photo.run()
    assert photo.result.region == region
    photo.state.go_to_result(-1)
    assert photo.state.region == region, "for the next edit"


def test_results_have_regions_of_their_own(photo: Harness) -> None:
    photo.run("smiling face")
    photo.state.set_region(HALF)
    photo.run("face with red hair")
    photo.state.set_region(None)
    photo.state.go_to_result(0)
    assert photo.state.region == HALF
    photo.state.go_to_result(1)
    assert photo.state.region is None


def test_the_strength_moves_within_the_region(photo: Harness) -> None:
    photo.run()
    photo.state.set_region(HALF)
    photo.bar.strength.setValue(40)
    photo.until(lambda: photo.state.phase is Phase.READY and edit_of(photo.result).settings.strength == 0.4)
    assert photo.result.region == HALF


def test_a_picture_on_the_way_is_taken_within_the_region(photo: Harness) -> None:
    photo.run()
    photo.state.set_region(HALF)
    photo.window.jobs.use_frame(2)
    assert photo.result.picked and photo.result.region == HALF


def test_nothing_is_drawn_while_an_edit_runs(photo: Harness) -> None:
    draw_with(photo, Tool.BRUSH)
    drag(photo, (80, 50), (120, 50))
    before = photo.state.region
    photo.engine.hold.clear()
    photo.type("smiling face")
    photo.window.running.run()
    photo.until(lambda: photo.state.phase.running)
    panel = photo.window.region.panel
    assert not panel.brush.isEnabled() and not panel.clear.isEnabled()
    assert panel.hint.text() == "The region can be changed when the edit is done."
    drag(photo, (80, 80), (120, 80))
    photo.qtbot.keyClick(photo.window.canvas, Qt.Key.Key_Return)
    assert photo.state.region == before
    photo.engine.hold.set()
    photo.until(lambda: photo.state.phase is Phase.READY)
    assert photo.result.region == before and panel.brush.isEnabled()


def test_a_region_that_the_square_has_left_goes(photo: Harness, one_by_one: None) -> None:
    photo.state.set_region(Region(strokes=(Stroke(points=((130.0, 50.0),), width=20.0),)))
    photo.state.set_square(Square(x=60, y=0, side=100))
    assert photo.state.region is not None
    photo.state.set_square(Square(x=0, y=0, side=100))
    assert photo.state.region is None
    undo(photo)
    assert photo.state.region is not None and photo.state.square == Square(x=60, y=0, side=100)


def test_another_photo_has_none(photo: Harness) -> None:
    photo.state.set_region(HALF)
    photo.window.actions_.region.trigger()
    before = photo.state.photo
    photo.open_picture(120, 80)
    photo.until(lambda: photo.state.photo is not before)
    assert photo.state.region is None
    assert not photo.window.canvas.pencil.shown


def test_the_file_differs_nowhere_else(photo: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photo.run()
    draw_with(photo, Tool.BRUSH)
    drag(photo, (80, 50), (120, 50))
    painted, original = mask(photo), photo.photo.pixels
    path = tmp_path / "saved.png"
    photo.window.saving.save_to(path)
    photo.until(path.exists)
    photo.until(lambda: photo.state.saved)
    saved = photo.photo_service.open(path).pixels
    assert np.array_equal(saved[painted == 0], original[painted == 0])
    assert (saved[painted == 255] != original[painted == 255]).any(axis=1).all()
    drag(photo, (80, 70), (120, 70))
    assert not photo.state.saved, "what would be saved now is another picture"


def test_it_comes_back_after_a_crash(new_window: NewWindow) -> None:
    first = new_window()
    open_sample(first)
    first.run()
    region = Region(strokes=(Stroke(points=((20.0, 20.0), (40.0, 30.5)), width=8.0),), softness=0.5)
    first.state.set_region(region)
    kill(first)
    again = new_window()
    again.until(again.window.offer.isVisible)
    again.window.offer.yes.click()
    again.until(lambda: again.state.results)
    assert again.state.region == region == again.result.region


def test_without_the_photo_it_lies_where_it_was(new_window: NewWindow, tmp_path: Path) -> None:
    first = new_window()
    open_sample(first)
    first.run()
    square = first.square
    first.state.set_region(Region(strokes=(Stroke(points=(square.centre,), width=square.side / 2),)))
    kill(first)
    (copy,) = (tmp_path / "history").glob("*/photo.png")
    copy.unlink()
    again = new_window()
    first.photo_service.samples()[0].unlink()
    again.until(again.window.offer.isVisible)
    again.window.offer.yes.click()
    again.until(lambda: again.state.results)
    (stroke,) = again.region.strokes
    assert stroke.points[0] == pytest.approx(square.centre) and stroke.width == pytest.approx(square.side / 2)
    assert again.square == square


def test_it_is_told(photo: Harness) -> None:
    photo.run()
    status = child(photo.window, PlaceStatus).place
    assert not status.text().startswith("in a region")
    photo.state.set_region(HALF)
    assert status.text().startswith("in a region")


def test_the_tint_lies_where_nothing_may_change(photo: Harness) -> None:
    plain = colour(photo, 60, 90), colour(photo, 100, 50)
    draw_with(photo, Tool.RECTANGLE)
    drag(photo, (80, 30), (120, 70))
    photo.window.canvas.pencil.leave()
    photo.window.canvas.pencil.at = None
    inside = colour(photo, 100, 50)  # of a photo that may lie a part of a pixel further
    assert apart(inside, plain[1]) <= 16
    tinted = colour(photo, 60, 90)
    assert tinted != plain[0] and tinted.red() > tinted.green()
    photo.window.region.panel.done.click()
    again = colour(photo, 60, 90)
    assert apart(again, plain[0]) <= 16, "only while it is drawn"


def test_it_is_drawn_on_either_side(photo: Harness) -> None:
    photo.run()
    photo.window.actions_.side_by_side.trigger()
    draw_with(photo, Tool.BRUSH)
    canvas = photo.window.canvas
    drag(photo, (80, 50), (120, 50))
    left = photo.state.region
    photo.state.set_region(None)
    offset = QPoint(canvas.width() - int(canvas.view.widget.width()), 0)
    photo.qtbot.mousePress(canvas, LEFT, pos=spot(photo, 80, 50) + offset)
    for x in (90, 100, 110, 120):
        photo.qtbot.mouseMove(canvas, spot(photo, x, 50) + offset)
    photo.qtbot.mouseRelease(canvas, LEFT, pos=spot(photo, 120, 50) + offset)
    assert left is not None
    assert photo.region.strokes[0].points[0] == pytest.approx(left.strokes[0].points[0], abs=1)
    assert photo.region.strokes[0].points[-1] == pytest.approx(left.strokes[0].points[-1], abs=1)


def test_the_middle_button_still_moves_the_photo(photo: Harness) -> None:
    photo.window.canvas.zoom(4)
    draw_with(photo, Tool.BRUSH)
    before = QPointF(photo.window.canvas.view.offset)
    drag(photo, (90, 50), (100, 60), Qt.MouseButton.MiddleButton)
    assert photo.window.canvas.view.offset != before
    assert photo.state.region is None


def test_space_and_drag_moves_the_photo_too(photo: Harness) -> None:
    canvas = photo.window.canvas
    canvas.zoom(4)
    draw_with(photo, Tool.BRUSH)
    before = QPointF(canvas.view.offset)
    photo.qtbot.keyPress(canvas, Qt.Key.Key_Space)
    drag(photo, (90, 50), (100, 60))
    photo.qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.view.offset != before and photo.state.region is None


def test_there_is_nothing_to_limit_without_a_photo(harness: Harness) -> None:
    assert not harness.window.actions_.region.isEnabled()


def test_a_long_line_is_not_thousands_of_points(photo: Harness) -> None:
    draw_with(photo, Tool.BRUSH)
    pencil = photo.window.canvas.pencil
    pencil.press(QPointF(50, 50))
    for _ in range(5000):
        pencil.move(QPointF(50.01, 50))
    pencil.release()
    assert len(photo.region.strokes[0].points) < 5


def test_the_original_is_as_it_was_on_the_canvas(photo: Harness) -> None:
    """Nothing that is drawn reaches the photo's own pixels."""
    before = photo.photo.pixels.copy()
    draw_with(photo, Tool.BRUSH)
    drag(photo, (80, 50), (120, 50))
    assert from_qimage(photo.window.canvas.grab().toImage()).any()
    assert np.array_equal(photo.photo.pixels, before)
