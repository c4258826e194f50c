"""What the heads of JPEG 2000 and of portable pixmaps state, which a decoder of 8 bits passes over."""

from __future__ import annotations

import re

from rtedit_desktop.imaging.metadata.parts import Budget

_HEAD = 1 << 20
_CODESTREAM, _JP2 = b"\xff\x4f\xff\x51", b"\0\0\0\x0cjP  "
_SIZES, _UNTOLD = 42, 0xFF
_PIXMAP = re.compile(rb"P[1-6](?:\s|#[^\n]*\n)+\d+(?:\s|#[^\n]*\n)+\d+(?:\s|#[^\n]*\n)+(\d{1,5})\s")
_WITH_PROFILE = (2, 3)


def bits(data: bytes) -> int:
    """Of a channel; 8 where nothing else is stated."""
    if data.startswith(_JP2):
        at = data.find(b"ihdr", 0, _HEAD)
        depth = data[at + 14 : at + 15] if at > 0 else b""
        if depth and depth[0] != _UNTOLD:
            return (depth[0] & 0x7F) + 1
        data = data[max(data.find(_CODESTREAM, 0, _HEAD), 0) :]
    if data.startswith(_CODESTREAM) and len(data) > _SIZES:
        return (data[_SIZES] & 0x7F) + 1
    found = _PIXMAP.match(data[:_HEAD]) if data[1:2] in b"2356" else None
    return max(8, int(found[1]).bit_length()) if found else 8


def profile(data: bytes, budget: Budget) -> bytes:
    """That of a JP2; empty where there is none."""
    at = data.find(b"colr", 0, _HEAD) if data.startswith(_JP2) else -1
    if at < 4 or data[at + 4 : at + 5] == b"" or data[at + 4] not in _WITH_PROFILE:
        return b""
    found = data[at + 7 : at - 4 + int.from_bytes(data[at - 4 : at], "big")]
    return budget.keep(found)
