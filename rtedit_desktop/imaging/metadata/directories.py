"""Directories of tags, as TIFF and EXIF have them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from rtedit_desktop.imaging.metadata.parts import Budget, Damaged

EXIF_IFD, GPS_IFD, INTEROP_IFD = 0x8769, 0x8825, 0xA005
BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}
_POINTERS = frozenset({EXIF_IFD, GPS_IFD, INTEROP_IFD})


@dataclass(frozen=True, slots=True)
class Slot:
    """A tag's value in a block: where its bytes begin."""

    kind: int
    count: int
    position: int

    @property
    def length(self) -> int:
        return self.count * SIZES[self.kind]


@dataclass(frozen=True, slots=True)
class Value:
    """A tag's value by itself, in the byte order of the block it is of."""

    kind: int
    data: bytes

    @property
    def count(self) -> int:
        return len(self.data) // SIZES[self.kind]


class Block:
    """Bytes with directories in them. Raises Damaged for what is none."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        order = {b"II": "<", b"MM": ">"}.get(bytes(data[:2]))
        if order is None or len(data) < 8:
            raise Damaged("no directories")
        self.order: str = order
        version = self._unpack("H", 2)
        if version not in (42, 43):
            raise Damaged("no directories")
        self.big = version == 43
        self.start = self._unpack("Q", 8) if self.big else self._unpack("I", 4)

    def directory(self, start: int) -> tuple[dict[int, Slot], int]:
        """The tags at ``start``, less those that lead outside, and where the next directory is, 0 for nowhere."""
        count = self._unpack("Q" if self.big else "H", start)
        first, width = (start + 8, 20) if self.big else (start + 2, 12)
        if count > 65_535 or first + count * width > len(self.data):
            raise Damaged("a directory beyond the end")
        found: dict[int, Slot] = {}
        for entry in range(first, first + count * width, width):
            tag, kind = struct.unpack_from(self.order + "HH", self.data, entry)
            values = self._unpack("Q" if self.big else "I", entry + 4)
            if kind not in SIZES:
                continue
            slot = Slot(kind, values, entry + (12 if self.big else 8))
            if slot.length > (8 if self.big else 4):
                slot = Slot(kind, values, self._unpack("Q" if self.big else "I", slot.position))
            if slot.position + slot.length <= len(self.data):
                found.setdefault(tag, slot)
        after = first + count * width
        following = after + (8 if self.big else 4) <= len(self.data)
        return found, self._unpack("Q" if self.big else "I", after) if following else 0

    def bytes_of(self, slot: Slot) -> bytes:
        return bytes(self.data[slot.position : slot.position + slot.length])

    def integers(self, slot: Slot | None) -> list[int]:
        """Empty when there is none, or they are no integers."""
        if slot is None or slot.kind not in _INTEGERS:
            return []
        kind = np.dtype(self.order + _INTEGERS[slot.kind])
        values: list[int] = np.frombuffer(self.data, kind, slot.count, slot.position).tolist()
        return values

    def integer(self, slot: Slot | None, default: int = 0) -> int:
        values = self.integers(slot) if slot is None or slot.count < 1000 else []
        return values[0] if values else default

    def _unpack(self, kind: str, position: int) -> int:
        try:
            value: int = struct.unpack_from(self.order + kind, self.data, position)[0]
        except struct.error as error:
            raise Damaged("beyond the end") from error
        return value


@dataclass(slots=True, kw_only=True)
class Tags:
    """The directories of a photo's metadata, with their values."""

    order: str = "<"
    main: dict[int, Value] = field(default_factory=dict)
    private: dict[int, Value] = field(default_factory=dict)
    place: dict[int, Value] = field(default_factory=dict)
    interop: dict[int, Value] = field(default_factory=dict)

    def set_integers(self, tag: int, kind: int, *values: int) -> None:
        self.main[tag] = Value(kind, struct.pack(f"{self.order}{len(values)}{'H' if kind == SHORT else 'I'}", *values))

    def set_rational(self, tag: int, value: float) -> None:
        near = Fraction(min(max(value, 0.0), 1e6)).limit_denominator(1000)
        self.main[tag] = Value(RATIONAL, struct.pack(f"{self.order}II", near.numerator, near.denominator))

    def block(self, offset: int = 8) -> bytes:
        """As a TIFF block whose directories begin at ``offset``: the bytes from there on."""
        written = bytearray()

        def write(directory: dict[int, Value], below: dict[int, dict[int, Value]]) -> int:
            at = offset + len(written)
            fields = {tag: value for tag, value in directory.items() if tag not in _POINTERS}
            fields |= {tag: Value(LONG, bytes(4)) for tag, other in below.items() if other}
            values_at = at + 2 + 12 * len(fields) + 4
            entries, values = struct.pack(self.order + "H", len(fields)), bytearray()
            pointers = {}
            for tag, value in sorted(fields.items()):
                entries += struct.pack(self.order + "HHI", tag, value.kind, value.count)
                if tag in below:
                    pointers[tag] = len(written) + len(entries)
                if len(value.data) <= 4:
                    entries += value.data.ljust(4, b"\0")
                else:
                    entries += struct.pack(self.order + "I", values_at + len(values))
                    values += value.data + bytes(len(value.data) % 2)
            written.extend(entries + bytes(4) + values)
            for tag, position in pointers.items():
                inner = {INTEROP_IFD: self.interop} if tag == EXIF_IFD else {}
                struct.pack_into(self.order + "I", written, position, write(below[tag], inner))
            return at

        write(self.main, {EXIF_IFD: self.private, GPS_IFD: self.place})
        return bytes(written)

    def whole_block(self) -> bytes:
        """As an EXIF block; empty when there are no tags."""
        if not (self.main or self.private or self.place):
            return b""
        return header(self.order, 8) + self.block()


def header(order: str, first: int) -> bytes:
    return (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, first)


def read_tags(block: Block, budget: Budget, without: frozenset[int] = frozenset()) -> Tags:
    """The first directory and those below it, less the tags ``without``. Raises Damaged when there is no first."""
    tags = Tags(order=block.order)
    main, _ = block.directory(block.start)

    def values(slots: dict[int, Slot]) -> dict[int, Value]:
        found = {}
        for tag, slot in slots.items():
            if tag in without or tag in _POINTERS or slot.kind in (16, 17, 18):
                continue
            if slot.length > budget.left:
                budget.exceeded = True
                continue
            found[tag] = Value(slot.kind, budget.keep(block.bytes_of(slot)))
        return found

    def below(slots: dict[int, Slot], tag: int) -> dict[int, Slot]:
        start = block.integer(slots.get(tag))
        try:
            return block.directory(start)[0] if start else {}
        except Damaged:
            budget.damaged = True
            return {}

    private = below(main, EXIF_IFD)
    tags.main, tags.private = values(main), values(private)
    tags.place, tags.interop = values(below(main, GPS_IFD)), values(below(private, INTEROP_IFD))
    return tags
