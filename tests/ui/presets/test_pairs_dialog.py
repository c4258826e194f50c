"""From pictures before and after an edit to a preset, in the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from support.window.harness import child
from support.window.preset_harness import PresetHarness

from rtedit_desktop.core.requests import LearnRequest
from rtedit_desktop.ui.presets.pairs_dialog import PairsDialog
from rtedit_desktop.ui.widgets.messages import ErrorDialog


def pairs_in(folder: Path, count: int, marks: tuple[str, str] = (".before", ".after")) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        small = Image.fromarray(np.random.default_rng(number).integers(0, 256, (12, 12, 3), dtype=np.uint8))
        before = np.array(small.resize((64, 64), Image.Resampling.BICUBIC))
        after = before.copy()
        after[20:34] = 20
        for mark, pixels in zip(marks, (before, after), strict=True):
            if mark:
                Image.fromarray(pixels).save(folder / f"p{number}{mark}.png")
    return folder


def shown(presets: PresetHarness) -> PairsDialog:
    presets.window.actions_.learn_pairs.trigger()
    return child(presets.window, PairsDialog)


def test_a_folder_of_pairs_becomes_a_preset(presets: PresetHarness, tmp_path: Path) -> None:
    dialog = shown(presets)
    dialog.title.setText("Dark bar")
    assert not dialog.yes.isEnabled()
    dialog.set_before(pairs_in(tmp_path / "pairs", 3))
    presets.until(lambda: dialog.pairs == 3)
    assert "3 pairs" in dialog.found.text()
    presets.qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    presets.learned("Dark bar")
    (request,) = (one for one in presets.engine.requests if isinstance(one, LearnRequest))
    assert len(request.pairs) == 3
    assert request.spec.prompt == "Dark bar"
    before, after = request.pairs[0]
    assert before.shape == after.shape
    assert not np.array_equal(before, after)
    assert presets.state.learning is None


def test_two_folders_with_the_same_names(presets: PresetHarness, tmp_path: Path) -> None:
    dialog = shown(presets)
    before, after = tmp_path / "before", tmp_path / "after"
    pairs_in(before, 2, ("", ".x"))
    pairs_in(after, 2, (".x", ""))
    dialog.set_before(before)
    presets.until(lambda: "no pairs" in dialog.found.text())
    dialog.set_after(after)
    presets.until(lambda: dialog.pairs == 2)


def test_a_half_that_is_missing_is_named_at_once(presets: PresetHarness, tmp_path: Path) -> None:
    dialog = shown(presets)
    dialog.title.setText("Dark bar")
    folder = pairs_in(tmp_path / "pairs", 2)
    (folder / "p1.after.png").unlink()
    dialog.set_before(folder)
    presets.until(lambda: "p1.before.png has no other half" in dialog.found.text())
    assert not dialog.yes.isEnabled()
    dialog.set_before(tmp_path / "nowhere")
    presets.until(lambda: "could not be read" in dialog.found.text())


def test_pairs_that_do_not_fit_are_left_out_and_reported(presets: PresetHarness, tmp_path: Path) -> None:
    folder = pairs_in(tmp_path / "pairs", 3)
    (folder / "p0.after.png").write_bytes((folder / "p1.before.png").read_bytes())
    dialog = shown(presets)
    dialog.title.setText("Dark bar")
    dialog.set_before(folder)
    presets.until(lambda: dialog.pairs == 3)
    presets.qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    presets.learned("Dark bar")
    (request,) = (one for one in presets.engine.requests if isinstance(one, LearnRequest))
    assert len(request.pairs) == 2
    presets.until(lambda: "Checked on what it did not learn from" in presets.window.strip.label.text())


def test_a_pair_that_is_swapped_is_named(presets: PresetHarness, tmp_path: Path) -> None:
    folder = pairs_in(tmp_path / "pairs", 5)
    before, after = folder / "p3.before.png", folder / "p3.after.png"
    before.rename(folder / "kept")
    after.rename(before)
    (folder / "kept").rename(after)
    dialog = shown(presets)
    dialog.title.setText("Dark bar")
    dialog.set_before(folder)
    presets.until(lambda: dialog.pairs == 5)
    told: list[str] = []
    presets.controller.learning.notice.connect(told.append)
    presets.qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    presets.learned("Dark bar")
    assert len(told) == 1 and "In p3.before.png the change goes the opposite way" in told[0]


def test_without_a_pair_that_fits_it_is_reported_and_nothing_is_learned(presets: PresetHarness, tmp_path: Path) -> None:
    folder = pairs_in(tmp_path / "pairs", 1)
    (folder / "p0.after.png").write_bytes((folder / "p0.before.png").read_bytes())
    dialog = shown(presets)
    dialog.title.setText("Dark bar")
    dialog.set_before(folder)
    presets.until(lambda: dialog.pairs == 1)
    presets.qtbot.mouseClick(dialog.yes, Qt.MouseButton.LeftButton)
    presets.until(lambda: presets.window.findChild(ErrorDialog) is not None)
    error = child(presets.window, ErrorDialog)
    assert any("no difference" in label.text() for label in error.findChildren(QLabel))
    error.close()
    assert presets.state.learning is None
    assert not [one for one in presets.engine.requests if isinstance(one, LearnRequest)]


def test_a_dialog_that_was_closed_shows_nothing_any_more(presets: PresetHarness, tmp_path: Path) -> None:
    dialog = shown(presets)
    found: list[object] = []
    dialog._look = lambda before, after, then: found.append(then)
    dialog.set_after(tmp_path)
    assert not found and not dialog.found.text()
    dialog.set_before(tmp_path)
    assert dialog.found.text()
    (then,) = found
    dialog.reject()
    presets.until(lambda: presets.window.findChild(PairsDialog) is None)
    then(3, "")  # type: ignore[operator]


def test_its_example_is_of_the_model_in_use_and_its_buttons_stand_off_their_text(presets: PresetHarness) -> None:
    pack = presets.state.pack
    assert pack is not None
    dialog = shown(presets)
    assert dialog.title.placeholderText() == f"what the edit does, like “{pack.example}”"
    for button, text in ((dialog.choose_before, "no folder"), (dialog.choose_after, "the same folder")):
        label = next(one for one in dialog.findChildren(QLabel) if one.text().startswith(text))
        assert label.geometry().left() - button.geometry().right() >= 10
    dialog.close()
