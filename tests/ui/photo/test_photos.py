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
from support.window.harness import Stand, child

from rtedit_desktop.core.errors import SaveError
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.support.paths import resources
from rtedit_desktop.ui.model.state import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.pyramid import from_qimage, to_qimage


def drop(stand: Stand, data: QMimeData) -> None:
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    stand.window.dropEvent(event)


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_an_empty_window_offers_samples(stand: Stand) -> None:
    assert stand.window.empty.isVisible()
    stand.until(lambda: len(stand.window.empty.samples) == 2)
    assert len(stand.window.actions_.samples.actions()) == 2
    stand.qtbot.mouseClick(stand.window.empty.samples[0], Qt.MouseButton.LeftButton)
    stand.until(lambda: stand.state.photo is not None)
    assert not stand.window.empty.isVisible()
    assert "sample-one.png" in stand.window.windowTitle()


def test_a_low_window_keeps_its_words_whole(stand: Stand) -> None:
    stand.until(lambda: len(stand.window.empty.samples) == 2)
    stand.window.resize(900, 300)
    stand.until(lambda: not stand.window.empty.samples[0].isVisible())
    button = stand.window.empty.open
    stand.until(lambda: button.height() >= button.sizeHint().height())
    stand.window.resize(900, 800)
    stand.until(lambda: stand.window.empty.samples[0].isVisible())


def test_a_name_that_is_too_long_is_reported(stand: Stand, tmp_path: Path) -> None:
    stand.open_picture()
    stand.run()
    stand.photo_service.save_error = SaveError("Could not save it: the name is too long.", "Choose a shorter name.")
    with stand.qtbot.waitSignal(stand.window.photos.save_failed, timeout=PATIENCE_MS):
        stand.window.saving.save_to(tmp_path / ("n" * 300 + ".png"))
    stand.state.mark_saved(stand.result)
    child(stand.window, ErrorDialog).close()


def test_a_dropped_file_opens(stand: Stand, tmp_path: Path) -> None:
    path = tmp_path / "Käse 猫.png"
    to_qimage(picture()).save(str(path))
    drop(stand, files(path))
    stand.until(lambda: stand.state.photo is not None)
    assert stand.state.photo is not None
    assert stand.state.photo.path == path
    assert stand.state.square is not None
    assert stand.state.square.side == 48


def test_of_several_files_the_first_opens_and_that_is_reported(stand: Stand) -> None:
    drop(stand, files(*stand.photo_service.samples()))
    stand.until(lambda: stand.state.photo is not None)
    assert stand.state.photo is not None
    assert stand.state.photo.name == "sample-one.png"
    assert "2 files" in stand.window.strip.label.text()


def test_dropped_and_pasted_pictures_open(stand: Stand) -> None:
    data = QMimeData()
    data.setImageData(to_qimage(picture(30, 20)))
    drop(stand, data)
    stand.until(lambda: stand.state.photo is not None and stand.state.photo.size == (30, 20))
    QGuiApplication.clipboard().setImage(to_qimage(picture(40, 20)))
    stand.window.actions_.paste.trigger()
    stand.until(lambda: stand.state.photo is not None and stand.state.photo.size == (40, 20))


def test_nothing_to_paste_is_reported(stand: Stand) -> None:
    QGuiApplication.clipboard().setText("just words")
    stand.window.actions_.paste.trigger()
    assert "no picture" in stand.window.strip.label.text()


def test_a_file_that_is_no_picture_leaves_the_current_one(stand: Stand, tmp_path: Path) -> None:
    stand.open_picture()
    before = stand.state.photo
    path = tmp_path / "holiday.jpg"
    path.write_text("words")
    stand.window.open(path)
    stand.until(lambda: stand.window.findChildren(ErrorDialog))
    dialog = stand.window.findChildren(ErrorDialog)[0]
    assert dialog.what.text().startswith("Could not open holiday.jpg")
    dialog.close()
    assert stand.state.photo is before


def test_saving_writes_the_whole_photo(stand: Stand, tmp_path: Path) -> None:
    stand.open_picture(64, 48)
    stand.run()
    path = tmp_path / "out.png"
    stand.window.saving.save_to(path)
    stand.until(lambda: stand.state.saved)
    saved = from_qimage(QImage(str(path)))
    photo, square = stand.state.photo, stand.state.square
    assert photo is not None
    assert square is not None
    assert saved.shape == photo.pixels.shape
    assert np.array_equal(saved[:, : square.x], photo.pixels[:, : square.x])
    assert (saved[:, square.x : square.x + square.side].astype(int) > photo.pixels[:, 8:56]).all()
    assert not stand.window.isWindowModified()
    assert "out.png" in stand.window.strip.label.text()
    path.unlink()
    stand.window.actions_.save.trigger()
    stand.until(path.exists)


def test_saving_over_the_source_asks_first(stand: Stand) -> None:
    source = stand.photo_service.samples()[0]
    stand.window.open(source)
    stand.until(lambda: stand.state.photo is not None)
    before = source.read_bytes()
    assert stand.window.photos.suggestion().name == "sample-one-edited.png"
    stand.run()
    stand.window.saving.save_to(source)
    box = stand.window.findChildren(QMessageBox)[0]
    assert "the photo you opened" in box.text()
    stand.qtbot.mouseClick(box.button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert source.read_bytes() == before
    assert not stand.state.saved


def test_a_save_that_fails_is_reported_and_the_result_stays(stand: Stand, tmp_path: Path) -> None:
    stand.open_picture()
    stand.run()
    stand.photo_service.save_error = SaveError("Could not save out.png: the disk is full.", "Free some space.")
    stand.window.saving.save_to(tmp_path / "out.png")
    stand.until(lambda: stand.window.findChildren(ErrorDialog))
    dialog = stand.window.findChildren(ErrorDialog)[0]
    assert "disk is full" in dialog.what.text()
    dialog.close()
    assert stand.state.result is not None
    assert not stand.state.saved


@pytest.mark.parametrize("discard", [True, False])
def test_another_photo_over_an_unsaved_result_asks(stand: Stand, discard: bool) -> None:
    stand.open_picture()
    stand.run()
    before = stand.state.photo
    stand.window.open(stand.photo_service.samples()[0])
    box = stand.window.findChildren(QMessageBox)[0]
    which = QMessageBox.StandardButton.Discard if discard else QMessageBox.StandardButton.Cancel
    stand.qtbot.mouseClick(box.button(which), Qt.MouseButton.LeftButton)
    if discard:
        stand.until(lambda: stand.state.photo is not before)
    assert stand.state.phase is Phase.READY


def test_closing_with_an_unsaved_result_asks(stand: Stand) -> None:
    stand.open_picture()
    stand.run()
    stand.window.close()
    assert stand.window.isVisible()
    box = stand.window.findChildren(QMessageBox)[0]
    stand.qtbot.mouseClick(box.button(QMessageBox.StandardButton.Discard), Qt.MouseButton.LeftButton)
    assert not stand.window.isVisible()


def test_a_changed_sample_is_not_saved_among_the_apps_own_files(stand: Stand) -> None:
    sample = resources() / "samples" / "portraits" / "astronaut.jpg"
    photo = Photo(pixels=picture(64, 64), name=sample.name, path=sample)
    stand.state.set_photo(photo, Square(x=0, y=0, side=64))
    suggested = stand.window.photos.suggestion()
    assert suggested.name == "astronaut-edited.png"
    assert not suggested.is_relative_to(resources())
