"""Sets the theme: light, dark, or as the system has it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from rtedit_desktop.ui.widgets.icons import check_icon

LIGHT, DARK, SYSTEM = "light", "dark", "system"
_SCHEMES = {LIGHT: Qt.ColorScheme.Light, DARK: Qt.ColorScheme.Dark}
_ROLES = QPalette.ColorRole
_LIGHT = {
    _ROLES.Window: "#f3f3f5", _ROLES.WindowText: "#1b1c20", _ROLES.Base: "#ffffff", _ROLES.AlternateBase: "#f0f0f3",
    _ROLES.Text: "#1b1c20", _ROLES.Button: "#e9e9ed", _ROLES.ButtonText: "#1b1c20", _ROLES.BrightText: "#ffffff",
    _ROLES.ToolTipBase: "#ffffff", _ROLES.ToolTipText: "#1b1c20", _ROLES.PlaceholderText: "#65676e",
    _ROLES.Highlight: "#2f6fd0", _ROLES.HighlightedText: "#ffffff", _ROLES.Link: "#1d5cbd",
    _ROLES.LinkVisited: "#6a3fa0", _ROLES.Accent: "#2f6fd0",
}  # fmt: skip
_DARK = {
    _ROLES.Window: "#2a2b30", _ROLES.WindowText: "#ececef", _ROLES.Base: "#1f2024", _ROLES.AlternateBase: "#26272c",
    _ROLES.Text: "#ececef", _ROLES.Button: "#383a41", _ROLES.ButtonText: "#ececef", _ROLES.BrightText: "#ffffff",
    _ROLES.ToolTipBase: "#383a41", _ROLES.ToolTipText: "#ececef", _ROLES.PlaceholderText: "#a2a4ac",
    _ROLES.Highlight: "#3470d4", _ROLES.HighlightedText: "#ffffff", _ROLES.Link: "#8ab8ff",
    _ROLES.LinkVisited: "#c3a3f0", _ROLES.Accent: "#3470d4",
}  # fmt: skip
_DISABLED = {LIGHT: "#777980", DARK: "#9c9ea6"}
_DIM = 110
_LIT = """
QScrollBar:vertical {{ background: transparent; width: 13px; }}
QScrollBar:horizontal {{ background: transparent; height: 13px; }}
QScrollBar::handle {{ background: #7d808b; border-radius: 4px; margin: 2px; min-width: 28px; min-height: 28px; }}
QScrollBar::handle:hover {{ background: #a2a4ac; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: none;
 width: 0; height: 0; }}
QCheckBox::indicator, QGroupBox::indicator {{ width: 13px; height: 13px; border: 1px solid #8a8d97; border-radius: 3px;
 background: #1f2024; }}
QCheckBox::indicator:checked {{ background: #3470d4; border-color: #8ab8ff; image: url("{check}"); }}
QCheckBox::indicator:focus {{ border-color: #ffffff; }}
QCheckBox::indicator:disabled {{ border-color: #5c5f68; background: #2a2b30; }}
QRadioButton::indicator {{ width: 12px; height: 12px; border: 1px solid #8a8d97; border-radius: 7px;
 background: #1f2024; }}
QRadioButton::indicator:checked {{ border-color: #8ab8ff; background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5,
 fx: 0.5, fy: 0.5, stop: 0 #8ab8ff, stop: 0.55 #8ab8ff, stop: 0.65 #1f2024, stop: 1 #1f2024); }}
QRadioButton::indicator:disabled {{ border-color: #5c5f68; background: #2a2b30; }}
"""
_GREYED = (_ROLES.WindowText, _ROLES.Text, _ROLES.ButtonText)


def set_theme(theme: str) -> None:
    """Set it for every window, at once. Where the desktop ignores it, the colours are ours."""
    app, hints = QGuiApplication.instance(), QGuiApplication.styleHints()
    assert isinstance(app, QApplication)
    wanted = _SCHEMES.get(theme)
    if hasattr(hints, "setColorScheme"):  # Qt 6.8
        hints.setColorScheme(wanted or Qt.ColorScheme.Unknown)
    if wanted is None or hints.colorScheme() is wanted:
        app.setPalette(QPalette())
    else:
        app.setPalette(_palette(theme))
    _light_up(app)


def _light_up(app: QApplication) -> None:
    """What is small, and drawn in shades of its surroundings, stands out on a dark window too."""
    dark = app.palette().window().color().lightness() < _DIM
    app.setStyleSheet(_LIT.format(check=check_icon()) if dark else "")


def _palette(theme: str) -> QPalette:
    colours = _DARK if theme == DARK else _LIGHT
    # The shades of edges are worked out from these two.
    palette = QPalette(QColor(colours[_ROLES.Button]), QColor(colours[_ROLES.Window]))
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    for role in _GREYED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_DISABLED[theme]))
    return palette
