"""Results are things: copied, renamed, deleted, dragged out, chosen with what they were asked for, and never twins."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag, QGuiApplication
from PySide6.QtWidgets import QInputDialog, QMenu
from support.window.harness import Harness, child, edit_of
from support.window.restarts import NewWindow

from rtedit_desktop.core.photos.region import Region, Stroke
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.mime import picture_in
from rtedit_desktop.ui.widgets.pyramid import from_qimage


@pytest.fixture
def two(harness: Harness) -> Harness:
    """Two results of one photo; the second is shown."""
    harness.open_picture()
    harness.run("smiling face")
    harness.run("face with sunglasses")
    return harness


def titles(harness: Harness) -> list[str]:
    rows = harness.window.history.list
    return [rows.item(row).text().split("\n")[0] for row in range(1, rows.count())]


def menu_of(harness: Harness, row: int) -> QMenu:
    rows = harness.window.history.list
    rows.setCurrentRow(row)
    rows.customContextMenuRequested.emit(rows.visualItemRect(rows.item(row)).center())
    menus = [menu for menu in harness.window.history.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    return menus[0]


def test_the_menu_has_what_can_be_done_with_a_result(two: Harness) -> None:
    menu = menu_of(two, 1)
    texts = [action.text().replace("&", "") for action in menu.actions() if not action.isSeparator()]
    assert texts == [
        "Continue from here", "Save as…", "Copy the picture", "Rename the result…", "Delete the result",
        "Same again on this photo", "Copy the recipe",
    ]  # fmt: skip
    assert all(action.isEnabled() for action in menu.actions())
    menu.close()


def test_the_picture_is_copied_at_the_size_of_the_photo(two: Harness) -> None:
    QGuiApplication.clipboard().clear()
    two.window.canvas.setFocus()
    two.qtbot.keyClick(two.window.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    two.until(lambda: not QGuiApplication.clipboard().image().isNull())
    copied = from_qimage(QGuiApplication.clipboard().image())[..., :3]
    assert copied.shape == two.photo.pixels.shape
    square = two.square
    inside = (slice(square.y, square.y + square.side), slice(square.x, square.x + square.side))
    assert copied[inside].mean() > two.photo.pixels[inside].mean() + 30
    two.window.history.list.setCurrentRow(0)
    QGuiApplication.clipboard().clear()
    two.window.actions_.copy_picture.trigger()
    two.until(lambda: not QGuiApplication.clipboard().image().isNull())
    assert np.array_equal(from_qimage(QGuiApplication.clipboard().image())[..., :3], two.photo.pixels)


def test_a_result_is_renamed_and_that_is_undone(two: Harness) -> None:
    two.window.history.list.setFocus()
    two.qtbot.keyClick(two.window.history.list, Qt.Key.Key_F2)
    dialog = child(two.window, QInputDialog)
    assert dialog.textValue() == "face with sunglasses"
    dialog.setTextValue("  For   Mum ")
    dialog.accept()
    assert titles(two) == ["smiling face", "For Mum"]
    assert "face with sunglasses" in two.window.history.list.item(2).toolTip()
    two.window.actions_.undo.trigger()
    assert titles(two) == ["smiling face", "face with sunglasses"]
    two.window.actions_.redo.trigger()
    two.bar.strength.setValue(50)
    two.until(lambda: two.state.phase is Phase.READY and edit_of(two.result).settings.strength == 0.5)
    assert titles(two) == ["smiling face", "For Mum"]


def test_a_result_is_deleted_and_comes_back(two: Harness) -> None:
    smiling, glasses = two.state.results
    two.window.history.list.setCurrentRow(1)
    two.window.history.list.setFocus()
    two.qtbot.keyClick(two.window.history.list, Qt.Key.Key_Delete)
    assert titles(two) == ["face with sunglasses"] and two.state.result is None
    two.window.strip.action.click()
    assert two.state.results == (smiling, glasses) and two.state.result is smiling
    two.window.actions_.redo.trigger()
    assert two.state.results == (glasses,)
    two.run("face with red hair")
    two.window.actions_.delete_result.trigger()
    assert titles(two) == ["face with sunglasses"] and two.state.result is glasses
    for _ in range(3):
        two.window.actions_.undo.trigger()
    assert titles(two) == ["smiling face", "face with sunglasses", "face with red hair"]


def test_the_journal_follows(new_window: NewWindow) -> None:
    harness = new_window()
    harness.open_picture()
    for prompt in ("smiling face", "face with sunglasses", "face with red hair"):
        harness.run(prompt)
    harness.state.rename_result("Red")
    harness.window.history.list.setCurrentRow(1)
    harness.window.actions_.delete_result.trigger()
    harness.window.history.list.setCurrentRow(1)
    harness.window.actions_.delete_result.trigger()
    harness.window.actions_.undo.trigger()
    work = harness.state.work
    harness.close()
    kept = harness.folder_journal.read(work).entries
    assert [(edit.request.spec.prompt, edit.name) for edit in kept] == [  # type: ignore[union-attr]
        ("face with sunglasses", ""), ("face with red hair", "Red"),
    ]  # fmt: skip


def test_choosing_a_result_brings_back_what_was_asked_for(two: Harness) -> None:
    two.state.override("seed", 7)
    two.state.override("t0", 300)
    two.run("face with red hair")
    two.state.set_region(Region(strokes=(Stroke(points=((8.0, 0.0), (30.0, 20.0))),)))
    two.window.history.list.setCurrentRow(1)
    assert two.bar.prompt.text() == "smiling face" and two.state.region is None
    assert (two.state.settings.seed, two.state.settings.t0) != (7, 300)
    two.window.history.list.setCurrentRow(3)
    assert two.bar.prompt.text() == "face with red hair" and two.state.region is not None
    assert (two.state.settings.seed, two.state.settings.t0) == (7, 300)


def test_a_prompt_that_is_being_written_stays(two: Harness) -> None:
    two.type("sketch of a face")
    two.window.history.list.setCurrentRow(1)
    assert two.bar.prompt.text() == "sketch of a face"


def test_the_same_prompt_chooses_the_old_result(two: Harness) -> None:
    asked = len(two.engine.requests)
    two.type("smiling face")
    two.qtbot.keyClick(two.bar.prompt, Qt.Key.Key_Return)
    assert two.state.result is two.state.results[0]
    assert "made before" in two.window.strip.label.text()
    two.bar.run.click()
    two.settle()
    assert len(two.engine.requests) == asked and len(two.state.results) == 2
    two.window.jobs.reroll()
    two.bar.run.click()
    two.until(lambda: len(two.state.results) == 3 and two.state.phase is Phase.READY)
    two.window.actions_.continue_from.trigger()
    two.bar.run.click()
    two.until(lambda: len(two.state.results) == 4 and two.state.phase is Phase.READY)


@pytest.mark.skipif(sys.platform != "linux", reason="file names there are bytes")
@pytest.mark.parametrize("name", [b"x" * 251 + b".png", b"caf\xe9.png", b"two\nlines.png"])
def test_a_photo_of_any_name_is_dragged_out(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: bytes
) -> None:
    path = tmp_path / os.fsdecode(name)
    monkeypatch.setattr(harness.window.photos, "suggestion", lambda: path.with_name(f"{path.stem}-edited.png"))
    harness.open_picture()
    harness.run("face with sunglasses")
    taken: list[Path] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: taken.extend(picture_in(drag.mimeData())[0]))
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
    harness.window.history.list.setCurrentRow(1)
    harness.window.history.list.startDrag(Qt.DropAction.CopyAction)
    harness.until(lambda: taken)
    assert taken[0].stat().st_size > 0 and taken[0].name.isprintable()


def test_a_result_is_dragged_out_as_a_file(two: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[QMimeData] = []

    def exec_(drag: QDrag, *_: object) -> Qt.DropAction:
        taken.append(drag.mimeData())
        (path,), _image = picture_in(drag.mimeData())
        assert path.name == "pasted picture-edited face with sunglasses.png" and path.stat().st_size > 0
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", exec_)
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
    rows = two.window.history.list
    at = rows.visualItemRect(rows.item(2)).center()
    two.qtbot.mousePress(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
    for step in (10, 40, 80):
        two.qtbot.mouseMove(rows.viewport(), at + QPoint(-step, 0))
    rows.startDrag(Qt.DropAction.CopyAction)  # what Qt calls; the offscreen platform moves no mouse
    two.until(lambda: taken)
    two.qtbot.mouseRelease(rows.viewport(), Qt.MouseButton.LeftButton, pos=at)
