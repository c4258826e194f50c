"""Admission on the side that serves: paired computers, and a new one by a code, for some minutes and few tries."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from rtedit_desktop.core.errors import RTEditError
from rtedit_desktop.remote.guests import Guest, Guests, tidy_name
from rtedit_desktop.remote.pairing_code import PairingCode

TRIES = 5
LASTS_S = 600.0
WRONG_COSTS_S = 1.0
UNKNOWN_COSTS_S = 0.5


class Answer(NamedTuple):
    """``status`` is HTTP's. ``token`` is what a computer that was let in shows from now on."""

    status: int
    token: str = ""


class Pairing:
    """Owns one code. Tries wait for each other, a wrong one for ``wrong_costs_s`` more: many at once gain nothing."""

    def __init__(
        self,
        fingerprint: str,
        guests: Guests,
        *,
        wrong_costs_s: float = WRONG_COSTS_S,
        clock: Callable[[], float] = time.monotonic,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.code = PairingCode.new(fingerprint)
        self._guests, self._wrong_costs_s, self._clock, self._report = guests, wrong_costs_s, clock, report
        self._ends = clock() + LASTS_S
        self._left = TRIES
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        return self._left > 0 and self._clock() < self._ends

    def tried(self, secret: bytes, name: str) -> Answer:
        """What a computer gets that says the secret. Raises OSError and SettingsError where the list takes none."""
        with self._lock:
            if not self.open:
                return Answer(410)
            if not hmac.compare_digest(secret, self.code.secret):
                self._left -= 1
                left = self._left
                self._report(
                    f"A wrong pairing code came; {left} tries are left."
                    if left
                    else "Too many wrong codes: pairing ends."
                )
                time.sleep(self._wrong_costs_s)
                return Answer(403)
            token = self._guests.add(name)
            self._left = 0
        self._report(f"“{tidy_name(name)}” is paired with this computer.")
        return Answer(200, token)


class Admission:
    """Lets computers in: those that are paired by their tokens, a new one by the code while one is shown."""

    def __init__(
        self,
        guests: Guests,
        pairing: Pairing | None = None,
        *,
        unknown_costs_s: float = UNKNOWN_COSTS_S,
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._guests, self._pairing = guests, pairing
        self._unknown_costs_s, self._report = unknown_costs_s, report

    def by_token(self, token: str | None) -> Guest | None:
        """Whose it is; nobody's, and none, is answered late."""
        guest = self._guests.known(token) if token is not None else None
        if guest is None:
            time.sleep(self._unknown_costs_s)
        return guest

    def by_code(self, secret: str, name: str) -> Answer:
        """What a computer gets that says a secret, in hexadecimal digits."""
        if self._pairing is None:
            time.sleep(self._unknown_costs_s)
            return Answer(410)
        try:
            content = bytes.fromhex(secret)
        except ValueError:
            content = b""
        try:
            return self._pairing.tried(content, name)
        except (OSError, RTEditError) as error:
            self._report(f"The list of paired computers could not be written: {error}")
            return Answer(500)

    def still(self, token_sha256: str) -> Guest | None:
        """A computer that was let in, while it is paired. Raises SettingsError where the list cannot be read."""
        return next((guest for guest in self._guests.all() if guest.token_sha256 == token_sha256), None)
