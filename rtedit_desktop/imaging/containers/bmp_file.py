"""BMP: the profile that its newest header may bring along, and colours in bits that a decoder does not look for."""

from __future__ import annotations

import struct

import numpy as np

from rtedit_desktop.imaging.metadata.parts import Budget, Damaged

_FILE_HEADER, _NEWEST = 14, 124
_SPACE, _PROFILE = 56, 112
_EMBEDDED = 0x4D424544
_INCH = 0.0254
_WITH_MASKS, _WITH_FOUR_MASKS = 3, 6
_PACKED = {1: "RLE8", 2: "RLE4", 4: "JPEG", 5: "PNG", 11: "CMYK", 12: "CMYK", 13: "CMYK"}
# What decoders know: five or six bits in 16, and whole bytes in 32.
_USUAL = {(16, 0x7C00, 0x3E0, 0x1F, 0), (16, 0xF800, 0x7E0, 0x1F, 0)}


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


def size(data: bytes) -> tuple[int, int]:
    """Width and height, of one with the headers of Windows. Raises Damaged."""
    if len(data) < _FILE_HEADER + 40:
        raise Damaged("no header")
    width, height = struct.unpack_from("<ii", data, _FILE_HEADER + 4)
    return width, abs(height)


def density(data: bytes) -> tuple[float, float] | None:
    """Pixels per inch; None where they are not told."""
    if len(data) < _FILE_HEADER + 40 or int.from_bytes(data[_FILE_HEADER : _FILE_HEADER + 4], "little") < 40:
        return None
    x, y = struct.unpack_from("<ii", data, _FILE_HEADER + 24)
    return (x * _INCH, y * _INCH) if min(x, y) > 0 else None


def of_masks(data: bytes) -> np.ndarray | None:
    """(H, W, 3 or 4) uint8 of numbers of 16 or 32 bits in which colours have bits of their own; None of other kinds,
    and of those that a decoder knows. Raises Damaged.
    """
    if len(data) < _FILE_HEADER + 40:
        return None
    length, _, tall, _, bits, packed = struct.unpack_from("<IiiHHI", data, _FILE_HEADER)
    at = _FILE_HEADER + 40
    four = packed == _WITH_FOUR_MASKS or length >= 56
    if length < 40 or packed not in (_WITH_MASKS, _WITH_FOUR_MASKS) or bits not in (16, 32) or len(data) < at + 16:
        return None
    masks = (*struct.unpack_from("<4I", data, at),) if four else (*struct.unpack_from("<3I", data, at), 0)
    whole_bytes = all(mask in (0, 0xFF, 0xFF00, 0xFF0000, 0xFF000000) for mask in masks)
    if (bits, *masks) in _USUAL or (bits == 32 and whole_bytes and packed == _WITH_MASKS):
        return None
    width, height = size(data)
    across = -(-width * bits // 32) * 4
    (start,) = struct.unpack_from("<I", data, 10)
    if width <= 0 or start + across * height > len(data):
        raise Damaged("pixels are missing")
    rows = np.frombuffer(data, np.uint8, across * height, start).reshape(height, across)[:, : width * bits // 8]
    numbers = np.ascontiguousarray(rows if tall < 0 else rows[::-1]).view(f"<u{bits // 8}")
    return np.stack([_levels(numbers, mask) for mask in (masks if masks[3] else masks[:3])], axis=-1)


def _levels(numbers: np.ndarray, mask: int) -> np.ndarray:
    """uint8 of the bits that a mask has, which lie side by side."""
    shift = (mask & -mask).bit_length() - 1
    most = mask >> max(shift, 0)
    if not most or most & (most + 1):
        raise Damaged("a mask with gaps, or without bits")
    found = ((numbers & mask) >> shift).astype(np.uint32 if most < 1 << 24 else np.uint64)
    levels: np.ndarray = ((found * 255 + most // 2) // most).astype(np.uint8)
    return levels


def kind(data: bytes) -> str:
    """What it is in technical words."""
    if len(data) < _FILE_HEADER + 40:
        return "BMP"
    bits, packed = struct.unpack_from("<HI", data, _FILE_HEADER + 14)
    return f"{bits} bit" if packed == 0 else f"{bits} bit, {_PACKED.get(packed, f'compression {packed}')}"
