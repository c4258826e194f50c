"""What the canvas shows of a stack gives way to the next picture as a whole, however long that takes to compose."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from patience import PATIENCE_S
from PySide6.QtCore import QPoint
from support.window.harness import Harness
from support.window.stacking import LEFT, RIGHT, upper_is_shown

from rtedit_desktop.ui.widgets.pyramid import from_qimage


@pytest.fixture
def slow(apart: Harness, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """While it is not set, nothing is composed."""
    paste, go_on = apart.photo_service.paste, threading.Event()

    def waits(*args: Any, **named: Any) -> np.ndarray:
        assert go_on.wait(PATIENCE_S)
        return paste(*args, **named)

    apart.until(lambda: upper_is_shown(apart))
    apart.settle()
    monkeypatch.setattr(apart.photo_service, "paste", waits)
    yield go_on
    go_on.set()


def shown(harness: Harness) -> list[tuple[int, ...]]:
    """The colours in the middle of the left square, of the right one, and between them."""
    canvas = harness.window.canvas
    drawn, frame = from_qimage(canvas.grab().toImage()), canvas.view.frame
    scale, ratio = frame.width() / 160, canvas.devicePixelRatioF()
    points = [QPoint(20, 50), QPoint(140, 60), QPoint(76, 5)]
    where = [((frame.top() + p.y() * scale) * ratio, (frame.left() + p.x() * scale) * ratio) for p in points]
    return [tuple(int(value) for value in drawn[int(y), int(x), :3]) for y, x in where]


def test_what_is_continued_from_stays_in_sight(apart: Harness, slow: threading.Event) -> None:
    before = shown(apart)
    apart.window.actions_.continue_from.trigger()
    apart.settle()
    assert apart.state.continued and shown(apart) == before
    slow.set()
    apart.until(lambda: not apart.window.canvas.has_after)
    assert shown(apart)[1] == before[1]


def test_a_result_of_another_square_is_never_drawn_in_the_wrong_one(apart: Harness, slow: threading.Event) -> None:
    scene, before = apart.window.canvas.scene, shown(apart)
    apart.window.history.list.setCurrentRow(1)
    apart.settle()
    assert apart.square == LEFT and (scene.square, scene.edited_square) == (LEFT, RIGHT)
    assert shown(apart)[1:] == before[1:]
    slow.set()
    apart.until(lambda: scene.edited_square == LEFT)
    assert scene.under is None and shown(apart)[1] != before[1]
    apart.window.history.list.setCurrentRow(2)
    apart.until(lambda: scene.edited_square == RIGHT and scene.under is not None)
    assert shown(apart)[1] == before[1]


def test_the_square_follows_the_mouse_while_that_is_composed(apart: Harness, slow: threading.Event) -> None:
    scene = apart.window.canvas.scene
    apart.window.canvas.square_asked.emit(LEFT)
    apart.settle()
    assert (scene.square, scene.edited_square) == (LEFT, RIGHT) and apart.window.canvas.has_after
    slow.set()
    apart.until(lambda: not apart.window.canvas.has_after)
    assert scene.under is not None


def test_what_cannot_be_composed_leaves_what_is_shown_and_is_tried_again(
    apart: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = apart.window.canvas
    apart.until(lambda: upper_is_shown(apart))
    before, tried = shown(apart), threading.Event()

    def full(*_: Any) -> np.ndarray:
        tried.set()
        raise MemoryError

    with monkeypatch.context() as memory:
        for name in ("accumulate", "compose"):
            memory.setattr(apart.photo_service, name, full)
        apart.window.actions_.continue_from.trigger()
        apart.until(tried.is_set)
        apart.until(lambda: canvas.scene.label == "could not be composed")
        assert canvas.has_after and shown(apart)[1:] == before[1:]
    apart.window.canvas_controller.redraw()
    apart.until(lambda: not canvas.has_after)
    assert shown(apart)[1] == before[1]
