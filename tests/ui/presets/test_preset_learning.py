"""From an edit or a prompt to a preset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from support.window.fakes import ITERATIONS, PACK, face, picture
from support.window.harness import child
from support.window.preset_harness import PresetHarness

from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.core.requests import KeepRequest, LearnRequest
from rtedit_desktop.support import settings
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.presets import preset_learning as learning
from rtedit_desktop.ui.presets.preset_dialogs import KeepDialog, LearnDialog
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.pyramid import to_qimage


def learn(presets: PresetHarness, title: str = "Grin", folder: Path | None = None) -> None:
    presets.type("smiling face")
    presets.window.actions_.learn_preset.trigger()
    dialog = child(presets.window, LearnDialog)
    dialog.title.setText(title)
    if folder is not None:
        dialog.set_folder(folder)
    presets.qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)


def learned(presets: PresetHarness) -> LearnRequest:
    return next(request for request in presets.engine.requests if isinstance(request, LearnRequest))


def test_an_edit_is_kept_under_its_prompt(presets: PresetHarness) -> None:
    presets.open_picture()
    assert not presets.window.actions_.keep_preset.isEnabled()
    presets.run("smiling face")
    presets.window.actions_.keep_preset.trigger()
    dialog = child(presets.window, KeepDialog)
    assert dialog.title.text() == "smiling face"
    dialog.title.setText("  ")
    assert not dialog.yes.isEnabled()
    dialog.title.setText("My smile")
    presets.qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    presets.learned("My smile")
    request = presets.engine.requests[-1]
    assert isinstance(request, KeepRequest)
    assert presets.state.result is not None
    assert request.edit is presets.state.result.request
    assert (request.title, request.output.parent) == ("My smile", presets.library.folder)
    assert presets.panel.list.chosen is not None
    assert presets.panel.list.chosen.title == "My smile"
    assert "Nothing had to be learned." in presets.window.strip.label.text()
    assert presets.state.learning is None
    presets.apply("My smile")
    assert not presets.window.actions_.keep_preset.isEnabled()


def test_author_and_licence_go_into_the_file_and_are_offered_again(
    presets: PresetHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))
    presets.open_picture()
    presets.run("smiling face")
    presets.window.actions_.keep_preset.trigger()
    dialog = child(presets.window, KeepDialog)
    assert (dialog.author.text(), dialog.licence.currentText()) == ("", "")
    dialog.author.setText("  Somebody   else ")
    dialog.licence.setEditText("CC BY 4.0")
    presets.qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    presets.learned("smiling face")
    kept = presets.engine.requests[-1]
    assert isinstance(kept, KeepRequest)
    assert (kept.author, kept.licence) == ("Somebody else", "CC BY 4.0")
    presets.until(lambda: settings.load().author == "Somebody else")
    learn(presets)
    presets.learned("Grin")
    assert (learned(presets).author, learned(presets).licence) == ("Somebody else", "CC BY 4.0")


def test_every_field_of_learning_is_reached_in_order(presets: PresetHarness) -> None:
    presets.type("smiling face")
    presets.window.actions_.learn_preset.trigger()
    dialog = child(presets.window, LearnDialog)
    presets.until(dialog.isActiveWindow)
    reached: list[str] = []
    for _ in range(5):
        focus = dialog.focusWidget()
        assert focus is not None
        reached.append(focus.accessibleName() or str(focus.property("text")).replace("&", ""))
        presets.qtbot.keyClick(focus, Qt.Key.Key_Tab)
    dialog.reject()
    assert reached[0] == "Title of the preset" and reached[1].startswith("The pictures that come with")
    assert reached[-2:] == ["Author of the preset", "Licence of the preset"]


def test_the_same_prompt_again_says_that_nothing_was_learned(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.run("smiling face")
    assert "nothing had to be learned" not in presets.window.statusBar().currentMessage()
    presets.state.delete_result()  # or it would be shown again, and not be made
    presets.run("smiling face")
    assert "nothing had to be learned" in presets.window.statusBar().currentMessage()


def test_a_prompt_is_learned_on_the_packs_own_pictures(presets: PresetHarness) -> None:
    seen: list[str] = []
    presets.state.learning_changed.connect(lambda: seen.append(presets.bar.hint.text()))
    learn(presets)
    presets.learned("Grin")
    request = learned(presets)
    assert (request.spec.prompt, request.spec.source, request.spec.pack, request.pictures) == (
        "smiling face",
        "face",
        "fakes",
        (),
    )
    assert any(f"Learning “Grin”: 3 of {ITERATIONS} · how sure: 0.10" in text for text in seen)
    assert presets.state.phase is Phase.EMPTY
    assert presets.panel.list.chosen is not None
    assert presets.panel.list.chosen.title == "Grin"


def test_results_can_be_looked_at_while_a_preset_is_learned(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.run("face with red hair")
    presets.engine.hold.clear()
    learn(presets)
    presets.until(lambda: presets.state.learning is not None and presets.state.learning.what.startswith("Loading"))
    do = presets.window.actions_
    assert presets.bar.run.text() == "Queue"
    assert not presets.panel.apply.isEnabled()
    assert not presets.bar.strength.isEnabled()
    assert presets.bar.bar.isVisible()
    do.undo.trigger()
    assert presets.state.result is None
    do.redo.trigger()
    presets.window.filmstrip.list.setCurrentRow(2)
    assert presets.state.frame is presets.state.frames[2]
    presets.engine.hold.set()
    presets.learned("Grin")
    assert presets.bar.run.text() == "Run"
    assert presets.state.result is presets.state.results[0]


def test_escape_stops_learning(presets: PresetHarness) -> None:
    presets.engine.hold.clear()
    learn(presets)
    presets.until(lambda: presets.state.learning is not None and presets.state.learning.what.startswith("Loading"))
    assert presets.bar.cancel.isEnabled()
    presets.window.activateWindow()
    presets.until(presets.window.isActiveWindow)
    presets.qtbot.keyClick(presets.window, Qt.Key.Key_Escape)
    assert presets.bar.hint.text() == "Stopping after this step…"
    presets.until(lambda: presets.state.learning is None)
    assert "“Grin” was stopped" in presets.window.strip.label.text()
    assert presets.titles == ["Glasses", "Hat", "Smile"]
    presets.engine.hold.set()
    presets.open_picture()
    presets.run()


def test_a_folder_of_pictures_is_learned_from_without_those_that_do_not_open(
    presets: PresetHarness, tmp_path: Path
) -> None:
    folder = tmp_path / "faces"
    folder.mkdir()
    for n in range(3):
        to_qimage(picture(40, 30, seed=n)).save(str(folder / f"{n}.png"))
    (folder / "broken.jpg").write_text("words")
    (folder / "notes.txt").write_text("words")
    learn(presets, folder=folder)
    presets.learned("Grin")
    assert [pixels.shape for pixels in learned(presets).pictures] == [(32, 32, 3)] * 3
    text = presets.window.strip.label.text()
    assert "Left out, because they could not be opened: broken.jpg." in text


@pytest.mark.parametrize("found", [True, False])
def test_a_pack_of_faces_learns_from_the_faces_of_a_folder(presets: PresetHarness, tmp_path: Path, found: bool) -> None:
    own = face(30, 20, 6)
    presets.photo_service.found = (own,) if found else ()
    presets.state.set_pack(replace(PACK, id="faces", title="Faces", square="face"))
    folder = tmp_path / "people"
    folder.mkdir()
    to_qimage(picture(80, 60)).save(str(folder / "one.png"))
    learn(presets, folder=folder)
    presets.learned("Grin")
    photo = presets.photo_service.open(folder / "one.png")
    square = own.square if found else presets.photo_service.centred_square(photo)
    assert np.array_equal(learned(presets).pictures[0], presets.photo_service.crop(photo, square, PACK.image_size))
    assert ("In 1 of 1 pictures no face was found" in presets.window.strip.label.text()) is not found


def test_of_a_large_folder_the_first_are_taken(
    presets: PresetHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "MOST_PICTURES", 2)
    folder = tmp_path / "faces"
    folder.mkdir()
    for n in range(3):
        to_qimage(picture(seed=n)).save(str(folder / f"{n}.png"))
    learn(presets, folder=folder)
    presets.learned("Grin")
    assert len(learned(presets).pictures) == 2
    assert "3 pictures are in faces; the first 2" in presets.window.strip.label.text()


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_without_pictures_is_reported(presets: PresetHarness, tmp_path: Path, exists: bool) -> None:
    folder = tmp_path / "faces"
    if exists:
        folder.mkdir()
    learn(presets, folder=folder)
    presets.until(lambda: presets.window.findChildren(ErrorDialog))
    child(presets.window, ErrorDialog).close()
    assert presets.state.learning is None
    assert not presets.engine.requests


def test_no_place_for_the_file_is_reported_before_time_is_spent(presets: PresetHarness) -> None:
    presets.library.fails = PresetError("The folder is read-only.", "Make it writable.")
    learn(presets)
    presets.until(lambda: presets.window.findChildren(ErrorDialog))
    child(presets.window, ErrorDialog).close()
    assert presets.state.learning is None
    assert not presets.engine.requests


def test_a_failure_while_learning_is_reported(presets: PresetHarness) -> None:
    presets.engine.fails = RuntimeError("tensors disagree")
    learn(presets)
    presets.until(lambda: presets.window.findChildren(ErrorDialog))
    child(presets.window, ErrorDialog).close()
    assert presets.state.learning is None


def test_a_prompt_that_cannot_be_learned_is_refused_with_its_reason(presets: PresetHarness) -> None:
    presets.window.actions_.learn_preset.trigger()
    assert "no prompt yet" in presets.bar.hint.text()
    assert not presets.window.findChildren(LearnDialog)


def test_another_photo_does_not_stop_learning(presets: PresetHarness) -> None:
    presets.engine.hold.clear()
    learn(presets)
    presets.until(lambda: presets.state.learning is not None)
    presets.open_picture()
    assert presets.state.learning is not None
    presets.engine.hold.set()
    presets.learned("Grin")


def test_closing_while_learning_ends_the_threads(presets: PresetHarness) -> None:
    presets.engine.hold.clear()
    learn(presets)
    presets.until(lambda: presets.state.learning is not None and presets.state.learning.what.startswith("Loading"))
    presets.window.close()
    assert presets.window.ended
