"""Writes a diagnostics report that says nothing about the person: of facts that do not, and of the log."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from rtedit_desktop import __version__
from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.packs.pack_info import PackInfo
from rtedit_desktop.support import licences, network, settings
from rtedit_desktop.support.paths import resources
from rtedit_desktop.support.reporting import log
from rtedit_desktop.support.reporting.privacy import rendered

_LIBRARIES = (
    "torch", "torchvision", "diffusers", "open_clip_torch", "numpy", "pillow", "safetensors", "PySide6_Essentials",
)  # fmt: skip
_PERSONAL = ("author", "licence", "results", "recent")


def report(packs: Iterable[PackInfo], facts: Mapping[str, str]) -> str:
    """The whole report; ``facts`` are what only the window and the engine know."""
    sections = [
        _section("App", _app()),
        _section("Computer", {**_computer(), **facts}),
        _section("Libraries", _versions()),
        _section("Models", dict(_model(pack) for pack in packs)),
        _section("Settings", _settings()),
        _lines("Last lines of the log", log.last_lines()),
        _lines("Last crash", log.last_crash()),
    ]
    return "\n\n".join(sections) + "\n"


def _app() -> dict[str, str]:
    way = "as a bundle" if getattr(sys, "frozen", False) else "from source"
    return {"RTEdit": f"{__version__}, {way}", "Python": platform.python_version()}


def _computer() -> dict[str, str]:
    about = {"System": platform.platform(), "Processors": str(os.cpu_count())}
    with contextlib.suppress(AttributeError, ValueError, OSError):  # Windows tells it otherwise
        about["Memory"] = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB"
    return about


def _model(pack: PackInfo) -> tuple[str, str]:
    """Its id and facts. One that the person made or was given may be called by anybody's name."""
    pixels = f"{pack.image_size} pixels"
    if pack.id in _public_models():
        return pack.id, f"{pack.version}, {pixels}"
    return rendered(pack.id, "model"), pixels


def _public_models() -> set[str]:
    """Those that come with the app, and those that it knows where to get."""
    ids: set[str] = set()
    with contextlib.suppress(OSError, ValueError, RTEditError):
        ids |= {path.name for path in (resources() / "packs").iterdir()}
        registry = json.loads((resources() / "registry.json").read_text("utf-8"))
        ids |= {entry["id"] for entries in registry.values() if isinstance(entries, list) for entry in entries}
    return ids


def _settings() -> dict[str, str]:
    known = {name: str(value) for name, value in asdict(settings.load()).items() if name not in _PERSONAL}
    if known["pack"] and known["pack"] not in _public_models():
        known["pack"] = rendered(known["pack"], "model")
    if known["compute_on"]:
        known["compute_on"] = rendered(known["compute_on"], "computer")
    return {**known, "lines in the log of network requests": str(len(network.requests_made()))}


def _versions() -> dict[str, str]:
    """By the list of parts: a bundle has no other."""
    known = {part.name.lower().replace("-", "_"): part.version for part in licences.parts()}
    return {name: known.get(name.lower(), "not found") for name in _LIBRARIES}


def _section(title: str, entries: Mapping[str, str]) -> str:
    return "\n".join([title, *(f"  {name}: {value}" for name, value in entries.items())])


def _lines(title: str, lines: list[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines or ["none"])])
