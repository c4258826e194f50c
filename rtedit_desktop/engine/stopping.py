"""Stop signal by which a running job learns that it is no longer wanted."""

from __future__ import annotations

import threading


class Stopped(Exception):
    """The job was asked to stop."""


class Stop:
    """Owns nothing: a job's view of the event that asks it to stop, looked at between steps."""

    def __init__(self, cancelled: threading.Event) -> None:
        self._cancelled = cancelled

    def check(self) -> None:
        """Raise Stopped when the job was cancelled."""
        if self._cancelled.is_set():
            raise Stopped
