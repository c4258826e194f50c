"""Light and dark are chosen in the settings, hold at once and are remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from ui.stand import Stand

from rtedit_desktop.core import settings
from rtedit_desktop.ui.look_settings import LookSettings
from rtedit_desktop.ui.theme import DARK, LIGHT, SYSTEM, set_theme

_ROLES = QPalette.ColorRole
PAIRS = (
    (_ROLES.WindowText, _ROLES.Window), (_ROLES.Text, _ROLES.Base), (_ROLES.Text, _ROLES.AlternateBase),
    (_ROLES.ButtonText, _ROLES.Button), (_ROLES.ToolTipText, _ROLES.ToolTipBase), (_ROLES.Link, _ROLES.Base),
    (_ROLES.PlaceholderText, _ROLES.Base),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    yield
    set_theme(SYSTEM)


def brightness(colour: QColor) -> float:
    """Relative luminance as the web's guidelines for contrast define it."""
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((brightness(one), brightness(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", [LIGHT, DARK])
def test_words_are_legible(name: str, qapp: QApplication) -> None:
    set_theme(name)
    palette = qapp.palette()
    for text, ground in PAIRS:
        assert contrast(palette.color(text), palette.color(ground)) >= 4.5, (text, ground)
    assert contrast(palette.color(_ROLES.HighlightedText), palette.color(_ROLES.Highlight)) >= 3.5


def test_the_system_has_its_own_colours_back(qapp: QApplication) -> None:
    set_theme(SYSTEM)
    before = qapp.palette().color(_ROLES.Window)
    set_theme(DARK)
    assert brightness(qapp.palette().color(_ROLES.Window)) < 0.05
    set_theme(SYSTEM)
    assert qapp.palette().color(_ROLES.Window) == before


def test_it_is_chosen_in_the_settings(stand: Stand, qapp: QApplication) -> None:
    look = LookSettings(stand.window.background, stand.window.messages)
    look.theme.setCurrentIndex(look.theme.findData(DARK))
    look.theme.activated.emit(look.theme.currentIndex())
    assert brightness(qapp.palette().color(_ROLES.Window)) < 0.05
    stand.until(lambda: settings.load().theme == DARK)
    again = LookSettings(stand.window.background, stand.window.messages)
    assert again.theme.currentData() == DARK
    settings.change(theme=SYSTEM)
    for box in (look, again):
        box.deleteLater()
