"""What a running batch reports.

Began, then for each photo PhotoBegan, any number of PhotoWorking and PhotoNote, and one PhotoEnded; Paused and
Resumed between photos; exactly one BatchEnded at the end. ``index`` counts the tasks of Began from 0.
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
    """What is going to be done, in this order."""

    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoBegan:
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoWorking:
    """What the engine reports of it, without the end."""

    index: int
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoNote:
    """Something that a person should know of it."""

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
    """Between two photos, until it is resumed or stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEnded:
    """How many photos of each outcome; ``left`` were not begun, or not finished.

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
