"""An engine that plays a script."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from rtedit_desktop.core.events import Event
from rtedit_desktop.core.requests import Request

Script = Callable[[Any, threading.Event], Iterator[Event]]


class ScriptedEngine:
    """Plays a script for every request; remembers the requests, and the threads on which it was closed."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.requests: list[Any] = []
        self.closed_on: list[threading.Thread] = []

    def run(self, request: Request, cancelled: threading.Event) -> Iterator[Event]:
        self.requests.append(request)
        return self._script(request, cancelled)

    def close(self) -> None:
        self.closed_on.append(threading.current_thread())
