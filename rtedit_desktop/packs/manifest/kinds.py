"""Reads and writes a pack's settings by kind of edit, as what differs from its usual ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rtedit_desktop.core.edits import USUAL, EditSettings, read_settings
from rtedit_desktop.core.json_reader import FieldError, Fields, printable

_KIND = re.compile(r"[a-z0-9][a-z0-9 _-]{0,63}")


def read_kinds(kinds: dict[str, Fields], timesteps: int) -> dict[str, EditSettings]:
    """The manifest's "settings": every kind of edit, "default" among them. Raises FieldError."""
    if "default" not in kinds:
        raise FieldError("settings.default", "is missing")
    default = read_edit_settings(USUAL, kinds["default"], timesteps)
    settings = {"default": default}
    for kind, given in kinds.items():
        if not _KIND.fullmatch(kind):
            raise FieldError(f"settings.{printable(kind)}", "is not a plain name of a kind of edit")
        if kind != "default":
            settings[kind] = read_edit_settings(default, given, timesteps)
    return settings


def read_edit_settings(base: EditSettings, given: Fields, timesteps: int) -> EditSettings:
    """``base`` with some of its fields replaced. Raises FieldError."""
    t0 = given.left.get("t0")
    if isinstance(t0, int) and t0 >= timesteps:
        raise FieldError(given.path("t0"), "must be below schedule.timesteps")
    return read_settings(given, base)


def partial_settings(settings: Mapping[str, EditSettings]) -> dict[str, dict[str, Any]]:
    """The inverse of ``read_kinds``: only what differs, "default" first."""

    def changes(base: EditSettings, other: EditSettings) -> dict[str, Any]:
        was, now = asdict(base), asdict(other)
        return {name: value for name, value in now.items() if value != was[name]}

    partial = {"default": changes(USUAL, settings["default"])}
    for kind, values in settings.items():
        if kind != "default":
            partial[kind] = changes(settings["default"], values)
    return partial


def known_kind(value: object, field: str, settings: Mapping[str, EditSettings]) -> str:
    """A kind of edit that has settings. Raises FieldError."""
    if not isinstance(value, str) or value not in settings:
        raise FieldError(field, "must be a kind of edit that settings has")
    return value
