"""Protocol of the engine: a request goes in, events come out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rtedit_desktop.core.errors import DeviceError
from rtedit_desktop.core.events import Event
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.requests import Request


class Engine(Protocol):
    """Runs one job at a time on the thread that iterates.

    ``run`` yields events and ends with exactly one of Finished, Cancelled, Failed; it never raises
    for a job that went wrong. ``cancelled`` is looked at between steps. Abandoning the iterator
    ends the job and restores the base weights.
    """

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]: ...

    def close(self) -> None:
        """Free the loaded models."""
        ...


@contextmanager
def loading_libraries() -> Iterator[None]:
    """Around the import of an engine: libraries that cannot be loaded are an error for people."""
    try:
        yield
    except (ImportError, OSError, MemoryError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise DeviceError(
            tr("The libraries that run the model could not be loaded: {reason}.", reason=lines[0].rstrip(".")),
            tr("Close other programs if memory is short; otherwise install RTEdit again."),
        ) from error
