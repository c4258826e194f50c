"""Preset as plain data, and the protocol of the library that keeps, imports and shares such files.

The library is a protocol so that the window needs to know nothing of the file format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from rtedit_desktop.core.edits import EditSpec, PresetUse
from rtedit_desktop.core.errors import PresetError

SUFFIX = ".rtpreset"
THUMBNAIL = 96


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PresetInfo:
    """One preset file. ``base_sha256`` is the hash of the U-Net file that its weights were learned on.

    ``spec`` is what was learned, and how; ``pictures`` how many pictures it was learned on, ``score``
    the direction score it reached on them; ``created`` is a date and time as ISO 8601 in UTC. ``before``
    and ``after``: (THUMBNAIL, THUMBNAIL, 3) uint8, or None for both. ``bytes`` is the size of the file.
    """

    path: Path
    title: str
    spec: EditSpec
    base_sha256: str
    method_version: int = 1
    pictures: int = 1
    score: float = 0.0
    created: str = ""
    author: str = ""
    licence: str = ""
    before: np.ndarray | None = None
    after: np.ndarray | None = None
    bytes: int = 0
    built_in: bool = False
    favourite: bool = False

    @property
    def strength(self) -> float:
        """How much of it is used where nobody asks for another: what it was saved at."""
        return self.spec.settings.strength

    def use(self, strength: float | None = None) -> PresetUse:
        """So much of it; without a strength, what it was saved at."""
        return PresetUse(self.path, self.strength if strength is None else strength, self.spec.settings.blending)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetWords:
    """Title, author and licence that a person writes on a preset, a line each."""

    title: str
    author: str = ""
    licence: str = ""


class Addition(NamedTuple):
    """What became of a file that was to be added; ``known``: its very bytes were among the presets already."""

    preset: PresetInfo
    known: bool


class PresetLibrary(Protocol):
    """Keeps the presets of this computer: those of the app, and those in the person's own folder.

    Every method that writes leaves what was there intact when it raises PresetError.
    """

    @property
    def folder(self) -> Path:
        """The person's own folder, to be watched for changes; it may not exist yet."""
        ...

    def presets(self) -> list[PresetInfo]:
        """Favourites first, then by title. Files that cannot be read are left out, see ``problems``."""
        ...

    @property
    def problems(self) -> Sequence[PresetError]:
        """Why files in the folder were left out by the last ``presets()``."""
        ...

    def find(self, name: str, packs: Sequence[str] = ()) -> PresetInfo:
        """By title, by file name, or by path; of several of one name, that of the first of ``packs`` that has one."""
        ...

    def add(self, path: Path) -> Addition:
        """Copy a preset file into the folder; one with the same bytes is not copied again."""
        ...

    def share(self, preset: PresetInfo, to: Path, *, overwrite: bool = True, pictures: bool = True) -> None:
        """Copy a preset out to a file, with its two small ``pictures`` or without.

        Without ``overwrite`` one that is there stays, and that is a PresetError.
        """
        ...

    def new_path(self, title: str) -> Path:
        """A free path in the folder, which is made, for a preset of that title.

        Another process may take it meanwhile: what is written there must not overwrite.
        """
        ...

    def rename(self, preset: PresetInfo, title: str) -> PresetInfo: ...

    def set_favourite(self, preset: PresetInfo, favourite: bool) -> None: ...

    def remove(self, preset: PresetInfo) -> None:
        """Take it off the library; it can be put back until the app ends."""
        ...

    def put_back(self, preset: PresetInfo) -> PresetInfo:
        """Undo ``remove``."""
        ...
