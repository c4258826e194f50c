"""Real widgets on the offscreen platform; nothing may outlive its test, and Qt must not complain."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.window.fakes import picture
from support.window.harness import Harness
from support.window.left_behind import abandon, left_behind
from support.window.model_harness import ModelHarness
from support.window.preset_harness import PresetHarness
from support.window.restarts import NewWindow
from support.window.settings_harness import Shown, Store

from rtedit_desktop.app import hold_constants
from rtedit_desktop.history.journal import FolderJournal
from rtedit_desktop.ui.history import undo as undo_module
from rtedit_desktop.ui.widgets.pyramid import to_qimage

_FAILED = pytest.StashKey[bool]()
# The offscreen platform says this of every window.
_EXPECTED = ("This plugin does not support",)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session", autouse=True)
def _constants() -> None:
    hold_constants()


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a thread, a timer or a window, or that Qt warned in."""
    warnings: list[str] = []

    def listen(kind: QtMsgType, _: object, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not text.startswith(_EXPECTED):
            warnings.append(text)

    qInstallMessageHandler(listen)
    yield
    if request.node.stash.get(_FAILED, False):
        abandon()
        qInstallMessageHandler(None)
        return
    left = left_behind()
    qInstallMessageHandler(None)
    if left:
        abandon()
    assert not left
    assert not warnings


@pytest.fixture
def harness(qtbot: QtBot, tmp_path: Path) -> Iterator[Harness]:
    samples = []
    for name in ("one", "two"):
        path = tmp_path / f"sample-{name}.png"
        to_qimage(picture()).save(str(path))
        samples.append(path)
    harness = Harness(qtbot, samples)
    yield harness
    harness.close()
    harness.window.deleteLater()


@pytest.fixture
def presets(qtbot: QtBot, tmp_path: Path) -> Iterator[PresetHarness]:
    path = tmp_path / "sample.png"
    to_qimage(picture()).save(str(path))
    harness = PresetHarness(qtbot, [path], tmp_path / "library")
    yield harness
    harness.close()
    harness.window.deleteLater()


@pytest.fixture
def models(qtbot: QtBot) -> Iterator[ModelHarness]:
    harness = ModelHarness(qtbot)
    yield harness
    harness.close()
    harness.window.deleteLater()


@pytest.fixture
def shown(harness: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    shown = Shown(harness, Store())
    yield shown
    if shiboken6.isValid(shown.dialog):
        shown.dialog.close()


@pytest.fixture
def new_window(qtbot: QtBot, tmp_path: Path) -> Iterator[NewWindow]:
    """Starts RTEdit on the same folder; whatever is still open at the end is closed."""
    harnesses: list[Harness] = []

    def make() -> Harness:
        path = tmp_path / "holiday.png"
        if not path.exists():
            to_qimage(picture()).save(str(path))
        harness = Harness(qtbot, [path], journal=FolderJournal(tmp_path / "history"))
        harnesses.append(harness)
        return harness

    yield make
    for harness in harnesses:
        if harness.window.isVisible():
            harness.close()
        harness.window.deleteLater()


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No two steps are one, however fast they come."""
    monkeypatch.setattr(undo_module, "TOGETHER_S", -1.0)
    yield
