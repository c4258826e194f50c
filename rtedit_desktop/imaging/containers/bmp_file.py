"""BMP: the colour profile that its newest header may bring along. The pixels are for a decoder."""

from __future__ import annotations

import struct

from rtedit_desktop.imaging.metadata.parts import Budget

_FILE_HEADER, _NEWEST = 14, 124
_SPACE, _PROFILE = 56, 112
_EMBEDDED = 0x4D424544


def profile(data: bytes, budget: Budget) -> bytes:
    """Empty where there is none."""
    if len(data) < _FILE_HEADER + _NEWEST:
        return b""
    (length,), (space,) = (struct.unpack_from("<I", data, _FILE_HEADER + at) for at in (0, _SPACE))
    if length < _NEWEST or space != _EMBEDDED:
        return b""
    start, size = struct.unpack_from("<II", data, _FILE_HEADER + _PROFILE)
    found = data[_FILE_HEADER + start : _FILE_HEADER + start + size]
    if len(found) != size:
        budget.damaged = True
        return b""
    return budget.keep(found)
