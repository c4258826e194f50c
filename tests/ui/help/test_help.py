"""The help menu: a report without anything private, and the licences of all parts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from support.window.harness import Harness

from rtedit_desktop import __version__
from rtedit_desktop.support.reporting import log
from rtedit_desktop.ui.help.about_dialog import AboutDialog
from rtedit_desktop.ui.widgets.text_dialog import TextDialog


def shown(kind: type) -> list:
    return [window for window in QApplication.topLevelWidgets() if isinstance(window, kind) and window.isVisible()]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setenv("RTEDIT_HOME", str(tmp_path))
    handler, logger = log.file_handler(), logging.Logger("rtedit")
    logger.addHandler(handler)
    logger.info("Opened %s", Path("/srv/annabel/Holiday in Rome.jpg"))
    logger.error("it broke")
    handler.close()
    yield log.log_file()
    logging.captureWarnings(False)


def test_the_report_is_shown_first_then_copied_or_saved(harness: Harness, written: Path, tmp_path: Path) -> None:
    harness.window.actions_.diagnostics.trigger()
    harness.until(lambda: shown(TextDialog))
    (dialog,) = shown(TextDialog)
    text = dialog.text.toPlainText()
    facts = (f"RTEdit: {__version__}", "Device: a test's", "torch: ", "cache_mib: 2048", "Qt: ")
    for fact in (*facts, "Opened <photo", "it broke"):
        assert fact in text
    for private in ("annabel", "Holiday", "Rome"):
        assert private not in text
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == text
    dialog.save_to(tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text("utf-8") == text
    dialog.close()


def test_a_report_that_cannot_be_saved_is_reported(harness: Harness, written: Path, tmp_path: Path) -> None:
    errors: list[str] = []
    harness.window.messages.error_shown.connect(errors.append)
    harness.window.actions_.diagnostics.trigger()
    harness.until(lambda: shown(TextDialog))
    (dialog,) = shown(TextDialog)
    dialog.save_to(tmp_path / "no such folder" / "report.txt")
    assert errors and "could not be saved" in errors[0]
    dialog.close()
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and window is not harness.window:
            window.close()


def test_about_lists_every_part_with_its_licence(harness: Harness) -> None:
    harness.window.actions_.about.trigger()
    harness.until(lambda: shown(AboutDialog))
    (dialog,) = shown(AboutDialog)
    rows = [dialog.parts.item(row).text() for row in range(dialog.parts.count())]
    names = {row.partition(" ")[0].lower() for row in rows}
    assert {"torch", "pyside6_essentials", "pillow", "python", "safetensors"} <= names
    assert dialog.text.toPlainText()
    dialog.close()
