"""What a person set for the app as a whole, in one small file.

A file that is missing, damaged or from another version costs what cannot be read of it, never the start.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import BinaryIO

from rtedit_desktop.core.paths import user_data, write_atomically

MIB = 2**20
LONGEST_FILE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSettings:
    """``cache_mib``: how many MiB of learned edits stay on disk, 0 to 16384."""

    cache_mib: int = 512


_WHOLE = {"cache_mib": (0, 16384)}


def settings_file() -> Path:
    """Where they are kept."""
    return user_data() / "settings.json"


def load(path: Path | None = None) -> AppSettings:
    """What the file says; the usual where it says nothing that can be used."""
    path = path or settings_file()
    settings = AppSettings()
    try:
        if path.stat().st_size > LONGEST_FILE:
            return settings
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return settings
    if not isinstance(said, dict):
        return settings
    for name, (low, high) in _WHOLE.items():
        value = said.get(name)
        if type(value) is int and low <= value <= high:
            settings = replace(settings, **{name: value})
    return settings


def save(settings: AppSettings, path: Path | None = None) -> None:
    """Write them, keeping what a newer version may have put beside them. Raises OSError."""
    path = path or settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        before = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        before = {}
    ours = {field.name for field in fields(AppSettings)}
    others = {k: v for k, v in before.items() if k not in ours} if isinstance(before, dict) else {}
    text = json.dumps({**others, **asdict(settings)}, indent=1, ensure_ascii=False) + "\n"

    def write(file: BinaryIO) -> None:
        file.write(text.encode())

    write_atomically(path, write)
