"""JPEG: its segments apart from its scans."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from rtedit_desktop.imaging.metadata import xmp as packets
from rtedit_desktop.imaging.metadata.directories import Block
from rtedit_desktop.imaging.metadata.parts import Budget, Damaged, Parts, pieces

_EXIF, _XMP, _EXTENDED = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
_ICC, _PHOTOSHOP, _MULTI, _GAIN_MAP = b"ICC_PROFILE\0", b"Photoshop 3.0\0", b"MPF\0", b"urn:iso:std:iso:ts:21496:-1\0"
_ADOBE = b"\xff\xee\x00\x0eAdobe"
_CREDENTIALS = b"c2pa"  # at the beginning of the boxes of C2PA
_PICTURES = 0xB001
_LONGEST = 65_533  # of a segment, without its length
_END = b"\xff\xd9"
_APP0, _COMMENT, _SOI, _EOI, _SOS = 0xE0, 0xFE, 0xD8, 0xD9, 0xDA
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF})
_FRAMES = frozenset(range(0xC0, 0xD0)) - _TABLES - {0xC8}
_JPEG_LS, _OF_LS = 0xF7, (0xF7, 0xF8)
_PROGRESSIVE, _LAST_OF_HUFFMAN, _COEFFICIENTS = (0xC2, 0xC6, 0xCA, 0xCE), 0xC8, 64
_UNUSUAL = {
    0xC3: "lossless", 0xC5: "hierarchical", 0xC6: "hierarchical", 0xC7: "hierarchical", 0xCB: "lossless",
    0xCD: "hierarchical", 0xCE: "hierarchical",
    0xCF: "hierarchical", _JPEG_LS: "JPEG-LS",
}  # fmt: skip
_MOST_SEGMENTS, _MOST_COMMENTS = 20_000, 1000
# One byte before the mark is enough, however many fill bytes there are: no run of them is looked at twice.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FILL, _FILLING = re.compile(rb"\xff{2,}"), b"\xff" * 16
_INCH = {1: 1.0, 2: 2.54}


def read(data: bytes, budget: Budget) -> Parts:
    """Raises Damaged."""
    parts = Parts()
    reader = _Segments(parts, budget)
    position = 2
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, position)
        if found is None:
            raise Damaged("no scan")
        position = found.start()
        marker = data[position + 1]
        if marker in _BARE:
            position += 2
            continue
        if marker in (_SOS, _EOI):
            break
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        if length < 2 or position + 2 + length > len(data):
            raise Damaged("a segment beyond the end")
        reader.add(marker, data[position + 4 : position + 2 + length])
        position += 2 + length
    else:
        raise Damaged("too many segments")
    reader.finish()
    end = _end_of_scans(data, position)
    if data[end + 4 : end + 8] == b"ftyp":
        parts.lost.add("video")
    told = data[position:end]
    if _FILLING in told:  # a decoder that waits for the mark behind reads them over and over
        told = _FILL.sub(b"\xff", told)
    parts.is_open_ended = not told.endswith(_END)
    parts.picture = b"".join([b"\xff\xd8", *reader.kept, told.rstrip(b"\xff") + _END if parts.is_open_ended else told])
    return parts


class _Segments:
    """Gathers what the segments say into ``parts``; ``kept`` are those that a decoder needs."""

    def __init__(self, parts: Parts, budget: Budget) -> None:
        self.kept: list[bytes] = []
        self._parts, self._budget = parts, budget
        self._exif: list[bytes] = []
        self._resources: list[bytes] = []
        self._comments: list[bytes] = []
        self._extended: dict[bytes, list[tuple[int, int, bytes]]] = {}
        self._icc: dict[int, bytes] = {}

    def add(self, marker: int, body: bytes) -> None:
        parts, keep = self._parts, self._budget.keep
        if marker in _TABLES or marker in _FRAMES or marker in _OF_LS or (marker == 0xEE and body.startswith(b"Adobe")):
            self.kept.append(segment(marker, body[:12] if marker == 0xEE else body))
        elif marker == _APP0 and body.startswith(b"JFIF\0") and len(body) >= 14:
            self.kept.append(segment(marker, body[:12] + b"\0\0"))
            unit, x, y = struct.unpack_from(">BHH", body, 7)
            if unit in _INCH and x and y:
                parts.density = x * _INCH[unit], y * _INCH[unit]
        elif marker == 0xE1 and body.startswith(_EXIF):
            if not self._exif or body[6:10] not in (b"II*\0", b"MM\0*"):  # else a second one
                self._exif.append(keep(body[6:]))
        elif marker == 0xE1 and body.startswith(_XMP):
            parts.xmp = parts.xmp or keep(body[len(_XMP) :])
        elif marker == 0xE1 and body.startswith(_EXTENDED) and len(body) >= len(_EXTENDED) + 40:
            at = len(_EXTENDED)
            total, offset = struct.unpack_from(">II", body, at + 32)
            self._extended.setdefault(body[at : at + 32], []).append((total, offset, keep(body[at + 40 :])))
        elif marker == 0xE2 and body.startswith(_ICC) and len(body) >= 14:
            self._icc.setdefault(body[12], keep(body[14:]))
        elif marker == 0xE2 and body.startswith(_GAIN_MAP):
            parts.lost.add("gain map")
        elif marker == 0xE2 and body.startswith(_MULTI) and _pictures(body[len(_MULTI) :]) > 1:
            parts.lost.add("pictures")
        elif marker == 0xEB and body.startswith(b"JP") and _CREDENTIALS in body[:64]:
            parts.lost.add("credentials")
        elif marker == 0xED and body.startswith(_PHOTOSHOP):
            self._resources.append(keep(body[len(_PHOTOSHOP) :]))
        elif marker == _COMMENT:
            if len(self._comments) < _MOST_COMMENTS:
                self._comments.append(keep(body))
            else:
                self._budget.exceeded = True

    def finish(self) -> None:
        parts = self._parts
        parts.exif = b"".join(self._exif)
        parts.icc = b"".join(part for _, part in sorted(self._icc.items()))
        parts.resources = b"".join(self._resources)
        parts.comments = tuple(filter(None, self._comments))
        wanted = packets.extended_id(parts.xmp)
        if wanted:
            parts.xmp = packets.merged(parts.xmp, self._joined(self._extended.get(wanted, [])))

    def _joined(self, found: list[tuple[int, int, bytes]]) -> bytes:
        """The extended packet; nothing where a part of it is missing."""
        whole = b""
        for total, offset, part in sorted(found, key=lambda piece: piece[1]):
            if offset != len(whole) or offset + len(part) > total:
                break
            whole += part
        if not found or len(whole) != found[0][0]:
            self._budget.damaged = True
            return b""
        return whole


def _pictures(index: bytes) -> int:
    """How many there are in the file, by the directory of its first one."""
    try:
        block = Block(index)
        return block.integer(block.directory(block.start)[0].get(_PICTURES))
    except Damaged:
        return 1


def _end_of_scans(data: bytes, position: int) -> int:
    """Where the picture ends: behind its EOI, or at the end of the data."""
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(data, position)
        if found is None:
            return len(data)
        marker, position = data[found.end() - 1], found.end()
        if marker == _EOI:
            return position
        if marker in _TABLES or marker in (_SOS, _COMMENT) or _APP0 <= marker <= 0xEF:
            position += int.from_bytes(data[position : position + 2], "big")
    return len(data)


class Frame(NamedTuple):
    """How a picture is told; ``channels`` by the numbers that its scans know them by."""

    channels: tuple[int, ...]
    is_progressive: bool
    is_arithmetic: bool


class Scan(NamedTuple):
    """What a scan tells: coefficients from ``first`` to ``last`` of these channels, down to the ``last_bit``."""

    channels: tuple[int, ...]
    first: int
    last: int
    last_bit: int


def frame(picture: bytes) -> Frame | None:
    """That of a picture alone; None where its head is not whole."""
    for marker, body in _heads(picture):
        if marker in _FRAMES and len(body) >= 6 + 3 * body[5]:
            channels = tuple(body[6 + 3 * i] for i in range(body[5]))
            return Frame(channels, marker in _PROGRESSIVE, marker > _LAST_OF_HUFFMAN)
    return None


def scans(picture: bytes) -> Iterator[Scan]:
    """Those whose heads are whole, in their order."""
    for marker, body in _heads(picture):
        if marker == _SOS and body and len(body) >= 4 + 2 * body[0]:
            count = body[0]
            first, last, bits = body[1 + 2 * count : 4 + 2 * count]
            if first <= last < _COEFFICIENTS:
                yield Scan(tuple(body[1 + 2 * i] for i in range(count)), first, last, bits & 0x0F)


def _heads(picture: bytes) -> Iterator[tuple[int, bytes]]:
    """Marks with a length, and what belongs to each."""
    position = 2
    for _ in range(_MOST_SEGMENTS):
        found = _MARKER.search(picture, position)
        if found is None or found[0] == _END:
            return
        marker, position = found[0][1], found.end()
        if marker not in _BARE:
            length = int.from_bytes(picture[position : position + 2], "big")
            yield marker, picture[position + 2 : position + length]
            position += length


def write(picture: bytes, parts: Parts) -> bytes:
    """The encoder's ``picture`` with the metadata of ``parts`` put in. EXIF must fit, see ``exif.fitted``."""
    head, rest = [b"\xff\xd8"], picture[2:]
    while rest[:1] == b"\xff" and (rest[1] == _APP0 or rest[1] == 0xEE):
        length = int.from_bytes(rest[2:4], "big")
        body, marker = rest[4 : 2 + length], rest[1]
        if marker == _APP0 and parts.density:
            x, y = (min(max(round(value), 1), 65535) for value in parts.density)
            body = body[:7] + struct.pack(">BHH", 1, x, y) + body[12:]
        head.append(segment(marker, body))
        rest = rest[2 + length :]
    if parts.exif:
        head.append(segment(0xE1, _EXIF + parts.exif))
    if parts.xmp:
        main, extended = packets.split(parts.xmp, _LONGEST - len(_XMP))
        if main:
            head.append(segment(0xE1, _XMP + main))
        identity = hashlib.md5(extended, usedforsecurity=False).hexdigest().upper().encode()
        offset = 0
        for piece in pieces(extended, 65_000):
            head.append(segment(0xE1, _EXTENDED + identity + struct.pack(">II", len(extended), offset) + piece))
            offset += len(piece)
    head += [segment(0xED, _PHOTOSHOP + piece) for piece in pieces(parts.resources, 65_000)]
    profile = list(pieces(parts.icc, 65_000))
    head += [segment(0xE2, _ICC + bytes((number, len(profile))) + piece) for number, piece in enumerate(profile, 1)]
    head += [segment(_COMMENT, piece) for comment in parts.comments for piece in pieces(comment, _LONGEST)]
    return b"".join([*head, rest])


def unusual_kind(picture: bytes) -> str:
    """In technical words what a picture is that hardly anything decodes; empty for the usual ones."""
    at = 2
    while picture[at : at + 1] == b"\xff" and at + 4 < len(picture) and picture[at + 1] != _SOS:
        marker, bits = picture[at + 1], picture[at + 4]
        if marker in _FRAMES or marker == _JPEG_LS:
            return ", ".join(filter(None, [_UNUSUAL.get(marker, ""), f"{bits} bit" if bits != 8 else ""]))
        at += 2 + int.from_bytes(picture[at + 2 : at + 4], "big")  # what looks like a marker in a table is none
    return ""


def with_transform(picture: bytes, transform: int) -> bytes:
    """The same, but Adobe's marker says that its channels were transformed so: 0 for not at all, 2 for inks as YCCK."""
    at = picture.find(_ADOBE) + len(_ADOBE) + 6
    return picture if at < len(_ADOBE) + 6 else picture[:at] + bytes((transform,)) + picture[at + 1 :]


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
