"""Describes a batch in words: each photo, and all of them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from rtedit_desktop.ui.batch.batch_run import BatchPhase, BatchRun, Row, RowState
from rtedit_desktop.ui.widgets.texts import translated


def row_words(row: Row) -> str:
    """One photo's state in a line."""
    match row.state:
        case RowState.WAITING:
            return _tr("waits")
        case RowState.WORKING:
            return _tr("{percent} %").format(percent=round(100 * row.part))
        case RowState.FAILED:
            return f"{row.what} {row.todo}".strip()
    name = row.output.name if row.output is not None else ""
    words = _tr("done before: {name}") if row.state is RowState.KNOWN else _tr("saved as {name}")
    words = words.format(name=name)
    return _tr("{words}; {note}").format(words=words, note=row.notes[0]) if row.notes else words


def row_details(row: Row) -> str:
    """All that is known of a photo, in sentences."""
    parts = [row.what, row.todo] if row.state is RowState.FAILED else []
    return " ".join(part for part in (*parts, *row.notes) if part)


def batch_words(batches: BatchRun) -> str:
    """Where the batch is."""
    of, failed = len(batches.rows), batches.count(RowState.FAILED)
    done = batches.count(RowState.DONE, RowState.KNOWN)
    words = _counts(done, of, failed)
    match batches.phase:
        case BatchPhase.CHOOSING:
            if not of:
                return _tr("Drop photos or a folder here, or add them.")
            return _tr("One photo") if of == 1 else _tr("{n} photos").format(n=of)
        case BatchPhase.STARTING:
            return _tr("Getting ready…")
        case BatchPhase.PAUSING:
            return _tr("{words} Pausing after this photo…").format(words=words)
        case BatchPhase.PAUSED:
            return _tr("{words} Paused.").format(words=words)
        case BatchPhase.STOPPING:
            return _tr("{words} Stopping after this step…").format(words=words)
        case BatchPhase.ENDED if batches.end is not None and batches.end.how == "halted":
            return " ".join([words, translated(batches.end.what), translated(batches.end.todo)])
        case BatchPhase.ENDED if batches.end is not None and batches.end.how == "stopped":
            return _tr("{words} Stopped; Start goes on from here.").format(words=words)
    return words


def short_words(batches: BatchRun) -> str:
    """For the status bar."""
    done = batches.count(RowState.DONE, RowState.KNOWN, RowState.FAILED)
    words = _tr("Batch: {done} of {of}").format(done=done, of=len(batches.rows))
    return _tr("{words}, paused").format(words=words) if batches.phase is BatchPhase.PAUSED else words


def _counts(done: int, of: int, failed: int) -> str:
    words = _tr("{done} of {of} photos are done.").format(done=done, of=of)
    if failed == 1:
        words += " " + _tr("One could not be done.")
    elif failed:
        words += " " + _tr("{n} could not be done.").format(n=failed)
    return words


def _tr(text: str) -> str:
    return QCoreApplication.translate("batch", text)
