"""How photos come in and go out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from patience import PATIENCE_MS
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QMessageBox
from support.window.fakes import picture
from support.window.harness import Harness, child

from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.support.paths import resources
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.pyramid import from_qimage, to_qimage


def drop(harness: Harness, data: QMimeData) -> None:
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    harness.window.dropEvent(event)


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_an_empty_window_offers_samples(harness: Harness) -> None:
    assert harness.window.empty.isVisible()
    harness.until(lambda: len(harness.window.empty.samples) == 2)
    assert len(harness.window.actions_.samples.actions()) == 2
    harness.qtbot.mouseClick(harness.window.empty.samples[0], Qt.MouseButton.LeftButton)
    harness.until(lambda: harness.state.photo is not None)
    assert not harness.window.empty.isVisible()
    assert "sample-one.png" in harness.window.windowTitle()


def test_a_low_window_keeps_its_words_whole(harness: Harness) -> None:
    harness.until(lambda: len(harness.window.empty.samples) == 2)
    harness.window.resize(900, 300)
    harness.until(lambda: not harness.window.empty.samples[0].isVisible())
    button = harness.window.empty.open
    harness.until(lambda: button.height() >= button.sizeHint().height())
    harness.window.resize(900, 800)
    harness.until(lambda: harness.window.empty.samples[0].isVisible())


def test_a_name_that_is_too_long_is_reported(harness: Harness, tmp_path: Path) -> None:
    harness.open_picture()
    harness.run()
    harness.photo_service.save_error = SaveError("Could not save it: the name is too long.", "Choose a shorter name.")
    with harness.qtbot.waitSignal(harness.window.photos.save_failed, timeout=PATIENCE_MS):
        harness.window.saving.save_to(tmp_path / ("n" * 300 + ".png"))
    harness.state.mark_saved(harness.result)
    child(harness.window, ErrorDialog).close()


def test_a_dropped_file_opens(harness: Harness, tmp_path: Path) -> None:
    path = tmp_path / "Käse 猫.png"
    to_qimage(picture()).save(str(path))
    drop(harness, files(path))
    harness.until(lambda: harness.state.photo is not None)
    assert harness.state.photo is not None
    assert harness.state.photo.path == path
    assert harness.state.square is not None
    assert harness.state.square.side == 48


def test_of_several_files_the_first_opens_and_that_is_reported(harness: Harness) -> None:
    drop(harness, files(*harness.photo_service.samples()))
    harness.until(lambda: harness.state.photo is not None)
    assert harness.state.photo is not None
    assert harness.state.photo.name == "sample-one.png"
    assert "2 files" in harness.window.strip.label.text()


def test_dropped_and_pasted_pictures_open(harness: Harness) -> None:
    data = QMimeData()
    data.setImageData(to_qimage(picture(30, 20)))
    drop(harness, data)
    harness.until(lambda: harness.state.photo is not None and harness.state.photo.size == (30, 20))
    QGuiApplication.clipboard().setImage(to_qimage(picture(40, 20)))
    harness.window.actions_.paste.trigger()
    harness.until(lambda: harness.state.photo is not None and harness.state.photo.size == (40, 20))


def test_nothing_to_paste_is_reported(harness: Harness) -> None:
    QGuiApplication.clipboard().setText("just words")
    harness.window.actions_.paste.trigger()
    assert "no picture" in harness.window.strip.label.text()


@pytest.mark.parametrize("way", ["pasted", "dropped"])
def test_a_damaged_picture_is_reported(harness: Harness, way: str) -> None:
    data = QMimeData()
    data.setData("image/png", b"\x89PNG\r\n\x1a\n and then nothing")
    if way == "pasted":
        QGuiApplication.clipboard().setMimeData(data)
        harness.window.actions_.paste.trigger()
    else:
        drop(harness, data)
    assert "damaged or too large" in harness.window.strip.label.text()
    assert harness.state.photo is None


def test_a_file_that_is_no_picture_leaves_the_current_one(harness: Harness, tmp_path: Path) -> None:
    harness.open_picture()
    before = harness.state.photo
    path = tmp_path / "holiday.jpg"
    path.write_text("words")
    harness.window.opening.open(path)
    harness.until(lambda: harness.window.findChildren(ErrorDialog))
    dialog = harness.window.findChildren(ErrorDialog)[0]
    assert dialog.what.text().startswith("Could not open holiday.jpg")
    dialog.close()
    assert harness.state.photo is before


def test_saving_writes_the_whole_photo(harness: Harness, tmp_path: Path) -> None:
    harness.open_picture(64, 48)
    harness.run()
    path = tmp_path / "out.png"
    harness.window.saving.save_to(path)
    harness.until(lambda: harness.state.saved)
    saved = from_qimage(QImage(str(path)))
    photo, square = harness.state.photo, harness.state.square
    assert photo is not None
    assert square is not None
    assert saved.shape == photo.pixels.shape
    assert np.array_equal(saved[:, : square.x], photo.pixels[:, : square.x])
    assert (saved[:, square.x : square.x + square.side].astype(int) > photo.pixels[:, 8:56]).all()
    assert not harness.window.isWindowModified()
    assert "out.png" in harness.window.strip.label.text()
    path.unlink()
    harness.window.actions_.save.trigger()
    harness.until(path.exists)


def test_saving_over_the_source_asks_first(harness: Harness) -> None:
    source = harness.photo_service.samples()[0]
    harness.window.opening.open(source)
    harness.until(lambda: harness.state.photo is not None)
    before = source.read_bytes()
    assert harness.window.photos.suggestion().name == "sample-one-edited.png"
    harness.run()
    harness.window.saving.save_to(source)
    box = harness.window.findChildren(QMessageBox)[0]
    assert "the photo you opened" in box.text()
    harness.qtbot.mouseClick(box.button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert source.read_bytes() == before
    assert not harness.state.saved


def test_a_save_that_fails_is_reported_and_the_result_stays(harness: Harness, tmp_path: Path) -> None:
    harness.open_picture()
    harness.run()
    harness.photo_service.save_error = SaveError("Could not save out.png: the disk is full.", "Free some space.")
    harness.window.saving.save_to(tmp_path / "out.png")
    harness.until(lambda: harness.window.findChildren(ErrorDialog))
    dialog = harness.window.findChildren(ErrorDialog)[0]
    assert "disk is full" in dialog.what.text()
    dialog.close()
    assert harness.state.result is not None
    assert not harness.state.saved


@pytest.mark.parametrize("discard", [True, False])
def test_another_photo_over_an_unsaved_result_asks(harness: Harness, discard: bool) -> None:
    harness.open_picture()
    harness.run()
    before = harness.state.photo
    harness.window.opening.open(harness.photo_service.samples()[0])
    box = harness.window.findChildren(QMessageBox)[0]
    which = QMessageBox.StandardButton.Discard if discard else QMessageBox.StandardButton.Cancel
    harness.qtbot.mouseClick(box.button(which), Qt.MouseButton.LeftButton)
    if discard:
        harness.until(lambda: harness.state.photo is not before)
    assert harness.state.phase is Phase.READY


def test_closing_with_an_unsaved_result_asks(harness: Harness) -> None:
    harness.open_picture()
    harness.run()
    harness.window.close()
    assert harness.window.isVisible()
    box = harness.window.findChildren(QMessageBox)[0]
    harness.qtbot.mouseClick(box.button(QMessageBox.StandardButton.Discard), Qt.MouseButton.LeftButton)
    assert not harness.window.isVisible()


def test_a_changed_sample_is_not_saved_among_the_apps_own_files(harness: Harness) -> None:
    sample = resources() / "samples" / "portraits" / "astronaut.jpg"
    photo = Photo(pixels=picture(64, 64), name=sample.name, path=sample)
    harness.state.set_photo(photo, Square(x=0, y=0, side=64))
    suggested = harness.window.photos.suggestion()
    assert suggested.name == "astronaut-edited.png"
    assert not suggested.is_relative_to(resources())
