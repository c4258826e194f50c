"""Record of a batch on disk: what it was to do and has done, so that a crash costs at most one photo.

One file for each output folder, among the person's own data: results can be given away without a list of where
the photos were. The batch is written at once, in one step; each result is a line behind it, and a line that is torn
counts as none. A lock tells a batch that runs from one that was interrupted.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from rtedit_desktop.batch.events import How
from rtedit_desktop.batch.naming import Naming
from rtedit_desktop.batch.plan import Batch
from rtedit_desktop.batch.written_result import WrittenResult
from rtedit_desktop.core.edits import EditSpec, Spec, read_spec
from rtedit_desktop.core.errors import BatchError, RTEditError, SaveError
from rtedit_desktop.core.json_reader import FieldError, Fields, as_path, parse_json
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.stack import read_stack
from rtedit_desktop.support.paths import sync, user_data, write_atomically
from rtedit_desktop.support.regular_file import read_regular

FORMAT = 2
_SUFFIX = ".jsonl"
_MOST_RECORDS = 100
_LONGEST = 256 * 2**20
_LONGEST_LINE = 16 * 2**20
_MOST_SECONDS = 1e12
_LOOKED_AT_S = 0.5  # as long as nobody looks whether a batch holds its lock


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interrupted:
    """A batch that no process runs and that did not come to its end. ``done``: results that it made."""

    batch: Batch
    done: int


class Record:
    """Record of one output folder; owns its lock from ``begin`` to ``close``, between which threads may share it."""

    def __init__(self, folder: Path, home: Path | None = None) -> None:
        self._folder = folder.absolute()
        home = home or own_records()
        name = hashlib.sha256(os.path.realpath(folder).encode("utf-8", "surrogatepass")).hexdigest()[:24]
        self._path = home / f"{name}{_SUFFIX}"
        self._lock = FileLock(home / f"{name}.lock", timeout=_LOOKED_AT_S, thread_local=False)
        self._file: BinaryIO | None = None
        self._writing = threading.Lock()  # of the file's end
        self.made: dict[Path, WrittenResult] = {}

    def batch(self) -> Batch:
        """The one that was last begun here. Raises BatchError where there is none."""
        read = _read(self._path)
        if read is None or os.path.realpath(read.batch.folder) != os.path.realpath(self._folder):
            raise BatchError(
                tr("There is no batch to go on with in {folder}.", folder=self._folder),
                tr("Say which photos, and what to do with them."),
            )
        return read.batch

    def begin(self, batch: Batch) -> None:
        """Take the folder and write down what is to be done, knowing ``made`` from then on.

        Raises BatchError when another batch writes there now, and SaveError.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            read = _read(self._path)
            before = read.made if read is not None else {}
            self.made = {output: made for output, made in before.items() if os.path.exists(output)}
            _make_room(self._path)
            write_atomically(self._path, self._head(batch))
            self._file = self._path.open("ab")
        except Timeout as error:
            raise BatchError(
                tr("Another batch is writing to {folder}.", folder=self._folder),
                tr("Wait for its end, or choose another folder."),
            ) from error
        except OSError as error:
            self.close()
            raise _cannot_write(self._path, error) from error

    def intend(self, made: WrittenResult) -> None:
        """A result is about to take its place: after a crash a file of its stamp is it, and any other is not.

        Raises SaveError.
        """
        self._append({"intended": made.as_json()})

    def note(self, made: WrittenResult) -> None:
        """A result is in its place. Raises SaveError."""
        self.made[made.output] = made
        self._append({"made": made.as_json()})

    def end(self, how: How) -> None:
        """It came to its end, or the person ended it: it is not offered again. Raises SaveError."""
        self._append({"ended": how})

    def close(self) -> None:
        """Let go of the folder; without ``end`` it was interrupted."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._lock.is_locked:
            self._lock.release()

    def leave(self) -> None:
        """An interrupted one is not offered again. Raises SaveError; one that runs is left alone."""
        try:
            with self._lock:
                if self._path.exists():
                    with self._path.open("ab") as file:
                        _put(file, {"ended": "stopped"})
        except Timeout:
            pass
        except OSError as error:
            raise _cannot_write(self._path, error) from error

    def _append(self, line: dict[str, Any]) -> None:
        assert self._file is not None  # it was begun
        try:
            with self._writing:
                _put(self._file, line)
        except OSError as error:
            raise _cannot_write(self._path, error) from error

    def _head(self, batch: Batch) -> bytes:
        lines: list[dict[str, Any]] = [{"format": FORMAT, "begun": time.time(), "batch": _batch_as_json(batch)}]
        lines += [{"made": made.as_json()} for made in self.made.values()]
        return b"".join(_line(line) for line in (*lines, {"runs": True}))


def own_records() -> Path:
    """The folder of the person's own."""
    return user_data() / "batches"


def interrupted(home: Path | None = None) -> list[Interrupted]:
    """Those that a crash ended, the latest first."""
    found: list[tuple[float, Interrupted]] = []
    for path in _records(home or own_records()):
        read = _read(path)
        if read is not None and read.ended is None and _free(path):
            found.append((read.begun, Interrupted(batch=read.batch, done=read.done)))
    return [one for _, one in sorted(found, key=lambda pair: pair[0], reverse=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    batch: Batch
    begun: float
    made: dict[Path, WrittenResult]
    done: int
    ended: str | None


def _read(path: Path) -> _Read | None:
    """What the file says; None where it is not one of ours."""
    try:
        lines = read_regular(path, _LONGEST).split(b"\n")
        head = Fields(parse_json(lines[0], _LONGEST_LINE))
        batch = _read_batch(head.inner("batch"), head.whole("format", 1, FORMAT))
        begun = head.real("begun", 0.0, _MOST_SECONDS)
    except (OSError, ValueError, RTEditError):
        return None
    made: dict[Path, WrittenResult] = {}
    intended: dict[Path, WrittenResult] = {}
    done, ended = 0, None
    for line in lines[1:]:
        with contextlib.suppress(ValueError):  # one that is torn
            told = Fields(parse_json(line, _LONGEST_LINE))
            if "runs" in told.left:
                done = 0
            elif "ended" in told.left:
                ended = told.string("ended")
            elif "intended" in told.left:
                one = WrittenResult.from_json(told.inner("intended"))
                intended[one.output] = one
            else:
                one = WrittenResult.from_json(told.inner("made"))
                if one.stamp:  # else announced by an earlier version: what is there may be anybody's
                    made[one.output] = one
                    intended.pop(one.output, None)
                    done += 1
    for one in intended.values():  # a crash came between its place and the note of it, or before both
        if one.is_as_written:
            made[one.output] = one
            done += 1
    return _Read(batch=batch, begun=begun, made=made, done=done, ended=ended)


def _batch_as_json(batch: Batch) -> dict[str, Any]:
    return {
        "inputs": [str(path.absolute()) for path in batch.inputs],
        "folder": str(batch.folder.absolute()),
        "edit": _spec_as_json(batch.spec),
        "label": batch.label,
        "name": batch.naming.template,
        "format": batch.naming.format,
        "recursive": batch.recursive,
        "overwrite": batch.overwrite,
        "impersonal": batch.impersonal,
        "recipe_inside": batch.recipe_inside,
        "exact": batch.exact,
        **({"stack": batch.stack.to_json(_by_path)} if batch.stack is not None else {}),
    }


def _spec_as_json(spec: Spec) -> dict[str, Any]:
    if isinstance(spec, EditSpec):
        return spec.to_json()
    return spec.to_json(_by_path)


def _by_path(path: Path) -> dict[str, str]:
    return {"path": str(path.absolute())}


def _read_batch(top: Fields, format: int) -> Batch:
    """Raises FieldError, and SettingsError for a name that makes none."""
    if format == 1:
        spec, label = _read_recipe(top.inner("recipe"))
    else:
        edit = top.inner("edit")
        spec, label = read_spec(edit), top.string("label")
        edit.finish()
    return Batch(
        inputs=tuple(as_path(path, "inputs") for path in _texts(top, "inputs")),
        folder=as_path(top.string("folder"), "folder"),
        spec=spec,
        label=label,
        naming=Naming(top.string("name"), top.string("format")),
        recursive=top.flag("recursive"),
        overwrite=top.flag("overwrite"),
        impersonal=top.flag("impersonal"),
        recipe_inside=top.flag("recipe_inside", False),
        exact=top.flag("exact", False),
        stack=read_stack(top.inner("stack")) if "stack" in top.left else None,
    )


def _read_recipe(recipe: Fields) -> tuple[Spec, str]:
    """The edit and its label as format 1 had them: with the fields of both kinds, of which one was empty."""
    left = recipe.left
    if uses := recipe.items("uses"):
        titles = _texts(recipe, "titles")
        form = {"kind": "apply", "presets": uses, **{name: left.get(name) for name in ("pack", "seed", "steps")}}
        return read_spec(Fields(form, recipe.name)), " + ".join(titles)
    form = {"kind": "edit", **{name: left.get(name) for name in ("pack", "prompt", "source", "settings")}}
    edit = read_spec(Fields(form, recipe.name))
    return edit, edit.prompt if isinstance(edit, EditSpec) else ""


def _texts(top: Fields, name: str) -> list[str]:
    values = top.items(name)
    if not all(isinstance(value, str) for value in values):
        raise FieldError(top.path(name), "must be a list of texts")
    return [str(value) for value in values]


def _free(path: Path) -> bool:
    try:
        with FileLock(path.with_suffix(".lock"), timeout=0):
            return True
    except (Timeout, OSError):
        return False


def _records(home: Path) -> list[Path]:
    try:
        return [path for path in home.iterdir() if path.suffix == _SUFFIX]
    except OSError:
        return []


def _make_room(but: Path) -> None:
    """The oldest go, so that they do not pile up for ever."""
    with contextlib.suppress(OSError):
        others = sorted((path for path in _records(but.parent) if path != but), key=lambda path: path.stat().st_mtime)
        for path in others[: max(0, len(others) - _MOST_RECORDS)]:
            if _free(path):
                path.unlink(missing_ok=True)
                path.with_suffix(".lock").unlink(missing_ok=True)


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value).encode() + b"\n"


def _put(file: BinaryIO, value: dict[str, Any]) -> None:
    """A line of its own, even behind one that was torn."""
    file.write(b"\n" + _line(value))
    sync(file)


def _cannot_write(path: Path, error: OSError) -> SaveError:
    reason = error.strerror or type(error).__name__
    return SaveError(
        tr("What the batch has done could not be noted: {reason}.", reason=reason),
        tr("Look whether {folder} can be written to.", folder=path.parent),
    )
