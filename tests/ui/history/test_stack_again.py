"""A stack again: on another photo, on the same, and after what it was made with is gone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from support.window.fakes import face, picture
from support.window.harness import Harness
from support.window.preset_harness import PresetHarness
from support.window.stacking import jobs_of, panel_of, ready, rows, seen, switch

from rtedit_desktop.core import events
from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.core.stack import stack_of
from rtedit_desktop.presets.format import read_info
from rtedit_desktop.ui.widgets.messages import ErrorDialog


def _image(width: int, height: int, seed: int) -> QImage:
    from rtedit_desktop.ui.widgets.pyramid import to_qimage

    return to_qimage(picture(width, height, seed))


def test_the_whole_stack_again_on_another_photo(together: Harness) -> None:
    stack = stack_of(together.result.layers)
    together.window.photos.paste(_image(70, 90, seed=5))
    together.until(lambda: together.photo.size == (70, 90))
    history = together.window.history
    history.earlier.setCurrentRow(0)
    together.window.actions_.again.trigger()
    together.until(lambda: len(together.state.results) == 1 and ready(together))
    assert [layer.spec for layer in stack_of(together.result.layers).layers] == [layer.spec for layer in stack.layers]
    assert {layer.square for layer in together.result.layers} == {together.square}
    grown = seen(together).astype(int) - together.photo.pixels
    assert grown[10:80].min() >= 105


def test_edits_of_two_people_look_for_two_faces(apart: Harness) -> None:
    again = apart.window.actions_.again
    apart.window.photos.paste(_image(200, 100, seed=5))
    apart.until(lambda: apart.photo.size == (200, 100))
    apart.window.history.earlier.setCurrentRow(0)
    again.trigger()
    assert "fewer faces" in apart.window.strip.label.text() and not apart.state.results
    faces = (face(50, 40, 20).square, face(150, 40, 18).square)
    apart.state.faces.find(faces)
    apart.state.set_square(faces[0])
    again.trigger()
    apart.until(lambda: len(apart.state.results) == 1 and ready(apart))
    assert tuple(layer.square for layer in apart.result.layers) == faces


def test_the_same_again_on_the_same_photo_is_there_at_once(together: Harness) -> None:
    asked = len(jobs_of(together))
    together.window.history.list.setCurrentRow(2)
    together.window.actions_.again.trigger()
    together.until(lambda: len(together.state.results) == 3 and ready(together))
    assert np.array_equal(together.result.picture, together.state.results[1].picture)
    assert len(jobs_of(together)) <= asked + 2


def test_a_pack_that_was_removed_since(together: Harness) -> None:
    pack = together.state.packs[0]
    together.state.set_packs([])
    before = together.result
    panel_of(together).list.item(1).setCheckState(Qt.CheckState.Unchecked)
    together.until(lambda: together.window.findChildren(ErrorDialog))
    dialog = together.window.findChildren(ErrorDialog)[0]
    assert any("not installed" in label.text() for label in dialog.findChildren(QLabel))
    dialog.close()
    assert together.state.result is before and rows(together)[1] == "smiling face"
    assert not np.array_equal(seen(together), together.photo.pixels)  # what it made is there without it
    together.state.set_packs([pack])


def test_a_preset_that_was_removed_since(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.run("smiling face")
    presets.window.actions_.continue_from.trigger()
    presets.apply("Hat")
    before = presets.result
    presets.engine.fails = events.Failed(job_id="", what="The preset is gone.", todo="Put it back.", details="")
    panel_of(presets).list.item(1).setCheckState(Qt.CheckState.Unchecked)
    presets.until(lambda: presets.window.findChildren(ErrorDialog))
    presets.window.findChildren(ErrorDialog)[0].close()
    presets.until(lambda: ready(presets))
    assert presets.state.result is before and rows(presets)[1:] == ["smiling face", "Hat"]
    presets.engine.fails = None
    switch(presets, 2)  # it can still be switched off
    assert rows(presets)[1:] == ["smiling face", "(Hat)"]


def test_a_preset_that_is_gone_is_called_by_its_title(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Hat")
    path = presets.state.mix[0].path
    presets.presets_controller.presets.rename(presets.in_the_library()["Hat"], "Grandfather's hat")
    presets.until(lambda: "Grandfather's hat" in presets.in_the_library() and not presets.window.background.writing)
    path.unlink()
    with pytest.raises(PresetError) as gone:
        read_info(path)
    presets.engine.fails = events.failed("", gone.value)
    presets.window.mixes.set_mix((presets.state.mix[0]._replace(strength=0.5),))
    presets.until(lambda: presets.window.findChildren(ErrorDialog))
    dialog = presets.window.findChildren(ErrorDialog)[0]
    assert dialog.what.text() == "There is no preset “Grandfather's hat” any more."
    dialog.close()
    assert path.name in str(gone.value), "the command line names the file"
    presets.until(lambda: ready(presets))


def test_nothing_of_a_stack_is_left_when_another_photo_comes(together: Harness, qtbot: QtBot) -> None:
    together.window.actions_.continue_from.trigger()
    together.window.photos.paste(_image(80, 80, seed=3))
    together.until(lambda: together.photo.size == (80, 80))
    assert not together.state.continued and not together.state.base and not panel_of(together).isVisible()
    assert together.window.canvas.scene.under is None
