"""Files on their way to the workers: told by hash, put into the cluster once, in pieces."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rtedit_desktop.core.errors import PresetError, shown_name
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import CLIP_FILE
from rtedit_desktop.packs.store import verify_file
from rtedit_desktop.support.regular_file import open_regular

PIECE = 32 * 2**20
"""Bytes of a piece: a model of gigabytes goes through a machine's memory without being there at once."""


@dataclass(frozen=True)
class Parcel:
    """A file's name, its sha256, and its pieces: references that the cluster makes bytes of."""

    name: str
    sha256: str
    pieces: tuple[Any, ...]


def whole(manifest: Manifest) -> Manifest:
    """The pack with the shared part that it uses among its own files, so that it needs nothing beside it.

    Two machines have the same pack when this is the same text on both: it has the hash of every file.
    Raises PackMissing where the part is not installed.
    """
    record = manifest.record(CLIP_FILE) if manifest.clip_part else None
    if record is None:
        return manifest
    return replace(manifest, clip_part="", files={**manifest.files, CLIP_FILE: record})


class Parcels:
    """Owns what was put into the cluster; ``put`` takes bytes and returns a reference. Threads may share it."""

    def __init__(self, put: Callable[[bytes], Any]) -> None:
        self._put = put
        self._packs: dict[str, tuple[Parcel, ...]] = {}
        self._presets: dict[Path, Parcel] = {}
        self._lock = threading.Lock()

    def of_pack(self, manifest: Manifest) -> tuple[Parcel, ...]:
        """The files of a pack as ``whole`` has it. Raises PackDamaged for one that is not what the manifest says."""
        with self._lock:
            if manifest.info.id not in self._packs:
                self._packs[manifest.info.id] = tuple(self._files(manifest))
            return self._packs[manifest.info.id]

    def of_preset(self, path: Path) -> Parcel:
        """A preset as it was when it was first asked for. Raises PresetError."""
        with self._lock:
            if path not in self._presets:
                try:
                    with open_regular(path) as file:
                        content = file.read()
                except OSError as error:
                    raise PresetError(
                        f"The preset {shown_name(path.name)} cannot be read: {error.strerror or type(error).__name__}.",
                        "Put it back, or choose another one.",
                    ) from error
                sha256 = hashlib.sha256(content).hexdigest()
                self._presets[path] = Parcel(path.name, sha256, (self._put(content),))
            return self._presets[path]

    def _files(self, manifest: Manifest) -> Iterator[Parcel]:
        for name, record in whole(manifest).files.items():
            verify_file(manifest, name)
            with open_regular(manifest.path(name)) as file:
                pieces = tuple(self._put(piece) for piece in iter(lambda: file.read(PIECE), b""))
            yield Parcel(name, record.sha256, pieces)
