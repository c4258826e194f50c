"""Makes file names of titles that anybody may have written."""

from __future__ import annotations

import re
import unicodedata

_MAX_LETTERS = 60
_MAX_BYTES = 180  # of 255, which most file systems allow
_KEPT = "LMN"  # Unicode's letters, the marks on them, and numbers
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])( .*)?", re.IGNORECASE)


def stem_of(title: str, kind: str = "preset") -> str:
    """A file's name for a title: letters, digits, and what no system reads as something else.

    ``kind`` is a word for what it names, for titles that leave nothing.
    """
    letters = unicodedata.normalize("NFC", title)
    kept = "".join(char if unicodedata.category(char)[0] in _KEPT or char in "-_" else " " for char in letters)
    stem = " ".join(kept.split()).lstrip("- ")[:_MAX_LETTERS]
    stem = stem.encode()[:_MAX_BYTES].decode(errors="ignore").strip()
    return f"{kind} {stem}".strip() if not stem or _DEVICES.fullmatch(stem) else stem


def folded(name: str) -> str:
    """Equal for names that one system or another takes for the same: by case, or by how accents are put together."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
