"""Ends a process at any moment without a warning, then looks whether everything is there.

A task is three functions: what is there before, what is done, and what is wrong after that.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from rtedit_desktop.engine.cache import own_cache
from rtedit_desktop.history.journal import own_journal
from rtedit_desktop.packs import changing
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.presets.library import FolderPresetLibrary
from rtedit_desktop.support import paths

_CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "os.chmod")
Wrong = list[tuple[str, str]]


@dataclass
class Moment:
    """When a process is ended: before its so many-th change of files, or after so many seconds of the processor."""

    step: int = 0
    seconds: float = 0.0


@dataclass
class Place:
    """A folder for one kill, with what is the same for all: good packs and a preset."""

    folder: Path
    good: Path
    exchange: bool = True
    before: dict[str, str] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        return self.folder / "out"


class Task(NamedTuple):
    """``work`` says what it has done as it goes on, and ``after`` is told what was heard of it."""

    before: Callable[[Place], None]
    work: Callable[[Place, Callable[[str], None]], None]
    after: Callable[[Place, list[str]], Wrong]


def library() -> FolderPresetLibrary:
    return FolderPresetLibrary(paths.user_data() / "presets", paths.user_data() / "none", packs=())


def own() -> Catalog:
    return Catalog([paths.user_packs()])


def forked(work: Callable[[Callable[[str], None]], Any], home: Path, moment: Moment | None) -> tuple[list[str], int]:
    """What was reported in a process of its own, a line each, and its exit code; below 0 the signal that ended it.

    A fork, so that what takes long to load is loaded once; this process has one thread.
    """
    reader, writer = os.pipe()
    process = os.fork()
    if process == 0:
        code = 3
        try:
            os.close(reader)
            os.environ["RTEDIT_HOME"] = str(home)
            paths._swept.clear()
            if moment is not None:
                _end_at(moment)
            work(lambda text: _say(writer, text))
            code = 0
        except BaseException:
            _say(writer, traceback.format_exc())
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as lines:
        reported = [json.loads(line) for line in lines if line.endswith("\n")]
    return reported, os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def _say(writer: int, text: str) -> None:
    os.write(writer, json.dumps(text).encode() + b"\n")


def _end_at(moment: Moment) -> None:
    if moment.seconds:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, moment.seconds)
    left = moment.step

    def count(event: str, given: tuple[Any, ...]) -> None:
        nonlocal left
        if _is_change(event, given):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    if moment.step:
        sys.addaudithook(count)


def _is_change(event: str, given: tuple[Any, ...]) -> bool:
    """Of files, as the interpreter tells its audit hooks; an exchange of folders is a call of the system's own."""
    if event == "open":
        return bool(isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR))
    return event in _CHANGES or event == "ctypes.dlopen"


def measured(place: Place, task: Task) -> Moment:
    """How many changes and seconds it takes when it is left alone."""
    before, work, _ = task

    def whole(say: Callable[[str], None]) -> None:
        before(place)
        steps = 0

        def count(event: str, given: tuple[Any, ...]) -> None:
            nonlocal steps
            steps += _is_change(event, given)

        sys.addaudithook(count)
        began = sum(os.times()[:2])
        work(place, lambda _: None)
        say(json.dumps([steps, sum(os.times()[:2]) - began]))

    reported, code = forked(whole, place.folder / "home", None)
    assert code == 0, reported
    steps, seconds = json.loads(reported[-1])
    return Moment(steps, max(seconds, 0.01))


def killed(place: Place, task: Task, moment: Moment, repeats: bool = True) -> tuple[bool, Wrong]:
    """Whether it was ended in the middle, and what is wrong after that; with ``repeats`` after the same again, too."""
    before, work, after = task
    home = place.folder / "home"
    reported, code = forked(lambda _: before(place), home, None)
    assert code == 0, reported
    place.before = {str(path): digest(path) for path in _files(place.folder)}
    reported, code = forked(lambda say: work(place, say), home, moment)
    if code not in (0, -signal.SIGKILL, -signal.SIGPROF):
        return False, [("stuck", reported[-1])]

    def look(say: Callable[[str], None]) -> None:
        _start()
        for one in (*_changed(place), *after(place, reported)):
            say(json.dumps(one))

    def again(say: Callable[[str], None]) -> None:
        _age(place.folder)
        _start()
        if repeats:
            work(place, lambda _: None)
            for one in after(place, ["again"]):
                say(json.dumps(one))
        for path in _left(place.folder):
            say(json.dumps(("left", path.name)))

    wrong: Wrong = []
    for todo, word in ((look, "damaged"), (again, "stuck")):
        told, ended = forked(todo, home, None)
        wrong += [tuple(json.loads(line)) for line in told] if ended == 0 else [(word, told[-1])]
    return code != 0, wrong


def _start() -> None:
    """What the next start does before anything is asked of it."""
    paths.sweep_own()
    own_cache()
    own_journal()
    changing.recover()
    library()


def _changed(place: Place) -> Wrong:
    """Of what was there before and nobody was to touch."""
    mine = [path for path in place.before if "out" not in Path(path).parts and "packs" not in Path(path).parts]
    kept = [Path(path) for path in mine if path.endswith((".jpg", ".rtpreset"))]
    return [("lost", path.name) for path in kept if not path.exists() or digest(path) != place.before[str(path)]]


def _left(folder: Path) -> list[Path]:
    return [path for path in folder.rglob(".*") if path.name.endswith((".part", ".old"))]


def _age(folder: Path) -> None:
    """As if a day had passed for what is partial; a result that shares its content for a moment keeps its time."""
    for path in [*_left(folder), *folder.rglob("*.progress")]:
        if path.is_file() and path.stat().st_nlink > 1:
            content = path.read_bytes()
            path.unlink()
            path.write_bytes(content)
        os.utime(path, (0, 0))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
