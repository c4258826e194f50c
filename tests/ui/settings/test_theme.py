"""Light and dark are chosen in the settings, hold at once and are remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication
from support.window.accessibility import GREYED, LEGIBLE, brightness, contrast
from support.window.harness import Harness

from rtedit_desktop.support import settings
from rtedit_desktop.ui.settings.look_settings import LookSettings
from rtedit_desktop.ui.settings.theme import DARK, LIGHT, SYSTEM, set_theme

_ROLES = QPalette.ColorRole
PAIRS = (
    (_ROLES.WindowText, _ROLES.Window), (_ROLES.Text, _ROLES.Base), (_ROLES.Text, _ROLES.AlternateBase),
    (_ROLES.ButtonText, _ROLES.Button), (_ROLES.ToolTipText, _ROLES.ToolTipBase), (_ROLES.Link, _ROLES.Base),
    (_ROLES.PlaceholderText, _ROLES.Base), (_ROLES.PlaceholderText, _ROLES.Window), (_ROLES.Text, _ROLES.Window),
    (_ROLES.HighlightedText, _ROLES.Highlight),
)  # fmt: skip
GREY = ((_ROLES.WindowText, _ROLES.Window), (_ROLES.Text, _ROLES.Base), (_ROLES.ButtonText, _ROLES.Button))


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    set_theme(SYSTEM)


@pytest.mark.parametrize("name", [LIGHT, DARK])
def test_words_are_legible(name: str, qapp: QApplication) -> None:
    set_theme(name)
    palette = qapp.palette()
    for text, ground in PAIRS:
        assert contrast(palette.color(text), palette.color(ground)) >= LEGIBLE, (text, ground)
    for text, ground in GREY:
        disabled = palette.color(QPalette.ColorGroup.Disabled, text)
        assert contrast(disabled, palette.color(ground)) >= GREYED, (text, ground)


def test_the_system_has_its_own_colours_back(qapp: QApplication) -> None:
    set_theme(SYSTEM)
    before = qapp.palette().color(_ROLES.Window)
    set_theme(DARK)
    assert brightness(qapp.palette().color(_ROLES.Window)) < 0.05
    set_theme(SYSTEM)
    assert qapp.palette().color(_ROLES.Window) == before


def test_it_is_chosen_in_the_settings(harness: Harness, qapp: QApplication) -> None:
    look = LookSettings(harness.window.background, harness.window.messages)
    look.theme.setCurrentIndex(look.theme.findData(DARK))
    look.theme.activated.emit(look.theme.currentIndex())
    assert brightness(qapp.palette().color(_ROLES.Window)) < 0.05
    harness.until(lambda: settings.load().theme == DARK)
    again = LookSettings(harness.window.background, harness.window.messages)
    assert again.theme.currentData() == DARK
    settings.change(theme=SYSTEM)
    for box in (look, again):
        box.deleteLater()
