"""Sentences for people across the connection: template and values, so that each side says them in its language.

A template comes from the other side, so nothing but plain holes is filled: ``{name}`` and ``{name:g}``, without
attributes, items, conversions or widths.
"""

from __future__ import annotations

import string
from collections.abc import Mapping

from rtedit_desktop.core.json_reader import FieldError, Fields, as_real
from rtedit_desktop.core.lazy_text import LazyText
from rtedit_desktop.remote.frames import plain

MOST_TEXT = 20_000
_MOST_VALUES = 32
_DEEPEST = 4
_FORMATS = ("", "g", "d", ".0f", ".1f", ".2f")


def text_form(text: str) -> object:
    """A sentence as the header has it: text, or a template and its values."""
    if not isinstance(text, LazyText):
        return str(text)[:MOST_TEXT]
    values = {name: text_form(v) if isinstance(v, str) else plain(v) for name, v in text.values.items()}
    return {"template": text.template, "values": values}


def read_text(value: object, name: str, depth: int = 0) -> str:
    """The sentence. Raises FieldError for what is none."""
    if isinstance(value, str):
        if len(value) > MOST_TEXT:
            raise FieldError(name, f"must not have more than {MOST_TEXT} characters")
        return value
    form = Fields(value, name)
    template = form.string("template", most=MOST_TEXT)
    given = form.inner("values")
    form.finish()
    if len(given.left) > _MOST_VALUES or depth > _DEEPEST:
        raise FieldError(name, "must not have so many values")
    values = {key: _value(inner, f"{name}.{key}", depth) for key, inner in given.left.items()}
    if values:
        _check_holes(template, values, name)
    try:
        return LazyText(template, **values)
    except (ValueError, TypeError, LookupError) as error:  # “:g” of a text
        raise FieldError(name, "must be a template that its values fit") from error


def _value(value: object, name: str, depth: int) -> object:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return as_real(value, name, -1e300, 1e300)
    return read_text(value, name, depth + 1)


def _check_holes(template: str, values: Mapping[str, object], name: str) -> None:
    try:
        holes = list(string.Formatter().parse(template))
    except ValueError as error:
        raise FieldError(name, "must be a template") from error
    for _, hole, form, conversion in holes:
        if hole is not None and (hole not in values or form not in _FORMATS or conversion):
            raise FieldError(name, "must have plain holes only")
