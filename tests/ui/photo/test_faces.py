"""Faces in the window: found behind it, the largest taken, the others a click away; and squares that are turned."""

from __future__ import annotations

import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from patience import PATIENCE_S
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.window.fakes import PACK, face, picture
from support.window.harness import Harness

from rtedit_desktop.core.packs.learned_edits import LearnedEdit
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.ui.canvas.canvas import Canvas
from rtedit_desktop.ui.canvas.canvas_controller import compose
from rtedit_desktop.ui.canvas.square_frame import around, handle, outline
from rtedit_desktop.ui.history import undo as undo_module
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.pyramid import Pyramid, from_qimage

LARGE, SMALL = face(100, 60, 20, lean=6), face(200, 50, 10)


@pytest.fixture
def faces(harness: Harness) -> Harness:
    harness.photo_service.found = (LARGE, SMALL)
    harness.state.set_pack(replace(PACK, id="faces", title="Faces", square="face"))
    return harness


def test_a_model_of_whole_photos_gets_the_square_around_one(harness: Harness) -> None:
    harness.state.set_pack(replace(PACK, id="tones", title="Tones", square="whole"))
    harness.open_picture(260, 150)
    harness.until(lambda: harness.state.square == Square(x=0, y=-55, side=260))
    harness.state.set_square(Square(x=10, y=10, side=100))
    harness.run()
    harness.state.set_pack(replace(PACK, id="other", title="Other tones", square="whole"))
    assert harness.state.square == Square(x=10, y=10, side=100), "with results it stays"


def test_a_model_of_whole_photos_is_shown_the_face_when_the_edit_is_of_it(harness: Harness) -> None:
    lips = LearnedEdit(file="a.rtpreset", title="Lips", phrases=("red lipstick",), blending="tonal")
    sepia = LearnedEdit(file="b.rtpreset", title="Sepia", phrases=("sepia",), blending="whole")
    harness.photo_service.found = (LARGE, SMALL)
    harness.state.set_pack(
        replace(PACK, id="portraits", square="whole", edits=(lips, sepia), has_text_model=False, vocabulary=frozenset())
    )
    harness.open_picture(260, 260)
    around = Square(x=0, y=0, side=260)
    harness.until(lambda: harness.state.square == around and len(harness.state.faces.squares) == 2)
    for prompt, square in (("red lipstick", LARGE.square), ("sepia", around), ("very red lipstick", LARGE.square)):
        harness.run(prompt)
        assert harness.state.result is not None and harness.state.result.square == square
        assert harness.state.square == square
    harness.state.set_square(SMALL.square)
    harness.run("slightly red lipstick")
    assert harness.state.result is not None and harness.state.result.square == SMALL.square, "chosen by hand"


def _portraits(harness: Harness) -> None:
    lips = LearnedEdit(file="a.rtpreset", title="Lips", phrases=("red lipstick",), blending="tonal")
    sepia = LearnedEdit(file="b.rtpreset", title="Sepia", phrases=("sepia",), blending="whole")
    harness.state.set_pack(
        replace(PACK, id="portraits", square="whole", edits=(lips, sepia), has_text_model=False, vocabulary=frozenset())
    )
    harness.open_picture(260, 260)


def test_the_square_of_a_photo_that_is_opened_is_no_step(harness: Harness) -> None:
    undo = harness.window.actions_.undo
    _portraits(harness)
    assert harness.state.square == Square(x=0, y=0, side=260) and not undo.isEnabled()
    harness.run("sepia")
    assert undo.isEnabled()
    undo.trigger()
    assert harness.state.square == Square(x=0, y=0, side=260) and harness.state.result is None and not undo.isEnabled()
    harness.photo_service.found = (LARGE, SMALL)
    harness.state.set_packs([replace(PACK, id="faces", title="Faces", square="face")])
    harness.open_picture(260, 150)
    harness.until(lambda: harness.state.square == LARGE.square)
    assert not undo.isEnabled()
    harness.state.set_square(SMALL.square)
    assert undo.isEnabled()
    undo.trigger()
    assert harness.state.square == LARGE.square and not undo.isEnabled()


def test_edits_of_the_face_and_of_the_photo_lie_on_each_other_each_in_its_square(harness: Harness) -> None:
    harness.photo_service.found = (LARGE, SMALL)
    _portraits(harness)
    harness.until(lambda: len(harness.state.faces.squares) == 2)
    harness.type("sepia photo with red lipstick")
    harness.window.actions_.run.trigger()
    harness.until(lambda: harness.state.result is not None and len(harness.state.result.layers) == 2)
    harness.until(lambda: harness.state.phase is Phase.READY)
    assert harness.state.result is not None
    assert [layer.square for layer in harness.state.result.layers] == [LARGE.square, Square(x=0, y=0, side=260)]
    prompts = [layer.request.spec.prompt for layer in harness.state.result.layers]  # type: ignore[union-attr]
    assert prompts == ["red lipstick", "sepia"]
    asked = len(harness.engine.requests)
    harness.state.go_to_result(-1)
    harness.type("sepia photo with red lipstick")
    harness.window.actions_.run.trigger()
    assert harness.state.result is not None and harness.state.result.layers[-1].square.side == 260
    assert len(harness.engine.requests) == asked, "it is the result that was made before"


def test_with_the_whole_photo_as_its_square_a_face_can_be_chosen(harness: Harness) -> None:
    """Before the first edit, where there are two people."""
    harness.photo_service.found = (LARGE, SMALL)
    _portraits(harness)
    harness.until(lambda: len(harness.state.faces.squares) == 2)
    canvas = harness.window.canvas
    canvas.set_faces(())
    without = canvas.grab().toImage()
    canvas.set_faces(harness.state.faces.squares)
    assert canvas.grab().toImage() != without, "their outlines are drawn"
    place = outline(canvas.view, SMALL.square).boundingRect().center().toPoint()
    harness.qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    assert harness.state.square == SMALL.square
    harness.run("red lipstick")
    assert harness.state.result is not None and harness.state.result.square == SMALL.square


def test_without_a_face_an_edit_of_the_face_says_so_and_one_of_the_photo_is_made(harness: Harness) -> None:
    _portraits(harness)
    harness.type("red lipstick")
    harness.window.actions_.run.trigger()
    harness.until(lambda: harness.window.findChildren(ErrorDialog))
    (box,) = harness.window.findChildren(ErrorDialog)
    assert box.what.text().startswith("No face was found") and "square" in box.todo.text()
    box.close()
    assert not harness.state.results and harness.state.phase is Phase.READY
    harness.run("sepia")
    assert len(harness.state.results) == 1


def test_the_largest_is_taken_and_the_others_are_offered(faces: Harness) -> None:
    faces.open_picture(260, 150)
    faces.until(lambda: faces.state.square == LARGE.square)
    assert threading.main_thread() not in faces.photo_service.looked_on
    assert "2 faces" in faces.window.strip.label.text()
    assert faces.state.square is not None and faces.state.square.angle != 0
    faces.window.strip.action.click()
    assert faces.state.square == SMALL.square
    faces.window.strip.action.click()
    assert faces.state.square == LARGE.square


def test_a_click_on_another_one_chooses_it(faces: Harness) -> None:
    faces.open_picture(260, 150)
    faces.until(lambda: faces.state.square == LARGE.square)
    canvas = faces.window.canvas
    middle = outline(canvas.view, SMALL.square).boundingRect().center().toPoint()
    faces.qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert faces.state.square == SMALL.square


def test_without_a_face_the_middle_stays_and_it_is_reported(faces: Harness) -> None:
    faces.photo_service.found = ()
    faces.open_picture(260, 150)
    faces.until(lambda: "No face" in faces.window.strip.label.text())
    assert faces.state.square == Square(x=55, y=0, side=150)


def test_a_square_that_was_placed_by_hand_stays(faces: Harness) -> None:
    gate, found = threading.Event(), faces.photo_service.found
    faces.photo_service.faces = lambda photo: (gate.wait(PATIENCE_S) and found) or ()  # type: ignore[method-assign, assignment, return-value]
    faces.open_picture(260, 150)
    by_hand = Square(x=3, y=4, side=50)
    faces.state.set_square(by_hand)
    gate.set()
    faces.until(lambda: faces.window.faces.faces == found)
    assert faces.state.square == by_hand


def test_a_model_of_something_else_is_not_shown_faces(harness: Harness) -> None:
    harness.photo_service.found = (LARGE,)
    harness.open_picture(260, 150)
    harness.run()
    assert not harness.photo_service.looked_on
    harness.state.set_pack(replace(PACK, id="faces", title="Faces", square="face"))
    harness.until(lambda: harness.window.faces.faces == (LARGE,))
    assert harness.state.square != LARGE.square  # there is a result already


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.set_photo(Pyramid(picture(200, 150)))
    canvas.show()
    return canvas


def test_a_turned_square_is_moved_resized_and_turned_and_keeps_its_angle(canvas: Canvas, qtbot: QtBot) -> None:
    asked: list[Square] = []
    canvas.square_asked.connect(asked.append)
    start = Square(x=60, y=40, side=60, angle=30.0)
    canvas.set_square(start, locked=False)
    scale, middle = canvas.view.scale, outline(canvas.view, start).boundingRect().center().toPoint()

    def drag(at: QPoint, by: QPoint) -> Square:
        qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at)
        qtbot.mouseMove(canvas, at + by)
        qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at + by)
        return asked[-1]

    there = drag(middle, QPoint(round(10 * scale), 0))
    assert (there.x, there.y, there.side, there.angle) == (70, 40, 60, 30.0)
    corner = outline(canvas.view, start).at(2).toPoint()
    out = QPointF(corner - middle) / 6
    larger = drag(corner, out.toPoint())
    assert larger.side > 60 and larger.angle == 30.0
    assert larger.centre == pytest.approx(start.centre, abs=1)
    qtbot.keyClick(canvas, Qt.Key.Key_Period)
    assert asked[-1].angle == 35.0
    qtbot.keyClick(canvas, Qt.Key.Key_Comma)
    assert asked[-1].angle == 25.0


def test_an_upright_square_can_be_turned_at_the_edge(canvas: Canvas, qtbot: QtBot) -> None:
    asked: list[Square] = []
    canvas.square_asked.connect(asked.append)
    canvas.set_square(Square(x=0, y=0, side=80), locked=False)
    qtbot.keyClick(canvas, Qt.Key.Key_Period)
    canvas.set_square(asked[-1], locked=False)
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert asked[-1].angle == 5.0 and asked[-1].x < 0 <= asked[-1].centre[0]


@pytest.mark.parametrize("square", [Square(x=60, y=40, side=60, angle=30.0), Square(x=-20, y=70, side=100)])
def test_what_is_shown_is_what_is_saved(square: Square, canvas: Canvas) -> None:
    photo_service, photo = FilePhotoService(), Photo(pixels=picture(200, 150))
    before = photo_service.crop(photo, square, 32)
    after = np.clip(before.astype(np.int16) + 60, 0, 255).astype(np.uint8)
    left, top, right, bottom = square.bounds(photo.size)
    shown = from_qimage(compose(photo_service, photo, square, before, after).at_least(4096))
    saved = photo_service.paste(photo, square, before, after)
    assert shown.shape[:2] == (bottom - top, right - left)
    assert np.abs(shown[..., :3].astype(int) - saved[top:bottom, left:right]).max() <= 1
    canvas.set_square(square, locked=False)
    rect = around(canvas.view, square)
    assert canvas.view.frame.adjusted(-1, -1, 1, 1).contains(rect)
    assert rect.width() == pytest.approx((right - left) * canvas.view.scale)


def pull(canvas: Canvas, qtbot: QtBot, start: QPointF, end: QPointF, *, shift: bool = False) -> None:
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start.toPoint())
    keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(
        QEvent.Type.MouseMove, end, canvas.mapToGlobal(end), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, keys
    )
    QApplication.sendEvent(canvas, event)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, keys, end.toPoint())


def test_the_handle_above_the_square_turns_it_about_its_middle(canvas: Canvas, qtbot: QtBot) -> None:
    asked: list[Square] = []
    canvas.square_asked.connect(asked.append)
    start = Square(x=60, y=40, side=60)
    canvas.set_square(start, locked=False)
    knob, middle = handle(canvas.view, start).p2(), outline(canvas.view, start).boundingRect().center()
    far = middle.y() - knob.y()
    pull(canvas, qtbot, knob, middle + QPointF(far, 0))
    assert asked[-1].angle == pytest.approx(90.0, abs=1.0)
    assert replace(asked[-1], angle=start.angle) == start
    pull(canvas, qtbot, knob, middle + QPointF(-far, -far * 0.9), shift=True)
    assert asked[-1] == replace(start, angle=-45.0)
    canvas.set_square(asked[-1], locked=False)
    knob = handle(canvas.view, asked[-1]).p2()
    pull(canvas, qtbot, knob, middle + QPointF(0, -far))
    assert asked[-1].angle == pytest.approx(0.0, abs=1.0)


def test_a_square_is_turned_beyond_its_corners_as_well(canvas: Canvas, qtbot: QtBot) -> None:
    asked: list[Square] = []
    canvas.square_asked.connect(asked.append)
    start = Square(x=60, y=40, side=60)
    canvas.set_square(start, locked=False)
    corner, middle = outline(canvas.view, start).at(2), outline(canvas.view, start).boundingRect().center()
    beyond = corner + QPointF(14, 14)
    qtbot.mouseMove(canvas, beyond.toPoint())
    assert canvas.cursor().shape() is Qt.CursorShape.BitmapCursor
    pull(canvas, qtbot, beyond, middle + QPointF(0, 60))
    assert asked[-1].angle == pytest.approx(45.0, abs=1.5) and asked[-1].centre == start.centre
    canvas.set_edited(None, Pyramid(picture(60, 60)))
    qtbot.mouseMove(canvas, beyond.toPoint())
    assert canvas.cursor().shape() is Qt.CursorShape.ArrowCursor, "a result is not turned under the hand"


def test_a_turn_by_mouse_is_one_step_to_undo(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(undo_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    harness.open_picture(200, 100)
    harness.state.set_square(Square(x=60, y=30, side=40))
    canvas, before = harness.window.canvas, harness.state.square
    assert before is not None
    now[0] = 60.0  # the move before it is a step of its own
    pull(
        canvas,
        harness.qtbot,
        handle(canvas.view, before).p2(),
        outline(canvas.view, before).boundingRect().center() + QPointF(90, 0),
    )
    assert harness.state.square is not None and harness.state.square.angle == pytest.approx(90.0, abs=1.0)
    harness.window.actions_.undo.trigger()
    assert harness.state.square == before
