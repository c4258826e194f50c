"""Addresses that a release was built with: whom to ask for the newest version, and where to get it."""

from __future__ import annotations

from dataclasses import dataclass

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.core.json_reader import Fields, parse_json
from rtedit_desktop.support.network import is_safe
from rtedit_desktop.support.paths import resources
from rtedit_desktop.support.regular_file import read_regular

FILE = "release.json"
_LONGEST = 2**16


@dataclass(frozen=True, slots=True)
class Release:
    """Both are empty where RTEdit was not built by a release."""

    updates: str = ""
    page: str = ""


def release() -> Release:
    """What ``packaging/release.py`` wrote beside the resources."""
    try:
        given = Fields(parse_json(read_regular(resources() / FILE, _LONGEST)))
        found = Release(given.string("updates"), given.string("page"))
    except (OSError, ValueError, RTEditError):
        return Release()
    return found if is_safe(found.updates) and is_safe(found.page) else Release()
