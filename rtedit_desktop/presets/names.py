"""Chooses free names for preset files."""

from __future__ import annotations

from collections.abc import Container

from rtedit_desktop.core.preset import SUFFIX
from rtedit_desktop.support.file_names import folded, stem_of


def free_name(title: str, taken: Container[str]) -> str:
    """A name with the presets' suffix that is not among ``taken``, which are ``folded``."""
    stem = stem_of(title)
    name, number = f"{stem}{SUFFIX}", 1
    while folded(name) in taken:
        number += 1
        name = f"{stem} {number}{SUFFIX}"
    return name
