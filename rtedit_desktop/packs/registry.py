"""Registry of the packs and shared parts that can be downloaded, read from ``resources/registry.json``.

One entry, format 1; a part leaves out what is about editing ("source" to "kind_of_word")::

    {
      "id": "lsun-church-256", "title": "Churches", "domain": "photographs of churches",
      "licence": "…",                  as its publisher states it
      "attribution": "…",
      "origin": "https://…",           the publisher's page
      "revision": "main",
      "files": [{
        "about_bytes": 455000000,      for a person to decide by; never compared
        "choices": [{                  the first of them that the host has is fetched
          "name": "…", "url": "https://…",    an empty address: only to be fetched by hand
          "sha256": "…" = "", "bytes": 0      known for certain, or left out
        }],
        "also": ["…"] = []             names of the same weights elsewhere, to be imported by hand
      }],
      "unverified": "…" = "",          what of this was not compared with the host
      "source": "Church", "image_size": 256, "square": "centre" = "centre", "part": "ViT-B-16-quickgelu",
      "settings": {…}, "learning": {…}, "suggestions": […], "kind_of_word": {…}      as in a manifest
      "quick": {…}                   as in a manifest, may be left out
    }
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from rtedit_desktop.core.errors import PackMissing, RTEditError
from rtedit_desktop.core.json_reader import FieldError, Fields, as_text, parse_json
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.packs.pack_info import SQUARES
from rtedit_desktop.packs.manifest.kinds import known_kind, read_edit_settings, read_kinds
from rtedit_desktop.packs.manifest.shared_parts import PARTS
from rtedit_desktop.support import paths
from rtedit_desktop.support.network import is_safe

FORMAT = 1
FILE = "registry.json"
VERSION = "1.0"
_TIMESTEPS = 1000
_EDITING = ("settings", "learning", "suggestions", "kind_of_word")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One name under which a host may have a file. ``sha256`` and ``bytes`` are empty where not known."""

    name: str
    url: str
    sha256: str = ""
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One file of an entry: the first choice that its host has.

    ``also`` are names under which the same weights were published elsewhere, to be imported by hand.
    """

    about_bytes: int
    choices: tuple[Choice, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A pack that can be had, or a part that packs share. ``part`` is the part that a pack needs."""

    id: str
    title: str
    domain: str
    licence: str
    attribution: str
    origin: str
    revision: str
    files: tuple[Wanted, ...]
    unverified: str = ""
    shared_part: bool = False
    source: str = ""
    image_size: int = 0
    square: str = "centre"
    part: str = ""
    editing: dict[str, Any] = field(default_factory=dict)

    @property
    def about_bytes(self) -> int:
        """What a download fetches, roughly; 0 when nothing can be fetched."""
        return sum(file.about_bytes for file in self.files) if self.downloadable else 0

    @property
    def downloadable(self) -> bool:
        return all(choice.url for file in self.files for choice in file.choices)

    @property
    def by_hand(self) -> str:
        """How to get it without RTEdit's own download, to stand after "or" or in a sentence."""
        names = " and ".join(" or ".join((file.choices[0].name, *file.also)) for file in self.files)
        how = f"“rtedit packs import FILE --as {self.id}”"
        return f"get {names} from {self.origin} in another way and import it ({how})"

    def manifest_fields(self) -> dict[str, Any]:
        """What the manifest of a pack made from this entry says beside its networks, schedule and files."""
        return {
            "id": self.id,
            "title": self.title,
            "version": VERSION,
            "domain": self.domain,
            "source": self.source,
            "image_size": self.image_size,
            "square": self.square,
            "licence": self.licence,
            "attribution": f"{self.attribution} {self.origin}",
            **json.loads(json.dumps(self.editing)),
        }


def entries() -> tuple[Entry, ...]:
    """The packs, then the shared parts. Raises RTEditError when RTEdit's own file is damaged."""
    return _read(paths.resources() / FILE)


def find(id: str) -> Entry:
    """The entry of this id, whatever its case. Raises PackMissing."""
    for entry in entries():
        if entry.id.lower() == id.lower():
            return entry
    known = ", ".join(entry.id for entry in entries())
    raise PackMissing(tr("RTEdit knows of no pack called “{id}”.", id=id), tr("It knows {known}.", known=known))


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[Entry, ...]:
    try:
        top = Fields(parse_json(path.read_text("utf-8")))
        top.whole("format", FORMAT, FORMAT)
        packs = [_entry(Fields(item, f"packs[{i}]"), False) for i, item in enumerate(top.items("packs"))]
        parts = [_entry(Fields(item, f"parts[{i}]"), True) for i, item in enumerate(top.items("parts"))]
        top.finish()
    except (OSError, ValueError) as error:
        raise RTEditError(tr("RTEdit's own list of packs is damaged."), tr("Install RTEdit again.")) from error
    return (*packs, *parts)


def _entry(item: Fields, shared_part: bool) -> Entry:
    entry = Entry(
        id=item.text("id"),
        title=item.text("title"),
        domain=item.text("domain"),
        licence=item.text("licence"),
        attribution=item.text("attribution"),
        origin=item.text("origin"),
        revision=item.text("revision", ""),
        unverified=item.text("unverified", ""),
        files=tuple(_wanted(Fields(file, item.path("files"))) for file in item.items("files")),
        shared_part=shared_part,
        source="" if shared_part else item.text("source"),
        image_size=0 if shared_part else item.whole("image_size", 16, 2048),
        square="centre" if shared_part else item.one_of("square", SQUARES, "centre"),
        part="" if shared_part else item.one_of("part", tuple(PARTS)),
        editing={} if shared_part else {key: item.pop(key) for key in _editing_of(item)},
    )
    item.finish()
    if shared_part and entry.id not in PARTS:
        raise FieldError(item.name, "is not a known part")
    if not shared_part:
        _check_editing(Fields(entry.editing, item.name))
    return entry


def _editing_of(item: Fields) -> tuple[str, ...]:
    return (*_EDITING, "quick") if "quick" in item.left else _EDITING


def _check_editing(given: Fields) -> None:
    """The same rules as in a manifest."""
    settings = read_kinds(given.inners("settings"), _TIMESTEPS)
    read_edit_settings(settings["default"], given.inner("learning"), _TIMESTEPS)
    read_edit_settings(settings["default"], given.inner("quick", {}), _TIMESTEPS)
    for word, kind in given.inner("kind_of_word").left.items():
        known_kind(kind, word, settings)
    for suggestion in given.items("suggestions"):
        item = Fields(suggestion, given.path("suggestions"))
        item.text("prompt")
        item.text("source", "")
        known_kind(item.pop("kind"), item.path("kind"), settings)
        item.finish()


def _wanted(item: Fields) -> Wanted:
    wanted = Wanted(
        about_bytes=item.whole("about_bytes", 1, 2**40),
        choices=tuple(_choice(Fields(choice, item.path("choices"))) for choice in item.items("choices")),
        also=tuple(as_text(name, item.path("also")) for name in item.items("also", default=())),
    )
    item.finish()
    return wanted


def _choice(item: Fields) -> Choice:
    choice = Choice(
        name=item.text("name"),
        url=item.text("url", ""),
        sha256=item.text("sha256", ""),
        bytes=item.whole("bytes", 0, 2**40, 0),
    )
    item.finish()
    if choice.url and not is_safe(choice.url):
        raise FieldError(item.path("url"), "must be a secure address")
    return choice
