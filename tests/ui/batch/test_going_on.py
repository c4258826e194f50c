"""A batch that was left behind: the next window offers to go on with it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pytestqt.qtbot import QtBot
from support.window.batch_harness import BatchHarness
from support.window.fakes import PACK

from rtedit_desktop.batch.plan import Batch
from rtedit_desktop.batch.record import Record, interrupted
from rtedit_desktop.core.edits import MixSpec, PresetUse
from rtedit_desktop.ui.batch.batch_run import RowState
from rtedit_desktop.ui.widgets.messages import ErrorDialog


def test_closing_asks_and_the_next_window_goes_on(batch: BatchHarness, qtbot: QtBot, tmp_path: Path) -> None:
    batch.bring()
    batch.tick("Smile")

    def hold_the_rest(row: int) -> None:
        if batch.rows()[row].state is RowState.DONE:
            batch.engine.hold.clear()

    batch.batches.row_changed.connect(hold_the_rest)
    batch.start()
    batch.until(lambda: not batch.engine.hold.is_set())
    batch.window.close()
    assert batch.window.isVisible()
    assert "offers to go on" in batch.answer("Cancel")
    assert batch.window.isVisible() and batch.batches.phase.running
    batch.window.close()
    batch.answer("Close")
    batch.until(lambda: not batch.window.isVisible())
    (left,) = interrupted()
    assert left.done == len(batch.made) >= 1

    again = BatchHarness(qtbot, tmp_path)
    try:
        again.until(lambda: again.window.offer.isVisible())
        assert "The batch “Smile” into Edited was not finished" in again.window.offer.label.text()
        again.click(again.window.offer.yes)
        again.ended()
        assert again.made == ["a-Smile.png", "b-Smile.png", "d-Smile.png"]
        assert again.rows()[0].state is RowState.KNOWN and not interrupted()
        assert [row.box.text() for row in again.dialog.choices.rows if row.box.isChecked()] == ["Smile"]
    finally:
        again.close()
        again.window.deleteLater()


def left_behind(harness: BatchHarness, pack: str = PACK.id) -> None:
    """After the window's own look at its start, which would offer it too."""
    harness.until(lambda: not harness.batches._lane._busy)
    uses = (PresetUse(harness.library.folder / "smile.rtpreset", 1.0),)
    spec = MixSpec(pack=pack, uses=uses)
    record = Record(harness.out)
    record.begin(Batch(inputs=(harness.photos,), folder=harness.out, spec=spec, label="Smile"))
    record.close()


def test_not_now_is_not_asked_again(batch: BatchHarness) -> None:
    left_behind(batch)
    batch.batches.look_for_interrupted()
    batch.until(lambda: batch.window.offer.isVisible())
    batch.click(batch.window.offer.no)
    batch.until(lambda: not interrupted())
    assert not batch.window.offer.isVisible() and not batch.made


def test_a_model_that_is_gone_is_reported(batch: BatchHarness) -> None:
    left_behind(batch, "gone")
    batch.batches.look_for_interrupted()
    batch.until(lambda: batch.window.offer.isVisible())
    batch.click(batch.window.offer.yes)
    (box,) = batch.window.findChildren(ErrorDialog)
    assert "gone" in box.what.text() and interrupted()
    box.close()


def test_two_offers_come_one_after_the_other(batch: BatchHarness) -> None:
    heard: list[str] = []
    offer = batch.window.offer
    for name in ("first", "second"):
        offer.ask(name, "Yes", partial(heard.append, name), "No", lambda: None)
    assert offer.label.text() == "first"
    offer.yes.click()
    assert heard == ["first"] and offer.isVisible() and offer.label.text() == "second"
    offer.no.click()
    assert not offer.isVisible()
