"""Reads and writes one result as one file: an archive of two lossless pictures and their request.

A result that was made on others has those in it too, as layers, with two pictures each: format 2, which earlier
versions leave out, as they would show it without what lies below.

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
from rtedit_desktop.core.json_reader import FieldError, Fields, as_real, parse_json
from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.picture_file import open_picture
from rtedit_desktop.core.photos.region import region_from_json, region_to_json
from rtedit_desktop.core.requests import request_for
from rtedit_desktop.core.stack import MOST_LAYERS, Layer, read_layer
from rtedit_desktop.support.regular_file import open_regular

SUFFIX = ".result"
FORMAT, WITH_LAYERS = 1, 2
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
        "format": WITH_LAYERS if entry.below or not entry.on else FORMAT,
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
    if entry.name:
        record["name"] = entry.name
    if entry.together > 1:
        record["together"] = entry.together
    if record["format"] == WITH_LAYERS:
        record |= {"on": entry.on, "below": [layer_record(layer) for layer in entry.below]}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # pictures are compressed already
        archive.writestr(_RECORD, json.dumps(record, default=str))
        archive.writestr(_BEFORE, _png(entry.request.picture))
        archive.writestr(_AFTER, _png(entry.picture))
        for number, layer in enumerate(entry.below):
            archive.writestr(f"{number}-{_BEFORE}", _png(layer.request.picture))
            archive.writestr(f"{number}-{_AFTER}", _png(layer.picture))
    return file.getvalue()


def unpacked(content: bytes, find_preset: FindPreset) -> Entry:
    """Raises one of many errors for bytes that are not what ``packed`` gave.

    ``find_preset`` says where a preset is now, from where it was and the hash of its content.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        top = _record_in(archive)
        before, after = _pictures(archive)
        below = tuple(
            layer_of(Fields(given, f"below[{number}]"), *_pictures(archive, f"{number}-"), find_preset)
            for number, given in enumerate(top.items("below", (), most=MOST_LAYERS))
        )
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
        below=below,
        on=top.flag("on", True),
        name=top.text("name", ""),
        together=top.whole("together", 1, len(below) + 1, 1),
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
        with open_regular(path) as file:
            while block := file.read(2**20):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()


def _pictures(archive: zipfile.ZipFile, prefix: str = "") -> tuple[np.ndarray, np.ndarray]:
    """What the model saw, and what became of it."""
    before, after = (_pixels(_member(archive, prefix + name, MOST_BYTES)) for name in (_BEFORE, _AFTER))
    return before, after


def layer_record(layer: Layer) -> dict[str, Any]:
    """All of a layer but its pictures."""
    return {
        **layer.spec.to_json(_by_path),
        "id": layer.id,
        "picked": layer.picked,
        "score": layer.score,
        "recipe": dict(layer.recipe),
        "seconds": dict(layer.seconds),
    }


def layer_of(given: Fields, before: np.ndarray, after: np.ndarray, find_preset: FindPreset) -> Layer:
    """The layer that ``layer_record`` made a record of, with its pictures. Raises FieldError."""
    id = given.matching("id", _ID, "letters and digits")
    picked, score = given.flag("picked"), given.real_or_none("score", -_FARTHEST, _FARTHEST)
    recipe, seconds = given.inner("recipe").left, given.inner("seconds")
    spec = read_layer(given, lambda path, sha256: find_preset(Path(path), sha256))
    if spec.square is None:
        raise FieldError(given.path("square"), "is missing")
    return Layer(
        request=request_for(spec.spec, before),
        square=spec.square,
        picture=after,
        region=spec.region,
        on=spec.on,
        picked=picked,
        score=score,
        recipe=recipe,
        seconds={phase: seconds.real(phase, 0.0, _MOST_SECONDS) for phase in list(seconds.left)},
        id=id,
    )


def _spec_record(spec: Spec) -> dict[str, Any]:
    """A preset is found again by its content, should it be moved."""
    if isinstance(spec, EditSpec):
        return spec.to_json()
    return spec.to_json(_by_path)


def _by_path(path: Path) -> dict[str, str]:
    return {"path": str(path), "sha256": content_digest(path)}


def _square_of(record: Fields) -> Square:
    """What it has of numbers, whichever they are in this version."""
    known = {field.name for field in fields(Square)}
    numbers: dict[str, Any] = {name: value for name, value in record.left.items() if name in known}
    for name, value in numbers.items():
        as_real(value, record.path(name), -_FARTHEST, _FARTHEST)  # whole ones stay whole
    return Square(**numbers)


def _record_in(archive: zipfile.ZipFile) -> Fields:
    top = Fields(parse_json(_member(archive, _RECORD, _LONGEST_TEXT)))
    top.whole("format", FORMAT, WITH_LAYERS)
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
