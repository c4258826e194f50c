"""Names of files, made of titles that anybody may have written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

from rtedit_desktop.core.preset import SUFFIX

_MAX_LETTERS = 60
_MAX_BYTES = 180  # of 255, which most file systems allow
_KEPT = "LMN"  # Unicode's letters, the marks on them, and numbers
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])( .*)?", re.IGNORECASE)


def stem_of(title: str) -> str:
    """A file's name for a title: letters, digits, and what no system reads as something else."""
    letters = unicodedata.normalize("NFC", title)
    kept = "".join(char if unicodedata.category(char)[0] in _KEPT or char in "-_" else " " for char in letters)
    stem = " ".join(kept.split()).lstrip("- ")[:_MAX_LETTERS]
    stem = stem.encode()[:_MAX_BYTES].decode(errors="ignore").strip()
    return f"preset {stem}".strip() if not stem or _DEVICES.fullmatch(stem) else stem


def folded(name: str) -> str:
    """Equal for names that one system or another takes for the same: by case, or by how accents are put together."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def free_name(title: str, taken: Container[str]) -> str:
    """A name with the presets' suffix that is not among ``taken``, which are ``folded``."""
    stem = stem_of(title)
    name, number = f"{stem}{SUFFIX}", 1
    while folded(name) in taken:
        number += 1
        name = f"{stem} {number}{SUFFIX}"
    return name
