"""Guests: the computers that may compute here, each known by a token of which only the hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.core.json_reader import Fields
from rtedit_desktop.remote.paired_list import Kind, PairedList

MOST_NAME = 60
_MOST_GUESTS = 1000
_TOKEN_BYTES = 32
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Guest:
    """``since``: a date and time, ISO 8601 in UTC."""

    name: str
    token_sha256: str
    since: str


class Guests:
    """Owns ``guests.json`` of its folder, which only its owner may read.

    It is read anew whenever it is asked, so that who is taken off it while the server runs is refused from then on.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "guests.json"
        self._list = PairedList(self.path, Kind("guests", _MOST_GUESTS, _guest, asdict, SettingsError))

    def all(self) -> list[Guest]:
        """Raises SettingsError for a file that cannot be read: nobody is let in then."""
        return self._list.rows()

    def add(self, name: str) -> str:
        """Let a computer in from now on; the token that it has to show. Raises OSError and SettingsError."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        since = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

        def changed(guests: list[Guest]) -> list[Guest]:
            taken = {guest.name for guest in guests}
            return [*guests, Guest(_free(tidy_name(name), taken), _hash(token), since)]

        self._list.change(changed)
        return token

    def remove(self, name: str) -> bool:
        """Refuse it from now on; False where there is none of that name. Raises OSError and SettingsError."""
        return self._list.change(lambda guests: [guest for guest in guests if guest.name != name])

    def known(self, token: str) -> Guest | None:
        """Whose token it is; None for nobody's, and where the list cannot be read."""
        digest, found = _hash(token), None
        try:
            guests = self.all()
        except SettingsError:
            return None
        for guest in guests:  # all of them, whichever it is
            if hmac.compare_digest(guest.token_sha256, digest):
                found = guest
        return found


def tidy_name(name: str) -> str:
    """A computer's name on one line, in characters that can be shown."""
    tidy = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    return tidy[:MOST_NAME].strip() or "computer"


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name} {number}"
    return free


def _guest(form: Fields) -> Guest:
    guest = Guest(
        form.text("name", most=MOST_NAME + 10),
        form.matching("token_sha256", _HASH, "a hash"),
        form.text("since", most=40),
    )
    form.finish()
    return guest


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
