"""The one door to the engine: a request goes in, events come out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Protocol

from rtedit_desktop.core.events import Event
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
