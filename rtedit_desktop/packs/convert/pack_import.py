"""Imports a pack into a folder of its own: copies one that is whole, or converts a checkpoint."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from rtedit_desktop.core.errors import PackDamaged, PackError, SaveError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_installer import PackNotice, PackProgress
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.packs.manifest.manifest import Manifest
from rtedit_desktop.packs.manifest.records import MANIFEST
from rtedit_desktop.packs.manifest.shared_parts import PART_FILE, PARTS
from rtedit_desktop.packs.store import disk_use
from rtedit_desktop.support.paths import sync
from rtedit_desktop.support.regular_file import open_regular, read_regular

Convert = Callable[[Path, Path, "str | None"], Iterator[object]]
Steps = Generator[PackProgress | PackNotice, None, bool]

_CHUNK = 2**20
_MOST_NOTE_BYTES = 2**16
_SPARE_BYTES = 32 * 2**20
_COPY_AGAIN = tr("Copy the pack again from where it came from.")


def convert(path: Path, into: Path, entry: str | None) -> Iterator[object]:
    """The converter, whose libraries are loaded only now."""
    from rtedit_desktop.packs.convert.conversion import convert as real

    return real(path, into, entry)


def pack_folder(path: Path) -> Path | None:
    """The folder of a complete pack that ``path`` means, if it means one."""
    if path.name == MANIFEST and os.path.isfile(path):
        return path.parent
    return path if os.path.isfile(path / MANIFEST) else None


def copy_pack(manifest: Manifest, into: Path, cancelled: threading.Event) -> Steps:
    """Copy a pack's own files to the empty folder ``into``; False when cancelled.

    Raises PackDamaged unless every file is what the manifest says, and OSError.
    """
    total = sum(record.bytes for record in manifest.files.values())
    check_space(total, into, manifest.info.title)
    done = 0
    for name, record in manifest.files.items():
        source, digest, count = manifest.path(name), hashlib.sha256(), 0
        if not os.path.isfile(source):
            raise PackDamaged(
                tr("The file {name} of the pack {title} is missing.", name=name, title=manifest.info.title),
                _COPY_AGAIN,
            )
        with open_regular(source) as reading, (into / name).open("xb") as writing:
            while chunk := reading.read(_CHUNK):
                if cancelled.is_set():
                    return False
                digest.update(chunk)
                writing.write(chunk)
                count += len(chunk)
                yield PackProgress(phase="installing", what=manifest.info.title, done=done + count, of=total)
                if count > record.bytes:
                    break
            sync(writing)
        if count != record.bytes or digest.hexdigest() != record.sha256:
            raise PackDamaged(
                tr(
                    "The file {name} of the pack {title} is damaged: its content is not what the manifest says.",
                    name=name,
                    title=manifest.info.title,
                ),
                _COPY_AGAIN,
            )
        done += count
    with (into / MANIFEST).open("xb") as file:
        file.write(manifest.to_json().encode())
        sync(file)
    return True


def convert_into(
    path: Path, into: Path, entry: str | None, title: str, convert: Convert, cancelled: threading.Event
) -> Steps:
    """Let the converter fill the folder ``into``; False when cancelled. Raises what it raises."""
    size = path.stat().st_size if os.path.isfile(path) else disk_use(path)
    check_space(size, into.parent, title)
    yield PackProgress(phase="converting", what=title)
    running = convert(path, into, entry)
    try:
        for step in running:
            if cancelled.is_set():
                return False
            if isinstance(step, (PackProgress, PackNotice)):
                yield step
            elif isinstance(step, (int, float)):
                yield PackProgress(phase="converting", what=title, done=round(1000 * step), of=1000)
    finally:
        close = getattr(running, "close", None)
        if close is not None:
            close()
    return True


def read_whole(folder: Path) -> Manifest:
    """The manifest of what a converter wrote. Raises PackError."""
    try:
        return manifests.read(folder)
    except PackDamaged as error:
        raise PackError(tr("The file could not be made into a pack."), error.what) from error


def part_in(folder: Path) -> str:
    """Which shared part a converter wrote. Raises PackError."""
    try:
        named = json.loads(read_regular(folder / PART_FILE, _MOST_NOTE_BYTES)).get("part")
    except (OSError, ValueError, AttributeError, RecursionError):
        named = None
    if named not in PARTS:
        raise PackError(tr("The file could not be made into a text model."), tr("Choose another file."))
    return str(named)


def check_space(needed: int, folder: Path, title: str) -> None:
    """Raise SaveError when ``needed`` bytes do not fit below ``folder``."""
    free = shutil.disk_usage(folder).free
    if needed + _SPARE_BYTES > free:
        raise SaveError(
            tr(
                "There is no room for {title}: it needs {needed:.0f} MB, and {free:.0f} MB are free.",
                title=title,
                needed=(needed + _SPARE_BYTES) / 1e6,
                free=free / 1e6,
            ),
            tr("Free some space and try again."),
        )
