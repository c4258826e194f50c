"""Plans a batch: finds the photos, and decides where the result of each goes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rtedit_desktop.batch.naming import Naming, distinct
from rtedit_desktop.batch.written_result import WrittenResult
from rtedit_desktop.core.edits import Spec
from rtedit_desktop.core.errors import PictureError, RTEditError, SaveError, shown_name
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.stack import StackSpec
from rtedit_desktop.support.file_names import folded
from rtedit_desktop.support.formats import OPEN_SUFFIXES


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that a person asks for: files and folders, the edit of each photo, and where the results go.

    ``label`` stands for ``{preset}`` in a name: the presets' titles or the prompt, before anything is made of it.
    ``overwrite``: what a batch made there before is replaced, and nothing else. ``impersonal``: results are written
    without the metadata that tells who, where and with which very camera. ``recipe_inside``: they carry what was done.
    ``exact``: they are computed to be the same to the last bit anywhere. With a ``stack`` all of that is made of each
    photo; ``spec`` is then the first of it.
    """

    inputs: tuple[Path, ...]
    folder: Path
    spec: Spec
    label: str
    naming: Naming = field(default_factory=Naming)
    recursive: bool = False
    overwrite: bool = False
    impersonal: bool = False
    recipe_inside: bool = False
    exact: bool = False
    stack: StackSpec | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """One photo. ``wanted_name`` is the name that its result would have alone; ``problem``: why nothing can be done."""

    source: Path
    output: Path
    wanted_name: str
    problem: RTEditError | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A file, and its folder relative to the named one."""

    path: Path
    below: Path = Path()
    problem: RTEditError | None = None


def found(inputs: Sequence[Path], *, recursive: bool, but: Path | None = None) -> list[Found]:
    """The photos of files and folders, each once; those of a folder by their names.

    A file that is named is taken as it is. Hidden files are passed over in folders, and so is what lies in ``but``
    where that is not a folder that was named.
    """
    every: list[Found] = []
    seen: set[str] = set()
    named = {os.path.realpath(path) for path in inputs}
    left_out = os.path.realpath(but) if but is not None else ""
    for given in inputs:
        for one in _in(given.absolute(), recursive, left_out if left_out not in named else ""):
            real = os.path.realpath(one.path)
            if real not in seen:
                seen.add(real)
                every.append(one)
    return every


def plan(batch: Batch, before: Sequence[WrittenResult] = ()) -> list[Task]:
    """What is to be done, in order. ``before`` is what earlier runs made in this folder.

    It is not taken for photos of a folder; the same photo gets the same name again, and no other photo gets it.
    """
    named = {path.absolute() for path in batch.inputs}
    made = {os.path.realpath(one.output) for one in before}
    photos = [
        one
        for one in found(batch.inputs, recursive=batch.recursive, but=batch.folder)
        if one.path in named or os.path.realpath(one.path) not in made
    ]
    inputs = _Same(one.path for one in photos)
    return [
        replace(task, problem=task.problem or _refusal(task.output, inputs)) for task in _named(batch, photos, before)
    ]


def _named(batch: Batch, photos: Sequence[Found], before: Sequence[WrittenResult]) -> Iterator[Task]:
    folder, label = batch.folder.absolute(), batch.label
    own = {(one.source, one.wanted_name, one.output.parent): one.output for one in before}
    used: dict[Path, set[str]] = {}
    for made in before:
        used.setdefault(made.output.parent, set()).add(folded(made.output.name))
    for number, one in enumerate(photos, start=1):
        where, wanted_name = folder / one.below, batch.naming.name_for(one.path, label, number)
        output = own.get((one.path, wanted_name, where))
        if output is None:
            names = used.setdefault(where, set())
            output = where / distinct(wanted_name, names)
            names.add(folded(output.name))
        yield Task(source=one.path, output=output, wanted_name=wanted_name, problem=one.problem)


def _refusal(output: Path, inputs: _Same) -> RTEditError | None:
    if output not in inputs:
        return None
    return SaveError(
        tr(
            "Could not save {name}: that is one of the photos, and photos are never replaced.",
            name=shown_name(output.name),
        ),
        tr("Choose another folder or other names."),
    )


class _Same:
    """Compares files by what they are on the disk, whatever they are called."""

    def __init__(self, paths: Iterator[Path]) -> None:
        self._real: set[str] = set()
        self._nodes: set[tuple[int, int]] = set()
        for path in paths:
            self._real.add(os.path.realpath(path))
            self._nodes |= _node(path)

    def __contains__(self, path: Path) -> bool:
        return os.path.realpath(path) in self._real or bool(_node(path) & self._nodes)


def _node(path: Path) -> set[tuple[int, int]]:
    try:
        status = path.stat()
    except OSError:
        return set()
    return {(status.st_dev, status.st_ino)} if status.st_ino else set()


def _in(path: Path, recursive: bool, left_out: str) -> Iterator[Found]:
    if not os.path.isdir(path):
        missing = not os.path.lexists(path)
        yield Found(path, problem=_unreadable(path, "it is not there") if missing else None)
        return
    failed: list[OSError] = []
    for where, folders, files in os.walk(path, onerror=failed.append):
        here = Path(where)
        visible = sorted((name for name in folders if not name.startswith(".")), key=str.casefold)
        folders[:] = [name for name in visible if os.path.realpath(here / name) != left_out] if recursive else []
        for name in sorted(files, key=str.casefold):
            if not name.startswith(".") and name.rpartition(".")[2].lower() in OPEN_SUFFIXES:
                yield Found(here / name, here.relative_to(path))
    for error in failed:
        closed = Path(os.fsdecode(error.filename)) if error.filename else path
        yield Found(closed, problem=_unreadable(closed, error.strerror or type(error).__name__))


def _unreadable(path: Path, reason: str) -> PictureError:
    return PictureError(
        tr("Could not open {name}: {reason}.", name=shown_name(path.name or str(path)), reason=reason),
        tr("Look where it is."),
    )
