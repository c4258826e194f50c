"""Size and hash that each file of a pack must have."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rtedit_desktop.core.json_reader import FieldError, Fields, printable

MANIFEST = "manifest.json"
UNET_FILE = "unet.safetensors"
CLIP_FILE = "clip.safetensors"
PICTURES_FILE = "pictures.png"

_MOST_FILES = 2000
_FILE_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?")
_DEVICE_NAME = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """Size and hash that a file of the pack must have."""

    sha256: str
    bytes: int


def read_record(record: Fields) -> FileRecord:
    """One entry of "files". Raises FieldError."""
    digest = record.matching("sha256", _SHA256, "64 lower-case hexadecimal digits")
    made = FileRecord(sha256=digest, bytes=record.whole("bytes", 0, 2**40))
    record.finish()
    return made


def read_files(top: Fields, needed: tuple[str, ...]) -> dict[str, FileRecord]:
    """The manifest's "files", with the needed ones among them. Raises FieldError."""
    files = {}
    for name, record in top.inners("files", most=_MOST_FILES).items():
        if not _FILE_NAME.fullmatch(name) or _DEVICE_NAME.fullmatch(name) or name.lower() == MANIFEST:
            raise FieldError("files", f"names “{printable(name)}”, which is not a plain file name")
        files[name] = read_record(record)
    for name in needed:
        if name not in files:
            raise FieldError("files", f"does not list {name}")
    return files
