"""Where the cursor is: in the prompt, whenever the next thing to do is to write one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from support.window.harness import Stand
from support.window.preset_harness import PresetStand

from rtedit_desktop.ui.model.state import Phase


def at(stand: Stand) -> object:
    return stand.window.focusWidget()


def test_a_photo_and_a_sample_leave_the_cursor_in_the_prompt(stand: Stand) -> None:
    stand.until(lambda: stand.window.empty.samples)
    sample = stand.window.empty.samples[0]
    sample.setFocus()
    stand.qtbot.mouseClick(sample, Qt.MouseButton.LeftButton)
    stand.until(lambda: stand.state.phase is Phase.READY)
    assert at(stand) is stand.bar.prompt
    stand.window.canvas.setFocus()
    stand.open_picture()
    stand.until(lambda: at(stand) is stand.bar.prompt)
    stand.qtbot.keyClicks(stand.bar.prompt, "smiling face")
    assert stand.state.prompt == "smiling face"


def test_a_dialog_gives_the_cursor_back_to_the_prompt(stand: Stand) -> None:
    stand.open_picture()
    for before in (stand.window.canvas, stand.bar.run, stand.bar.prompt):
        before.setFocus()
        stand.window.actions_.shortcuts.trigger()
        (dialog,) = stand.window.findChildren(QDialog)
        stand.until(dialog.isVisible)
        dialog.close()
        stand.until(lambda: at(stand) is stand.bar.prompt)
        stand.until(lambda: not stand.window.findChildren(QDialog))


def test_a_dialog_gives_the_cursor_back_to_a_list(presets: PresetStand) -> None:
    presets.open_picture()
    presets.choose("Hat")
    presets.panel.list.setFocus()
    presets.panel.details.trigger()
    (dialog,) = presets.window.findChildren(QDialog)
    presets.until(dialog.isVisible)
    dialog.close()
    presets.until(lambda: not presets.window.findChildren(QDialog))
    assert at(presets) is presets.panel.list


def test_taking_a_picture_leaves_the_cursor_in_the_prompt(stand: Stand) -> None:
    stand.open_picture()
    stand.run()
    stand.window.filmstrip.list.setCurrentRow(2)
    stand.window.filmstrip.use.setFocus()
    stand.qtbot.mouseClick(stand.window.filmstrip.use, Qt.MouseButton.LeftButton)
    assert stand.result.picked and at(stand) is stand.bar.prompt
