"""GIF: how many pictures there are."""

from __future__ import annotations

from rtedit_desktop.imaging.containers.parts import FRAME_LIMIT

_MOST_BLOCKS = 1_000_000


def frames(data: bytes) -> int:
    """At most one more than are counted; those before the first damage."""
    position = 13 + _table(data[10:11])
    found, left = 0, _MOST_BLOCKS
    while position < len(data) and found <= FRAME_LIMIT and left > 0:
        kind = data[position]
        if kind == 0x2C and position + 10 < len(data):
            found += 1
            position += 10 + _table(data[position + 9 : position + 10]) + 1
        elif kind == 0x21:
            position += 2
        else:
            break
        while left > 0 and position < len(data) and data[position]:
            position += 1 + data[position]
            left -= 1
        position += 1
    return max(found, 1)


def _table(flags: bytes) -> int:
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0
