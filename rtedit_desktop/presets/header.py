"""Reads a preset's header field by field: bounded, of the right kind, nothing on trust."""

from __future__ import annotations

import math
import re
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from rtedit_desktop.core.errors import PresetDamaged, PresetMismatch, SettingsError, shown_name
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.core.requests import BLENDINGS, ENCODINGS, EditSettings, SourceImage
from rtedit_desktop.presets.tensors import Layout, strict_json

FORMAT = 2
KEY = "rtedit"
MAX_TEXT = 4000
MAX_TITLE = 200
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WHEN = "%Y-%m-%dT%H:%M:%SZ"
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # Persian words and families of emoji need them
_MAX_SETTING = 1e6
_SETTINGS = EditSettings()
_CHOICES: dict[str, tuple[str, ...]] = {
    "encoding": ENCODINGS,
    "source_image": get_args(SourceImage),
    "blending": BLENDINGS,
}


def metadata_of(layout: Layout) -> dict[str, Any]:
    """The JSON object in the file's metadata. Raises PresetDamaged, PresetMismatch for a newer format."""
    given = layout.header.get("__metadata__")
    text = given.get(KEY) if isinstance(given, dict) and len(given) == 1 else None
    if not isinstance(text, str):
        raise layout.damaged(tr("was not made by RTEdit"))
    try:
        given = strict_json(text)
    except (ValueError, RecursionError) as error:
        raise layout.damaged(tr("does not say what it is")) from error
    version = given.get("format") if isinstance(given, dict) else None
    if type(version) is not int or version < 1:
        raise layout.damaged(tr("does not say what it is"))
    if version > FORMAT:
        raise PresetMismatch(
            tr("The preset {shown} needs a newer RTEdit.", shown=layout.shown), tr("Update RTEdit to use it.")
        )
    return dict(given)


def tidy(text: str, most: int = MAX_TEXT) -> str:
    """What a person wrote as one line that a preset may say: nothing in it that cannot be shown, and not too long."""
    shown = "".join(char for char in " ".join(text.split()) if char.isprintable() or char in _JOINERS)
    return shown[:most].strip(" " + _JOINERS)


def info_of(header: dict[str, Any], path: Path, size: int) -> PresetInfo:
    """The preset's data but for its thumbnails. Raises PresetDamaged."""
    field = _Header(header, path)
    return PresetInfo(
        path=path,
        title=field.text("title", MAX_TITLE) or shown_name(path.stem),
        prompt=field.words("prompt"),
        source=field.words("source"),
        pack=field.matching("pack", _ID),
        base_sha256=field.matching("base_sha256", _SHA256),
        settings=field.settings(),
        method_version=field.whole("method_version"),
        pictures=field.whole("pictures"),
        score=field.real("score"),
        created=field.moment("created"),
        author=field.text("author", MAX_TITLE),
        licence=field.text("licence"),
        bytes=size,
    )


class _Header:
    """Reads one field at a time."""

    def __init__(self, header: dict[str, Any], path: Path) -> None:
        self._fields, self._path = header, path

    def _wrong(self, name: str) -> PresetDamaged:
        return PresetDamaged(
            tr(
                "The file “{name}” cannot be used as a preset: its “{field}” is wrong.",
                name=shown_name(self._path.name),
                field=name,
            ),
            tr("Ask whoever made it for the file again."),
        )

    def text(self, name: str, most: int = MAX_TEXT) -> str:
        value = self._fields.get(name, "")
        if not isinstance(value, str) or len(value) > most:
            raise self._wrong(name)
        line = " ".join(value.split())
        if line != tidy(line, most):
            raise self._wrong(name)
        return line

    def words(self, name: str) -> str:
        """A text without which a preset means nothing."""
        text = self.text(name)
        if not text:
            raise self._wrong(name)
        return text

    def moment(self, name: str) -> str:
        """A date and time, or nothing."""
        value = self.text(name, 20)
        try:
            if value and datetime.strptime(value, _WHEN).strftime(_WHEN) != value:  # other digits, spaces
                raise self._wrong(name)
        except ValueError as error:
            raise self._wrong(name) from error
        return value

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self._fields.get(name, "")
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self._wrong(name)
        return value

    def whole(self, name: str) -> int:
        value = self._fields.get(name, 1)
        if type(value) is not int or not 1 <= value <= 2**31:
            raise self._wrong(name)
        return value

    def real(self, name: str) -> float:
        value = self._fields.get(name, 0.0)
        if type(value) not in (int, float) or not abs(value) <= 1e6 or not math.isfinite(value):
            raise self._wrong(name)
        return float(value)

    def settings(self) -> EditSettings:
        given = self._fields.get("settings", {})
        known = {field.name: getattr(_SETTINGS, field.name) for field in fields(EditSettings)}
        if not isinstance(given, dict) or not set(given) <= set(known):
            raise self._wrong("settings")
        values: dict[str, Any] = {}
        for name, value in given.items():
            usual = known[name]
            if type(usual) is float and type(value) is int:
                value = float(value)
            wrong_number = type(value) is float and not 0 <= value <= _MAX_SETTING  # EditSettings bounds some of them
            if type(value) is not type(usual) or wrong_number or value not in _CHOICES.get(name, (value,)):
                raise self._wrong("settings")
            values[name] = value
        try:
            return EditSettings(**values)
        except SettingsError as error:
            raise self._wrong("settings") from error
