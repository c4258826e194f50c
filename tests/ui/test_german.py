"""The window in German: no English is left in it, and nothing is cut off."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from patience import PATIENCE_MS
from PySide6.QtCore import QAbstractListModel, QLocale, QObject, Qt, QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot
from support.fake_engine import FakeEngine
from support.window.fake_photos import FakePhotoService
from support.window.fakes import picture
from support.window.full_harness import FullHarness

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.requests import EditRequest
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.library import FolderPresetLibrary
from rtedit_desktop.support import settings
from rtedit_desktop.support.paths import resources
from rtedit_desktop.ui.settings import language
from rtedit_desktop.ui.settings.settings_dialog import SettingsDialog
from rtedit_desktop.ui.widgets.texts import error_text, translated
from rtedit_desktop.ui.window.main_window import MainWindow
from rtedit_desktop.ui.window.services import Services

WIDTH = 1000
# Names, and what is data: titles of models, words of prompts.
SAME = {"Avatars", "face", "smiling face"}


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    before, locale = set(qapp.findChildren(QTranslator)), QLocale()
    assert language.set_language(qapp, "de") == "de"
    yield
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(locale)


@pytest.fixture
def harness(german: None, qtbot: QtBot, tmp_path: Path) -> Iterator[FullHarness]:
    harness = FullHarness(qtbot, tmp_path, width=WIDTH)
    yield harness
    harness.close()
    harness.window.deleteLater()


def english() -> list[tuple[str, re.Pattern[str]]]:
    """Every source whose German is another, as a pattern that its filled-in form matches."""
    found = []
    for message in ET.parse(resources() / "translations" / "rtedit_de.ts").getroot().iter("message"):
        source, translation = message.findtext("source", ""), message.findtext("translation", "")
        letters = re.sub(r"\{[^{}]*\}|[^A-Za-z]", "", source)
        if source.replace("&", "") != translation.replace("&", "") and len(letters) > 2:
            pattern = ".+".join(re.escape(part) for part in re.split(r"\{[^{}]*\}", source.replace("&", "")))
            found.append((source, re.compile(pattern, re.DOTALL)))
    return found


def german_words() -> set[str]:
    """What may happen to look like an English sentence with something filled in."""
    messages = ET.parse(resources() / "translations" / "rtedit_de.ts").getroot().iter("message")
    return {message.findtext("translation", "").replace("&", "") for message in messages}


ENGLISH, GERMAN = english(), german_words()


def words_of(thing: QObject) -> Iterator[str]:
    """Everything that a person can read of it, or hear."""
    names: tuple[str, ...] = (
        "text", "iconText", "toolTip", "windowTitle", "title", "placeholderText", "accessibleName", "statusTip",
        "accessibleDescription", "suffix", "specialValueText", "informativeText", "format",
    )  # fmt: skip
    if isinstance(thing, QLineEdit | QPlainTextEdit | QTextEdit):  # what a person wrote
        names = tuple(name for name in names if name != "text")
    for name in names:
        value = thing.property(name)
        if isinstance(value, str) and value:
            yield value
    if isinstance(thing, QComboBox):
        yield from (thing.itemText(index) for index in range(thing.count()))
    if isinstance(thing, QAbstractItemView) and thing.model() is not None:
        model = thing.model()
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            for row in range(model.rowCount()):
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                    yield str(model.index(row, column).data(role) or "")


def english_in(window: QWidget) -> list[str]:
    left = []
    for thing in (window, *window.findChildren(QObject)):
        for words in words_of(thing):
            plain = re.sub(r"<[^>]*>", "", words).replace("&", "")
            for one in {plain, *plain.splitlines(), plain.partition(" (")[0]}:
                if one not in SAME | GERMAN:
                    left += [f"{type(thing).__name__}: {one!r}" for _, like in ENGLISH if like.fullmatch(one)]
    return left


def cut_off_in(window: QWidget) -> list[str]:
    """What has less room than its words take."""
    cut = []
    for widget in window.findChildren(QWidget):
        translated = isinstance(widget, QLabel | QAbstractButton | QComboBox) and widget.isVisibleTo(window)
        if not translated or (isinstance(widget, QLabel) and widget.wordWrap()) or not words(widget):
            continue
        inside = widget.visibleRegion().boundingRect().width()
        if 0 < inside < widget.width() or widget.sizeHint().width() > widget.width():
            cut.append(f"{type(widget).__name__} {words(widget)!r}: {widget.sizeHint().width()} in {widget.width()}")
    return cut


def words(widget: QWidget) -> str:
    return str(widget.property("text") or widget.property("currentText") or "")


def dialogs() -> list[QDialog]:
    return [window for window in QApplication.topLevelWidgets() if isinstance(window, QDialog) and window.isVisible()]


def test_no_english_is_left_in_the_window(harness: FullHarness) -> None:
    harness.settle()
    assert not english_in(harness.window)
    harness.open_picture()
    harness.run("smiling face")
    assert not english_in(harness.window)
    harness.window.actions_.continue_from.trigger()
    harness.run("face with red hair")
    assert not english_in(harness.window)


@pytest.mark.parametrize("name", ["settings", "models", "shortcuts", "about", "earlier", "batch", "diagnostics"])
def test_no_english_is_left_in_a_dialog(harness: FullHarness, name: str) -> None:
    harness.open_picture()
    harness.run("smiling face")
    action = getattr(harness.window.actions_, name)
    action.setEnabled(True)
    action.trigger()
    harness.until(dialogs)
    harness.settle()
    (dialog,) = dialogs()
    left, cut = english_in(dialog), cut_off_in(dialog)
    dialog.close()
    assert not left
    assert not cut


def test_nothing_is_cut_off_in_a_narrow_window(harness: FullHarness) -> None:
    harness.settle()
    assert harness.window.width() == WIDTH
    assert not cut_off_in(harness.window)
    harness.open_picture()
    harness.run("smiling face")
    harness.settle()
    harness.until(lambda: not cut_off_in(harness.window))  # what grew just now gets its room with the next event


def test_it_fits_a_small_screen_of_double_scale(harness: FullHarness) -> None:
    """1600 x 1000 pixels at scale 2, with the frame that a window manager draws; German is the longer language."""
    harness.open_picture()
    harness.run("smiling face")
    least = harness.window.minimumSizeHint()
    assert least.width() <= 800 and least.height() <= 500
    harness.window.actions_.show_filmstrip.trigger()  # as it is on such a screen
    harness.until(lambda: harness.window.minimumSizeHint().height() <= 450)


def test_a_letter_opens_one_thing_of_a_menu(harness: FullHarness) -> None:
    bar = harness.window.menuBar().actions()
    for actions in (bar, *(menu.actions() for action in bar if isinstance(menu := action.menu(), QMenu))):
        letters = [found[1].lower() for action in actions if (found := re.search("&(.)", action.text()))]
        assert len(letters) == len(set(letters)), letters


def test_buttons_of_qt_are_german_too(harness: FullHarness) -> None:
    box = QMessageBox(harness.window)
    button = box.addButton(QMessageBox.StandardButton.Cancel)
    assert button.text().replace("&", "") == "Abbrechen"


def test_what_went_wrong_is_reported_in_german(harness: FullHarness) -> None:
    missing = tr("Could not open {name}: {what}", name="a{b}.jpg", what=tr("there is no such file."))
    error = PictureError(missing, tr("Check whether it was moved or renamed."))
    assert error_text(error) == (
        "a{b}.jpg konnte nicht geöffnet werden: Eine solche Datei gibt es nicht. "
        "Prüfen, ob sie verschoben oder umbenannt wurde."
    )
    assert str(error).startswith("Could not open a{b}.jpg: there is no such file.")
    assert translated("A file of mine.") == "A file of mine."
    harness.open_picture()
    harness.type("green face")
    harness.until(lambda: harness.bar.hint.text().startswith("Fakes kennt „green“ nicht. Bekannt sind Wörter wie"))


def test_what_is_saved_beside_a_photo_has_a_german_name(harness: FullHarness, tmp_path: Path) -> None:
    harness.open_picture()
    assert harness.window.photos.suggestion().name.endswith("-bearbeitet.png")


def test_prompts_and_presets_are_german_too(german: None, qtbot: QtBot, tmp_path: Path) -> None:
    """With the packs that come with the app, and their presets."""
    packs = Catalog.default().packs()
    portraits = next(pack for pack in packs if pack.id == "portraits")
    engine, library = FakeEngine(), FolderPresetLibrary(tmp_path / "presets")
    window = MainWindow(Services(lambda: engine, FakePhotoService(), library), packs, pack="portraits")
    qtbot.addWidget(window)
    window.show()
    bar, state = window.prompt_bar, window.state
    assert bar.chips.buttons[1].text() == "Gesicht mit rotem Lippenstift" and bar.source.text() == "Gesicht"
    assert "gebräuntes Gesicht" in bar.prompt.placeholderText()
    photo = FakePhotoService().from_pixels(picture(260, 260), "photo")
    state.set_photo(photo, FakePhotoService().centred_square(photo))
    state.set_prompt("blondes Haar")
    assert bar.hint.text().startswith("Portraits ist sich bei „Blonde Haare“ oft unsicher.")
    state.set_prompt("Schwarzweißfoto")
    assert bar.hint.text() == "Enter wendet sofort an: Schwarzweiß." and bar.source.text() == "Foto"
    window.actions_.run.trigger()
    qtbot.waitUntil(lambda: bool(state.results) and not state.phase.running, timeout=PATIENCE_MS)
    request = next(one for one in engine.requests if isinstance(one, EditRequest))
    assert portraits.meaning(request.spec.prompt) == "black and white"
    assert window.presets is not None
    presets = window.presets.presets
    qtbot.waitUntil(lambda: presets.known, timeout=PATIENCE_MS)
    titles = {preset.title for preset in presets.all}
    assert {"Roter Lippenstift", "Bart", "Bartstoppeln"} <= titles and "Red lipstick" not in titles
    window._leaving = True
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        (["de-AT", "en-US"], "de"),
        (["fr-FR", "de_CH"], "de"),
        (["en-Latn-GB", "de-DE"], "en"),
        (["ja"], "en"),
        ([], "en"),
    ],
)
def test_the_system_is_followed(wanted: list[str], spoken: str) -> None:
    assert language.language_of(wanted) == spoken


def test_a_language_is_chosen_in_the_settings(harness: FullHarness) -> None:
    harness.window.actions_.settings.trigger()
    harness.until(dialogs)
    (dialog,) = dialogs()
    assert isinstance(dialog, SettingsDialog)
    look = dialog.look
    assert [look.language.itemText(row) for row in range(3)] == ["Wie im System", "English", "Deutsch"]
    assert not look.later.isVisible()
    look.language.setCurrentIndex(2)
    look.language.activated.emit(2)
    harness.until(lambda: settings.load().language == "de")
    assert look.later.isVisible()
    dialog.close()
    settings.change(language=settings.SYSTEM_LANGUAGE)
