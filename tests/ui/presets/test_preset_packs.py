"""Presets of other packs than the one in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.window.fake_library import FakePresetLibrary, write_preset
from support.window.fakes import PACK
from support.window.model_harness import OTHER, ModelHarness, installed

from rtedit_desktop.core.requests import ApplyRequest
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.presets.preset_panel import PresetPanel


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def harness(qtbot: QtBot, tmp_path: Path) -> Iterator[ModelHarness]:
    for title, pack in (("Smile", PACK.id), ("Gothic", "churches"), ("Strange", "unheard-of")):
        write_preset(tmp_path / f"{title.lower()}.rtpreset", title, "smiling face", pack)
    harness = ModelHarness(qtbot, FakePresetLibrary(tmp_path))
    harness.until(lambda: len(panel(harness).list.rows.presets) == 3 and harness.models.known)
    harness.open_picture()
    yield harness
    harness.close()
    harness.window.deleteLater()


def panel(harness: ModelHarness) -> PresetPanel:
    assert harness.window.presets is not None
    return harness.window.presets.panel


def choose(harness: ModelHarness, title: str) -> str:
    """Returns what stands under its title."""
    shown = panel(harness)
    row = [preset.title for preset in shown.list.rows.presets].index(title)
    shown.list.choose(row)
    return shown._hint(shown.list.rows.presets[row])[0]


def test_one_whose_pack_is_not_here_names_it_and_leads_to_it(harness: ModelHarness) -> None:
    assert choose(harness, "Gothic") == "needs pack Churches"
    button = panel(harness).apply_button
    assert button.text() == button.accessibleName() == "Get Churches…" and button.isEnabled()
    assert not panel(harness).apply.isEnabled()
    button.click()
    assert harness.dialog.list.chosen_id == "churches" and not harness.installer.asked
    panel(harness).apply_asked.emit(panel(harness).list.chosen)  # Enter in the list
    assert harness.window.strip.action.text() == "Get Churches…"


def test_one_whose_pack_is_installed_switches_to_it(harness: ModelHarness) -> None:
    harness.installer.all["churches"] = installed(harness.installer.all["churches"])
    harness.models.refresh()
    harness.until(lambda: len(harness.state.packs) == 2)
    assert choose(harness, "Gothic") == "needs pack Churches"
    assert panel(harness).apply_button.text() == "Switch and apply"
    panel(harness).apply_button.click()
    harness.until(lambda: harness.state.results and harness.state.phase is Phase.READY)
    assert harness.state.pack is OTHER and harness.bar.pack.currentText() == "Churches"
    (request,) = (request for request in harness.engine.requests if isinstance(request, ApplyRequest))
    assert request.spec.pack == "churches"
    assert panel(harness).apply_button.text() == "Apply" and choose(harness, "Smile") == "needs pack Fakes"


def test_nothing_switches_in_the_middle_of_something_else(harness: ModelHarness) -> None:
    harness.installer.all["churches"] = installed(harness.installer.all["churches"])
    harness.models.refresh()
    harness.until(lambda: len(harness.state.packs) == 2)
    harness.engine.hold.clear()
    harness.type("smiling face")
    harness.window.running.run()
    choose(harness, "Gothic")
    panel(harness).apply_asked.emit(panel(harness).list.chosen)
    assert harness.state.pack is PACK and harness.state.phase.running
    harness.engine.hold.set()
    harness.until(lambda: harness.state.phase is Phase.READY)


def test_one_of_a_pack_that_nobody_knows_says_so(harness: ModelHarness) -> None:
    assert choose(harness, "Strange") == "needs pack unheard-of"
    assert not panel(harness).apply_button.isEnabled()
    panel(harness).apply_asked.emit(panel(harness).list.chosen)
    assert "“unheard-of”, which is not installed" in harness.window.strip.label.text()
    assert not harness.window.strip.action.isVisible()
