"""The guide in the window: offline, at the chapter of what the person is doing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from support.window.full_harness import FullStand
from support.window.harness import Stand, child

from rtedit_desktop.support import paths
from rtedit_desktop.ui.batch.batch_dialog import BatchDialog
from rtedit_desktop.ui.help.guide_dialog import GuideDialog, anchor_of
from rtedit_desktop.ui.models.models_dialog import ModelsDialog
from rtedit_desktop.ui.settings.settings_dialog import SettingsDialog


@pytest.fixture
def full_stand(qtbot: QtBot, tmp_path: Path) -> Iterator[FullStand]:
    stand = FullStand(qtbot, tmp_path)
    yield stand
    stand.close()
    stand.window.deleteLater()


def shown(guide: GuideDialog) -> str:
    return Path(guide.text.source().toLocalFile()).stem


def opened(stand: Stand) -> GuideDialog:
    stand.window.actions_.guide.trigger()
    return child(stand.window, GuideDialog)


def test_it_opens_at_what_the_person_is_doing(stand: Stand) -> None:
    guide = opened(stand)
    assert shown(guide) == "first-photo" and "Open" in guide.text.toPlainText()
    assert guide.chapters.currentItem().text() == "The first photo"
    stand.open_picture()
    stand.window.activateWindow()
    stand.bar.prompt.setFocus()
    assert opened(stand) is guide and shown(guide) == "prompts"
    stand.run()
    stand.window.history.list.setFocus()
    assert shown(opened(stand)) == "results"
    stand.window.actions_.region.trigger()
    assert shown(opened(stand)) == "region"
    guide.close()


def test_links_lead_from_chapter_to_heading_and_back(stand: Stand) -> None:
    guide = opened(stand)
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


def test_pictures_are_shown_without_scrolling_to_the_side(stand: Stand) -> None:
    guide = opened(stand)
    for chapter, name in (("first-photo", "result.jpg"), ("results", "stack.jpg"), ("models", "models.jpg")):
        guide.show_chapter(chapter)
        place = guide.text.source().resolved(QUrl(f"pictures/{name}"))
        picture = guide.text.loadResource(QTextDocument.ResourceType.ImageResource, place)
        assert not QImage.fromData(picture).isNull()
        assert f'src="pictures/{name}"' in guide.text.document().toHtml()
        stand.settle()
        assert guide.text.horizontalScrollBar().maximum() == 0
    guide.close()


def test_every_chapter_can_be_read(stand: Stand) -> None:
    guide = opened(stand)
    assert guide.chapters.count() == len(list(paths.guide().glob("*.md")))
    for row in range(guide.chapters.count()):
        guide.chapters.setCurrentRow(row)
        title = guide.chapters.item(row).text()
        assert guide.text.toPlainText().startswith(title)
        assert "](" not in guide.text.toPlainText() and "| ---" not in guide.text.toPlainText()
    guide.close()


@pytest.mark.parametrize(
    ("action", "kind", "chapter"),
    [
        ("batch", BatchDialog, "batch"),
        ("models", ModelsDialog, "models"),
        ("settings", SettingsDialog, "results"),
    ],
)
def test_a_dialog_has_its_chapter(full_stand: FullStand, action: str, kind: type[QDialog], chapter: str) -> None:
    getattr(full_stand.window.actions_, action).trigger()
    dialog = child(full_stand.window, kind)
    dialog.activateWindow()
    full_stand.until(dialog.isActiveWindow)
    full_stand.qtbot.keyClick(dialog, Qt.Key.Key_F1)
    guide = child(dialog, GuideDialog)
    assert shown(guide) == chapter
    guide.close()
    dialog.close()


def test_an_installation_without_it_says_so(stand: Stand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "resources", lambda: tmp_path)
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    stand.window.actions_.guide.trigger()
    (dialog,) = [one for one in stand.window.findChildren(QDialog) if one.isVisible()]
    assert not isinstance(dialog, GuideDialog)
    dialog.close()
