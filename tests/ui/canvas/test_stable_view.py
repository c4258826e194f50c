"""Panels that come and go move nothing that is looked at."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter
from support.window.harness import Stand
from support.window.preset_harness import PresetStand

from rtedit_desktop.ui.canvas.view import View
from rtedit_desktop.ui.model.state import Phase
from rtedit_desktop.ui.widgets.pyramid import Pyramid, from_qimage


def in_the_middle(stand: Stand) -> tuple[float, float, float]:
    """The zoom, and the point of the picture that is in the middle of the canvas."""
    view = stand.window.canvas.view
    point = view.to_picture(QPointF(view.widget.width() / 2, view.widget.height() / 2))
    return round(view.percent, 3), round(point.x(), 0), round(point.y(), 0)


def test_a_result_and_its_pictures_on_the_way_change_no_room(stand: Stand) -> None:
    stand.open_picture(640, 480)
    stand.settle()
    canvas = stand.window.canvas
    size, before = canvas.size(), in_the_middle(stand)
    assert canvas.view.fitted and stand.window.filmstrip.isVisible() and stand.window.filmstrip.none.isVisible()
    stand.run()
    stand.settle()
    assert (canvas.size(), in_the_middle(stand)) == (size, before)
    stand.window.actions_.continue_from.trigger()
    stand.settle()
    assert (canvas.size(), in_the_middle(stand)) == (size, before)


@pytest.mark.parametrize("fitted", [True, False])
def test_a_queue_keeps_the_zoom_and_the_middle(stand: Stand, fitted: bool) -> None:
    stand.open_picture(640, 480)
    stand.settle()
    canvas = stand.window.canvas
    if not fitted:
        canvas.zoom(2.0)
    before, height = in_the_middle(stand), canvas.height()
    stand.engine.hold.clear()
    for prompt in ("smiling face", "face with red hair", "sketch of a face"):
        stand.type(prompt)
        stand.window.running.run()
    stand.until(lambda: stand.window.running.panel.isVisible() and canvas.height() < height)
    stand.settle()
    waiting = canvas.height()
    assert in_the_middle(stand) == before
    stand.type("face with sunglasses")
    stand.window.running.run()
    stand.settle()
    assert canvas.height() == waiting, "the list scrolls"
    stand.window.running.queue.drop([edit.id for edit in stand.state.queue])
    stand.until(lambda: canvas.height() == height)
    assert in_the_middle(stand) == before
    stand.engine.hold.set()
    stand.until(lambda: stand.state.phase is Phase.READY)


def test_the_filmstrip_can_be_hidden_and_its_room_is_used(stand: Stand) -> None:
    stand.open_picture(640, 480)
    stand.run()
    stand.settle()
    canvas, strip = stand.window.canvas, stand.window.filmstrip
    percent, height = canvas.view.percent, canvas.height()
    stand.window.actions_.show_filmstrip.trigger()
    stand.until(lambda: not strip.isVisible() and canvas.height() > height)
    assert canvas.view.fitted and canvas.view.percent >= percent
    stand.run("face with red hair")
    assert not strip.isVisible()
    stand.window.actions_.show_filmstrip.trigger()
    stand.until(lambda: strip.isVisible() and canvas.height() == height and canvas.view.percent == percent)


def test_a_larger_window_fits_the_photo_again(stand: Stand) -> None:
    stand.open_picture(640, 480)
    stand.settle()
    stand.window.canvas.zoom(0.5)
    stand.window.canvas.fit()
    before = stand.window.canvas.view.frame
    stand.window.resize(stand.window.width(), stand.window.height() - 120)
    stand.until(lambda: stand.window.canvas.view.frame.height() < before.height())
    assert stand.window.canvas.view.fitted


def test_presets_in_use_move_no_button(presets: PresetStand) -> None:
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
