"""WebP: the chunks of its RIFF container."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from rtedit_desktop.imaging.metadata.parts import FRAME_LIMIT, Budget, Damaged, Parts

_PICTURE = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM"})
_EXTENDED_ALPHA, _EXTENDED_MOVES = 0x10, 0x02
_MOST_CHUNKS = 200_000


def read(data: bytes, budget: Budget) -> Parts:
    """Raises Damaged."""
    parts = Parts(frames=0)
    picture: list[bytes] = []
    position = 12
    for _ in range(_MOST_CHUNKS):
        if position + 8 > len(data):
            break
        name, length = struct.unpack_from("<4sI", data, position)
        end = position + 8 + length
        if end > len(data):
            if name in _PICTURE or name == b"ANMF":
                raise Damaged("a chunk beyond the end")
            budget.damaged = True
            break
        if name == b"ANMF":
            parts.frames += 1
            if parts.frames > FRAME_LIMIT:
                break
        if name in _PICTURE or (name == b"ANMF" and parts.frames == 1):
            picture.append(_chunk(name, data[position + 8 : end]))
        elif name == b"C2PA":
            parts.lost.add("credentials")
        elif length > budget.left:
            budget.exceeded = budget.exceeded or name in (b"ICCP", b"EXIF", b"XMP ")
        elif name == b"ICCP":
            parts.icc = parts.icc or budget.keep(data[position + 8 : end])
        elif name == b"EXIF":
            parts.exif = parts.exif or budget.keep(data[position + 8 : end].removeprefix(b"Exif\0\0"))
        elif name == b"XMP ":
            parts.xmp = parts.xmp or budget.keep(data[position + 8 : end])
        position = end + length % 2
    parts.frames = max(parts.frames, 1)
    parts.picture = _riff(_flags(chunk) for chunk in picture)
    return parts


def _flags(chunk: bytes) -> bytes:
    """A VP8X chunk that tells of no metadata."""
    if not chunk.startswith(b"VP8X"):
        return chunk
    return chunk[:8] + bytes((chunk[8] & (_EXTENDED_ALPHA | _EXTENDED_MOVES),)) + chunk[9:] if len(chunk) > 9 else chunk


def _riff(chunks: Iterable[bytes]) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)
