"""Panels that come take room of what is there: the window keeps its size, and where there is much no gap opens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from support.window.preset_harness import PresetHarness


def _settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


def test_the_bar_of_the_region_fits_beside_the_panels_of_a_small_window(presets: PresetHarness) -> None:
    presets.open_picture(400, 300)
    presets.apply("Hat")
    presets.window.actions_.continue_from.trigger()
    presets.window.resize(1020, 700)
    _settle()
    presets.window.actions_.region.trigger()
    _settle()
    panel = presets.window.region.panel
    assert panel.isVisible() and presets.panel.isVisible() and presets.window.stack.panel.isVisible()
    assert presets.window.width() == 1020
    assert panel.hint.width() >= panel.hint.sizeHint().width() and panel.done.width() >= panel.done.sizeHint().width()


@pytest.mark.parametrize("filmstrip", [True, False])
def test_the_numbers_of_a_run_scroll_in_a_low_window(presets: PresetHarness, filmstrip: bool) -> None:
    """As on a screen of 1600 x 1000 pixels at scale 2, where the filmstrip is hidden at first."""
    presets.open_picture(400, 300)
    presets.apply("Hat")
    presets.window.actions_.continue_from.trigger()
    if presets.window.filmstrip.isVisible() is not filmstrip:
        presets.window.actions_.show_filmstrip.trigger()
    _settle()
    presets.window.resize(800, 900)
    presets.until(lambda: presets.window.minimumSizeHint().height() <= 500)
    _settle()
    presets.window.resize(800, 500)
    _settle()
    settings = presets.bar.settings
    presets.bar.advanced.click()
    _settle()
    assert presets.window.height() == 500 and settings.isVisible()
    presets.window.resize(1000, 900)
    _settle()
    assert settings.visibleRegion().boundingRect() == settings.rect(), "with room all of it is seen"
    presets.window.resize(800, 500 if filmstrip else 430)
    _settle()
    settings.reset.setEnabled(True)
    settings.preserve.setFocus()
    presets.qtbot.keyClick(settings.preserve, Qt.Key.Key_Tab)
    assert settings.reset.hasFocus() and not settings.reset.visibleRegion().isEmpty()


def test_edits_and_results_begin_at_the_top_of_a_high_window(presets: PresetHarness) -> None:
    presets.open_picture(400, 300)
    presets.apply("Hat")
    presets.window.actions_.continue_from.trigger()
    presets.apply("Smile")
    presets.window.resize(1366, 960)
    _settle()
    for panel in (presets.window.stack.panel, presets.window.history):
        title = panel.findChild(QLabel)
        assert isinstance(title, QLabel) and title.text() in ("Edits", "Results")
        assert title.height() <= title.sizeHint().height() + 2
    stack, results = presets.window.stack.panel, presets.window.history
    presets.window.resize(1366, 620)
    _settle()
    chosen = results.list.visualItemRect(results.list.currentItem())
    assert results.list.viewport().rect().contains(chosen), "the chosen one is in sight"
    presets.window.resize(1366, 960)
    _settle()
    assert results.geometry().top() - stack.geometry().bottom() <= 1 and stack.height() <= stack.sizeHint().height()
