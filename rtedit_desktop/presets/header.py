"""What a preset says of itself, field by field: bounded, of the right kind, and nothing taken on trust."""

from __future__ import annotations

import json
import math
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

from rtedit_desktop.core.errors import PresetDamaged, PresetMismatch, SettingsError, shown_name
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.core.requests import EditSettings
from rtedit_desktop.presets.tensors import Layout

FORMAT = 1
KEY = "rtedit"
MAX_TEXT = 4000
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WHEN = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)?")
_SETTINGS = EditSettings()


def metadata_of(layout: Layout) -> dict[str, Any]:
    """The JSON object in the file's metadata. Raises PresetDamaged, PresetMismatch for a newer format."""
    said = layout.header.get("__metadata__")
    text = said.get(KEY) if isinstance(said, dict) else None
    if not isinstance(text, str):
        raise layout.damaged("was not made by RTEdit")
    try:
        said = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise layout.damaged("does not say what it is") from error
    version = said.get("format") if isinstance(said, dict) else None
    if type(version) is not int or version < 1:
        raise layout.damaged("does not say what it is")
    if version > FORMAT:
        raise PresetMismatch("This preset was made by a newer RTEdit.", "Update RTEdit to use it.")
    return dict(said)


def info_of(said: dict[str, Any], path: Path, size: int) -> PresetInfo:
    """The preset's data but for its thumbnails. Raises PresetDamaged."""
    field = _Said(said, path)
    return PresetInfo(
        path=path,
        title=field.text("title", 200) or shown_name(path.stem),
        prompt=field.text("prompt"),
        source=field.text("source"),
        pack=field.matching("pack", _ID),
        base_sha256=field.matching("base_sha256", _SHA256),
        settings=field.settings(),
        method_version=field.whole("method_version"),
        pictures=field.whole("pictures"),
        score=field.real("score"),
        created=field.matching("created", _WHEN),
        author=field.text("author", 200),
        licence=field.text("licence"),
        bytes=size,
    )


class _Said:
    """Reads one field at a time."""

    def __init__(self, said: dict[str, Any], path: Path) -> None:
        self._said, self._path = said, path

    def _wrong(self, name: str) -> PresetDamaged:
        return PresetDamaged(
            f"The file “{shown_name(self._path.name)}” cannot be used as a preset: its “{name}” is wrong.",
            "Ask whoever made it for the file again.",
        )

    def text(self, name: str, most: int = MAX_TEXT) -> str:
        value = self._said.get(name, "")
        if not isinstance(value, str) or len(value) > most or (not value.isascii() and _unpaired(value)):
            raise self._wrong(name)
        return " ".join(value.split())

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self._said.get(name, "")
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self._wrong(name)
        return value

    def whole(self, name: str) -> int:
        value = self._said.get(name, 1)
        if type(value) is not int or not 0 <= value <= 2**31:
            raise self._wrong(name)
        return value

    def real(self, name: str) -> float:
        value = self._said.get(name, 0.0)
        if type(value) not in (int, float) or not abs(value) <= 1e6 or not math.isfinite(value):
            raise self._wrong(name)
        return float(value)

    def settings(self) -> EditSettings:
        given = self._said.get("settings", {})
        known = {field.name: getattr(_SETTINGS, field.name) for field in fields(EditSettings)}
        if not isinstance(given, dict) or not set(given) <= set(known):
            raise self._wrong("settings")
        for name, value in given.items():
            wanted: tuple[type, ...] = (int, float) if type(known[name]) is float else (type(known[name]),)
            if type(value) not in wanted:
                raise self._wrong("settings")
        try:
            return EditSettings(**given)
        except (SettingsError, OverflowError) as error:
            raise self._wrong("settings") from error


def _unpaired(text: str) -> bool:
    """Half of a surrogate pair cannot be shown or written."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
