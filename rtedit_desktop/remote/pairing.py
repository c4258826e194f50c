"""Pairing on the side that serves: one code, for some minutes, for one computer, and few wrong tries."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from rtedit_desktop.remote.guests import Guests, tidy_name
from rtedit_desktop.remote.pairing_code import PairingCode

TRIES = 5
LASTS_S = 600.0
WRONG_COSTS_S = 1.0


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
