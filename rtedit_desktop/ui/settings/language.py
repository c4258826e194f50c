"""Loads the language of the window: English is in the sources, others are loaded over it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from rtedit_desktop.support.paths import resources
from rtedit_desktop.support.settings import LANGUAGES, SYSTEM_LANGUAGE

SHIPPED = tuple(name for name in LANGUAGES if name != SYSTEM_LANGUAGE)
_SOURCES = "en"


def set_language(app: QCoreApplication, chosen: str) -> str:
    """Load it before anything is shown, and say which it became. Numbers and dates go with the words."""
    if chosen in SHIPPED:
        language = chosen
        QLocale.setDefault(QLocale(chosen))
    else:
        language = language_of(QLocale.system().uiLanguages())
    # What is installed later is asked first: Qt's own words must not stand in the way of RTEdit's.
    _install(app, f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    _install(app, f"rtedit_{language}", str(resources() / "translations"))
    return language


def language_of(wanted: Sequence[str]) -> str:
    """The first of a person's languages ("de-AT", "en-Latn-US") that RTEdit speaks; English where there is none."""
    for name in wanted:
        language = name.replace("_", "-").split("-")[0].lower()
        if language in SHIPPED:
            return language
    return _SOURCES


def _install(app: QCoreApplication, name: str, folder: str) -> None:
    """What is not there leaves the words in English: a frozen app without Qt's own words is no reason not to start."""
    translator = QTranslator(app)
    if translator.load(name, folder):
        app.installTranslator(translator)
