"""What the canvas says and shows while a result is still being composed at the photo's own size."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from patience import PATIENCE_S
from support.window.fakes import picture
from support.window.harness import Harness
from support.window.stacking import RIGHT, ask, ready, run_on_result

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.ui.canvas import canvas_controller
from rtedit_desktop.ui.canvas.canvas_controller import plain
from rtedit_desktop.ui.widgets.pyramid import from_qimage


class Slow:
    """Nothing is composed until it goes on."""

    def __init__(self, harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        for name in ("paste", "accumulate"):
            monkeypatch.setattr(harness.photo_service, name, self._waiting(getattr(harness.photo_service, name)))

    def _waiting(self, work: Any) -> Any:
        def waits(*given: Any, **named: Any) -> Any:
            assert self.go_on.wait(PATIENCE_S)
            return work(*given, **named)

        return waits


@pytest.fixture
def slow(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    harness.open_picture()
    slow = Slow(harness, monkeypatch)
    yield slow
    slow.go_on.set()


def label(harness: Harness) -> str:
    return harness.window.canvas.scene.label


def shown(harness: Harness) -> np.ndarray:
    """The pixels that lie in the square."""
    after = harness.window.canvas.scene.after
    assert after is not None
    return from_qimage(after.at_least(10_000))


def test_a_result_that_is_still_composed_is_not_called_the_source(harness: Harness, slow: Slow) -> None:
    harness.type("smiling face")
    harness.window.running.run()
    harness.until(lambda: harness.state.results and ready(harness))
    harness.until(lambda: label(harness) == "result · composing…")
    slow.go_on.set()
    harness.until(lambda: label(harness) == "result" and harness.window.canvas.has_after)


def test_the_models_picture_stands_in_for_a_large_one(
    harness: Harness, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas_controller, "_LIVE_SIDE", 16)
    harness.type("smiling face")
    harness.window.running.run()
    harness.until(lambda: harness.state.results and ready(harness))
    assert label(harness) == "result · composing…"
    assert np.array_equal(shown(harness), harness.result.picture)
    slow.go_on.set()
    harness.until(lambda: label(harness) == "result")
    assert shown(harness).shape[0] == harness.square.side != len(harness.result.picture)
    slow.go_on.clear()
    before = shown(harness)
    harness.bar.strength.setValue(40)
    harness.until(lambda: harness.state.results[0].request.spec.settings.strength == 0.4 and ready(harness))  # type: ignore[union-attr]
    assert np.array_equal(shown(harness), before), "a sharp one does not give way to a blurred one"
    harness.until(lambda: label(harness) == "result · composing…")
    slow.go_on.set()
    harness.until(lambda: label(harness) == "result")
    assert not np.array_equal(shown(harness), before)


def test_one_of_the_whole_photo_does_not_wait_for_what_it_hides(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness.open_picture(60, 60)
    harness.run("smiling face")
    run_on_result(harness, "face with red hair")
    harness.until(lambda: label(harness) == "result")
    slow = Slow(harness, monkeypatch)
    monkeypatch.setattr(canvas_controller, "_LIVE_SIDE", 16)
    harness.window.canvas_controller._compositions.forget()
    harness.window.history.list.setCurrentRow(0)
    harness.until(lambda: not harness.window.canvas.has_after)
    harness.window.history.list.setCurrentRow(2)
    harness.until(lambda: label(harness) == "result · composing…")
    assert np.array_equal(shown(harness), harness.result.picture)
    slow.go_on.set()
    harness.until(lambda: label(harness) == "result" and harness.window.canvas.scene.under is not None)


def test_a_photo_with_edits_that_is_still_composed_says_so(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    harness.open_picture(160, 80)
    harness.run("smiling face")
    harness.until(lambda: label(harness) == "result")
    slow = Slow(harness, monkeypatch)
    harness.window.actions_.continue_from.trigger()
    ask(harness, RIGHT)
    harness.until(lambda: label(harness) == "composing…")
    slow.go_on.set()
    harness.until(lambda: label(harness) == "" and harness.window.canvas.scene.under is not None)


@pytest.mark.parametrize("size", [(60, 40), (40, 60), (40, 40)])
def test_the_part_of_the_models_picture_that_lies_in_the_photo(size: tuple[int, int]) -> None:
    photo, made = Photo(pixels=picture(*size)), picture(30, 30, seed=1)
    around = plain(made, Square.around(size), photo)
    wide, high = (round(30 * side / max(size)) for side in size)
    left, top = (30 - wide) // 2, (30 - high) // 2
    assert np.array_equal(from_qimage(around.at_least(10_000)), made[top : top + high, left : left + wide])
    edge = plain(made, Square(x=size[0] - 12, y=-10, side=20), photo)
    assert np.array_equal(from_qimage(edge.at_least(10_000)), made[15:, :18])
