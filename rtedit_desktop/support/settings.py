"""Settings of the app as a whole, in one small file.

A file that is missing, damaged or from another version costs what cannot be read of it, never the start.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from rtedit_desktop.support.locking import locked
from rtedit_desktop.support.paths import user_data, write_atomically
from rtedit_desktop.support.regular_file import read_regular

MIB = 2**20
LONGEST_FILE = 1 << 20
THEMES = ("system", "light", "dark")
SYSTEM_LANGUAGE = "system"
LANGUAGES = (SYSTEM_LANGUAGE, "en", "de")
DEVICES = ("auto", "cpu")
PRECISIONS = ("auto", "float32")
TEXT_MODELS = ("usual", "small")
PREVIEWS = ("small", "photo", "none")
MOST_RECENT = 10
LONGEST_PATH = 4096
PANELS = ("", "shown", "hidden")
LEAST_GPU_PERCENT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSettings:
    """``cache_mib``: how many MiB of learned edits stay on disk, ``history_mib``: of results; 0 to 16384.

    ``author`` and ``licence``: what was last written of a preset, a line each. ``pack``: the id of the model
    pack that was in use last. ``theme``: one of ``THEMES``. ``language``: one of ``LANGUAGES``. ``impersonal``:
    whether photos are saved without personal metadata; ``recipe_inside``: whether they carry what was done to them;
    ``results``: the folder they are saved in, or empty for that of
    the photo. ``device``: one of ``DEVICES``; ``precision`` of learning: one of ``PRECISIONS``; ``text_model`` of
    packs that share one: one of ``TEXT_MODELS``; ``gpu_percent``: how
    much of a graphics card's memory is used at most. ``geometry`` and ``splitter``: what Qt saved of the window
    and of its panels, in base64; ``presets_panel``: one of ``PANELS``, empty for as the window has room;
    ``filmstrip``: whether the pictures on the way are shown. ``previews``: where the
    previews of learning are, one of ``PREVIEWS``. ``recent``: the photos that were opened last, the latest first.
    ``updates``: whether it may be asked once a week what the newest version is; ``card_mentioned``: whether a graphics
    card that cannot be used was told of. ``compute_on``: the id of the paired computer that computes, or empty for
    this one.
    """

    cache_mib: int = 2048
    history_mib: int = 1024
    author: str = ""
    licence: str = ""
    pack: str = ""
    theme: str = "system"
    language: str = SYSTEM_LANGUAGE
    impersonal: bool = False
    recipe_inside: bool = False
    results: str = ""
    device: str = "auto"
    precision: str = "auto"
    text_model: str = "usual"
    gpu_percent: int = 100
    geometry: str = ""
    splitter: str = ""
    presets_panel: str = ""
    filmstrip: bool = True
    previews: str = "small"
    recent: tuple[str, ...] = ()
    updates: bool = False
    card_mentioned: bool = False
    compute_on: str = ""


_WHOLE = {"cache_mib": (0, 16384), "history_mib": (0, 16384), "gpu_percent": (LEAST_GPU_PERCENT, 100)}
_CHOICES = {
    "theme": THEMES, "language": LANGUAGES, "device": DEVICES, "precision": PRECISIONS, "text_model": TEXT_MODELS,
    "presets_panel": PANELS, "previews": PREVIEWS,
}  # fmt: skip
_LINES = {
    "author": 200,
    "licence": 200,
    "pack": 200,
    "results": 4096,
    "geometry": 1000,
    "splitter": 1000,
    "compute_on": 64,
}
_SWITCHES = ("impersonal", "recipe_inside", "updates", "card_mentioned", "filmstrip")


def settings_file() -> Path:
    """Where they are kept."""
    return user_data() / "settings.json"


def load(path: Path | None = None) -> AppSettings:
    """What the file says; the usual where it says nothing that can be used."""
    path = path or settings_file()
    settings = AppSettings()
    try:
        stored = json.loads(read_regular(path, LONGEST_FILE))
    except (OSError, ValueError, RecursionError):
        return settings
    if not isinstance(stored, dict):
        return settings
    usable: dict[str, Any] = {}
    for name, (low, high) in _WHOLE.items():
        value = stored.get(name)
        if type(value) is int and low <= value <= high:
            usable[name] = value
    for name, most in _LINES.items():
        value = stored.get(name)
        if isinstance(value, str) and len(value) <= most and value.isprintable():
            usable[name] = value
    for name, choices in _CHOICES.items():
        if stored.get(name) in choices:
            usable[name] = stored[name]
    for name in _SWITCHES:
        if isinstance(stored.get(name), bool):
            usable[name] = stored[name]
    recent = stored.get("recent")
    if isinstance(recent, list):
        paths = [
            path for path in recent if isinstance(path, str) and 0 < len(path) <= LONGEST_PATH and "\0" not in path
        ]
        usable["recent"] = tuple(dict.fromkeys(paths))[:MOST_RECENT]
    return replace(settings, **usable)


def change(path: Path | None = None, **values: Any) -> None:
    """Set some of them and leave the rest as it is, whoever changes something else meanwhile. Raises OSError."""
    with locked(path or settings_file()):
        save(replace(load(path), **values), path)


def save(settings: AppSettings, path: Path | None = None) -> None:
    """Write them, keeping what a newer version may have put beside them. Raises OSError."""
    path = path or settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        before = json.loads(read_regular(path, LONGEST_FILE))
    except (OSError, ValueError, RecursionError):
        before = {}
    ours = {field.name for field in fields(AppSettings)}
    others = {k: v for k, v in before.items() if k not in ours} if isinstance(before, dict) else {}
    text = json.dumps({**others, **asdict(settings)}, indent=1) + "\n"
    write_atomically(path, text.encode())
