"""Asks for the number of the newest version: only where a person wants that, and at most once a week.

When it was asked is noted before it is asked, so that a host that fails is not asked again sooner.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from rtedit_desktop import __version__
from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.json_reader import Fields, parse_json
from rtedit_desktop.core.new_version import NewVersion
from rtedit_desktop.packs.download.transfer import HostAccess, Lost, Reply, Transfer
from rtedit_desktop.support import network, settings
from rtedit_desktop.support.network_log import NetworkLog
from rtedit_desktop.support.paths import user_data, write_atomically
from rtedit_desktop.support.regular_file import read_regular
from rtedit_desktop.support.release import Release, release

WEEK_S = 7 * 24 * 3600.0
_LONGEST = 2**20
_STALL_S = 20.0
_MOST_SECONDS = 1e12
_VERSION = re.compile(r"v?(\d{1,6}(?:\.\d{1,6}){1,3})")


def newest_version(now: float | None = None) -> NewVersion | None:
    """The newest version where it is newer than this one; None, and nobody is asked, where it is not time to.

    A host that cannot be reached or answers something else is no news either.
    """
    built, now = release(), time.time() if now is None else now
    if not settings.load().updates or not built.updates or 0 <= now - _asked_at() < WEEK_S:
        return None
    _note(now)
    try:
        found = _version_of(_answer(built))
    except (Lost, RTEditError, ValueError):
        return None
    return NewVersion(version=found, page=built.page) if _number(found) > _number(__version__) else None


def note_file() -> Path:
    """When it was last asked, in seconds since 1970."""
    return user_data() / "updates.json"


def _asked_at() -> float:
    """0 where it never was, or where the note cannot be read."""
    try:
        return Fields(parse_json(read_regular(note_file(), _LONGEST))).real("asked", 0.0, _MOST_SECONDS)
    except (OSError, ValueError):
        return 0.0


def _note(now: float) -> None:
    note_file().parent.mkdir(parents=True, exist_ok=True)
    write_atomically(note_file(), json.dumps({"asked": now}).encode())


def _answer(built: Release) -> bytes:
    content = b""
    headers = {"Accept": "application/json"}
    asked = Transfer(
        built.updates,
        headers,
        HostAccess(network.load(), NetworkLog(network.log_file())),
        purpose="newest version",
        stall=_STALL_S,
    )
    with asked as transfer:
        for item in transfer.items():
            if isinstance(item, Reply) and item.status != 200:
                raise ValueError(f"answered {item.status}")
            if isinstance(item, bytes):
                content += item
            if len(content) > _LONGEST:
                raise ValueError("answered too much")
    return content


def _version_of(content: bytes) -> str:
    """The tag of a release, as GitHub's interface gives it."""
    found = _VERSION.fullmatch(Fields(parse_json(content, _LONGEST)).string("tag_name"))
    if found is None:
        raise ValueError("not a version")
    return found[1]


def _number(version: str) -> tuple[int, ...]:
    found = _VERSION.match(version)
    return tuple(int(part) for part in found[1].split(".")) if found is not None else ()
