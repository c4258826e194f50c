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
from support.window.full_harness import FullStand
from support.window.harness import child

from rtedit_desktop import ui
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

Opens = Callable[[FullStand], object]
WALKED: set[str] = set()
SEEN: set[type] = set()


def batch_dialog(stand: FullStand) -> BatchDialog:
    dialog = stand.batch_controller.dialog
    assert dialog is not None
    return dialog


def models_dialog(stand: FullStand) -> ModelsDialog:
    dialog = stand.model_controller.dialog
    assert dialog is not None
    return dialog


@pytest.fixture
def stand(qtbot: QtBot, tmp_path: Path) -> Iterator[FullStand]:
    stand = FullStand(qtbot, tmp_path)
    yield stand
    stand.installer.hold.set()
    stand.engine.hold.set()
    stand.batch_controller.leaving = True
    stand.close()
    stand.window.deleteLater()
    set_theme(SYSTEM)


# --- which there are -------------------------------------------------------------------------


def _after_a_run(action: str) -> Opens:
    def opens(stand: FullStand) -> None:
        stand.open_picture()
        stand.run()
        getattr(stand.window.actions_, action).trigger()

    return opens


def _details(stand: FullStand) -> None:
    panel = stand.presets_controller.panel
    stand.until(lambda: panel.list.rows.rowCount())
    panel.list.choose(0)
    panel.details.trigger()


def _an_error(stand: FullStand) -> None:
    stand.window.messages.error("It broke.", "Mend it.", "Traceback: it broke")
    child(stand.window, ErrorDialog).more.click()


def _a_batch_by_prompt(stand: FullStand) -> None:
    stand.window.actions_.batch.trigger()
    batch_dialog(stand).edit.by_prompt.click()
    batch_dialog(stand).edit.prompt.prompt.setText("sunglases")


def _a_batch_of_edits(stand: FullStand) -> None:
    stand.open_picture()
    stand.run()
    stand.window.actions_.continue_from.trigger()
    stand.run("face with red hair")
    stand.window.actions_.batch.trigger()
    batch_dialog(stand).edit.by_stack.click()


def _settings_at(stand: FullStand, tab: int) -> None:
    stand.window.actions_.settings.trigger()
    child(stand.window, SettingsDialog).tabs.setCurrentIndex(tab)


def _the_camera(stand: FullStand) -> None:
    stand.window.actions_.take_photo.trigger()
    child(stand.window, CameraDialog).turn_on.click()


def _a_download(stand: FullStand) -> None:
    stand.installer.hold.clear()
    stand.window.actions_.models.trigger()
    stand.until(lambda: stand.model_controller.models.known)
    models_dialog(stand).show_model("churches")
    stand.model_controller.models.download("churches")
    stand.until(lambda: models_dialog(stand).details.bar.isVisible())


def _learning(stand: FullStand) -> None:
    LearnDialog("smiling face", "face", "Fakes", lambda *_: None, stand.window).open()


def _pairing(stand: FullStand) -> None:
    elsewhere = stand.window.elsewhere
    assert elsewhere is not None
    PairingDialog(elsewhere.computers, stand.window.background, stand.window).open()


def _which_model(stand: FullStand) -> None:
    choices = [("dogs", "Dogs: photographs of dogs"), ("churches", "Churches: photographs of churches")]
    dialog = WhichModelDialog("model.pt", choices, lambda _: None, stand.window)
    dialog.open()
    dialog.buttons[1].click()


# Where a dialog is made, and how a person comes to see it.
DIALOGS: dict[str, Opens] = {
    "about_dialog.AboutDialog": _after_a_run("about"),
    "batch_dialog.BatchDialog": _after_a_run("batch"),
    "camera_dialog.CameraDialog": lambda stand: stand.window.actions_.take_photo.trigger(),
    "guide_dialog.GuideDialog": _after_a_run("guide"),
    "earlier_dialog.EarlierDialog": _after_a_run("earlier"),
    "shortcuts_dialog.QDialog": lambda stand: show_shortcuts(stand.window, stand.window.actions_.all()),
    "messages.ErrorDialog": _an_error,
    "messages.QMessageBox": lambda stand: stand.window.messages.ask("Really?", "It goes.", "Remove", lambda: None),
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
    "messages.QMessageBox, to save": lambda stand: stand.window.messages.ask_to_save(
        "Save it?", "It is new.", lambda: None, lambda: None
    ),
    "models_dialog.ModelsDialog, downloading": _a_download,
    "batch_dialog.BatchDialog, by a prompt": _a_batch_by_prompt,
    "batch_dialog.BatchDialog, of edits on each other": _a_batch_of_edits,
    "settings_dialog.SettingsDialog, computing": lambda stand: _settings_at(stand, 1),
    "settings_dialog.SettingsDialog, disk space": lambda stand: _settings_at(stand, 2),
    "text_dialog.TextDialog, of requests": lambda stand: requests_dialog(
        ["https://host.example/a"], stand.window.messages, stand.window
    ).open(),
    "settings_dialog.SettingsDialog, network": lambda stand: _settings_at(stand, 3),
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
def test_a_dialog_is_for_everybody(stand: FullStand, name: str) -> None:
    WALKED.add(name)
    (DIALOGS | MORE)[name](stand)
    stand.until(_dialogs)
    stand.settle()
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


# --- the window ------------------------------------------------------------------------------


def _empty(stand: FullStand) -> None:
    stand.until(lambda: stand.window.empty.samples)


def _with_a_photo(stand: FullStand) -> None:
    stand.open_picture()


def _with_a_result(stand: FullStand) -> None:
    stand.open_picture()
    stand.run()
    stand.window.prompt_bar.advanced.click()


def _with_edits_on_each_other(stand: FullStand) -> None:
    stand.open_picture()
    stand.run()
    stand.window.actions_.continue_from.trigger()
    stand.run("face with red hair")
    stand.window.actions_.continue_from.trigger()


def _with_variations(stand: FullStand) -> None:
    stand.open_picture()
    stand.type("smiling face")
    stand.window.actions_.variations.trigger()
    stand.until(lambda: stand.window.running.variations.row.isVisible())


def _with_a_preset_in_use(stand: FullStand) -> None:
    stand.open_picture()
    panel = stand.presets_controller.panel
    stand.until(lambda: panel.list.rows.rowCount())
    panel.list.choose(0)
    panel.apply.trigger()
    stand.until(lambda: stand.state.results)


def _while_it_learns(stand: FullStand) -> None:
    stand.open_picture()
    stand.engine.hold.clear()
    stand.type("smiling face")
    stand.window.running.run()
    stand.until(lambda: stand.state.phase.running)
    for prompt in ("face with red hair", "sketch of a face"):
        stand.type(prompt)
        stand.window.running.run()
    stand.until(lambda: len(stand.state.queue) == 2)


def _with_a_prompt_refused(stand: FullStand) -> None:
    stand.open_picture()
    stand.type("green face")
    stand.window.running.run()


def _with_work_behind_it(stand: FullStand) -> None:
    """A model is read, another comes from its host, and a batch runs."""
    window = stand.window
    stand.installer.hold.clear()
    stand.model_controller.models.download("churches")
    stand.engine.hold.clear()
    stand.batch_controller.batches.add(stand.photo_service.samples())
    window.actions_.batch.trigger()
    dialog = batch_dialog(stand)
    stand.until(lambda: dialog.choices.rows and stand.batch_controller.batches.rows)
    dialog.choices.rows[0].box.click()
    dialog.start.click()
    stand.until(lambda: stand.batch_controller.batches.phase.running)
    dialog.close()
    window.loading.show_loading("Fakes", 0.5)
    stand.until(lambda: stand.model_controller.status.isVisible() and stand.batch_controller.status.isVisible())


def _with_words_on_the_canvas(stand: FullStand) -> None:
    stand.open_picture()
    stand.window.messages.mention("It broke.", "Mend it.", "Traceback")
    stand.window.unfit.show_text("This looks like a cat.", "Use Cats", lambda: None)
    stand.window.offer.ask("Go on?", "Go on", lambda: None, "Not now", lambda: None)


def _while_a_region_is_drawn(stand: FullStand) -> None:
    stand.open_picture()
    stand.run()
    stand.window.actions_.region.trigger()
    canvas = stand.window.canvas
    stand.qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    assert stand.state.region is not None


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
}


@pytest.mark.parametrize("name", STATES)
def test_the_window_is_for_everybody(stand: FullStand, name: str) -> None:
    WALKED.add(name)
    STATES[name](stand)
    stand.settle()
    wrong = [*_wrong_with(stand.window), *unreachable_commands(stand.window)]
    assert not wrong, "\n".join(wrong)


def test_every_part_was_seen() -> None:
    """A panel that none of the walks comes by is looked at by nobody."""
    if {*DIALOGS, *MORE, *STATES} != WALKED:
        pytest.skip("only after all of the walks")
    parts = {kind for kind in _classes() if issubclass(kind, QWidget)}
    assert {kind.__name__ for kind in parts - SEEN} == set()


def test_the_keys_of_a_list_come_before_those_of_the_window(stand: FullStand) -> None:
    panel, asked = stand.presets_controller.panel, []
    panel.favourite_asked.connect(lambda preset, favourite: asked.append((preset.title, favourite)))
    stand.until(lambda: panel.list.rows.rowCount())
    panel.list.choose(0)
    panel.list.setFocus()
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(panel.list, Qt.Key.Key_F, both)
    assert asked == [("Lächeln", True)]
    for place in (panel.list, stand.bar.prompt):
        place.setFocus()
        QTest.keyClick(place, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
        stand.until(_dialogs)
        _dialogs()[0].close()
        stand.until(lambda: not _dialogs())
    assert len(asked) == 1
