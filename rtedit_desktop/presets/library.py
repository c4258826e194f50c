"""The shelf: presets that come with the app and those in the person's own folder."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

from rtedit_desktop.core.errors import PresetError, SaveError, shown_name
from rtedit_desktop.core.paths import resources, user_data, write_atomically
from rtedit_desktop.core.preset import SUFFIX, PresetInfo
from rtedit_desktop.presets.format import read_info, retitle

_FAVOURITES = "favourites.json"
_REMOVED = ".removed"
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_MAX_STEM = 60
_T = TypeVar("_T")


class Library:
    """Implements ``core.preset.PresetShelf``. Owns the folder ``folder``; ``built_in`` is only read.

    A preset that was removed waits in a folder of its own until the next start of the app.
    """

    def __init__(self, folder: Path | None = None, built_in: Path | None = None) -> None:
        self._folder = folder or user_data() / "presets"
        self._built_in = built_in or resources() / "presets"
        self._read: dict[tuple[Path, int, int], PresetInfo] = {}
        self._problems: list[PresetError] = []
        shutil.rmtree(self._folder / _REMOVED, ignore_errors=True)

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def problems(self) -> Sequence[PresetError]:
        return tuple(self._problems)

    def presets(self) -> list[PresetInfo]:
        """Favourites first, then by title."""
        favourites, problems, found = self._favourites(), [], []
        for folder in (self._built_in, self._folder):
            for path in _files(folder):
                try:
                    info = self._info(path)
                except PresetError as error:
                    problems.append(error)
                    continue
                mark = _mark(path, built_in=folder is self._built_in)
                found.append(replace(info, built_in=folder is self._built_in, favourite=mark in favourites))
        self._problems = problems
        return sorted(found, key=lambda info: (not info.favourite, info.title.casefold(), info.path.name))

    def find(self, name: str) -> PresetInfo:
        """By path, by file name or by title; letters' case does not matter. Raises PresetError."""
        path = Path(name).expanduser()
        if path.suffix.lower() == SUFFIX and path.is_file():
            return read_info(path)
        wanted = name.casefold().strip()
        presets = self.presets()
        for fits in (lambda p: p.title.casefold(), lambda p: p.path.stem.casefold(), lambda p: p.path.name.casefold()):
            for preset in presets:
                if fits(preset) == wanted:
                    return preset
        raise PresetError(
            f"There is no preset “{shown_name(name)}”.", "“rtedit presets list” shows those that there are."
        )

    def add(self, path: Path) -> PresetInfo:
        """Copy a preset file into the folder. Raises PresetError for what is no preset, SaveError."""
        info = read_info(path)
        content = _careful(path.read_bytes, f"The preset {shown_name(path.name)} could not be read")
        digest = hashlib.sha256(content).digest()
        for known in _files(self._folder):
            if known.stat().st_size == len(content) and hashlib.sha256(known.read_bytes()).digest() == digest:
                return read_info(known)
        target = self.new_path(info.title)
        _careful(partial(write_atomically, target, partial(_put, content)), "The preset could not be copied")
        return read_info(target)

    def share(self, preset: PresetInfo, to: Path) -> None:
        content = _careful(preset.path.read_bytes, f"The preset “{preset.title}” could not be read")
        _careful(
            partial(write_atomically, to, partial(_put, content)),
            f"The preset could not be saved as {shown_name(to.name)}",
        )

    def new_path(self, title: str) -> Path:
        """A free path in the folder, which is made, with as much of the title as a file's name can bear."""
        _careful(partial(self._folder.mkdir, parents=True, exist_ok=True), "The folder of presets could not be made")
        stem = _stem(title)
        taken = {path.name.casefold() for path in self._folder.iterdir()}
        number = 1
        while (name := f"{stem}{f' {number}' if number > 1 else ''}{SUFFIX}").casefold() in taken:
            number += 1
        return self._folder / name

    def rename(self, preset: PresetInfo, title: str) -> PresetInfo:
        """Another title in the same file."""
        self._own(preset, "renamed")
        title = " ".join(title.split())
        if not title or len(title) > 200:
            raise PresetError("A preset needs a name of 1 to 200 letters.", "Write another name.")
        return replace(retitle(preset.path, title), favourite=preset.favourite)

    def set_favourite(self, preset: PresetInfo, favourite: bool) -> None:
        marks = self._favourites()
        mark = _mark(preset.path, built_in=preset.built_in)
        changed = marks | {mark} if favourite else marks - {mark}
        if changed == marks:
            return
        content = json.dumps(sorted(changed), ensure_ascii=False).encode()
        _careful(partial(self._folder.mkdir, parents=True, exist_ok=True), "The folder of presets could not be made")
        _careful(
            partial(write_atomically, self._folder / _FAVOURITES, partial(_put, content)),
            "The favourites could not be saved",
        )

    def remove(self, preset: PresetInfo) -> None:
        self._own(preset, "deleted")
        waiting = self._folder / _REMOVED
        what = f"The preset “{preset.title}” could not be deleted"
        _careful(partial(waiting.mkdir, parents=True, exist_ok=True), what)
        _careful(partial(preset.path.replace, waiting / preset.path.name), what)

    def put_back(self, preset: PresetInfo) -> PresetInfo:
        target = preset.path if not preset.path.exists() else self.new_path(preset.title)
        waiting = self._folder / _REMOVED / preset.path.name
        _careful(partial(waiting.replace, target), f"The preset “{preset.title}” could not be put back")
        return replace(read_info(target), favourite=preset.favourite)

    def _info(self, path: Path) -> PresetInfo:
        """Read once for as long as the file stays as it is."""
        try:
            stat = path.stat()
        except OSError:
            return read_info(path)  # says what is wrong with it
        key = (path, stat.st_size, stat.st_mtime_ns)
        if key not in self._read:
            self._read[key] = read_info(path)
        return self._read[key]

    def _favourites(self) -> set[str]:
        """A list that cannot be read is an empty one: favourites are a comfort."""
        try:
            marks = json.loads((self._folder / _FAVOURITES).read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            return set()
        return {mark for mark in marks if isinstance(mark, str)} if isinstance(marks, list) else set()

    def _own(self, preset: PresetInfo, what: str) -> None:
        if preset.path.parent != self._folder:
            raise PresetError(
                f"The preset “{preset.title}” comes with RTEdit and cannot be {what}.",
                "Presets of your own can; this one can be left out of the way by marking others as favourites.",
            )


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(p for p in folder.iterdir() if p.suffix.lower() == SUFFIX and not p.name.startswith("."))
    except OSError:
        return []


def _mark(path: Path, *, built_in: bool) -> str:
    return f"{'built-in' if built_in else 'own'}/{path.name}"


def _stem(title: str) -> str:
    """A file's name for a title: letters, digits and what no system reads as something else."""
    letters = unicodedata.normalize("NFC", title)
    kept = "".join(c if c.isalnum() or c in " -_" or unicodedata.category(c) == "Mn" else " " for c in letters)
    stem = " ".join(kept.split())
    while len(stem.encode("utf-8", "ignore")) > _MAX_STEM * 3 or len(stem) > _MAX_STEM:
        stem = stem[:-1]
    stem = stem.encode("utf-8", "ignore").decode().strip() or "preset"
    return f"{stem} preset" if _RESERVED.fullmatch(stem) else stem


def _put(content: bytes, file: BinaryIO) -> None:
    file.write(content)


def _careful(do: Callable[[], _T], what: str) -> _T:
    """``do``'s result; a disk that refuses is a SaveError."""
    try:
        return do()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(f"{what}: {reason}.", "Check the free space and the permissions of the folder.") from error
