"""Pairing code: what a person carries from the computer that serves to the one that asks.

Fifteen bytes, as 24 letters and digits in groups of four: a secret that lets one computer in, and the beginning of
the fingerprint of the certificate. So the asking side knows the other before it tells the secret.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from typing import NamedTuple

SECRET_BYTES = 5
PRINT_BYTES = 10
_GROUP = 4
_LENGTH = 24


class PairingCode(NamedTuple):
    """``secret`` is 40 random bits, ``start`` the first 80 bits of the certificate's SHA-256."""

    secret: bytes
    start: bytes

    @classmethod
    def new(cls, fingerprint: str) -> PairingCode:
        return cls(secrets.token_bytes(SECRET_BYTES), bytes.fromhex(fingerprint)[:PRINT_BYTES])

    @classmethod
    def read(cls, text: str) -> PairingCode:
        """As a person typed it: small letters, blanks, 0 and 1 for letters that look alike. Raises ValueError."""
        letters = "".join(char for char in text.upper() if char.isalnum()).replace("0", "O").replace("1", "I")
        if len(letters) != _LENGTH:
            raise ValueError("not so many letters")
        try:
            content = base64.b32decode(letters)
        except (binascii.Error, ValueError) as error:
            raise ValueError("letters that no code has") from error
        return cls(content[:SECRET_BYTES], content[SECRET_BYTES:])

    def fits(self, fingerprint: str) -> bool:
        """Whether it was shown by the computer of that certificate."""
        return hmac.compare_digest(self.start, bytes.fromhex(fingerprint)[:PRINT_BYTES])

    def __str__(self) -> str:
        letters = base64.b32encode(self.secret + self.start).decode()
        return "-".join(letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))
