"""Where the cursor is: in the prompt, whenever the next thing to do is to write one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from support.window.harness import Harness
from support.window.preset_harness import PresetHarness

from rtedit_desktop.ui.model.phase import Phase


def at(harness: Harness) -> object:
    return harness.window.focusWidget()


def test_a_photo_and_a_sample_leave_the_cursor_in_the_prompt(harness: Harness) -> None:
    harness.until(lambda: harness.window.empty.samples)
    sample = harness.window.empty.samples[0]
    sample.setFocus()
    harness.qtbot.mouseClick(sample, Qt.MouseButton.LeftButton)
    harness.until(lambda: harness.state.phase is Phase.READY)
    assert at(harness) is harness.bar.prompt
    harness.window.canvas.setFocus()
    harness.open_picture()
    harness.until(lambda: at(harness) is harness.bar.prompt)
    harness.qtbot.keyClicks(harness.bar.prompt, "smiling face")
    assert harness.state.prompt == "smiling face"


def test_a_dialog_gives_the_cursor_back_to_the_prompt(harness: Harness) -> None:
    harness.open_picture()
    for before in (harness.window.canvas, harness.bar.run, harness.bar.prompt):
        before.setFocus()
        harness.window.actions_.shortcuts.trigger()
        (dialog,) = harness.window.findChildren(QDialog)
        harness.until(dialog.isVisible)
        dialog.close()
        harness.until(lambda: at(harness) is harness.bar.prompt)
        harness.until(lambda: not harness.window.findChildren(QDialog))


def test_a_dialog_gives_the_cursor_back_to_a_list(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.choose("Hat")
    presets.panel.list.setFocus()
    presets.panel.details.trigger()
    (dialog,) = presets.window.findChildren(QDialog)
    presets.until(dialog.isVisible)
    dialog.close()
    presets.until(lambda: not presets.window.findChildren(QDialog))
    assert at(presets) is presets.panel.list


def test_taking_a_picture_leaves_the_cursor_in_the_prompt(harness: Harness) -> None:
    harness.open_picture()
    harness.run()
    harness.window.filmstrip.list.setCurrentRow(2)
    harness.window.filmstrip.use.setFocus()
    harness.qtbot.mouseClick(harness.window.filmstrip.use, Qt.MouseButton.LeftButton)
    assert harness.result.picked and at(harness) is harness.bar.prompt


def test_who_writes_while_looking_at_the_photo_writes_the_next_prompt(harness: Harness) -> None:
    harness.open_picture()
    canvas = harness.window.canvas
    harness.state.set_prompt("smiling face")
    harness.window.running.run()
    harness.until(lambda: len(harness.state.results) == 1 and harness.state.phase is Phase.READY)
    assert at(harness) is canvas, "Space shows the original"
    harness.qtbot.keyClicks(canvas, "f")
    assert at(harness) is harness.bar.prompt
    harness.qtbot.keyClicks(harness.bar.prompt, "ace with red hair")
    assert harness.state.prompt == "face with red hair"
    harness.window.actions_.region.trigger()
    canvas.setFocus()
    harness.qtbot.keyClicks(canvas, "r")
    assert at(harness) is canvas and harness.state.prompt == "face with red hair", "there it is a tool"
