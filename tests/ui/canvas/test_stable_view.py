"""Panels that come and go move nothing that is looked at."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter
from support.window.harness import Harness
from support.window.preset_harness import PresetHarness

from rtedit_desktop.ui.canvas.view import View
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.pyramid import Pyramid, from_qimage


def in_the_middle(harness: Harness) -> tuple[float, float, float]:
    """The zoom, and the point of the picture that is in the middle of the canvas."""
    view = harness.window.canvas.view
    point = view.to_picture(QPointF(view.widget.width() / 2, view.widget.height() / 2))
    return round(view.percent, 3), round(point.x(), 0), round(point.y(), 0)


def test_a_result_and_its_pictures_on_the_way_change_no_room(harness: Harness) -> None:
    harness.open_picture(640, 480)
    harness.settle()
    canvas = harness.window.canvas
    size, before = canvas.size(), in_the_middle(harness)
    assert canvas.view.fitted and harness.window.filmstrip.isVisible() and harness.window.filmstrip.none.isVisible()
    harness.run()
    harness.settle()
    assert (canvas.size(), in_the_middle(harness)) == (size, before)
    harness.window.actions_.continue_from.trigger()
    harness.settle()
    assert (canvas.size(), in_the_middle(harness)) == (size, before)


@pytest.mark.parametrize("fitted", [True, False])
def test_a_queue_keeps_the_zoom_and_the_middle(harness: Harness, fitted: bool) -> None:
    harness.open_picture(640, 480)
    harness.settle()
    canvas = harness.window.canvas
    if not fitted:
        canvas.zoom(2.0)
    before, height = in_the_middle(harness), canvas.height()
    harness.engine.hold.clear()
    for prompt in ("smiling face", "face with red hair", "sketch of a face"):
        harness.type(prompt)
        harness.window.running.run()
    harness.until(lambda: harness.window.running.panel.isVisible() and canvas.height() < height)
    harness.settle()
    waiting = canvas.height()
    assert in_the_middle(harness) == before
    harness.type("face with sunglasses")
    harness.window.running.run()
    harness.settle()
    assert canvas.height() == waiting, "the list scrolls"
    harness.window.running.queue.drop([edit.id for edit in harness.state.queue])
    harness.until(lambda: canvas.height() == height)
    assert in_the_middle(harness) == before
    harness.engine.hold.set()
    harness.until(lambda: harness.state.phase is Phase.READY)


def test_the_filmstrip_can_be_hidden_and_its_room_is_used(harness: Harness) -> None:
    harness.open_picture(640, 480)
    harness.run()
    harness.settle()
    canvas, strip = harness.window.canvas, harness.window.filmstrip
    percent, height = canvas.view.percent, canvas.height()
    harness.window.actions_.show_filmstrip.trigger()
    harness.until(lambda: not strip.isVisible() and canvas.height() > height)
    assert canvas.view.fitted and canvas.view.percent >= percent
    harness.run("face with red hair")
    assert not strip.isVisible()
    harness.window.actions_.show_filmstrip.trigger()
    harness.until(lambda: strip.isVisible() and canvas.height() == height and canvas.view.percent == percent)


def test_a_larger_window_fits_the_photo_again(harness: Harness) -> None:
    harness.open_picture(640, 480)
    harness.settle()
    harness.window.canvas.zoom(0.5)
    harness.window.canvas.fit()
    before = harness.window.canvas.view.frame
    harness.window.resize(harness.window.width(), harness.window.height() - 120)
    harness.until(lambda: harness.window.canvas.view.frame.height() < before.height())
    assert harness.window.canvas.view.fitted


def test_presets_in_use_move_no_button(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.choose("Hat")
    presets.settle()
    before = [button.pos() for button in (presets.panel.apply_button, presets.panel.mix_button)]
    presets.apply("Hat")
    presets.apply("Smile", mix=True)
    presets.until(lambda: presets.panel.mix.isVisible())
    presets.settle()
    assert [button.pos() for button in (presets.panel.apply_button, presets.panel.mix_button)] == before


def test_pixels_are_seen_from_800_percent_on() -> None:
    view = View()
    view.picture, view.widget = QSizeF(10, 10), QSizeF(100, 100)
    picture = Pyramid(np.random.default_rng(0).integers(0, 255, (10, 10, 3), dtype=np.uint8))
    colours = {}
    for percent in (399, 799, 800, 1600):
        view.scale = percent / 100
        image = QImage(320, 320, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        picture.draw(painter, QRectF(0, 0, 10 * view.scale, 10 * view.scale), 1.0, smooth=view.smooth)
        painter.end()
        part = from_qimage(image)[: int(10 * view.scale), : int(10 * view.scale), :3]
        colours[percent] = len(np.unique(part.reshape(-1, 3), axis=0))
    assert colours[800] == colours[1600] == 100 and min(colours[399], colours[799]) > 1000
