"""Reads and writes one result as one file: an archive of two lossless pictures and their request.

What is read was written by this computer, but perhaps not to its end, and perhaps by another version.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from rtedit_desktop.core.edits import EditSettings, EditSpec, MixSpec, PresetUse
from rtedit_desktop.core.geometry import Square
from rtedit_desktop.core.history import Entry
from rtedit_desktop.core.picture_file import open_picture
from rtedit_desktop.core.region import region_from_json, region_to_json
from rtedit_desktop.core.requests import ApplyRequest, EditRequest

SUFFIX = ".result"
FORMAT = 1
MOST_BYTES = 256 * 2**20
_LONGEST_TEXT = 4 * 2**20
_LARGEST_SIDE = 8192
_RECORD, _BEFORE, _AFTER = "result.json", "before.png", "after.png"

FindPreset = Callable[[Path, str], Path]


def packed(entry: Entry) -> bytes:
    """The file's content."""
    record = {
        "format": FORMAT,
        "id": entry.id,
        "made": entry.made,
        "request": _request_record(entry.request),
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
        record = json.loads(_member(archive, _RECORD, _LONGEST_TEXT))
        if record["format"] != FORMAT:
            raise ValueError("a result of another version")
        before, after = (_pixels(_member(archive, name, MOST_BYTES)) for name in (_BEFORE, _AFTER))
    score = record["score"]
    return Entry(
        id=_id(record["id"]),
        made=float(record["made"]),
        request=_request_of(record["request"], before, find_preset),
        square=_square_of(record["square"]),
        picture=after,
        score=None if score is None else float(score),
        recipe=dict(record["recipe"]),
        seconds={str(phase): float(value) for phase, value in record["seconds"].items()},
        picked=record["picked"] is True,
        region=region_from_json(record.get("region")),
    )


def picture_of(content: bytes) -> np.ndarray:
    """What came out, alone. Raises as ``unpacked`` does."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _pixels(_member(archive, _AFTER, MOST_BYTES))


def prompt_of(path: Path) -> tuple[str, str] | None:
    """The pack and the prompt of an edit, without its pictures; None where there is none to be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            request = json.loads(_member(archive, _RECORD, _LONGEST_TEXT))["request"]
        return (str(request["pack"]), str(request["prompt"])) if request["kind"] == "edit" else None
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


def _request_record(request: EditRequest | ApplyRequest) -> dict[str, Any]:
    if isinstance(request, EditRequest):
        return {
            "kind": "edit",
            "prompt": request.spec.prompt,
            "source": request.spec.source,
            "pack": request.spec.pack,
            "settings": asdict(request.spec.settings),
        }
    return {
        "kind": "apply",
        "pack": request.spec.pack,
        "seed": request.spec.seed,
        "steps": request.spec.steps,
        "presets": [
            {"path": str(use.path), "sha256": content_digest(use.path), "strength": use.strength}
            for use in request.spec.uses
        ],
    }


def _request_of(record: Mapping[str, Any], picture: np.ndarray, find_preset: FindPreset) -> EditRequest | ApplyRequest:
    if record["kind"] == "edit":
        known = {field.name for field in fields(EditSettings)}
        spec = EditSpec(
            prompt=str(record["prompt"]),
            source=str(record["source"]),
            pack=str(record["pack"]),
            settings=EditSettings(**{name: value for name, value in record["settings"].items() if name in known}),
        )
        return EditRequest(spec=spec, picture=picture)
    if record["kind"] != "apply":
        raise ValueError("a result of a kind that is not known")
    uses = [
        PresetUse(find_preset(Path(str(use["path"])), str(use["sha256"])), float(use["strength"]))
        for use in record["presets"]
    ]
    seed, steps = (None if record[name] is None else int(record[name]) for name in ("seed", "steps"))
    mix = MixSpec(pack=str(record["pack"]), uses=tuple(uses), seed=seed, steps=steps)
    return ApplyRequest(spec=mix, picture=picture)


def _square_of(record: Mapping[str, Any]) -> Square:
    """What it has of numbers, whichever they are in this version."""
    known = {field.name for field in fields(Square)}
    numbers = {name: value for name, value in record.items() if name in known}
    if not all(type(value) in (int, float) and math.isfinite(value) for value in numbers.values()):
        raise ValueError("not a square")
    return Square(**numbers)


def _id(value: object) -> str:
    if not (isinstance(value, str) and value.isalnum() and len(value) <= 64):
        raise ValueError("not the id of a result")
    return value


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
