"""The library in the window: listed, searched, renamed, deleted and brought back, dropped in and dragged out."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLineEdit
from support.window.fake_library import write_preset
from support.window.fakes import PACK
from support.window.harness import Harness, child
from support.window.preset_harness import PresetHarness

from rtedit_desktop.core.errors import PresetError
from rtedit_desktop.core.packs.learned_edits import LearnedEdit
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.ui.presets.preset_rows import HINT
from rtedit_desktop.ui.widgets.messages import ErrorDialog


def drop(harness: Harness, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    harness.window.dropEvent(
        QDropEvent(
            QPointF(50, 50),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_presets_are_listed_and_drawn(presets: PresetHarness) -> None:
    assert presets.titles == ["Glasses", "Hat", "Smile"]
    assert not presets.panel.grab().isNull()
    assert threading.main_thread() not in presets.library.read_on


def test_search_finds_words_of_title_and_prompt(presets: PresetHarness) -> None:
    search = presets.panel.search
    presets.qtbot.keyClicks(search, "SUNGLASSES face")
    assert presets.titles == ["Glasses"]
    search.setText("zebra")
    assert presets.titles == []
    assert "No preset has these words" in presets.panel.empty.text()
    presets.qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert len(presets.titles) == 3
    presets.qtbot.keyClick(search, Qt.Key.Key_Down)
    assert presets.window.focusWidget() is presets.panel.list


def test_an_empty_library_says_what_to_do(presets: PresetHarness) -> None:
    for path in presets.library.folder.iterdir():
        path.unlink()
    presets.until(lambda: presets.titles == [])
    assert "Save as preset" in presets.panel.empty.text()
    assert presets.panel.stack.currentWidget() is presets.panel.empty
    assert not presets.panel.apply.isEnabled()


def test_a_title_is_changed_in_place(presets: PresetHarness) -> None:
    presets.window.activateWindow()
    presets.panel.list.setFocus()
    presets.choose("Hat")
    presets.qtbot.keyClick(presets.panel.list, Qt.Key.Key_F2)
    editor = child(presets.panel.list.viewport(), QLineEdit)
    assert editor.accessibleName()
    write_preset(presets.library.folder / "new.rtpreset", "Ahead of all")
    presets.controller.presets.refresh()
    presets.until(lambda: "Ahead of all" in [preset.title for preset in presets.controller.presets.all])
    assert presets.panel.list.renaming
    editor.selectAll()
    presets.qtbot.keyClicks(editor, "Winter  hat ")
    presets.qtbot.keyClick(editor, Qt.Key.Key_Return)
    presets.until(lambda: presets.titles == ["Ahead of all", "Glasses", "Smile", "Winter hat"])
    presets.until(lambda: "Winter hat" in presets.in_the_library())
    chosen = presets.panel.list.chosen
    assert chosen is not None
    assert chosen.title == "Winter hat"


def test_a_title_that_cannot_be_written_is_taken_back(presets: PresetHarness) -> None:
    presets.library.fails = PresetError("The folder is read-only.", "Make it writable.")
    presets.panel.rename_asked.emit(presets.controller.presets.all[0], "Other")
    presets.until(lambda: presets.window.findChildren(ErrorDialog))
    child(presets.window, ErrorDialog).close()
    presets.until(lambda: presets.titles == ["Glasses", "Hat", "Smile"])


def test_the_title_of_a_result_follows(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Hat")
    presets.panel.rename_asked.emit(presets.controller.presets.all[1], "Cap")
    assert presets.window.history.list.item(1).text().startswith("Cap\n")
    assert "Cap" in presets.panel.mix.rows[0].slider.accessibleName()


def test_favourites_come_first_by_star_and_key(presets: PresetHarness) -> None:
    view = presets.panel.list
    row = view.visualRect(view.rows.index(2))
    star = row.topRight() - QPointF(14, -row.height() / 2).toPoint()
    presets.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=star)
    assert presets.titles == ["Smile", "Glasses", "Hat"]
    presets.until(lambda: (smile := presets.in_the_library().get("Smile")) and smile.favourite)
    presets.choose("Smile")
    assert presets.panel.favourite.isChecked()
    assert "favourite" in view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    presets.panel.favourite.trigger()
    assert presets.titles == ["Glasses", "Hat", "Smile"]
    presets.until(lambda: (smile := presets.in_the_library().get("Smile")) and not smile.favourite)


def test_what_is_deleted_can_be_brought_back(presets: PresetHarness) -> None:
    presets.window.activateWindow()
    presets.panel.list.setFocus()
    presets.choose("Hat")
    presets.qtbot.keyClick(presets.panel.list, Qt.Key.Key_Delete)
    presets.until(lambda: presets.titles == ["Glasses", "Smile"])
    assert presets.panel.list.chosen is not None
    assert presets.panel.list.chosen.title == "Smile"
    assert "“Hat” is deleted." in presets.window.strip.label.text()
    presets.qtbot.mouseClick(presets.window.strip.action, Qt.MouseButton.LeftButton)
    presets.until(lambda: presets.titles == ["Glasses", "Hat", "Smile"])
    assert presets.panel.list.chosen.title == "Hat"


def test_dropped_presets_are_imported_beside_a_photo(presets: PresetHarness, tmp_path: Path) -> None:
    new = write_preset(tmp_path / "mail" / "käse 猫.rtpreset", "Cat")
    drop(presets, new, presets.photo_service.samples()[0])
    presets.until(lambda: "Cat" in presets.titles and presets.state.photo is not None)
    assert (presets.library.folder / new.name).is_file()
    chosen = presets.panel.list.chosen
    assert chosen is not None
    assert chosen.title == "Cat"


def test_a_preset_is_opened_like_a_photo(presets: PresetHarness, tmp_path: Path) -> None:
    presets.window.opening.open(write_preset(tmp_path / "mail" / "cat.RTPRESET", "Cat"))
    presets.until(lambda: "Cat" in presets.titles)
    assert presets.state.photo is None


def test_a_file_that_is_no_preset_is_reported(presets: PresetHarness, tmp_path: Path) -> None:
    path = tmp_path / "bad.rtpreset"
    path.write_text("words")
    drop(presets, path)
    presets.until(lambda: "bad.rtpreset is not a preset." in presets.window.strip.label.text())


def test_dragged_out_a_preset_is_its_file(presets: PresetHarness) -> None:
    model = presets.panel.list.rows
    assert model.flags(model.index(0)) & Qt.ItemFlag.ItemIsDragEnabled
    (url,) = model.mimeData([model.index(0)]).urls()
    assert Path(url.toLocalFile()) == presets.library.folder / "glasses.rtpreset"


def test_sharing_copies_the_file(presets: PresetHarness, tmp_path: Path) -> None:
    presets.controller.presets.share(presets.controller.presets.all[0], tmp_path / "to a friend.rtpreset")
    presets.until(lambda: "Shared as to a friend.rtpreset." in presets.window.strip.label.text())
    assert (tmp_path / "to a friend.rtpreset").read_bytes() == presets.controller.presets.all[0].path.read_bytes()


def test_sharing_says_that_small_pictures_go_along_and_leaves_them_out(presets: PresetHarness, tmp_path: Path) -> None:
    preset, strip = presets.controller.presets.all[0], presets.window.strip
    presets.controller.presets.share(preset, tmp_path / "a.rtpreset")
    presets.until(lambda: "Its two small pictures, before and after, are in the file." in strip.label.text())
    assert strip.action.text() == "Leave them out"
    strip.action.click()
    presets.until(lambda: (tmp_path / "a.rtpreset").read_bytes().endswith(b"without pictures\n"))
    presets.until(lambda: strip.label.text() == "Shared as a.rtpreset.")
    presets.controller.presets.share(replace(preset, built_in=True), tmp_path / "b.rtpreset")
    presets.until(lambda: strip.label.text().endswith("Shared as b.rtpreset."))


def test_the_folder_is_watched_and_what_cannot_be_read_is_reported_once(presets: PresetHarness) -> None:
    reported: list[object] = []
    presets.controller.presets.unreadable.connect(reported.append)
    (presets.library.folder / "half.rtpreset").write_text("words")
    write_preset(presets.library.folder / "whole.rtpreset", "Whole")
    presets.until(lambda: "Whole" in presets.titles)
    assert reported == []
    presets.until(lambda: reported)
    assert reported == [["half.rtpreset is not a preset. Ask for the file again."]]
    presets.controller.presets.refresh()
    presets.settle()
    assert len(reported) == 1


def test_a_folder_that_comes_later_is_found(presets: PresetHarness, tmp_path: Path) -> None:
    presets.library._folder = tmp_path / "later"
    presets.controller.presets.refresh()
    presets.until(lambda: presets.titles == [])
    write_preset(tmp_path / "later" / "one.rtpreset", "One")
    presets.until(lambda: presets.titles == ["One"])
    write_preset(tmp_path / "later" / "two.rtpreset", "Two")
    presets.until(lambda: presets.titles == ["One", "Two"])


def test_what_comes_while_a_folder_is_read_that_is_not_watched_yet_is_found(
    presets: PresetHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, read = tmp_path / "other", presets.library.presets
    write_preset(folder / "one.rtpreset", "One")

    def and_then_one_comes() -> list[PresetInfo]:
        found = read()
        if not (folder / "two.rtpreset").exists():
            write_preset(folder / "two.rtpreset", "Two")
        return found

    monkeypatch.setattr(presets.library, "presets", and_then_one_comes)
    presets.library._folder = folder
    presets.controller.presets.refresh()
    presets.until(lambda: presets.titles == ["One", "Two"])


def test_what_the_pack_often_does_badly_comes_last_and_says_so(presets: PresetHarness) -> None:
    glasses = LearnedEdit(file="glasses.rtpreset", title="Glasses", phrases=("sunglasses",))
    presets.state.set_packs([replace(PACK, folder=presets.library.folder, edits=(glasses,), unsure=("sunglasses",))])
    assert presets.titles == ["Hat", "Smile", "Glasses"]
    rows = presets.panel.list.rows
    assert rows.index(2).data(HINT) == ("often comes out badly", True)
    assert "often comes out badly" in rows.index(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert rows.index(0).data(HINT) == ("red hair", False)
    presets.controller.presets.set_favourite(rows.presets[2], True)
    presets.until(lambda: presets.titles == ["Glasses", "Hat", "Smile"])  # who marks it wants it there


def test_five_hundred_presets_do_not_hold_the_window(presets: PresetHarness) -> None:
    for n in range(500):
        write_preset(presets.library.folder / f"p{n}.rtpreset", f"Preset {n}")
    presets.until(lambda: len(presets.titles) == 503)
    presets.panel.search.setText("preset 49")
    assert len(presets.titles) == 15
    assert presets.library.read_on and threading.main_thread() not in presets.library.read_on


@pytest.mark.parametrize(("width", "shown"), [(1180, True), (900, False)])
def test_the_panel_shows_where_there_is_room(presets: PresetHarness, width: int, shown: bool) -> None:
    presets.window.resize(width, 700)
    presets.until(lambda: presets.panel.isVisible() == shown)
    assert presets.window.actions_.show_presets.isChecked() == shown
    presets.window.actions_.show_presets.trigger()
    assert presets.panel.isVisible() != shown
    presets.window.resize(1200, 700)
    assert presets.panel.isVisible() != shown
    presets.window.actions_.find_preset.trigger()
    assert presets.panel.isVisible()
    assert presets.window.focusWidget() is presets.panel.search


def test_every_control_of_the_panel_has_an_accessible_name(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Hat")
    panel, row = presets.panel, presets.panel.mix.rows[0]
    for control in (
        panel.search, panel.add, panel.list, panel.apply_button, panel.mix_button, panel.more, panel.hide_button,
        row.slider, row.remove,
    ):  # fmt: skip
        assert control.accessibleName()


def test_without_a_library_nothing_is_offered(harness: Harness) -> None:
    assert harness.window.presets is None
    do = harness.window.actions_
    assert not do.keep_preset.isVisible()
    assert not do.show_presets.isEnabled()
    assert not do.presets_menu.isVisible()


def test_what_was_offered_stays_while_more_is_reported(presets: PresetHarness) -> None:
    presets.choose("Hat")
    presets.panel.delete.trigger()
    presets.until(lambda: presets.titles == ["Glasses", "Smile"])
    presets.window.messages.say("Something else.")
    assert presets.window.strip.action.isVisible()
    presets.qtbot.mouseClick(presets.window.strip.action, Qt.MouseButton.LeftButton)
    presets.until(lambda: presets.titles == ["Glasses", "Hat", "Smile"])


def test_a_title_from_elsewhere_is_no_html(presets: PresetHarness) -> None:
    write_preset(presets.library.folder / "odd.rtpreset", "<b>Odd</b> & <img src='x'>")
    presets.until(lambda: len(presets.titles) == 4)
    index = presets.panel.list.rows.index(0)
    assert index.data() == "<b>Odd</b> & <img src='x'>"
    assert "&lt;b&gt;Odd" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_tab_goes_from_the_list_to_the_sliders(presets: PresetHarness) -> None:
    presets.open_picture()
    presets.apply("Hat")
    presets.apply("Smile", mix=True)
    presets.window.activateWindow()
    panel = presets.panel
    panel.apply_button.setFocus()
    seen = []
    for _ in range(7):
        presets.qtbot.keyClick(presets.window.focusWidget(), Qt.Key.Key_Tab)
        seen.append(presets.window.focusWidget())
    rows = panel.mix.rows
    assert seen == [
        panel.mix_button, panel.more, panel.list, rows[0].remove, rows[0].slider, rows[1].remove,
        rows[1].slider,
    ]  # fmt: skip
