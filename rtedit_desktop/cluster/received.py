"""Packs and presets that a worker was sent, kept by their hashes below its cache."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from filelock import FileLock

from rtedit_desktop.cluster.parcels import Parcel, whole
from rtedit_desktop.core.errors import PackDamaged, PresetError, RTEditError, SaveError
from rtedit_desktop.core.json_reader import parse_json
from rtedit_desktop.packs import store
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.reading import MAX_MANIFEST_BYTES, parse, read
from rtedit_desktop.packs.manifest.records import MANIFEST
from rtedit_desktop.support import cache_folders
from rtedit_desktop.support.file_names import stem_of
from rtedit_desktop.support.paths import sync, write_atomically

_UNUSED_S = 60 * 86400.0
_SUFFIX = ".rtpreset"
Fetch = Callable[[Any], bytes]


class ReceivedFiles:
    """Owns a folder, which processes of one machine may share: ``packs/HASH/ID`` and ``presets/HASH``.

    What was not used for two months is removed when something new comes.
    """

    def __init__(self, home: Path | None = None) -> None:
        self._home = home or cache_folders.folder_of(cache_folders.RECEIVED)
        self._used: list[Path] = []  # the folders of packs that were asked for
        self._presets: dict[str, Path] = {}

    def has(self, text: str) -> bool:
        """Whether a pack, ``whole`` as its manifest's text, is installed here or was received."""
        manifest = _parsed(text, Path())
        with contextlib.suppress(RTEditError):
            if whole(Catalog.default().manifest(manifest.info.id)).to_json() == text:
                return True
        folder = self._folder(text) / manifest.info.id
        with contextlib.suppress(RTEditError):
            if store.has_files(read(folder)):
                self._use(folder.parent)
                return True
        return False

    def keep(self, text: str, parcels: Iterable[Parcel], fetch: Fetch) -> None:
        """Keep a pack. Raises PackDamaged for what is not what its manifest says, and SaveError."""
        place = self._folder(text)
        folder = place / _parsed(text, Path()).info.id
        manifest = _parsed(text, folder)
        by_name = {one.name: one for one in parcels}
        try:
            place.mkdir(parents=True, exist_ok=True)
            with FileLock(self._home / f"{place.name}.lock"):
                if not self.has(text):  # of two workers of one machine the other may have taken it
                    self._sweep()
                    with store.new_folder(folder, "The model could not be kept") as part:
                        for name in manifest.files:
                            _write_file(part / name, manifest, by_name.get(name), fetch)
                        (part / MANIFEST).write_bytes(text.encode())
        except OSError as error:
            raise _not_kept(self._home, error) from error
        self._use(place)

    def preset(self, parcel: Parcel, fetch: Fetch) -> Path:
        """Where a preset is kept, under its own name. Raises PresetError for other bytes than were meant, SaveError."""
        if parcel.sha256 in self._presets:
            return self._presets[parcel.sha256]
        path = self._home / "presets" / parcel.sha256 / f"{stem_of(Path(parcel.name).stem)}{_SUFFIX}"
        try:
            if not path.is_file() or _sha256(path.read_bytes()) != parcel.sha256:
                content = b"".join(fetch(piece) for piece in parcel.pieces)
                if _sha256(content) != parcel.sha256:
                    raise PresetError("A preset came to this machine with other content.", "Start the batch again.")
                self._sweep()
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, content)
            os.utime(path.parent)
        except OSError as error:
            raise _not_kept(self._home, error) from error
        self._presets[parcel.sha256] = path
        return path

    def catalog(self) -> Catalog:
        """The packs that were asked for, before those that are installed here."""
        return Catalog([*self._used, *Catalog.default().folders])

    def _folder(self, text: str) -> Path:
        return self._home / "packs" / _sha256(text.encode())

    def _use(self, place: Path) -> None:
        if place not in self._used:
            self._used.append(place)
        with contextlib.suppress(OSError):
            os.utime(place)

    def _sweep(self) -> None:
        for room in ("packs", "presets"):
            with contextlib.suppress(OSError):
                for old in (self._home / room).iterdir():
                    if time.time() - old.stat().st_mtime > _UNUSED_S:
                        shutil.rmtree(old, ignore_errors=True)


def _parsed(text: str, folder: Path) -> Manifest:
    try:
        layout = parse_json(text, MAX_MANIFEST_BYTES)
    except ValueError as error:
        raise PackDamaged("A model's manifest came to this machine damaged.", "Start the batch again.") from error
    return parse(layout, folder)


def _write_file(path: Path, manifest: Manifest, parcel: Parcel | None, fetch: Fetch) -> None:
    record = manifest.files[path.name]
    with path.open("xb") as file:
        for piece in parcel.pieces if parcel is not None else ():
            file.write(fetch(piece))
            if file.tell() > record.bytes:
                break
        sync(file)
    store.check_file(path, record, f"The file {path.name} of the model {manifest.info.title}")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _not_kept(home: Path, error: OSError) -> SaveError:
    reason = error.strerror or type(error).__name__
    return SaveError(f"What was sent could not be kept: {reason}.", f"Look at the free space below {home}.")
