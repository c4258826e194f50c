"""Real files on a real photo service with a real journal: nothing of a photograph is lost on the way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from pytestqt.qtbot import QtBot
from support.window.fakes import brighter
from support.window.real_harness import RealHarness
from support.window.restarts import kill

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.stack import composed, stack_of
from rtedit_desktop.history.work_folder import WorkFolder
from rtedit_desktop.imaging.photo_service import FilePhotoService
from rtedit_desktop.ui.model.phase import Phase

CAMERA = "Camera of the test"


@pytest.fixture
def harnesses(qtbot: QtBot) -> Iterator[list[RealHarness]]:
    made: list[RealHarness] = []
    yield made
    for harness in made:
        if harness.window.isVisible():
            harness.close()
        harness.window.deleteLater()


def photograph(path: Path) -> None:
    """On its side, with a camera's name and a profile."""
    ramp = np.add.outer(np.arange(90), np.arange(160)) % 200
    pixels = np.stack([ramp, np.roll(ramp, 30, 0), np.roll(ramp, 50, 1)], 2).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, CAMERA
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(pixels).save(path, quality=92, exif=exif.tobytes(), icc_profile=profile)


def restored(qtbot: QtBot, folder: Path) -> RealHarness:
    """The next window, with what it offers."""
    again = RealHarness(qtbot, folder)
    again.until(again.window.offer.isVisible)
    again.window.offer.yes.click()
    again.until(lambda: again.state.results)
    return again


def run_on_result(harness: RealHarness, prompt: str) -> None:
    harness.window.actions_.continue_from.trigger()
    harness.run(prompt)


def test_a_photograph_that_is_overwritten_while_edits_are_made_on_each_other(
    qtbot: QtBot, tmp_path: Path, harnesses: list[RealHarness]
) -> None:
    """Its copy is there from the first moment on, not from the first result on."""
    path = tmp_path / "a.jpg"
    photograph(path)
    first = RealHarness(qtbot, tmp_path)
    harnesses.append(first)
    first.window.opening.open(path)
    first.until(lambda: first.state.phase is Phase.READY)
    first.engine.hold.clear()
    first.type("smiling face")
    first.window.running.run()
    first.until(lambda: list((tmp_path / "history").glob("*/photo.jpg")))
    Image.new("RGB", (300, 200), "red").save(path)
    first.engine.hold.set()
    first.until(lambda: len(first.state.results) == 1 and first.state.phase is Phase.READY)
    run_on_result(first, "face with red hair")
    first.window.photos.save(tmp_path / "out.png")
    first.until(lambda: first.state.saved and not first.window.background.writing)
    whole = composed(FilePhotoService(), first.photo, first.result.layers).pixels
    assert np.array_equal(np.asarray(Image.open(tmp_path / "out.png")), whole), "it is of the photo that was opened"
    photo, result = first.photo, first.result
    kill(first)

    again = restored(qtbot, tmp_path)
    harnesses.append(again)
    assert len(again.state.results) == 2 and stack_of(again.result.layers) == stack_of(result.layers)
    assert np.array_equal(again.photo.pixels, photo.pixels)
    assert "was changed since; this is the copy" in again.window.strip.label.text()
    again.state.mark_saved(again.result)


def test_a_window_that_dies_while_a_photo_is_copied_that_was_overwritten(
    qtbot: QtBot, tmp_path: Path, harnesses: list[RealHarness], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large one is written for many seconds; the results do not wait for it, and are all that is needed."""
    path = tmp_path / "a.jpg"
    photograph(path)
    first = RealHarness(qtbot, tmp_path)
    harnesses.append(first)
    first.window.opening.open(path)
    first.until(lambda: first.state.phase is Phase.READY)
    Image.new("RGB", (300, 200), "red").save(path)
    with monkeypatch.context() as slow:
        slow.setattr(WorkFolder, "keep_photo", lambda *_: False)  # it did not come to its end
        first.state.set_square(Square(x=5, y=20, side=60))
        first.run("smiling face")
        first.window.actions_.continue_from.trigger()
        first.state.set_square(Square(x=20, y=90, side=60, angle=10.0))
        first.run("face with red hair")
        first.until(lambda: not first.window.background.writing)
        photo, result = first.photo, first.result
        kill(first)

    again = restored(qtbot, tmp_path)
    harnesses.append(again)
    assert len(again.state.results) == 2 and stack_of(again.result.layers) == stack_of(result.layers)
    assert again.photo.size == photo.size
    assert np.abs(again.photo.pixels[30:70, 10:60].astype(int) - photo.pixels[30:70, 10:60]).mean() < 25
    assert "was changed since" in again.window.strip.label.text() and "is grey" in again.window.strip.label.text()
    again.until(lambda: again.window.canvas.has_after)
    again.state.mark_saved(again.result)


def test_a_photograph_that_is_gone_comes_back_with_all_that_was_in_its_file(
    qtbot: QtBot, tmp_path: Path, harnesses: list[RealHarness]
) -> None:
    path = tmp_path / "ferien ü 五.jpg"
    photograph(path)
    first = RealHarness(qtbot, tmp_path)
    harnesses.append(first)
    first.window.opening.open(path)
    first.until(lambda: first.state.phase is Phase.READY)
    first.state.set_square(Square(x=5, y=20, side=80))
    first.run()
    photo, result = first.state.photo, first.state.result
    assert photo is not None and result is not None and photo.size == (90, 160), "it is upright"
    first.window.photos.save(tmp_path / "before.jpg")
    first.until(lambda: not first.window.background.writing)
    kill(first)
    path.unlink()

    again = restored(qtbot, tmp_path)
    harnesses.append(again)
    back = again.state.photo
    assert back is not None and back.name == path.name and back.path == path
    assert np.array_equal(back.pixels, photo.pixels)
    assert replace(back.origin, stamp=photo.origin.stamp) == photo.origin, "its EXIF, its profile and its quality"
    assert again.state.square == Square(x=5, y=20, side=80)
    assert again.window.photos.suggestion() == tmp_path / "ferien ü 五-edited.jpg"
    again.window.photos.save(tmp_path / "after.jpg")
    again.until(lambda: (tmp_path / "after.jpg").exists() and not again.window.background.writing)
    after, before = (Image.open(tmp_path / name) for name in ("after.jpg", "before.jpg"))
    assert np.array_equal(np.asarray(after), np.asarray(before)) and after.size == before.size
    assert after.getexif() == before.getexif() and "icc_profile" in after.info
    with Image.open(tmp_path / "after.jpg") as image:
        assert image.getexif()[0x0110] == CAMERA and image.info["icc_profile"]
    assert np.array_equal(again.result.picture, brighter(again.result.request.picture, 60.0))
    again.state.mark_saved(again.result)
