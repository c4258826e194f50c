"""Protocol of the engine: a request goes in, events come out. And of the computers that it may be on."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
    """Around the import of an engine: libraries that cannot be loaded are an error for people.

    They make a million lasting objects. Nothing is collected meanwhile, a sixth of the time that torch takes, and they
    are left out of every later collection. Who collects otherwise, as the window does, leaves them out itself.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    except (ImportError, OSError, MemoryError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise DeviceError(
            tr("The libraries that run the model could not be loaded: {reason}.", reason=lines[0].rstrip(".")),
            tr("Close other programs if memory is short; otherwise install RTEdit again."),
        ) from error
    finally:
        if collects:  # who turned it off turns it on again
            gc.freeze()
            gc.enable()


@dataclass(frozen=True, slots=True, kw_only=True)
class Computer:
    """``id`` is the SHA-256 of its certificate, which no other can show; ``name`` is for people."""

    id: str
    name: str
    host: str
    port: int

    @property
    def address(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Computers(Protocol):
    """The list of paired computers, and which of them computes. Safe to share between threads."""

    def all(self) -> list[Computer]:
        """By name. Raises RemoteError where the list cannot be read."""
        ...

    def chosen(self) -> Computer | None:
        """The one that computes; None for this computer. Raises RemoteError where the list cannot be read."""
        ...

    def choose(self, computer: Computer | None) -> None:
        """Let it compute from the next job on. Raises OSError."""
        ...

    def pair(self, address: str, code: str) -> Computer:
        """Become known to the computer there that shows this code; takes seconds. Raises RemoteError."""
        ...

    def forget(self, computer: Computer) -> None:
        """Raises RemoteError where the list cannot be written."""
        ...
