"""Where the window was and how it shared its room out are there again at the next start."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot
from support.window.fake_library import FakePresetLibrary, write_preset
from support.window.harness import Harness

from rtedit_desktop.support import settings
from rtedit_desktop.ui.presets.preset_controller import PresetController
from rtedit_desktop.ui.window.main_window import MainWindow
from rtedit_desktop.ui.window.window_layout import WindowLayout

NewStart = Callable[[], Harness]


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewStart]:
    """Open the window as the app does, with what the last one left in the settings."""
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    write_preset(tmp_path / "library" / "smile.rtpreset", "Smile", "smiling face")
    harnesses: list[Harness] = []

    def show(window: MainWindow) -> None:
        window.setMinimumSize(300, 300)  # the screen of the tests is narrower than the window's least width
        QMainWindow.show(window)

    monkeypatch.setattr(MainWindow, "show", show)

    def make() -> Harness:
        library = FakePresetLibrary(tmp_path / "library")
        harnesses.append(Harness(qtbot, [], library, layout=WindowLayout(settings.load())))
        return harnesses[-1]

    yield make
    for harness in harnesses:
        if harness.window.isVisible():
            harness.close()
        harness.window.deleteLater()


def presets_of(harness: Harness) -> PresetController:
    assert harness.window.presets is not None
    return harness.window.presets


def on_a_screen(rect: QRect) -> bool:
    """Up to a frame's width."""
    inner = rect.adjusted(8, 8, -8, -8)
    return any(screen.availableGeometry().contains(inner) for screen in QApplication.screens())


def test_place_and_size_come_back(start: NewStart) -> None:
    first = start()
    first.window.setGeometry(40, 60, 700, 600)
    first.close()
    again = start()
    assert again.window.geometry() == QRect(40, 60, 700, 600)


def test_a_maximized_window_comes_back_so_and_knows_its_other_size(start: NewStart) -> None:
    first = start()
    first.window.setGeometry(40, 60, 700, 600)
    first.window.showMaximized()
    first.until(first.window.isMaximized)
    first.close()
    again = start()
    again.window.show()
    assert again.window.isMaximized()
    assert again.window.normalGeometry() == QRect(40, 60, 700, 600)


def test_the_width_of_the_presets_comes_back(start: NewStart) -> None:
    first = start()
    presets_of(first).show_panel(True)
    first.window.setGeometry(0, 0, 780, 600)
    splitter = presets_of(first).splitter
    splitter.setSizes([350, splitter.width() - 350])
    width = presets_of(first).panel.width()
    first.close()
    again = start()
    again.until(lambda: presets_of(again).panel.width() == width)
    assert presets_of(again).panel.isVisible()


@pytest.mark.parametrize("shown", [True, False])
def test_what_the_person_chose_of_the_presets_comes_back(start: NewStart, shown: bool) -> None:
    first = start()
    presets_of(first).show_panel(shown)
    first.close()
    again = start()
    assert presets_of(again).panel.isVisible() is shown
    assert again.window.actions_.show_presets.isChecked() is shown
    again.window.resize(500 if shown else 790, 600)
    assert presets_of(again).panel.isVisible() is shown


def test_a_filmstrip_that_was_hidden_stays_so(start: NewStart) -> None:
    first = start()
    first.window.actions_.show_filmstrip.trigger()
    first.close()
    again = start()
    again.open_picture()
    assert not again.window.filmstrip.isVisible() and not again.window.actions_.show_filmstrip.isChecked()


def test_on_a_low_screen_the_photo_gets_the_room_of_the_filmstrip(
    start: NewStart, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as low:
        low.setattr(QScreen, "availableSize", lambda _: QSize(800, 500))
        first = start()
        first.open_picture()
        assert not first.window.filmstrip.isVisible() and not first.window.actions_.show_filmstrip.isChecked()
        assert first.window.height() <= 500 and first.window.width() <= 800
        first.window.actions_.show_filmstrip.trigger()
        assert first.window.filmstrip.isVisible()
        first.window.actions_.show_filmstrip.trigger()
        first.close()
    again = start()
    again.open_picture()
    assert again.window.filmstrip.isVisible(), "nobody hid it on a screen with room"


def test_what_nobody_chose_is_left_to_the_width(start: NewStart) -> None:
    start().close()
    assert settings.load().presets_panel == ""


@pytest.mark.parametrize("place", [(50_000, 50_000), (-9_000, 100), (100, -9_000)])
def test_a_window_on_a_screen_that_is_gone_comes_back_onto_one(start: NewStart, place: tuple[int, int]) -> None:
    lost = QMainWindow()
    lost.setGeometry(*place, 600, 500)
    settings.change(geometry=base64.b64encode(lost.saveGeometry().data()).decode())
    lost.deleteLater()
    window = start().window
    assert on_a_screen(window.frameGeometry())
    assert window.size().width() >= 500


def test_a_window_whose_screen_is_unplugged_comes_onto_another(start: NewStart) -> None:
    harness = start()
    window, app = harness.window, QApplication.instance()
    assert isinstance(app, QApplication)
    where = window.pos()
    app.screenRemoved.emit(window.screen())
    harness.settle()
    assert window.pos() == where, "one that is seen stays"
    window.move(50_000, 50_000)
    app.screenRemoved.emit(window.screen())
    harness.until(lambda: on_a_screen(window.frameGeometry()))


def test_settings_from_before_still_open(start: NewStart) -> None:
    settings.settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings.settings_file().write_text(json.dumps({"theme": "dark", "cache_mib": 64}))
    first = start()
    assert on_a_screen(first.window.frameGeometry())
    first.window.setGeometry(30, 30, 640, 560)
    first.close()
    saved = settings.load()
    assert (saved.theme, saved.cache_mib) == ("dark", 64)
    assert saved.geometry and saved.splitter


@pytest.mark.parametrize("damaged", ["no base64", "AAAA", "AdnQywAD" * 20])
def test_a_damaged_layout_costs_the_layout_alone(start: NewStart, damaged: str) -> None:
    settings.change(geometry=damaged, splitter=damaged, theme="dark")
    harness = start()
    assert on_a_screen(harness.window.frameGeometry())
    harness.close()
    assert settings.load().theme == "dark"


def test_a_first_window_fits_its_screen(start: NewStart) -> None:
    window = start().window
    room = window.screen().availableSize()
    assert window.width() <= room.width() and window.height() <= room.height()


def test_a_first_window_fits_its_screen_with_its_frame(start: NewStart, monkeypatch: pytest.MonkeyPatch) -> None:
    framed = lambda window: window.geometry().adjusted(-2, -40, 2, 2)  # noqa: E731
    monkeypatch.setattr(MainWindow, "frameGeometry", framed)
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(700, 700))
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _: QRect(0, 0, 700, 700))
    harness = start()
    QApplication.sendEvent(harness.window, QEvent(QEvent.Type.WindowActivate))
    harness.until(lambda: framed(harness.window).height() <= 700)
    assert harness.window.width() <= 696


def test_a_remembered_window_is_on_its_screen_with_its_frame(start: NewStart, monkeypatch: pytest.MonkeyPatch) -> None:
    first = start()
    first.window.setGeometry(4, 40, 600, 690)
    first.close()
    framed = lambda window: window.geometry().adjusted(-2, -20, 2, 5)  # noqa: E731
    monkeypatch.setattr(MainWindow, "frameGeometry", framed)
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _: QRect(0, 0, 740, 720))
    harness = start()
    QApplication.sendEvent(harness.window, QEvent(QEvent.Type.WindowActivate))
    harness.until(lambda: harness.window.frameGeometry().bottom() <= 719)
    assert harness.window.size() == QSize(600, 690)


def test_a_folder_that_cannot_be_written_to_does_not_hold_the_end(
    start: NewStart, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    harness = start()

    def full(*_: object, **values: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings, "change", full)
    harness.close()
    assert harness.window.ended
    assert "could not be kept" in caplog.text
