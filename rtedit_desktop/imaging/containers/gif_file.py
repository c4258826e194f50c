"""GIF: its first picture, comments, and how many pictures there are."""

from __future__ import annotations

from rtedit_desktop.imaging.metadata.parts import FRAME_LIMIT, Budget, Damaged, Parts

_MOST_BLOCKS, _MOST_COMMENTS = 5_000_000, 100
_EXTENSION, _IMAGE, _CONTROL, _COMMENT = 0x21, 0x2C, 0xF9, 0xFE


def read(data: bytes, budget: Budget) -> Parts:
    """Raises Damaged where there is no picture."""
    parts = Parts(frames=0)
    position = 13 + _table(data[10:11])
    head, control, picture = data[:position], b"", b""
    comments: list[bytes] = []
    left = _MOST_BLOCKS
    while position + 1 < len(data) and parts.frames <= FRAME_LIMIT and left > 0:
        start, kind = position, data[position]
        if kind == _IMAGE:
            parts.frames += 1
            position += 10 + _table(data[position + 9 : position + 10]) + 1
        elif kind == _EXTENSION:
            position += 2
        else:
            break
        content = position
        while left > 0 and position < len(data) and data[position]:
            position += 1 + data[position]
            left -= 1
        position, left = position + 1, left - 1
        if kind == _IMAGE and not picture:
            picture = data[start:position]
        elif kind == _EXTENSION and data[start + 1] == _CONTROL and not picture:
            control = data[start:position]
        elif kind == _EXTENSION and data[start + 1] == _COMMENT:
            if len(comments) < _MOST_COMMENTS and position - content <= budget.left:
                comments.append(budget.keep(_joined(data[content:position])))
            else:
                budget.exceeded = True
    if not picture:
        raise Damaged("no picture")
    parts.comments = tuple(filter(None, comments))
    parts.picture = head + control + picture + b";"
    return parts


def _joined(blocks: bytes) -> bytes:
    pieces, position = [], 0
    while position < len(blocks) and blocks[position]:
        pieces.append(blocks[position + 1 : position + 1 + blocks[position]])
        position += 1 + blocks[position]
    return b"".join(pieces)


def _table(flags: bytes) -> int:
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0
