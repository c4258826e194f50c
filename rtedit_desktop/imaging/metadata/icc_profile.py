"""ICC profiles as files: put together of tags; and taken apart for what colours are made of, without any text."""

from __future__ import annotations

import struct

from rtedit_desktop.imaging.metadata.parts import has_letters

# What colours are made of. The others are texts about its maker and its owner, or, like those of floating point, the
# same once more.
_XYZ = frozenset({b"wtpt", b"bkpt", b"rXYZ", b"gXYZ", b"bXYZ", b"lumi"})
_CURVES = frozenset({b"rTRC", b"gTRC", b"bTRC", b"kTRC"})
_TABLES = frozenset({b"A2B0", b"A2B1", b"A2B2", b"A2B3", b"B2A0", b"B2A1", b"B2A2", b"B2A3"})
_MOST_TAGS = 200
_CLASSES, _SPACES = (b"scnr", b"mntr", b"prtr", b"spac"), (b"GRAY", b"RGB ", b"CMYK")
_CONNECTIONS = (b"XYZ ", b"Lab ")
_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}
_MOST_CHANNELS, _PRECISIONS = 15, (1, 2)


def without_words(icc: bytes) -> bytes:
    """The profile with its colours alone. Raises ValueError for one that cannot be taken apart."""
    try:
        return _bare(icc)
    except (struct.error, IndexError) as error:
        raise ValueError("a profile that ends early") from error


def _bare(icc: bytes) -> bytes:
    if len(icc) < 132 or icc[36:40] != b"acsp":
        raise ValueError("not a profile")
    (count,) = struct.unpack_from(">I", icc, 128)
    if not 0 < count <= _MOST_TAGS or 132 + 12 * count > len(icc):
        raise ValueError("not a profile")
    kind, space, connection = icc[12:16], icc[16:20], icc[20:24]
    if kind not in _CLASSES or space not in _SPACES or connection not in _CONNECTIONS:
        raise ValueError("a profile of another kind")
    tags = {}
    for number in range(count):
        name, start, length = struct.unpack_from(">4sII", icc, 132 + 12 * number)
        value = _value(name, icc[start : start + length])
        if value:
            tags[name] = value
    # Of the head: neither the time nor makers and programs; the version, class, spaces and intent stay.
    head = bytes(8) + icc[8:10] + bytes(2) + kind + space + connection + bytes(12) + b"acsp" + bytes(24)
    intent = struct.unpack_from(">I", icc, 64)[0] & 3
    return assembled(head + struct.pack(">I3i", intent, 63190, 65536, 54061), tags)


def _value(name: bytes, data: bytes) -> bytes:
    """What the tag is made of; empty where it is not of the colours."""
    kind, value = data[:4], bytearray(data)
    value[4:8] = bytes(4)
    if name in _XYZ and kind == b"XYZ " and len(data) >= 20:
        return b"" if has_letters(data[8:20]) else bytes(value[:20])
    if name == b"chad" and kind == b"sf32" and len(data) >= 44:
        return bytes(value[:44])
    if name == b"cicp" and kind == b"cicp" and len(data) >= 12:
        return bytes(value[:12])
    if name in _CURVES:
        return bytes(value[: _curve_length(data)])
    if name in _TABLES and kind in (b"mft1", b"mft2"):
        return _numbers_table(value)
    if name in _TABLES and kind in (b"mAB ", b"mBA "):
        return _stages(value)
    return b""


def _curve_length(data: bytes | bytearray) -> int:
    """Raises ValueError for what is no curve, and where it ends early."""
    if data[:4] == b"curv":
        length = 12 + 2 * int(struct.unpack_from(">I", data, 8)[0])
    elif data[:4] == b"para":
        length = 12 + 4 * _PARAMETERS.get(struct.unpack_from(">H", data, 8)[0], 1 << 20)
    else:
        raise ValueError("no curve")
    if length > len(data):
        raise ValueError("a curve that ends early")
    return length


def _numbers_table(value: bytearray) -> bytes:
    """Of one or two bytes to a number: curves, a table, and curves again."""
    ways_in, ways_out, points = value[8], value[9], value[10]
    value[11] = 0
    if value[:4] == b"mft1":
        length = 48 + 256 * ways_in + points**ways_in * ways_out + 256 * ways_out
    else:
        before, after = struct.unpack_from(">HH", value, 48)
        length = 52 + 2 * (before * ways_in + points**ways_in * ways_out + after * ways_out)
    if length > len(value):
        raise ValueError("a table that ends early")
    return bytes(value[:length])


def _stages(value: bytearray) -> bytes:
    """Curves, a matrix and a table, each where the head says: what lies between them is blanked."""
    ways_in, ways_out = value[8], value[9]
    if not (0 < ways_in <= _MOST_CHANNELS and 0 < ways_out <= _MOST_CHANNELS):
        raise ValueError("not so many channels")
    clean = bytearray(len(value))
    clean[:10], clean[12:32] = value[:10], value[12:32]
    firsts, matrix, seconds, table, thirds = struct.unpack_from(">5I", value, 12)
    towards = value[:4] == b"mAB "
    near, far = (ways_out, ways_in) if towards else (ways_in, ways_out)
    for start, count in ((firsts, near), (seconds, ways_out if towards else ways_in), (thirds, far)):
        _copy_curves(value, clean, start, count)
    if matrix:
        clean[matrix : matrix + 48] = value[matrix : matrix + 48]
    if table:
        points, precision = value[table : table + ways_in], value[table + 16]
        if len(points) != ways_in or precision not in _PRECISIONS:
            raise ValueError("no table")
        numbers = ways_out * precision
        for one in points:
            numbers *= one
            if numbers > len(value):
                raise ValueError("a table that ends early")
        clean[table : table + ways_in], clean[table + 16] = points, precision
        clean[table + 20 : table + 20 + numbers] = value[table + 20 : table + 20 + numbers]
    return bytes(clean[: len(value)])


def _copy_curves(value: bytearray, clean: bytearray, start: int, count: int) -> None:
    for _ in range(count if start else 0):
        length = _curve_length(value[start:])
        clean[start : start + 4] = value[start : start + 4]
        clean[start + 8 : start + length] = value[start + 8 : start + length]
        if value[start : start + 4] == b"para":
            clean[start + 10 : start + 12] = bytes(2)
        start += length + -length % 4


def assembled(head: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A profile of ``head``, its first 80 bytes, and these tags, with texts that say nothing."""
    modern = head[8] >= 4
    tags = {b"desc": _words("RGB", modern, True), b"cprt": _words("No copyright", modern, False)} | tags
    table, body, places = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    start = 132 + 12 * len(tags)
    for name, data in tags.items():
        if data not in places:  # three curves that are one are written once
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", places[data], len(data))
    whole = head.ljust(128, b"\0") + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def _words(text: str, modern: bool, described: bool) -> bytes:
    if modern:
        return (
            b"mluc"
            + bytes(4)
            + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 2 * len(text), 28)
            + text.encode("utf-16-be")
        )
    if described:
        return b"desc" + bytes(4) + struct.pack(">I", len(text) + 1) + text.encode() + bytes(1 + 78)
    return b"text" + bytes(4) + text.encode() + b"\0"
