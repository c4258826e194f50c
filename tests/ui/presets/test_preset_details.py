"""What a preset says of itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from support.window.fakes import picture
from support.window.harness import child
from support.window.preset_harness import PresetHarness

from rtedit_desktop.core.edits import EditSpec
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.ui.presets.preset_details import PresetDetails

PRESET = PresetInfo(
    path=Path("/presets/grin.rtpreset"),
    title="Grin",
    spec=EditSpec(pack="avatars", prompt="smiling face", source="face"),
    base_sha256="",
    pictures=48,
    score=0.785,
    created="2025-03-01T10:00:00Z",
    author="<b>Somebody</b>",
    licence="CC BY 4.0",
    before=picture(96, 96),
    after=picture(96, 96),
    bytes=300_000,
)


def described(preset: PresetInfo, qtbot: QtBot) -> dict[str, str]:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = PresetDetails(preset, parent)
    return {name: label.text() for name, label in dialog.values.items()}


def test_it_says_who_made_it_and_how(qtbot: QtBot) -> None:
    words = described(PRESET, qtbot)
    assert (words["Author"], words["Licence"]) == ("<b>Somebody</b>", "CC BY 4.0")
    assert words["Edit"] == "“face” becomes “smiling face”"
    assert (words["Learned on"], words["Model pack"]) == ("48 pictures", "avatars")
    assert "2025" in words["Made"] or "/25" in words["Made"]
    assert "grin.rtpreset" in words["File"] and "KiB" in words["File"]


def test_what_nobody_stated_is_marked_so(qtbot: QtBot) -> None:
    words = described(replace(PRESET, author="", licence="", created="", before=None, after=None), qtbot)
    assert (words["Author"], words["Licence"], words["Made"]) == ("not said",) * 3


def test_a_whole_licence_does_not_fill_the_screen(qtbot: QtBot) -> None:
    assert len(described(replace(PRESET, licence="word " * 800), qtbot)["Licence"]) < 310


def test_keys_and_menu_open_it(presets: PresetHarness) -> None:
    presets.choose("Hat")
    presets.panel.list.setFocus()
    presets.until(presets.window.isActiveWindow)
    presets.qtbot.keyClick(presets.panel.list, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    presets.until(lambda: presets.window.findChildren(PresetDetails))
    dialog = child(presets.window, PresetDetails)
    assert dialog.values["Edit"].text() == "“face” becomes “red hair”"
    dialog.close()
    assert not presets.engine.requests, "Alt+Enter must not apply it"
    assert presets.panel.details in presets.panel.menu.actions()
