"""Many photos in the window: dropped, named, edited, paused, stopped, gone on with after a crash."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QComboBox, QFileDialog, QLineEdit
from support.window.batch_harness import BatchHarness
from support.window.fake_photos import FakePhotoService
from support.window.fakes import PACK

from rtedit_desktop.batch.plan import Batch
from rtedit_desktop.batch.record import interrupted
from rtedit_desktop.core.events import Event, Notice
from rtedit_desktop.core.requests import ApplyRequest, EditRequest, Request
from rtedit_desktop.ui.batch.batch_run import BatchPhase, RowState
from rtedit_desktop.ui.model.phase import Phase
from rtedit_desktop.ui.widgets.messages import ErrorDialog
from rtedit_desktop.ui.widgets.pyramid import from_qimage


def test_a_dropped_folder_is_listed_and_edited(batch: BatchHarness) -> None:
    before = {path: path.read_bytes() for path in batch.photos.iterdir()}
    dialog = batch.bring()
    assert [row.path.name for row in batch.rows()] == ["a.png", "b.png", "c.png", "d.png"]
    assert batch.states == ["waits"] * 4 and dialog.words.text() == "4 photos. Choose a preset first."
    assert not dialog.start.isEnabled() and dialog.start.toolTip() == "Choose a preset first"
    batch.tick("Smile", 80)
    batch.tick("Hat")
    assert dialog.output.example.text() == "a.png becomes a-Hat Smile.png"
    batch.start()
    batch.ended()
    assert batch.states[0] == "saved as a-Hat Smile.png" and batch.states[2].startswith("Could not open c.png")
    assert dialog.words.text() == "3 of 4 photos are done. One could not be done."
    assert batch.made == ["a-Hat Smile.png", "b-Hat Smile.png", "d-Hat Smile.png"]
    asked = [request for request in batch.engine.requests if isinstance(request, ApplyRequest)]
    assert [sorted(use.strength for use in request.spec.uses) for request in asked] == [[0.8, 1.0]] * 3
    assert {path: path.read_bytes() for path in batch.photos.iterdir() if path.is_file()} == before
    assert not interrupted()


def test_several_photos_are_a_batch_and_one_is_opened(batch: BatchHarness) -> None:
    batch.drop(batch.window, batch.photos / "a.png")
    batch.until(lambda: batch.state.photo is not None)
    batch.drop(batch.window, *[batch.photos / "b.png"] * 2)  # as some programs name one twice
    batch.until(lambda: batch.photo.name == "b.png")
    assert batch.batch.dialog is None
    batch.bring(batch.photos / "b.png", batch.photos / "d.png")
    assert [row.path.name for row in batch.rows()] == ["b.png", "d.png"]
    batch.drop(batch.dialog, batch.photos / "a.png")
    batch.until(lambda: len(batch.rows()) == 3)


def test_presets_among_dropped_files_are_taken_in(batch: BatchHarness) -> None:
    batch.drop(batch.window, batch.library.folder / "smile.rtpreset", batch.photos / "a.png")
    batch.until(lambda: batch.state.photo is not None)
    assert batch.batch.dialog is None


def test_the_example_follows_every_key(batch: BatchHarness) -> None:
    output = batch.bring().output
    batch.tick("Smile")
    assert output.folder.text() == str(batch.out)
    output.name.clear()
    assert "is not a name" in output.example.text() and not batch.dialog.start.isEnabled()
    batch.qtbot.keyClicks(output.name, "{n} {stem}")
    assert output.example.text() == "a.png becomes 001 a.png"
    output.format.setCurrentIndex(output.format.findData("webp"))
    assert output.example.text() == "a.png becomes 001 a.webp"
    output.folder.clear()
    assert not batch.dialog.start.isEnabled() and "folder" in batch.dialog.start.toolTip()


def test_photos_can_be_taken_off(batch: BatchHarness) -> None:
    dialog = batch.bring()
    dialog.list.selectRow(2)
    dialog.list.setFocus()
    batch.qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
    batch.until(lambda: [row.path.name for row in batch.rows()] == ["a.png", "b.png", "d.png"])
    assert (batch.photos / "c.png").exists()


def test_folders_inside_are_taken_when_asked(batch: BatchHarness) -> None:
    below = batch.photos / "below"
    below.mkdir()
    (batch.photos / "d.png").rename(below / "d.png")
    dialog = batch.bring()
    assert len(batch.rows()) == 3
    batch.click(dialog.output.recursive)
    batch.until(lambda: len(batch.rows()) == 4)
    batch.tick("Smile")
    batch.start()
    batch.ended()
    assert (batch.out / "below" / "d-Smile.png").is_file()


def test_a_row_tells_all_it_knows(batch: BatchHarness) -> None:
    dialog = batch.bring()
    batch.tick("Smile")
    batch.start()
    batch.ended()
    dialog.list.selectRow(2)
    assert "Could not open c.png" in dialog.details.text() and "Choose a PNG" in dialog.details.text()
    dialog.list.selectRow(0)
    assert not dialog.details.isVisible()


def test_photos_are_seen_and_errors_are_read_as_a_whole(batch: BatchHarness) -> None:
    dialog = batch.bring()
    table, model = dialog.list, dialog.list.rows
    icons = [lambda row=row: model.data(model.index(row, 0), Qt.ItemDataRole.DecorationRole) for row in range(4)]
    batch.until(lambda: all(icon() is not None for icon in icons))
    assert [icon().isNull() for icon in icons] == [False, False, True, False]  # the third is no photo
    assert icons[0]().pixmap(table.iconSize()).width() == 40 and table.rowHeight(0) >= 40
    batch.tick("Smile")
    batch.start()
    batch.ended()
    assert "Choose a PNG or JPEG file." in batch.states[2]
    before = table.rowHeight(2)
    table.setColumnWidth(0, table.viewport().width() - 120)  # little room beside it: more lines
    batch.until(lambda: table.rowHeight(2) > before)
    needed = table.fontMetrics().boundingRect(
        QRect(0, 0, table.columnWidth(1) - 8, 9999), int(Qt.TextFlag.TextWordWrap), batch.states[2]
    )
    assert table.rowHeight(2) >= needed.height() and table.rowHeight(0) == table.rowHeight(1) < table.rowHeight(2)


def test_a_photo_that_is_none_for_the_model_is_mentioned_and_done(
    batch: BatchHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = batch.engine.run

    def warned(request: Request, cancelled: threading.Event) -> Iterator[Event]:
        if isinstance(request, ApplyRequest):
            yield Notice(job_id=request.job_id, text="This does not look like faces.")
        yield from plain(request, cancelled)

    monkeypatch.setattr(batch.engine, "run", warned)
    dialog = batch.bring(batch.photos / "a.png", batch.photos / "b.png")
    batch.tick("Smile")
    batch.start()
    batch.ended()
    assert batch.states[0] == "saved as a-Smile.png; This does not look like faces."
    dialog.list.selectRow(0)
    assert dialog.details.text() == "This does not look like faces."
    assert batch.made == ["a-Smile.png", "b-Smile.png"]


def test_a_prompt_is_learned_on_each_photo(batch: BatchHarness) -> None:
    batch.type("face with sunglasses")
    dialog = batch.bring(batch.photos / "a.png", batch.photos / "b.png")
    batch.click(dialog.edit.by_prompt)
    prompt = dialog.edit.prompt
    assert prompt.prompt.text() == "face with sunglasses" and prompt.source.placeholderText() == "face"
    prompt.prompt.clear()
    assert not dialog.start.isEnabled() and "prompt" in dialog.start.toolTip()
    batch.qtbot.keyClicks(prompt.prompt, "smiling zebra")
    assert not dialog.start.isEnabled() and "“zebra”" in prompt.hint.text()
    prompt.prompt.clear()
    batch.qtbot.keyClicks(prompt.prompt, "smiling face")
    assert "learned on each photo anew" in prompt.hint.text()
    assert dialog.output.example.text() == "a.png becomes a-smiling face.png"
    batch.start()
    batch.ended()
    assert batch.made == ["a-smiling face.png", "b-smiling face.png"]
    edits = [request for request in batch.engine.requests if isinstance(request, EditRequest)]
    assert [(edit.spec.prompt, edit.spec.source, edit.spec.settings.preview_every) for edit in edits] == [
        ("smiling face", "face", 0)
    ] * 2


def test_going_on_shows_the_prompt(batch: BatchHarness) -> None:
    dialog = batch.bring()
    spec = PACK.edit_by("sketch of a face", "smiling face", preview_every=0)
    requested = Batch(inputs=(batch.photos,), folder=batch.out, spec=spec, label=spec.prompt, overwrite=True)
    dialog.show_batch(requested)
    assert dialog.edit.by_prompt.isChecked() and dialog.wanted is not None
    assert dialog.wanted.spec == spec and dialog.wanted.label == spec.prompt


def test_pause_resume_and_stop(batch: BatchHarness) -> None:
    dialog = batch.bring()
    batch.tick("Smile")
    batch.engine.hold.clear()
    batch.start()
    batch.until(lambda: batch.rows()[0].state is RowState.WORKING)
    assert not dialog.choices.isEnabled() and not dialog.add_photos.isEnabled()
    batch.click(dialog.pause)
    assert "Pausing after this photo" in dialog.words.text()
    batch.engine.hold.set()
    batch.until(lambda: batch.batches.phase is BatchPhase.PAUSED)
    assert batch.made == ["a-Smile.png"] and dialog.words.text().endswith("Paused.")
    assert dialog.pause.text() == "&Resume"
    batch.engine.hold.clear()
    batch.click(dialog.pause)
    batch.until(lambda: batch.rows()[1].state is RowState.WORKING)
    batch.click(dialog.stop)
    batch.ended()
    assert batch.made == ["a-Smile.png"] and "Stopped; Start goes on from here." in dialog.words.text()
    assert batch.rows()[1].state is RowState.WAITING and not interrupted()
    batch.engine.hold.set()
    batch.start()
    batch.ended()
    assert [row.state for row in batch.rows()] == [RowState.KNOWN, RowState.DONE, RowState.FAILED, RowState.DONE]
    assert batch.states[0] == "done before: a-Smile.png"


def test_edits_alternate_with_it(batch: BatchHarness) -> None:
    batch.drop(batch.window, batch.photos / "a.png")
    batch.until(lambda: batch.state.phase is Phase.READY)
    batch.bring(batch.photos)
    batch.tick("Smile")
    batch.engine.hold.clear()
    batch.start()
    batch.until(lambda: batch.rows()[0].state is RowState.WORKING)
    batch.dialog.close()
    batch.until(lambda: batch.batch.status.isVisible())
    assert batch.batch.status.text() == "Batch: 0 of 4"
    batch.type("smiling face")
    batch.window.running.run()
    batch.until(lambda: batch.window.jobs._job is not None)  # its square is cut out: it waits for the engine
    batch.engine.hold.set()
    batch.until(lambda: batch.state.results and batch.batches.phase is BatchPhase.ENDED)
    kinds = [type(one) for one in batch.engine.requests if isinstance(one, ApplyRequest | EditRequest)]
    assert kinds[0] is ApplyRequest and kinds.index(EditRequest) < len(kinds) - 1  # in between, not at the end
    assert len(batch.made) == 3 and not batch.batch.status.isVisible()
    assert "3 of 4 photos are done" in batch.window.strip.label.text()


def test_the_folder_is_opened_at_the_end(batch: BatchHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog = batch.bring()
    batch.tick("Smile")
    assert not dialog.open_folder.isVisible()
    batch.start()
    batch.ended()
    batch.click(dialog.open_folder)
    assert opened == [QUrl.fromLocalFile(str(batch.out))]


def test_what_keeps_it_from_beginning_is_reported(batch: BatchHarness) -> None:
    dialog = batch.bring()
    batch.tick("Smile")
    batch.out.write_text("a file")
    batch.click(dialog.start)
    batch.until(lambda: dialog.findChildren(ErrorDialog))
    (box,) = dialog.findChildren(ErrorDialog)
    assert "it is a file" in box.what.text() and batch.batches.phase is BatchPhase.CHOOSING
    box.close()


def test_the_main_thread_touches_no_photo(batch: BatchHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    on: set[str] = set()
    for name in ("open", "paste", "save", "crop"):
        whole = getattr(FakePhotoService, name)

        def watched(self: FakePhotoService, *args: object, whole: object = whole, **more: object) -> object:
            on.add(threading.current_thread().name)
            return whole(self, *args, **more)  # type: ignore[operator]

        monkeypatch.setattr(FakePhotoService, name, watched)
    batch.bring()
    batch.tick("Smile")
    batch.start()
    batch.ended()
    assert on and threading.main_thread().name not in on
    assert np.asarray(batch.made).size == 3


def test_every_control_has_a_name_a_key_and_a_place(batch: BatchHarness) -> None:
    assert batch.window.actions_.batch.shortcut() == QKeySequence("Ctrl+B")
    batch.window.actions_.batch.trigger()
    dialog = batch.dialog
    batch.until(lambda: dialog.choices.rows)
    for kind in (QAbstractButton, QLineEdit, QComboBox, QAbstractSlider):
        for control in dialog.findChildren(kind):
            around = control.parentWidget()
            assert around is not None
            if control.isVisibleTo(dialog) and around.objectName() != "qt_scrollarea_vcontainer":
                assert control.accessibleName() or getattr(control, "text", str)(), control
    assert dialog.list.accessibleName() and dialog.bar.accessibleName()
    model = (batch.bring(), dialog.list.rows)[1]
    assert model.data(model.index(0, 1), Qt.ItemDataRole.AccessibleTextRole) == "a.png, waits"


def test_photos_and_folders_are_added_by_dialogs(batch: BatchHarness) -> None:
    batch.window.actions_.batch.trigger()
    assert batch.dialog.words.text().startswith("Drop photos")
    batch.click(batch.dialog.add_photos)
    (files,) = batch.dialog.findChildren(QFileDialog)
    files.filesSelected.emit([str(batch.photos / "a.png")])
    files.close()
    batch.until(lambda: len(batch.rows()) == 1)
    batch.click(batch.dialog.add_folder)
    (folder,) = (one for one in batch.dialog.findChildren(QFileDialog) if one.isVisible())
    folder.fileSelected.emit(str(batch.photos))
    folder.close()
    batch.until(lambda: len(batch.rows()) == 4)


def test_every_part_is_reached_in_order(batch: BatchHarness) -> None:
    dialog = batch.bring()
    batch.tick("Smile")
    batch.until(dialog.isActiveWindow)
    dialog.list.setFocus()
    reached: list[str] = []
    for _ in range(19):
        focus = dialog.focusWidget()
        reached.append(focus.accessibleName() or str(focus.property("text")).replace("&", ""))
        batch.qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert reached == [
        "Photos of the batch",
        "Add photos…",
        "Add a folder…",
        "Take the chosen photos off the list",
        "Presets",
        "Glasses",
        "Hat",
        "Smile",
        "Strength of Smile in percent",
        "Folder for the results",
        "Choose the folder for the results",
        "Names of the results",
        "Format of the results",
        "Folders inside of folders too",
        "Replace earlier results",
        "Leave out personal metadata",
        "Write the recipe into each photo",
        "Start",
        "Close",
    ]


def test_the_edits_of_the_open_photo_on_many(batch: BatchHarness) -> None:
    batch.open_picture()
    batch.run("smiling face")
    batch.type("face with red hair")
    batch.window.actions_.run_on.trigger()
    batch.until(lambda: len(batch.state.results) == 2 and batch.state.phase is Phase.READY)
    dialog = batch.bring()
    assert dialog.edit.by_stack.isVisible()
    batch.click(dialog.edit.by_stack)
    assert "1. smiling face\n2. face with red hair" in dialog.edit.of_photo.text()
    batch.start()
    batch.until(lambda: batch.batches.phase is BatchPhase.ENDED)
    assert len(batch.made) == 3
    name = next(name for name in batch.made if name.startswith("a"))
    assert "smiling face then face with red hair" in name
    before, after = (from_qimage(QImage(str(path)))[..., :3] for path in (batch.photos / "a.png", batch.out / name))
    assert (after.astype(int) - before)[:, 4:44].min() >= 105
