"""Reads what a preset says of itself: bounded, of the right kind, nothing on trust."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rtedit_desktop.core.edits import EditSpec, read_edit_spec
from rtedit_desktop.core.errors import PresetDamaged, PresetMismatch, shown_name
from rtedit_desktop.core.json_reader import FieldError, Fields, parse_json
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.preset import PresetInfo
from rtedit_desktop.presets.tensors import Layout

# In the header the fields of ``core.edits.EditSpec`` stand among the others.
FORMAT = 2
KEY = "rtedit"
MAX_TEXT = 4000
MAX_TITLE = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WHEN = "%Y-%m-%dT%H:%M:%SZ"
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # Persian words and families of emoji need them


def metadata_of(layout: Layout) -> dict[str, Any]:
    """The JSON object in the file's metadata. Raises PresetDamaged, PresetMismatch for a newer format."""
    given = layout.header.get("__metadata__")
    text = given.get(KEY) if isinstance(given, dict) and len(given) == 1 else None
    if not isinstance(text, str):
        raise layout.damaged(tr("was not made by RTEdit"))
    try:
        given = parse_json(text)
    except ValueError as error:
        raise layout.damaged(tr("does not say what it is")) from error
    version = given.get("format") if isinstance(given, dict) else None
    if type(version) is not int or version < 1:
        raise layout.damaged(tr("does not say what it is"))
    if version > FORMAT:
        raise PresetMismatch(
            tr("The preset {shown} needs a newer RTEdit.", shown=layout.quoted_name), tr("Update RTEdit to use it.")
        )
    return dict(given)


def tidy(text: str, most: int = MAX_TEXT) -> str:
    """What a person wrote as one line that a preset may say: nothing in it that cannot be shown, and not too long."""
    shown = "".join(char for char in " ".join(text.split()) if char.isprintable() or char in _JOINERS)
    return shown[:most].strip(" " + _JOINERS)


def info_of(header: dict[str, Any], path: Path, size: int) -> PresetInfo:
    """The preset's data but for its thumbnails. Raises PresetDamaged."""
    top = Fields(header)
    try:
        spec = read_edit_spec(top)
        return PresetInfo(
            path=path,
            title=_line(top, "title", MAX_TITLE) or shown_name(path.stem),
            spec=replace(spec, prompt=_shown("prompt", spec.prompt), source=_shown("source", spec.source)),
            base_sha256=top.matching("base_sha256", _SHA256, "64 lower-case hexadecimal digits"),
            method_version=top.whole("method_version", 1, 2**31, 1),
            pictures=top.whole("pictures", 1, 2**31, 1),
            score=top.real("score", -1e6, 1e6, 0.0),
            created=_moment(top, "created"),
            author=_line(top, "author", MAX_TITLE),
            licence=_line(top, "licence"),
            bytes=size,
        )
    except FieldError as error:
        raise PresetDamaged(
            tr(
                "The file “{name}” cannot be used as a preset: its “{field}” is wrong.",
                name=shown_name(path.name),
                field=error.field.partition(".")[0],
            ),
            tr("Ask whoever made it for the file again."),
        ) from error


def spec_form(spec: EditSpec) -> dict[str, Any]:
    """The spec as it stands in the header: what a person wrote becomes single lines."""
    return replace(spec, prompt=tidy(spec.prompt), source=tidy(spec.source)).to_json()


def _line(top: Fields, name: str, most: int = MAX_TEXT) -> str:
    return _shown(top.path(name), top.string(name, ""), most)


def _shown(field: str, text: str, most: int = MAX_TEXT) -> str:
    """A text as one line, where nothing in it is in the way of that."""
    line = " ".join(text.split())
    if len(text) > most or line != tidy(line, most):
        raise FieldError(field, f"must be at most {most} characters that can be shown")
    return line


def _moment(top: Fields, name: str) -> str:
    """A date and time, or nothing."""
    value = _line(top, name, 20)
    try:
        right = not value or datetime.strptime(value, _WHEN).strftime(_WHEN) == value  # not other digits, or spaces
    except ValueError:
        right = False
    if not right:
        raise FieldError(top.path(name), f"must be a time as {_WHEN} gives it")
    return value
