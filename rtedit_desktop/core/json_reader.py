"""Reader of JSON that others wrote: strict, bounded, and field by field, with errors that name the field."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

MOST_BYTES = 4 * 2**20
MOST_DEEP = 64
MOST_TEXT = 2**20
MOST_WORD = 100
MOST_ITEMS = 100_000
_MOST_DIGITS = 20
_WORD = re.compile(r"[^\W_]+")


class FieldError(ValueError):
    """Raised for a field that is not what it should be: ``field`` says which, ``why`` what is wrong with it.

    ``field`` is the path to it, with dots between the names, and empty for the whole.
    """

    def __init__(self, field: str, why: str, between: str = " ") -> None:
        super().__init__(f"{field or 'its content'}{between}{why}")
        self.field, self.why = field, why


def parse_json(content: str | bytes, most: int = MOST_BYTES) -> Any:
    """JSON of which every reader thinks the same, at most so long.

    Raises ValueError for what is no JSON, and FieldError for a name that comes twice and for what is beyond a bound.
    """
    if len(content) > most:
        raise FieldError("", f"must not be longer than {most}")
    text = content.decode() if isinstance(content, bytes) else content
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_int=_short_int)
    except RecursionError as error:
        raise _too_deep() from error
    level, depth = [found], 0
    while level:
        level = [child for value in level if isinstance(value, (dict, list)) for child in _children(value)]
        depth += 1
        if depth > MOST_DEEP:
            raise _too_deep()
    return found


class Fields:
    """One JSON object, whose fields are popped until none is left; each raises FieldError."""

    def __init__(self, value: object, name: str = "") -> None:
        if not isinstance(value, dict):
            raise FieldError(name, "must be an object in braces")
        self.left: dict[str, object] = dict(value)
        self.name = name

    def path(self, key: str) -> str:
        """Where a field is, safe to print whatever its name."""
        return f"{self.name}.{printable(key)}" if self.name else printable(key)

    def pop(self, key: str, default: object = None) -> object:
        if key not in self.left:
            if default is None:
                raise FieldError(self.path(key), "is missing")
            return default
        return self.left.pop(key)

    def text(self, key: str, default: str | None = None, *, lines: bool = False, most: int = MOST_TEXT) -> str:
        return as_text(self.pop(key, default), self.path(key), lines=lines, empty=default == "", most=most)

    def string(self, key: str, default: str | None = None, *, most: int = MOST_TEXT) -> str:
        """Any characters: what may be empty, or is not to be shown as it is."""
        value = self.pop(key, default)
        if not isinstance(value, str):
            raise FieldError(self.path(key), "must be text")
        if len(value) > most:
            raise FieldError(self.path(key), f"must not have more than {most} characters")
        return value

    def matching(self, key: str, pattern: re.Pattern[str], meaning: str, default: str | None = None) -> str:
        """A text that is wholly of this pattern, whose meaning goes on after “must be”."""
        value = self.pop(key, default)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise FieldError(self.path(key), f"must be {meaning}")
        return value

    def one_of(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.pop(key, default)
        if not isinstance(value, str) or value not in choices:
            raise FieldError(self.path(key), f"must be one of {', '.join(choices)}")
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        return as_whole(self.pop(key, default), self.path(key), low, high)

    def whole_or_none(self, key: str, low: int, high: int) -> int | None:
        """None where it is null, or not there."""
        value = self.left.pop(key, None)
        return None if value is None else as_whole(value, self.path(key), low, high)

    def real(self, key: str, low: float, high: float, default: float | None = None) -> float:
        return as_real(self.pop(key, default), self.path(key), low, high)

    def real_or_none(self, key: str, low: float, high: float) -> float | None:
        """None where it is null, or not there."""
        value = self.left.pop(key, None)
        return None if value is None else as_real(value, self.path(key), low, high)

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self.pop(key, default)
        if not isinstance(value, bool):
            raise FieldError(self.path(key), "must be true or false")
        return value

    def inner(self, key: str, default: dict[str, object] | None = None) -> Fields:
        return Fields(self.pop(key, default), self.path(key))

    def items(self, key: str, default: tuple[object, ...] | None = None, *, most: int = MOST_ITEMS) -> list[object]:
        value = self.pop(key, default)
        if not isinstance(value, (list, tuple)):
            raise FieldError(self.path(key), "must be a list in brackets")
        if len(value) > most:
            raise FieldError(self.path(key), f"must not have more than {most} entries")
        return list(value)

    def inners(
        self, key: str, default: dict[str, object] | None = None, *, most: int = MOST_ITEMS
    ) -> dict[str, Fields]:
        inner = self.inner(key, default)
        if len(inner.left) > most:
            raise FieldError(inner.name, f"must not have more than {most} entries")
        return {name: Fields(value, inner.path(name)) for name, value in inner.left.items()}

    def finish(self) -> None:
        if self.left:
            raise FieldError(self.path(min(self.left)), "is not a known field")


def as_text(value: object, field: str, *, lines: bool = False, empty: bool = False, most: int = MOST_TEXT) -> str:
    if not isinstance(value, str):
        raise FieldError(field, "must be text")
    if not value.strip() and not (empty and value == ""):
        raise FieldError(field, "must not be empty")
    if len(value) > most:
        raise FieldError(field, f"must not have more than {most} characters")
    one_line = value.replace("\n", " ") if lines else value
    if not one_line.isprintable():  # terminal escapes, lone surrogates
        raise FieldError(field, "has characters that cannot be shown")
    return value


def as_path(value: str, field: str) -> Path:
    """Where a file is, or was: of characters that names of files can have."""
    try:
        possible = "\0" not in os.fsdecode(os.fsencode(value))
    except UnicodeEncodeError:  # half a character, which no file system takes
        possible = False
    if not possible:
        raise FieldError(field, "must be what a file can be called")
    return Path(value)


def as_whole(value: object, field: str, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        wanted = f"{low}" if low == high else f"a whole number from {low} to {high}"
        raise FieldError(field, f"must be {wanted}")
    return value


def as_real(value: object, field: str, low: float, high: float) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not low <= value <= high:
        raise FieldError(field, f"must be a number from {low:g} to {high:g}")
    return float(value)


def as_scalar(value: object, field: str) -> None:
    """A plain value; the model classes know the rest."""
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        as_text(value, field)
    else:
        as_real(value, field, -1e6, 1e6)


def as_word(value: object, field: str) -> str:
    word = as_text(value, field, most=MOST_WORD)
    if not _WORD.fullmatch(word) or word != word.lower():
        raise FieldError(field, "must be one lower-case word")
    return word


def printable(name: str) -> str:
    """A foreign name that is safe to print."""
    return name[:60] if name.isprintable() else ascii(name[:60])


def _children(value: dict[str, Any] | list[Any]) -> Any:
    return value.values() if isinstance(value, dict) else value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that comes twice means two things to two readers."""
    found = dict(pairs)
    if len(found) != len(pairs):
        (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise FieldError(printable(twice), "comes twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _short_int(digits: str) -> int:
    """Longer ones are not meant, and take Python before 3.10.7 minutes to read."""
    if len(digits) > _MOST_DIGITS:
        raise FieldError("", f"must not have numbers of more than {_MOST_DIGITS} digits")
    return int(digits)


def _too_deep() -> FieldError:
    return FieldError("", f"must not be nested deeper than {MOST_DEEP}")
