"""Events that a running batch yields.

Began, then for each photo PhotoBegan, any number of PhotoWorking and PhotoNote, and one PhotoEnded; Paused and
Resumed between photos; exactly one BatchEnded at the end. ``index`` counts the tasks of Began from 0. Where several
photos are worked on at once, their events are interleaved, and it is paused when all of these came to their ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rtedit_desktop.batch.plan import Task
from rtedit_desktop.core.events import Event

Outcome = Literal["done", "known", "failed"]
How = Literal["finished", "stopped", "halted"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Began:
    """The batch began with these tasks, in this order."""

    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoBegan:
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoWorking:
    """One event of the engine for this photo; never the one that ends its job."""

    index: int
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoNote:
    """Something that a person should know about this photo."""

    index: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoEnded:
    """``known``: an earlier run made this result of the same photo with the same recipe, and it is still there.

    For ``failed``, what happened and what to do.
    """

    index: int
    outcome: Outcome
    what: str = ""
    todo: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The batch waits between two photos, until it is resumed or stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEnded:
    """Counts the photos by outcome; ``left`` were not begun, or not finished.

    ``halted``: going on made no sense, for the reason that is given.
    """

    how: How
    done: int = 0
    known: int = 0
    failed: int = 0
    left: int = 0
    what: str = ""
    todo: str = ""
    details: str = ""


BatchEvent = Began | PhotoBegan | PhotoWorking | PhotoNote | PhotoEnded | Paused | Resumed | BatchEnded
