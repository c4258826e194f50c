"""Every window and dialog of the app, by keyboard, by screen reader, and in both themes."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot
from support.window.accessibility import faint, nameless, out_of_reach, parts_of, unreachable_commands
from support.window.fake_computers import WORKSTATION
from support.window.full_harness import FullHarness
from support.window.harness import child

from rtedit_desktop import ui
from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.ui.batch.batch_dialog import BatchDialog
from rtedit_desktop.ui.help.shortcuts_dialog import show_shortcuts
from rtedit_desktop.ui.models.model_questions import WhichModelDialog
from rtedit_desktop.ui.models.models_dialog import ModelsDialog
from rtedit_desktop.ui.photo.camera_dialog import CameraDialog
from rtedit_desktop.ui.presets.preset_dialogs import LearnDialog
from rtedit_desktop.ui.settings.pairing_dialog import PairingDialog
from rtedit_desktop.ui.settings.settings_dialog import SettingsDialog
from rtedit_desktop.ui.settings.theme import DARK, LIGHT, SYSTEM, set_theme
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.text_dialog import requests_dialog

Opens = Callable[[FullHarness], object]
WALKED: set[str] = set()
SEEN: set[type] = set()


def batch_dialog(harness: FullHarness) -> BatchDialog:
    dialog = harness.batch_controller.dialog
    assert dialog is not None
    return dialog


def models_dialog(harness: FullHarness) -> ModelsDialog:
    dialog = harness.model_controller.dialog
    assert dialog is not None
    return dialog


@pytest.fixture
def harness(qtbot: QtBot, tmp_path: Path) -> Iterator[FullHarness]:
    harness = FullHarness(qtbot, tmp_path)
    yield harness
    harness.installer.hold.set()
    harness.engine.hold.set()
    harness.batch_controller.leaving = True
    harness.close()
    harness.window.deleteLater()
    set_theme(SYSTEM)


def _after_a_run(action: str) -> Opens:
    def opens(harness: FullHarness) -> None:
        harness.open_picture()
        harness.run()
        getattr(harness.window.actions_, action).trigger()

    return opens


def _details(harness: FullHarness) -> None:
    panel = harness.presets_controller.panel
    harness.until(lambda: panel.list.rows.rowCount())
    panel.list.choose(0)
    panel.details.trigger()


def _an_error(harness: FullHarness) -> None:
    harness.window.messages.error("It broke.", "Mend it.", "Traceback: it broke")
    child(harness.window, ErrorDialog).more.click()


def _a_batch_by_prompt(harness: FullHarness) -> None:
    harness.window.actions_.batch.trigger()
    batch_dialog(harness).edit.by_prompt.click()
    batch_dialog(harness).edit.prompt.prompt.setText("sunglases")


def _a_batch_of_edits(harness: FullHarness) -> None:
    harness.open_picture()
    harness.run()
    harness.window.actions_.continue_from.trigger()
    harness.run("face with red hair")
    harness.window.actions_.batch.trigger()
    batch_dialog(harness).edit.by_stack.click()


def _settings_at(harness: FullHarness, tab: int) -> None:
    harness.window.actions_.settings.trigger()
    child(harness.window, SettingsDialog).tabs.setCurrentIndex(tab)


def _the_camera(harness: FullHarness) -> None:
    harness.window.actions_.take_photo.trigger()
    child(harness.window, CameraDialog).turn_on.click()


def _a_download(harness: FullHarness) -> None:
    harness.installer.hold.clear()
    harness.window.actions_.models.trigger()
    harness.until(lambda: harness.model_controller.models.known)
    models_dialog(harness).show_model("churches")
    harness.model_controller.models.download("churches")
    harness.until(lambda: models_dialog(harness).details.bar.isVisible())


def _learning(harness: FullHarness) -> None:
    LearnDialog("smiling face", "face", "Fakes", lambda *_: None, harness.window).open()


def _pairing(harness: FullHarness) -> None:
    assert harness.window.computer is not None
    in_use = harness.window.computer.in_use
    PairingDialog(in_use.computers, harness.window.background, harness.window).open()


def _a_lost_edit(harness: FullHarness) -> None:
    harness.open_picture()
    harness.run()
    harness.window.actions_.continue_from.trigger()
    harness.run("face with red hair")
    harness.until(lambda: harness.presets_controller.presets.all)
    harness.engine.learned.clear()
    harness.engine.fails = PresetError("There is no preset “Hat” any more.", "Choose another one.")
    harness.window.stack.panel.list.item(1).setCheckState(Qt.CheckState.Unchecked)


def _which_model(harness: FullHarness) -> None:
    choices = [("dogs", "Dogs: photographs of dogs"), ("churches", "Churches: photographs of churches")]
    dialog = WhichModelDialog("model.pt", choices, lambda _: None, harness.window)
    dialog.open()
    dialog.buttons[1].click()


# Where a dialog is made, and how a person comes to see it.
DIALOGS: dict[str, Opens] = {
    "about_dialog.AboutDialog": _after_a_run("about"),
    "batch_dialog.BatchDialog": _after_a_run("batch"),
    "camera_dialog.CameraDialog": lambda harness: harness.window.actions_.take_photo.trigger(),
    "guide_dialog.GuideDialog": _after_a_run("guide"),
    "earlier_dialog.EarlierDialog": _after_a_run("earlier"),
    "shortcuts_dialog.QDialog": lambda harness: show_shortcuts(harness.window, harness.window.actions_.all()),
    "lost_edit_dialog.LostEditDialog": _a_lost_edit,
    "messages.ErrorDialog": _an_error,
    "messages.QMessageBox": lambda harness: harness.window.messages.ask("Really?", "It goes.", "Remove", lambda: None),
    "model_questions.WhichModelDialog": _which_model,
    "models_dialog.ModelsDialog": _after_a_run("models"),
    "preset_details.PresetDetails": _details,
    "pairs_dialog.PairsDialog": _after_a_run("learn_pairs"),
    "pairing_dialog.PairingDialog": _pairing,
    "preset_dialogs.KeepDialog": _after_a_run("keep_preset"),
    "preset_dialogs.LearnDialog": _learning,
    "settings_dialog.SettingsDialog": _after_a_run("settings"),
    "text_dialog.TextDialog": _after_a_run("diagnostics"),
}
MORE: dict[str, Opens] = {
    "camera_dialog.CameraDialog, on": _the_camera,
    "messages.QMessageBox, to save": lambda harness: harness.window.messages.ask_to_save(
        "Save it?", "It is new.", lambda: None, lambda: None
    ),
    "models_dialog.ModelsDialog, downloading": _a_download,
    "batch_dialog.BatchDialog, by a prompt": _a_batch_by_prompt,
    "batch_dialog.BatchDialog, of edits on each other": _a_batch_of_edits,
    "settings_dialog.SettingsDialog, computing": lambda harness: _settings_at(harness, 1),
    "settings_dialog.SettingsDialog, disk space": lambda harness: _settings_at(harness, 2),
    "text_dialog.TextDialog, of requests": lambda harness: requests_dialog(
        ["https://host.example/a"], harness.window.messages, harness.window
    ).open(),
    "settings_dialog.SettingsDialog, network": lambda harness: _settings_at(harness, 3),
}


def _made_in_the_app() -> set[str]:
    """Classes of dialogs, and Qt's own that are filled on the spot; the file dialogs are Qt's or the desktop's."""
    found = set()
    for path in Path(ui.__path__[0]).rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        named = {call.id for call in calls if isinstance(call, ast.Name)}
        found |= {f"{path.stem}.{name}" for name in named & {"QDialog", "QMessageBox", "QProgressDialog"}}
    return found | {f"{_module_of(kind)}.{kind.__name__}" for kind in _classes() if issubclass(kind, QDialog)}


def _classes() -> set[type]:
    """All that the modules of the window define."""
    names = [one.name for one in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}.")]
    modules = [importlib.import_module(name) for name in names]
    return {kind for module in modules for kind in vars(module).values()
            if isinstance(kind, type) and kind.__module__ == module.__name__}  # fmt: skip


def _module_of(kind: type) -> str:
    return kind.__module__.rpartition(".")[2]


def test_every_dialog_is_known_here() -> None:
    assert _made_in_the_app() == set(DIALOGS)


def _dialogs() -> list[QDialog]:
    return [window for window in QApplication.topLevelWidgets() if isinstance(window, QDialog) and window.isVisible()]


def _wrong_with(window: QWidget) -> list[str]:
    SEEN.update(kind for part in (window, *parts_of(window)) for kind in type(part).__mro__)
    wrong = [*nameless(window), *out_of_reach(window)]
    for theme in (LIGHT, DARK):
        set_theme(theme)
        QApplication.processEvents()
        wrong += [f"{theme}: {line}" for line in faint(window)]
    return wrong


@pytest.mark.parametrize("name", [*DIALOGS, *MORE])
def test_a_dialog_is_for_everybody(harness: FullHarness, name: str) -> None:
    WALKED.add(name)
    (DIALOGS | MORE)[name](harness)
    harness.until(_dialogs)
    harness.settle()
    (dialog,) = _dialogs()
    assert (DIALOGS | MORE)[name] is not DIALOGS.get(name) or type(dialog).__name__ == name.partition(".")[2]
    wrong = _wrong_with(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Tab)
    QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Escape)
    QApplication.processEvents()
    if _dialogs():
        wrong.append("Escape does not close it")
        dialog.close()
    assert not wrong, "\n".join(wrong)


def _empty(harness: FullHarness) -> None:
    harness.until(lambda: harness.window.empty.samples)


def _with_a_photo(harness: FullHarness) -> None:
    harness.open_picture()


def _with_a_result(harness: FullHarness) -> None:
    harness.open_picture()
    harness.run()
    harness.window.prompt_bar.advanced.click()


def _with_edits_on_each_other(harness: FullHarness) -> None:
    harness.open_picture()
    harness.run()
    harness.window.actions_.continue_from.trigger()
    harness.run("face with red hair")
    harness.window.actions_.continue_from.trigger()


def _with_variations(harness: FullHarness) -> None:
    harness.open_picture()
    harness.type("smiling face")
    harness.window.actions_.variations.trigger()
    harness.until(lambda: harness.window.running.variations.row.isVisible())


def _with_a_preset_in_use(harness: FullHarness) -> None:
    harness.open_picture()
    panel = harness.presets_controller.panel
    harness.until(lambda: panel.list.rows.rowCount())
    panel.list.choose(0)
    panel.apply.trigger()
    harness.until(lambda: harness.state.results)


def _while_it_learns(harness: FullHarness) -> None:
    harness.open_picture()
    harness.engine.hold.clear()
    harness.type("smiling face")
    harness.window.running.run()
    harness.until(lambda: harness.state.phase.running)
    for prompt in ("face with red hair", "sketch of a face"):
        harness.type(prompt)
        harness.window.running.run()
    harness.until(lambda: len(harness.state.queue) == 2)


def _with_a_prompt_refused(harness: FullHarness) -> None:
    harness.open_picture()
    harness.type("green face")
    harness.window.running.run()


def _with_work_behind_it(harness: FullHarness) -> None:
    """A model is read, another comes from its host, and a batch runs."""
    window = harness.window
    harness.installer.hold.clear()
    harness.model_controller.models.download("churches")
    harness.engine.hold.clear()
    harness.batch_controller.batches.add(harness.photo_service.samples())
    window.actions_.batch.trigger()
    dialog = batch_dialog(harness)
    harness.until(lambda: dialog.choices.rows and harness.batch_controller.batches.rows)
    dialog.choices.rows[0].box.click()
    dialog.start.click()
    harness.until(lambda: harness.batch_controller.batches.phase.running)
    dialog.close()
    window.loading.show_loading("Fakes", 0.5)
    harness.until(lambda: harness.model_controller.status.isVisible() and harness.batch_controller.status.isVisible())


def _with_words_on_the_canvas(harness: FullHarness) -> None:
    harness.open_picture()
    harness.window.messages.mention("It broke.", "Mend it.", "Traceback")
    harness.window.unfit.show_text("This looks like a cat.", "Use Cats", lambda: None)
    harness.window.offer.ask("Go on?", "Go on", lambda: None, "Not now", lambda: None)


def _while_a_region_is_drawn(harness: FullHarness) -> None:
    harness.open_picture()
    harness.run()
    harness.window.actions_.region.trigger()
    canvas = harness.window.canvas
    harness.qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    assert harness.state.region is not None


def _with_another_computer_computing(harness: FullHarness) -> None:
    assert harness.window.computer is not None
    in_use = harness.window.computer.in_use
    in_use.choose(WORKSTATION)
    harness.until(lambda: in_use.computer is WORKSTATION)
    harness.settle()
    in_use.unreachable()


STATES: dict[str, Opens] = {
    "empty": _empty,
    "a photo": _with_a_photo,
    "a result": _with_a_result,
    "edits on each other": _with_edits_on_each_other,
    "a preset in use": _with_a_preset_in_use,
    "variations": _with_variations,
    "learning": _while_it_learns,
    "a prompt refused": _with_a_prompt_refused,
    "a region": _while_a_region_is_drawn,
    "busy": _with_work_behind_it,
    "messages": _with_words_on_the_canvas,
    "computed elsewhere": _with_another_computer_computing,
}


@pytest.mark.parametrize("name", STATES)
def test_the_window_is_for_everybody(harness: FullHarness, name: str) -> None:
    WALKED.add(name)
    STATES[name](harness)
    harness.settle()
    wrong = [*_wrong_with(harness.window), *unreachable_commands(harness.window)]
    assert not wrong, "\n".join(wrong)


def test_every_part_was_seen() -> None:
    """A panel that none of the walks comes by is looked at by nobody."""
    if {*DIALOGS, *MORE, *STATES} != WALKED:
        pytest.skip("only after all of the walks")
    parts = {kind for kind in _classes() if issubclass(kind, QWidget)}
    assert {kind.__name__ for kind in parts - SEEN} == set()


def test_the_keys_of_a_list_come_before_those_of_the_window(harness: FullHarness) -> None:
    panel, asked = harness.presets_controller.panel, []
    panel.favourite_asked.connect(lambda preset, favourite: asked.append((preset.title, favourite)))
    harness.until(lambda: panel.list.rows.rowCount())
    panel.list.choose(0)
    panel.list.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(panel.list, Qt.Key.Key_F, both)
    assert asked == [("Lächeln", True)]
    for place in (panel.list, harness.bar.prompt):
        place.setFocus()
        QTest.keyClick(place, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
        harness.until(_dialogs)
        _dialogs()[0].close()
        harness.until(lambda: not _dialogs())
    assert len(asked) == 1
