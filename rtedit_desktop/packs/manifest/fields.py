"""Reads fields of foreign JSON one by one, checked for type and range."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")


class Wrong(Exception):
    """Raised for a field that is not what it should be; says which, and why."""


class Fields:
    """One JSON object, whose fields are popped until none is left."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, dict):
            raise Wrong(f"{name or 'its content'} must be an object in braces")
        self.left: dict[str, object] = dict(value)
        self.name = name

    def path(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def pop(self, key: str, default: object = None) -> object:
        if key not in self.left:
            if default is None:
                raise Wrong(f"{self.path(key)} is missing")
            return default
        return self.left.pop(key)

    def text(self, key: str, default: str | None = None, *, lines: bool = False) -> str:
        return as_text(self.pop(key, default), self.path(key), lines=lines, empty=default == "")

    def one_of(self, key: str, choices: tuple[str, ...], default: str | None = None) -> str:
        value = self.pop(key, default)
        if not isinstance(value, str) or value not in choices:
            raise Wrong(f"{self.path(key)} must be one of {', '.join(choices)}")
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        return as_whole(self.pop(key, default), self.path(key), low, high)

    def real(self, key: str, low: float, high: float, default: float | None = None) -> float:
        return as_real(self.pop(key, default), self.path(key), low, high)

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self.pop(key, default)
        if not isinstance(value, bool):
            raise Wrong(f"{self.path(key)} must be true or false")
        return value

    def inner(self, key: str, default: dict[str, object] | None = None) -> Fields:
        return Fields(self.pop(key, default), self.path(key))

    def items(self, key: str, default: tuple[object, ...] | None = None) -> list[object]:
        value = self.pop(key, default)
        if not isinstance(value, (list, tuple)):
            raise Wrong(f"{self.path(key)} must be a list in brackets")
        return list(value)

    def inners(self, key: str, default: dict[str, object] | None = None) -> dict[str, Fields]:
        inner = self.inner(key, default)
        return {name: Fields(value, inner.path(shown(name))) for name, value in inner.left.items()}

    def finish(self) -> None:
        if self.left:
            raise Wrong(f"{self.path(shown(min(self.left)))} is not a known field")


def as_text(value: object, field: str, *, lines: bool = False, empty: bool = False) -> str:
    if not isinstance(value, str):
        raise Wrong(f"{field} must be text")
    if not value.strip() and not (empty and value == ""):
        raise Wrong(f"{field} must not be empty")
    one_line = value.replace("\n", " ") if lines else value
    if not one_line.isprintable():  # terminal escapes, lone surrogates
        raise Wrong(f"{field} has characters that cannot be shown")
    return value


def as_whole(value: object, field: str, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        wanted = f"{low}" if low == high else f"a whole number from {low} to {high}"
        raise Wrong(f"{field} must be {wanted}")
    return value


def as_real(value: object, field: str, low: float, high: float) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not low <= value <= high:
        raise Wrong(f"{field} must be a number from {low:g} to {high:g}")
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
    word = as_text(value, field)
    if not _WORD.fullmatch(word) or word != word.lower():
        raise Wrong(f"{field} must be one lower-case word")
    return word


def shown(name: str) -> str:
    """A foreign name that is safe to print."""
    return name[:60] if name.isprintable() else ascii(name[:60])
