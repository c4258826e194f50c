"""Presets of other packs than the one in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from support.window.fakes import PACK, FakePresetLibrary, write_preset
from support.window.model_harness import OTHER, ModelStand, installed

from rtedit_desktop.core.requests import ApplyRequest
from rtedit_desktop.ui.model.state import Phase
from rtedit_desktop.ui.presets.preset_panel import PresetPanel


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path / "home"))


@pytest.fixture
def stand(qtbot: QtBot, tmp_path: Path) -> Iterator[ModelStand]:
    for title, pack in (("Smile", PACK.id), ("Gothic", "churches"), ("Strange", "unheard-of")):
        write_preset(tmp_path / f"{title.lower()}.rtpreset", title, "smiling face", pack)
    stand = ModelStand(qtbot, FakePresetLibrary(tmp_path))
    stand.until(lambda: len(panel(stand).list.rows.presets) == 3 and stand.models.known)
    stand.open_picture()
    yield stand
    stand.close()
    stand.window.deleteLater()


def panel(stand: ModelStand) -> PresetPanel:
    assert stand.window.presets is not None
    return stand.window.presets.panel


def choose(stand: ModelStand, title: str) -> str:
    """Returns what stands under its title."""
    shown = panel(stand)
    row = [preset.title for preset in shown.list.rows.presets].index(title)
    shown.list.choose(row)
    return shown._hint(shown.list.rows.presets[row])[0]


def test_one_whose_pack_is_not_here_names_it_and_leads_to_it(stand: ModelStand) -> None:
    assert choose(stand, "Gothic") == "needs pack Churches"
    button = panel(stand).apply_button
    assert button.text() == button.accessibleName() == "Get Churches…" and button.isEnabled()
    assert not panel(stand).apply.isEnabled()
    button.click()
    assert stand.dialog.list.chosen_id == "churches" and not stand.installer.asked
    panel(stand).apply_asked.emit(panel(stand).list.chosen)  # Enter in the list
    assert stand.window.strip.action.text() == "Get Churches…"


def test_one_whose_pack_is_installed_switches_to_it(stand: ModelStand) -> None:
    stand.installer.all["churches"] = installed(stand.installer.all["churches"])
    stand.models.refresh()
    stand.until(lambda: len(stand.state.packs) == 2)
    assert choose(stand, "Gothic") == "needs pack Churches"
    assert panel(stand).apply_button.text() == "Switch and apply"
    panel(stand).apply_button.click()
    stand.until(lambda: stand.state.results and stand.state.phase is Phase.READY)
    assert stand.state.pack is OTHER and stand.bar.pack.currentText() == "Churches"
    (request,) = (request for request in stand.engine.requests if isinstance(request, ApplyRequest))
    assert request.spec.pack == "churches"
    assert panel(stand).apply_button.text() == "Apply" and choose(stand, "Smile") == "needs pack Fakes"


def test_nothing_switches_in_the_middle_of_something_else(stand: ModelStand) -> None:
    stand.installer.all["churches"] = installed(stand.installer.all["churches"])
    stand.models.refresh()
    stand.until(lambda: len(stand.state.packs) == 2)
    stand.engine.hold.clear()
    stand.type("smiling face")
    stand.window.running.run()
    choose(stand, "Gothic")
    panel(stand).apply_asked.emit(panel(stand).list.chosen)
    assert stand.state.pack is PACK and stand.state.phase.running
    stand.engine.hold.set()
    stand.until(lambda: stand.state.phase is Phase.READY)


def test_one_of_a_pack_that_nobody_knows_says_so(stand: ModelStand) -> None:
    assert choose(stand, "Strange") == "needs pack unheard-of"
    assert not panel(stand).apply_button.isEnabled()
    panel(stand).apply_asked.emit(panel(stand).list.chosen)
    assert "“unheard-of”, which is not installed" in stand.window.strip.label.text()
    assert not stand.window.strip.action.isVisible()
