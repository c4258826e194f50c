"""Runs one job so that it ends with exactly one end event, whatever the engine does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from rtedit_desktop.core.engine_api import Engine
from rtedit_desktop.core.events import Cancelled, Event, Failed, Finished, failed
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.requests import Request

Emit = Callable[[Event], None]


def run_job(engine: Engine, request: Request, cancelled: threading.Event, emit: Emit) -> None:
    """Emit the events of ``request``; after a cancel nothing but the end event is emitted.

    The iterator is closed before the end is announced, so that who hears of the end finds the
    memory free and the weights restored.
    """
    if cancelled.is_set():
        emit(Cancelled(job_id=request.job_id))
        return
    events: Iterator[Event] | None = None
    try:
        events = engine.run(request, cancelled)
        end = _pump(events, request.job_id, cancelled, emit)
    except Exception as error:
        end = failed(request.job_id, error)
    emit(_close(events, end))


def _pump(events: Iterator[Event], job_id: str, cancelled: threading.Event, emit: Emit) -> Event:
    for event in events:
        if isinstance(event, (Finished, Cancelled, Failed)):
            return event
        if cancelled.is_set():
            return Cancelled(job_id=job_id)
        emit(event)
    return Failed(
        job_id=job_id,
        what=tr("The job stopped without a result."),
        todo=tr("Try again."),
        details="The engine's events ran out before Finished, Cancelled or Failed.",
    )


def _close(events: Iterator[Event] | None, end: Event) -> Event:
    close = getattr(events, "close", None)
    if close is None:
        return end
    try:
        close()
    except Exception as error:
        return end if isinstance(end, Failed) else failed(end.job_id, error)
    return end
