"""Terminal output of a command: sentences, JSON, and a job's events as a bar or as plain lines."""

from __future__ import annotations

import contextlib
import json
import math
import shutil
import sys
from typing import Any, TextIO

import numpy as np

from rtedit_desktop.core.events import Adapting, DecodeStep, Event, Finished, Loading, Notice
from rtedit_desktop.core.packs.pack_installer import PackEvent, PackNotice, PackProgress

_BAR = 24
_PLAIN_LINES = 10
_PLAINER = str.maketrans("“”’×★", '""\'x*')


def say(text: str, stream: TextIO | None) -> None:
    """Print a line that any terminal can take; without a console nothing happens."""
    if stream is None:
        return
    print(printable(text, stream), file=stream, flush=True)


def complain(text: str) -> None:
    """Say it on standard error; nobody is left to tell when that cannot be written."""
    with contextlib.suppress(OSError, ValueError):
        say(text, stderr())


def print_json(value: object) -> None:
    """One JSON object on standard output, in ASCII."""
    say(json.dumps(_finite(value), default=_plain), stdout())


class Progress:
    """Draws events on a stream: one line that is redrawn on a terminal, plain lines elsewhere.

    Owns the line that is being redrawn, ``clear`` takes it away; and ``notes``, the sentences that a person
    should read. A stream that cannot be written to any more is given up: the job goes on without being watched.
    """

    def __init__(self, stream: TextIO | None, *, quiet: bool = False) -> None:
        self._stream = None if quiet else stream
        self._redraws = self._stream is not None and self._stream.isatty()
        self._width = 0
        self._reported: tuple[str, str, int] | None = None
        self.notes: list[str] = []

    def show(self, event: Event | PackEvent) -> None:
        match event:
            case Loading():
                self._draw(f"Loading {event.what}", event.fraction, first=True)
            case Notice() | PackNotice():
                self.note(event.text)
            case PackProgress():
                tenth = (event.phase, event.what, int(_PLAIN_LINES * event.fraction))
                self._draw(_of_pack(event), event.fraction, first=tenth != self._reported)
                self._reported = tenth
            case Adapting(step=0):
                self._draw(f"Learning: the first of {event.of} steps", 0.0, first=True)
            case Adapting():
                text = (
                    f"Learning step {event.step}/{event.of}, score {event.score:.2f}, {_time(event.seconds_left)} left"
                )
                every = max(1, event.of // _PLAIN_LINES)
                self._draw(text, event.step / event.of, first=event.step == 1 or event.step % every == 0)
            case DecodeStep():
                self._draw(f"Decoding step {event.index}/{event.of}", event.index / event.of, first=True)

    def note(self, text: str) -> None:
        """A sentence that stays."""
        self.notes.append(text)
        self.line(f"Note: {text}")

    def line(self, text: str) -> None:
        """A line that stays."""
        self.clear()
        self._print(f"{text}\n")

    @property
    def redraws(self) -> bool:
        """Whether a line takes the place of the one before."""
        return self._redraws

    def clear(self) -> None:
        if self._redraws and self._width:
            self._print("\r" + " " * self._width + "\r")
            self._width = 0

    def _draw(self, text: str, fraction: float, *, first: bool) -> None:
        """``first``: whether the line is worth its place where lines pile up."""
        if not self._redraws:
            if first:
                self._print(f"{text}\n")
            return
        done = round(_BAR * min(max(fraction, 0.0), 1.0))
        line = printable(f"[{'#' * done}{'-' * (_BAR - done)}] {text}", self._stream)
        line = line[: shutil.get_terminal_size().columns - 1]  # a wrapped line could not be redrawn
        self._print("\r" + line.ljust(self._width))
        self._width = len(line)

    def _print(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            print(printable(text, self._stream), end="", file=self._stream, flush=True)
        except (OSError, ValueError):
            self._stream, self._redraws = None, False


def how_learned(finished: Finished) -> str:
    """The end of a job that learned: its steps, its score, its time."""
    how = "nothing had to be learned" if finished.instant else f"{finished.steps_taken} learning steps"
    score = "" if finished.score is None else f", score {finished.score:.2f}"
    spent = f", {finished.seconds['total']:.1f} s" if "total" in finished.seconds else ""
    return how + score + spent


def stdout() -> TextIO | None:
    """None in a frozen app without a console, whatever the stubs say."""
    return sys.stdout


def stderr() -> TextIO | None:
    return sys.stderr


def printable(text: str, stream: TextIO | None) -> str:
    """The text without control characters, in characters that the stream's encoding has."""
    text = "".join(char if char.isprintable() or char in "\r\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        return text.encode(encoding).decode(encoding)
    except UnicodeError:
        return text.translate(_PLAINER).encode(encoding, "replace").decode(encoding, "replace")


def _of_pack(event: PackProgress) -> str:
    """A pack's job in one line; what matters most comes first, for the line may be cut off."""
    text = f"{event.phase.capitalize()} {event.what}"
    if event.phase == "downloading":
        text += f", {size(event.done)}" + (f" of {size(event.of)}" if event.of else "")
        text += f", {size(round(event.speed))}/s" if event.speed else ""
        text += f", {_time(event.seconds_left)} left" if event.seconds_left is not None else ""
    elif event.of:
        text += f", {100 * event.fraction:.0f} %"
    return text


def size(count: int) -> str:
    """Bytes for a person, in the units of shops and hosts: a thousand to a kB."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= factor:
            return f"{count / factor:.1f} {unit}" if count < 100 * factor else f"{count / factor:.0f} {unit}"
    return f"{count} bytes"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)
