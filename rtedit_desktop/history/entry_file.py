"""Reads and writes one result as one file: an archive of two lossless pictures and their request.

What is read was written by this computer, but perhaps not to its end, and perhaps by another version.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from rtedit_desktop.core.edits import EditSpec, Spec, read_spec
from rtedit_desktop.core.history import Entry
from rtedit_desktop.core.json_reader import Fields, as_real, parse_json
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.picture_file import open_picture
from rtedit_desktop.core.photos.region import region_from_json, region_to_json
from rtedit_desktop.core.requests import request_for

SUFFIX = ".result"
FORMAT = 1
MOST_BYTES = 256 * 2**20
_LONGEST_TEXT = 4 * 2**20
_LARGEST_SIDE = 8192
_FARTHEST = 1e7
_MOST_SECONDS = 1e12
_ID = re.compile(r"[A-Za-z0-9]{1,64}")
_RECORD, _BEFORE, _AFTER = "result.json", "before.png", "after.png"

FindPreset = Callable[[Path, str], Path]


def packed(entry: Entry) -> bytes:
    """The file's content."""
    record = {
        "format": FORMAT,
        "id": entry.id,
        "made": entry.made,
        "request": _spec_record(entry.request.spec),
        "square": asdict(entry.square),
        "score": entry.score,
        "recipe": dict(entry.recipe),
        "seconds": dict(entry.seconds),
        "picked": entry.picked,
        "region": region_to_json(entry.region),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # pictures are compressed already
        archive.writestr(_RECORD, json.dumps(record, ensure_ascii=False, default=str))
        archive.writestr(_BEFORE, _png(entry.request.picture))
        archive.writestr(_AFTER, _png(entry.picture))
    return file.getvalue()


def unpacked(content: bytes, find_preset: FindPreset) -> Entry:
    """Raises one of many errors for bytes that are not what ``packed`` gave.

    ``find_preset`` says where a preset is now, from where it was and the hash of its content.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        top = _record_in(archive)
        before, after = (_pixels(_member(archive, name, MOST_BYTES)) for name in (_BEFORE, _AFTER))
    asked = top.inner("request")
    spec = read_spec(asked, lambda path, sha256: find_preset(Path(path), sha256))
    asked.finish()
    seconds = top.inner("seconds")
    return Entry(
        id=top.matching("id", _ID, "letters and digits"),
        made=top.real("made", 0.0, _MOST_SECONDS),
        request=request_for(spec, before),
        square=_square_of(top.inner("square")),
        picture=after,
        score=top.real_or_none("score", -_FARTHEST, _FARTHEST),
        recipe=top.inner("recipe").left,
        seconds={phase: seconds.real(phase, 0.0, _MOST_SECONDS) for phase in list(seconds.left)},
        picked=top.flag("picked"),
        region=region_from_json(top.inner("region").left if top.left.get("region") is not None else None),
    )


def picture_of(content: bytes) -> np.ndarray:
    """What came out, alone. Raises as ``unpacked`` does."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _pixels(_member(archive, _AFTER, MOST_BYTES))


def prompt_of(path: Path) -> tuple[str, str] | None:
    """The pack and the prompt of an edit, without its pictures; None where there is none to be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            spec = read_spec(_record_in(archive).inner("request"))
        return (spec.pack, spec.prompt) if isinstance(spec, EditSpec) else None
    except Exception:  # torn bytes fail in many ways
        return None


def content_digest(path: Path) -> str:
    """The SHA-256 of a file, or nothing where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def _spec_record(spec: Spec) -> dict[str, Any]:
    """A preset is found again by its content, should it be moved."""
    if isinstance(spec, EditSpec):
        return spec.to_json()
    return spec.to_json(lambda path: {"path": str(path), "sha256": content_digest(path)})


def _square_of(record: Fields) -> Square:
    """What it has of numbers, whichever they are in this version."""
    known = {field.name for field in fields(Square)}
    numbers: dict[str, Any] = {name: value for name, value in record.left.items() if name in known}
    for name, value in numbers.items():
        as_real(value, record.path(name), -_FARTHEST, _FARTHEST)  # whole ones stay whole
    return Square(**numbers)


def _record_in(archive: zipfile.ZipFile) -> Fields:
    top = Fields(parse_json(_member(archive, _RECORD, _LONGEST_TEXT)))
    top.whole("format", FORMAT, FORMAT)
    return top


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A part of the archive, its checksum held against it."""
    info = archive.getinfo(name)
    if info.file_size > most or info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is not as it was written")
    return archive.read(info)


def _png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=3)
    return file.getvalue()


def _pixels(png: bytes) -> np.ndarray:
    with open_picture(io.BytesIO(png), ["PNG"]) as image:
        if max(image.size) > _LARGEST_SIDE or image.mode != "RGB":
            raise ValueError("not a picture of a result")
        pixels = np.array(image)
    pixels.flags.writeable = False
    return pixels
