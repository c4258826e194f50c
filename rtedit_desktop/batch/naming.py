"""Names the result of each photo, from a template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rtedit_desktop.core.errors import SettingsError, shown_name
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.support.file_names import folded, stem_of
from rtedit_desktop.support.formats import SAVE_FORMATS

FIELDS = ("stem", "preset", "n", "suffix")
USUAL = "{stem}-{preset}{suffix}"
KEEP = "keep"
FORMATS = {KEEP: "", "png": ".png", "jpeg": ".jpg", "webp": ".webp", "tiff": ".tif"}
"""Each choice of a format with its suffix; ``keep`` is that of the photo where it can be written, else PNG."""

_FIELD = re.compile(r"\{([^{}]*)\}")
_FORBIDDEN = frozenset('/\\<>:"|?*')
_MOST_BYTES = 240  # of 255, which most file systems allow; a number may come behind


@dataclass(frozen=True, slots=True)
class Naming:
    """A template with FIELDS in braces, and one of FORMATS.

    Raises SettingsError for a template that makes no names.
    """

    template: str = USUAL
    format: str = KEEP

    def __post_init__(self) -> None:
        if self.format not in FORMATS:
            raise SettingsError(
                tr("“{format}” is not a format.", format=self.format),
                tr("Choose {choices}.", choices=", ".join(FORMATS)),
            )
        shown = shown_name(self.template)
        for name in _FIELD.findall(self.template):
            if name not in FIELDS:
                raise SettingsError(
                    tr("“{{{name}}}” is not known in a name.", name=name),
                    tr("There are {fields}.", fields=_known()),
                )
        rest = _FIELD.sub("", self.template)
        if "{" in rest or "}" in rest:
            raise SettingsError(
                tr("A brace is left over in the name “{shown}”.", shown=shown),
                tr("There are {fields}.", fields=_known()),
            )
        if any(char in _FORBIDDEN or not char.isprintable() for char in rest):
            raise SettingsError(
                tr("The name “{shown}” has characters that names of files cannot have.", shown=shown),
                tr('Leave out / \\ < > : " | ? and *; folders are chosen apart.'),
            )
        if not self.template.strip(" .") or self.template.startswith("."):
            raise SettingsError(
                tr("“{shown}” is not a name for a file.", shown=shown), tr("Write one like {usual}.", usual=USUAL)
            )

    def name_for(self, source: Path, label: str, number: int) -> str:
        """The name for a photo; ``label`` is what is done to it, ``number`` its place in the batch from 1 on."""
        suffix = FORMATS[self.format] or (source.suffix if source.suffix.lower() in SAVE_FORMATS else ".png")
        values = {"stem": source.stem, "preset": stem_of(label, "edit"), "n": f"{number:03d}", "suffix": suffix}
        name = _FIELD.sub(lambda match: values[match[1]], self.template).strip()
        if Path(name).suffix.lower() not in SAVE_FORMATS:
            name += suffix
        stem, ending = Path(name).stem, Path(name).suffix
        return _cut(stem, _MOST_BYTES - len(ending)) + ending


def distinct(name: str, taken: set[str]) -> str:
    """The name, or that with the first number that makes it differ from ``taken``, which are ``folded``."""
    stem, suffix = Path(name).stem, Path(name).suffix
    free, number = name, 1
    while folded(free) in taken:
        number += 1
        free = f"{stem} {number}{suffix}"
    return free


def _cut(text: str, most: int) -> str:
    raw = text.encode("utf-8", "surrogateescape")
    return text if len(raw) <= most else raw[:most].decode("utf-8", "ignore").rstrip()


def _known() -> str:
    return ", ".join(f"{{{name}}}" for name in FIELDS)
