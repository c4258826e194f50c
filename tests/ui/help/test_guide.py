"""The guide in the window: offline, at the chapter of what the person is doing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument, QTextFormat, QTextTable
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from support.window.fakes import picture
from support.window.full_harness import FullHarness
from support.window.harness import Harness, child

from rtedit_desktop.support import paths
from rtedit_desktop.ui.batch.batch_dialog import BatchDialog
from rtedit_desktop.ui.help.guide_dialog import GuideDialog, anchor_of
from rtedit_desktop.ui.models.models_dialog import ModelsDialog
from rtedit_desktop.ui.settings.settings_dialog import SettingsDialog
from rtedit_desktop.ui.settings.theme import DARK, LIGHT, SYSTEM, set_theme
from rtedit_desktop.ui.widgets.pyramid import to_qimage


@pytest.fixture
def full_harness(qtbot: QtBot, tmp_path: Path) -> Iterator[FullHarness]:
    harness = FullHarness(qtbot, tmp_path)
    yield harness
    harness.close()
    harness.window.deleteLater()


@pytest.fixture
def light() -> Iterator[None]:
    set_theme(LIGHT)
    yield
    set_theme(SYSTEM)


def shown(guide: GuideDialog) -> str:
    return Path(guide.text.source().toLocalFile()).stem


def opened(harness: Harness) -> GuideDialog:
    harness.window.actions_.guide.trigger()
    return child(harness.window, GuideDialog)


def test_it_opens_at_what_the_person_is_doing(harness: Harness) -> None:
    guide = opened(harness)
    assert shown(guide) == "first-photo" and "Open" in guide.text.toPlainText()
    assert guide.chapters.currentItem().text() == "The first photo"
    harness.open_picture()
    harness.window.activateWindow()
    harness.bar.prompt.setFocus()
    assert opened(harness) is guide and shown(guide) == "prompts"
    harness.run()
    harness.window.history.list.setFocus()
    assert shown(opened(harness)) == "results"
    harness.window.actions_.region.trigger()
    assert shown(opened(harness)) == "region"
    guide.close()


def test_links_lead_from_chapter_to_heading_and_back(harness: Harness) -> None:
    guide = opened(harness)
    guide.show_chapter("graphics-card")
    table = guide.text.document().toHtml()
    assert "install.md#with-pipx-or-uv" in table
    guide.text.setSource(guide.text.source().resolved("install.md#with-pipx-or-uv"))
    assert guide.chapters.currentItem().text() == "Install"
    assert anchor_of(guide.text.textCursor().block().text()) == "with-pipx-or-uv"
    assert guide.back.isEnabled()
    guide.back.click()
    assert shown(guide) == "graphics-card"
    guide.close()


def test_pictures_are_shown_without_scrolling_to_the_side(harness: Harness) -> None:
    guide = opened(harness)
    for chapter, name in (("first-photo", "result.jpg"), ("results", "stack.jpg"), ("models", "models.jpg")):
        guide.show_chapter(chapter)
        place = guide.text.source().resolved(QUrl(f"pictures/{name}"))
        picture = guide.text.loadResource(QTextDocument.ResourceType.ImageResource, place)
        assert not QImage.fromData(picture).isNull()
        assert f'src="pictures/{name}"' in guide.text.document().toHtml()
        harness.settle()
        assert guide.text.horizontalScrollBar().maximum() == 0
    guide.close()


def test_every_chapter_can_be_read(harness: Harness) -> None:
    guide = opened(harness)
    guide.resize(700, 560)
    assert guide.chapters.count() == len(list(paths.guide().glob("*.md")))
    for row in range(guide.chapters.count()):
        guide.chapters.setCurrentRow(row)
        title = guide.chapters.item(row).text()
        assert guide.text.toPlainText().startswith(title)
        assert guide.text.horizontalScrollBar().maximum() == 0, title
        for frame in guide.text.document().rootFrame().childFrames():
            assert not isinstance(frame, QTextTable) or frame.format().border() == 1
        assert "](" not in guide.text.toPlainText() and "| ---" not in guide.text.toPlainText()
    guide.close()


def grounds_of_commands(guide: GuideDialog) -> list[str]:
    """Of the commands in the chapter, all of which may go on in the next line."""
    forms, block = [], guide.text.document().begin()
    while block.isValid():
        if block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence):
            forms.append(block.blockFormat())
        block = block.next()
    assert forms and not any(form.nonBreakableLines() for form in forms)
    assert len({form.leftMargin() for form in forms}) == 1, "none was moved in twice"
    return [form.background().color().name() for form in forms]


def test_commands_look_the_same_after_going_back(harness: Harness) -> None:
    guide = opened(harness)
    guide.resize(700, 560)
    guide.show_chapter("command-line")
    before = grounds_of_commands(guide)
    guide.show_chapter("index")
    guide.back.click()
    assert shown(guide) == "command-line" and grounds_of_commands(guide) == before
    assert guide.text.horizontalScrollBar().maximum() == 0
    guide.text.setSource(guide.text.source().resolved(QUrl("#at-the-end")))
    assert grounds_of_commands(guide) == before
    guide.close()


def test_a_chapter_that_is_open_changes_with_the_theme(harness: Harness, light: None) -> None:
    guide = opened(harness)
    guide.show_chapter("command-line")
    bar = guide.text.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place, before = bar.value(), grounds_of_commands(guide)
    set_theme(DARK)
    harness.until(lambda: grounds_of_commands(guide) != before)
    assert set(grounds_of_commands(guide)) == {guide.text.palette().alternateBase().color().name()}
    assert shown(guide) == "command-line" and bar.value() == place > 0
    guide.close()


def test_its_pictures_are_shown_within_its_width(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """However wide they are, and after the window was made smaller or larger."""
    (tmp_path / "pictures").mkdir()
    for name, width in (("wide", 1600), ("small", 200), ("listed", 1500)):
        to_qimage(picture(width, 100)).save(str(tmp_path / "pictures" / f"{name}.png"))
    text = (
        "# First\n\n![A window](pictures/wide.png)\n\nWords.\n\n![A button](pictures/small.png)\n\n[Next](next.md)\n\n"
    )
    text += "1. A step\n\n   ![In a list](pictures/listed.png)\n"
    (tmp_path / "index.md").write_text(text)
    (tmp_path / "next.md").write_text("# Next\n\n![A window](pictures/wide.png)\n")
    monkeypatch.setattr(paths, "guide", lambda: tmp_path)
    guide = opened(harness)
    guide.show_chapter("index")
    for chapter in ("index", "next", "index"):
        guide.show_chapter(chapter)
        for width in (700, 1000, 560):
            guide.resize(width, 500)
            harness.until(partial(lambda wanted: guide.width() == wanted, width))
            assert guide.text.horizontalScrollBar().maximum() == 0
            document = guide.text.document()
            shown = document.resource(QTextDocument.ResourceType.ImageResource.value, QUrl("pictures/wide.png"))
            room = guide.text.viewport().width() - 32
            assert shown.deviceIndependentSize().width() == room and document.size().height() > 100 * room / 1600
    small = document.resource(QTextDocument.ResourceType.ImageResource.value, QUrl("pictures/small.png"))
    assert small.deviceIndependentSize().width() == 200
    guide.close()


@pytest.mark.parametrize(
    ("action", "kind", "chapter"),
    [
        ("batch", BatchDialog, "batch"),
        ("models", ModelsDialog, "models"),
        ("settings", SettingsDialog, "results"),
    ],
)
def test_a_dialog_has_its_chapter(full_harness: FullHarness, action: str, kind: type[QDialog], chapter: str) -> None:
    getattr(full_harness.window.actions_, action).trigger()
    dialog = child(full_harness.window, kind)
    dialog.activateWindow()
    full_harness.until(dialog.isActiveWindow)
    full_harness.qtbot.keyClick(dialog, Qt.Key.Key_F1)
    guide = child(dialog, GuideDialog)
    assert shown(guide) == chapter
    guide.close()
    dialog.close()


def test_an_installation_without_it_says_so(harness: Harness, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    harness.window.actions_.guide.trigger()
    (dialog,) = [one for one in harness.window.findChildren(QDialog) if one.isVisible()]
    assert not isinstance(dialog, GuideDialog)
    dialog.close()
