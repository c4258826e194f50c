"""A stack that is made anew: how far it is, each edit composed once, and stopped at once."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from patience import PATIENCE_S
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from support.window.harness import Harness
from support.window.preset_harness import PresetHarness
from support.window.stacking import jobs_of, panel_of, ready, rows, run_on_result, saved, seen

from rtedit_desktop.core.photos.photo import Accumulated
from rtedit_desktop.ui.jobs import stack_jobs
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.pyramid import from_qimage

PROMPTS = ("smiling face", "face with red hair", "sketch of a face", "face with sunglasses")
LAYERS = 8


@pytest.fixture
def eight(harness: Harness) -> Iterator[Harness]:
    """Eight edits, each on the one before."""
    harness.engine.pause = 0.0
    harness.open_picture()
    harness.run(PROMPTS[0])
    for number in range(1, LAYERS):
        run_on_result(harness, PROMPTS[number % len(PROMPTS)])
    yield harness
    harness.engine.hold.set()


def composed_whole(harness: Harness) -> None:
    """Wait until nobody composes any more: the canvas what it shows, and who looks what is instant what lies below."""
    canvas, instant = harness.window.canvas_controller, harness.window.instant
    lanes = (canvas._lane, canvas._under_lane, instant._lane)
    harness.until(lambda: not canvas._waits and harness.state.frame in canvas._composed)
    harness.until(lambda: not instant._settle.isActive() and not any(lane._busy for lane in lanes))


def begin(harness: Harness, row: int) -> None:
    """Switch a row off, with everything above it to be learned again."""
    panel_of(harness).list.item(row).setCheckState(Qt.CheckState.Unchecked)


def test_it_says_which_edit_of_how_many_is_made(eight: Harness) -> None:
    bar, hint = eight.bar.bar, eight.bar.hint
    eight.engine.learned.clear()
    eight.engine.hold.clear()
    begin(eight, 2)
    eight.until(lambda: hint.text().startswith("Edit 3 of 8 · "))
    assert bar.isVisible() and (bar.value(), bar.maximum()) == (2, 8)
    assert eight.bar.cancel.isEnabled()
    said: list[str] = []
    eight.state.progress_changed.connect(lambda: said.append(hint.text()))
    eight.engine.hold.set()
    eight.until(lambda: ready(eight))
    for number in range(3, LAYERS + 1):
        assert any(text.startswith(f"Edit {number} of 8 · ") for text in said)
    assert any("Making the picture: step" in text for text in said), said
    assert not bar.isVisible() and "of 8" not in hint.text()
    assert rows(eight)[2] == "(face with red hair)"


def test_it_says_how_long_all_that_is_left_takes(eight: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what those took that are made; each takes a minute here."""
    minutes = itertools.count()
    monkeypatch.setattr(stack_jobs, "time", SimpleNamespace(monotonic=lambda: 60.0 * next(minutes)))
    said: list[str] = []
    eight.state.progress_changed.connect(lambda: said.append(eight.bar.hint.text()))
    eight.engine.learned.clear()
    begin(eight, 1)
    eight.until(lambda: ready(eight) and not eight.result.layers[0].on)

    def ends(number: int) -> set[str]:
        own = [text for text in said if text.startswith(f"Edit {number} of 8 · ") and "Loading" not in text]
        return {text.rsplit(" · ", 1)[-1] for text in own}

    assert not any("left" in end for end in ends(2)), "nothing is known yet"
    for number in range(3, LAYERS + 1):
        left = LAYERS + 1 - number
        assert ends(number) == {f"about {left} min left" if left > 1 else "about 60 s left"}


def test_each_edit_is_composed_once(eight: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    composed: list[tuple[Any, ...]] = []
    composed_whole(eight)
    monkeypatch.setattr(eight.photo_service, "accumulate", _noting(composed, eight.photo_service.accumulate))
    asked = len(jobs_of(eight))
    begin(eight, 1)
    eight.until(lambda: ready(eight) and not eight.result.layers[0].on)
    eight.settle()
    assert len(jobs_of(eight)) > asked
    assert len(composed) <= LAYERS, "not all that lies below once more for each"


def test_escape_stops_it_between_two_edits(eight: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """While what lies below is put together no job of the engine runs that could be stopped."""
    accumulate, begun, go_on = eight.photo_service.accumulate, threading.Event(), threading.Event()

    def waits(*given: Any) -> Accumulated:
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return accumulate(*given)

    composed_whole(eight)
    before, asked = eight.result, len(jobs_of(eight))
    monkeypatch.setattr(eight.photo_service, "accumulate", waits)
    begin(eight, 1)
    eight.until(lambda: begun.is_set() and len(jobs_of(eight)) == asked + 1)
    eight.until(lambda: eight.state.progress.layer == 3)
    assert "Edit 3 of 8 · Putting together" in eight.bar.hint.text()
    eight.qtbot.keyClick(eight.window, Qt.Key.Key_Escape)
    assert eight.state.phase is Phase.READY and eight.state.result is before
    assert rows(eight)[1] == PROMPTS[0] and not eight.bar.bar.isVisible()
    go_on.set()
    eight.settle()
    assert len(jobs_of(eight)) == asked + 1 and eight.state.result is before


def test_what_is_shown_is_saved_without_being_composed_again(
    eight: Harness, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Eight edits of a large photo take seconds, and whoever drags a result out holds the button meanwhile."""
    composed: list[tuple[Any, ...]] = []
    composed_whole(eight)
    monkeypatch.setattr(eight.photo_service, "accumulate", _noting(composed, eight.photo_service.accumulate))
    eight.window.compositions.forget()
    pixels = saved(eight, tmp_path / "a.png")
    assert len(composed) == LAYERS
    assert np.array_equal(saved_again(eight, tmp_path / "b.png"), pixels) and len(composed) == LAYERS
    assert np.array_equal(pixels, seen(eight))


def saved_again(harness: Harness, path: Path) -> np.ndarray:
    """Beside what is saved already, as a result that is dragged out is."""
    write = harness.window.photos.writer(path, harness.result)
    assert write is not None
    write()
    return from_qimage(QImage(str(path)))[..., :3]


def _noting(calls: list[tuple[Any, ...]], work: Any) -> Any:
    def noted(*given: Any) -> Any:
        calls.append(given)
        return work(*given)

    return noted


def test_the_list_stays_where_it_was_scrolled_to(eight: Harness) -> None:
    panel = panel_of(eight)
    assert panel.list.currentRow() == LAYERS
    panel.list.verticalScrollBar().setValue(0)
    eight.until(lambda: panel.list.viewport().rect().contains(panel.list.visualItemRect(panel.list.item(1)).center()))
    before = panel.list.visualItemRect(panel.list.item(1))
    begin(eight, 1)
    eight.until(lambda: ready(eight) and not eight.result.layers[0].on)
    eight.settle()
    assert panel.list.visualItemRect(panel.list.item(1)) == before


def test_the_same_again_says_so_too(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.run("smiling face")
    presets.window.actions_.continue_from.trigger()
    presets.apply("Hat")
    presets.engine.hold.clear()
    presets.engine.learned.clear()
    presets.window.actions_.again.trigger()
    presets.until(lambda: presets.bar.hint.text().startswith("Edit 1 of 2 · "))
    presets.engine.hold.set()
    presets.until(lambda: ready(presets) and len(presets.state.results) == 3)
    assert rows(presets)[1:] == ["smiling face", "Hat"]
