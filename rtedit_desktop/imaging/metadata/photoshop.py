"""Photoshop's image resource blocks, in which IPTC travels."""

from __future__ import annotations

import struct

_IPTC = 0x0404
# Thumbnails of the photo as it was; EXIF, XMP and the profile, which the file has elsewhere; their digest.
_NOT_KEPT = frozenset({0x0409, 0x040C, 0x040F, 0x0422, 0x0423, 0x0424, 0x0425, 0x03FD, 0x03FE})
_MOST = 5000


def kept(blocks: bytes) -> bytes:
    """Those that a result may carry; what follows a damaged one is left out."""
    if blocks[:1] == b"\x1c":  # IPTC by itself
        return iptc_block(blocks)
    found, position = [], 0
    for _ in range(_MOST):
        one = _block(blocks, position)
        if one is None:
            break
        number, _, end = one
        if number not in _NOT_KEPT:
            found.append(blocks[position:end].ljust(end - position, b"\0"))
        position = end
    return b"".join(found)


def iptc(blocks: bytes) -> bytes:
    """The IPTC datasets themselves."""
    position = 0
    for _ in range(_MOST):
        one = _block(blocks, position)
        if one is None:
            return b""
        number, data, position = one
        if number == _IPTC:
            return data
    return b""


def iptc_block(datasets: bytes) -> bytes:
    datasets = datasets.rstrip(b"\0") if len(datasets) % 4 == 0 else datasets
    return b"8BIM" + struct.pack(">HHI", _IPTC, 0, len(datasets)) + datasets + bytes(len(datasets) % 2)


def _block(blocks: bytes, position: int) -> tuple[int, bytes, int] | None:
    """Number, data and end of the block there."""
    if blocks[position : position + 4] not in (b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR"):
        return None
    name = blocks[position + 6 : position + 7]
    if not name:
        return None
    start = position + 6 + (1 + name[0] + 1) // 2 * 2
    if start + 4 > len(blocks):
        return None
    (length,) = struct.unpack_from(">I", blocks, start)
    end = start + 4 + length
    if end > len(blocks):
        return None
    return int.from_bytes(blocks[position + 4 : position + 6], "big"), blocks[start + 4 : end], end + length % 2
