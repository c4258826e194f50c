"""Verifies, loads, writes and removes the files of a pack."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rtedit_desktop.core.errors import PackDamaged, SaveError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.packs.manifest.manifest import FORMAT, Manifest
from rtedit_desktop.packs.manifest.reading import parse, read
from rtedit_desktop.packs.manifest.records import MANIFEST, FileRecord
from rtedit_desktop.support.exchanging import exchange
from rtedit_desktop.support.paths import sync, sync_folder
from rtedit_desktop.support.regular_file import open_regular

if TYPE_CHECKING:
    from torch import Tensor

_CHUNK = 2**20
_OLD = re.compile(r"\.(.+)\.[0-9a-f]{32}\.old")
_STALE_S = 3600.0
_AGAIN = tr("Install the pack again.")
_digests: dict[tuple[str, int, int], str] = {}  # (path, size, mtime in ns) -> sha256, for this process


def verify(manifest: Manifest) -> None:
    """Raise PackDamaged unless every file has the size and the sha256 of the manifest.

    A shared part that the pack uses is one of them; raises PackMissing when it is not installed.
    """
    for name in manifest.all_files():
        verify_file(manifest, name)


def verify_file(manifest: Manifest, name: str) -> None:
    """Raise PackDamaged unless this file is what the manifest says; read once per process."""
    check_file(*_of(manifest, name))


def _of(manifest: Manifest, name: str) -> tuple[Path, FileRecord, str]:
    """A file of the pack, what it must be, and the beginning of a sentence about it."""
    title, record = manifest.info.title, manifest.record(name)
    if record is None:
        raise PackDamaged(tr("The pack {title} has no file called {name}.", title=title, name=name), _AGAIN)
    return manifest.path(name), record, tr("The file {name} of the pack {title}", name=name, title=title)


def check_file(path: Path, record: FileRecord, what: str) -> None:
    """The same for any file; ``what`` begins the sentence."""
    try:
        stat = path.stat()
        if stat.st_size != record.bytes:
            raise PackDamaged(
                tr(
                    "{what} is damaged: it has {there} bytes and should have {wanted}.",
                    what=what,
                    there=stat.st_size,
                    wanted=record.bytes,
                ),
                _AGAIN,
            )
        key = (str(path), stat.st_size, stat.st_mtime_ns)
        if key not in _digests:
            with open_regular(path) as file:
                _digests[key] = _sha256(file)
    except FileNotFoundError as error:
        raise PackDamaged(tr("{what} is missing.", what=what), _AGAIN) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise PackDamaged(tr("{what} cannot be read: {reason}.", what=what, reason=reason), _AGAIN) from error
    if _digests[key] != record.sha256:
        raise _other_content(what)


def _other_content(what: str) -> PackDamaged:
    return PackDamaged(tr("{what} is damaged: its content is not what the manifest says.", what=what), _AGAIN)


def read_anew(path: Path, record: FileRecord, what: str) -> Iterator[int]:
    """Check a file whatever was known of it, yielding how many bytes are read; raises as ``check_file``."""
    digest, done = hashlib.sha256(), 0
    try:
        stat = path.stat()
        with open_regular(path) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                done += len(chunk)
                yield done
    except OSError:
        check_file(path, record, what)  # says why
        raise
    _digests[str(path), stat.st_size, stat.st_mtime_ns] = digest.hexdigest()
    check_file(path, record, what)


def has_files(manifest: Manifest) -> bool:
    """Whether the pack's own files are there, as far as can be seen without reading them."""
    try:
        sizes = {name: (manifest.info.folder / name).stat().st_size for name in manifest.files}
    except OSError:
        return False
    return all(sizes[name] == record.bytes for name, record in manifest.files.items())


def read_verified(manifest: Manifest, name: str) -> bytes:
    """The bytes of a file, which are those of the manifest whatever was known of it. Raises as ``verify_file``."""
    path, record, what = _of(manifest, name)
    try:
        with open_regular(path) as file:
            content = file.read(record.bytes + 1)
    except OSError:
        check_file(path, record, what)  # says why
        raise
    if len(content) != record.bytes or hashlib.sha256(content).hexdigest() != record.sha256:
        raise _other_content(what)
    return content


def load_tensors(manifest: Manifest, name: str) -> dict[str, Tensor]:
    """The tensors of a file by name, on the CPU; half precision and a byte a weight (int8.py) come as float32.

    What is mapped is hashed, whatever the file was found to be before: it may have been changed under the same size
    and time. Raises as ``verify_file``.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from rtedit_desktop.packs.int8 import from_int8

    path, record, what = _of(manifest, name)
    try:
        with open_regular(path) as file:
            tensors = load_file(path)
            same = os.path.samestat(os.fstat(file.fileno()), path.stat())
            if not same or _sha256(file) != record.sha256:
                check_file(path, record, what)  # may know it better
                raise _other_content(what)
        return from_int8(tensors)
    except (SafetensorError, OSError, ValueError) as error:
        check_file(path, record, what)
        raise PackDamaged(
            tr("The file {name} of the pack {title} does not hold weights.", name=name, title=manifest.info.title),
            _AGAIN,
        ) from error


def write_pack(
    folder: Path,
    manifest_fields: Mapping[str, Any],
    tensors_by_file: Mapping[str, Mapping[str, Tensor]],
    other_files: Mapping[str, bytes] | None = None,
) -> Manifest:
    """Write a pack folder as a whole, in place of one that is there; returns its manifest.

    ``manifest_fields`` is the layout of ``manifest.json`` without "format" and "files". Tensors are
    stored with the dtype they have. Raises PackDamaged when the fields are wrong and SaveError
    when the folder cannot be written; a pack that was there is intact then.
    """
    from safetensors.torch import save

    contents = {
        name: save({key: tensor.detach().cpu().contiguous() for key, tensor in tensors.items()})
        for name, tensors in tensors_by_file.items()
    }
    contents.update(other_files or {})
    records = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in contents.items()
    }
    text = parse({"format": FORMAT, **manifest_fields, "files": records}, folder).to_json()
    contents[MANIFEST] = text.encode()

    with new_folder(folder, tr("The pack could not be written to {folder}", folder=folder)) as part:
        for name, content in contents.items():
            with (part / name).open("xb") as file:
                file.write(content)
                sync(file)
    return read(folder)


@contextmanager
def new_folder(folder: Path, what: str = "The pack could not be written") -> Iterator[Path]:
    """An empty folder beside ``folder`` that takes its place as a whole when the block ends well.

    Otherwise nothing of it stays, and a folder that was there is intact. An OSError becomes a SaveError
    that begins with ``what``.
    """
    part = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.part")
    try:
        part.mkdir(parents=True)
        yield part
        put_in_place(part, folder)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SaveError(
            tr("{what}: {reason}.", what=what, reason=reason), tr("Check the free space and the permissions.")
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def put_in_place(part: Path, folder: Path) -> None:
    """Rename ``part`` to ``folder``; a folder that was there comes back if that fails.

    In one step where the system can exchange two folders; else ``recover`` brings back what a crash between the two
    steps leaves without its name.
    """
    if not folder.exists():
        part.rename(folder)
    elif not exchange(part, folder):
        old = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.old")
        folder.rename(old)
        try:
            part.rename(folder)
        except OSError:
            old.rename(folder)
            raise
        old.rename(part)  # a name that nobody wants back
    sync_folder(folder.parent)
    shutil.rmtree(part, ignore_errors=True)


def recover(folder: Path) -> None:
    """Give folders below ``folder`` that a crash left in the middle of an exchange their names back."""
    with suppress(OSError):
        for left in folder.iterdir():
            match = _OLD.fullmatch(left.name)
            if match is not None and not (folder / match[1]).exists():
                left.rename(folder / match[1])


def remove(folder: Path) -> int:
    """Take a pack's folder off the disk at once; returns how many bytes that was. Raises SaveError."""
    freed = disk_use(folder)
    old = folder.with_name(f".{uuid.uuid4().hex}.part")  # whose name nobody wants back
    try:
        folder.rename(old)  # from here on nobody sees half a pack
    except OSError as error:
        reason = error.strerror or type(error).__name__
        what = tr("The folder {folder} could not be removed: {reason}.", folder=folder, reason=reason)
        raise SaveError(what, tr("Close whatever uses it, and check its permissions.")) from error
    shutil.rmtree(old, ignore_errors=True)
    return freed


def disk_use(folder: Path) -> int:
    """The bytes of all files below a folder, 0 when it is not there."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total


def is_left(folder: Path) -> bool:
    """Whether something below ``folder`` is half-written, half-removed or without its name; a job may be at it."""
    with suppress(OSError):
        return any(_half(path) for path in folder.iterdir())
    return False


def sweep(folder: Path) -> None:
    """Remove what a crash left half-written or half-removed below ``folder`` more than an hour ago."""
    with suppress(OSError):
        for left in folder.iterdir():
            if _half(left) and time.time() - left.stat().st_mtime > _STALE_S:
                shutil.rmtree(left, ignore_errors=True)


def _half(path: Path) -> bool:
    return path.name.startswith(".") and path.suffix in (".part", ".old")


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
