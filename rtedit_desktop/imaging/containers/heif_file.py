"""HEIC: what stands beside the picture in its boxes. The pixels are for a decoder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rtedit_desktop.imaging.metadata.parts import Budget, Damaged, Parts

_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_LONGEST_BRANDS = 256
_CONTAINERS = frozenset({b"mif1", b"msf1"})  # which may hold pictures of other codecs, AVIF among them
_MOST_BOXES, _MOST_EXTENTS = 100_000, 100_000
_IN_FILE, _IN_ITEM_DATA = 0, 1
_XMP = b"application/rdf+xml"
_PROFILES = (b"prof", b"rICC")
_UNTOLD, _SRGB, _OF_FILMS = 2, 13, (1, 2, 6, 14, 15)  # by the numbers of ITU-T H.273


@dataclass(frozen=True, slots=True)
class Heif:
    """Metadata, and of the first picture: its size as it is coded, the bits of a channel, and its colours.

    These are told by four numbers, as in a PNG's cICP, or not at all.
    """

    parts: Parts
    size: tuple[int, int]
    bits: int
    code: bytes = b""


def is_heic(data: bytes) -> bool:
    """By the brands at the file's beginning; some writers name only what all such containers share."""
    if data[4:8] != b"ftyp":
        return False
    end = min(max(int.from_bytes(data[:4], "big"), 16), _LONGEST_BRANDS, len(data))
    first, others = data[8:12], {data[at : at + 4] for at in range(16, end - 3, 4)}
    if first in _CONTAINERS:
        return bool(others & _BRANDS) or not others & _AVIF_BRANDS
    return first in _BRANDS or (first not in _AVIF_BRANDS and bool(others & _BRANDS))


def read(data: bytes, budget: Budget) -> Heif:
    """EXIF, XMP and profile of a file. Raises Damaged where it has no picture."""
    for kind, inside in _boxes(_Bytes(data)):
        if kind == b"meta":
            return _Meta(data, inside).heif(budget)
    raise Damaged("no picture")


class _Bytes:
    """Bytes that are read one field after another. Raises Damaged at their end."""

    def __init__(self, data: bytes | memoryview) -> None:
        self._data, self._at = memoryview(data), 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def read(self, count: int) -> memoryview:
        if count > self.left:
            raise Damaged("beyond the end")
        self._at += count
        return self._data[self._at - count : self._at]

    def rest(self) -> memoryview:
        return self.read(self.left)

    def integer(self, size: int) -> int:
        return int.from_bytes(self.read(size), "big")

    def name(self) -> bytes:
        return bytes(self.read(4))

    def text(self) -> bytes:
        """Up to a zero, or to the end."""
        found, _, _ = bytes(self._data[self._at :]).partition(b"\0")
        self.read(min(len(found) + 1, self.left))
        return found

    def version(self) -> tuple[int, int]:
        """That of a full box, and its flags."""
        return self.integer(1), self.integer(3)


def _boxes(inside: _Bytes) -> Iterator[tuple[bytes, _Bytes]]:
    for _ in range(_MOST_BOXES):
        if inside.left < 8:
            return
        size, kind = inside.integer(4), inside.name()
        if size == 1:
            size = inside.integer(8) - 8
        yield kind, _Bytes(inside.rest() if size == 0 else inside.read(max(size - 8, 0)))


@dataclass(slots=True)
class _Item:
    kind: bytes = b""
    content: bytes = b""
    method: int = _IN_FILE
    extents: list[tuple[int, int]] = field(default_factory=list)
    properties: list[int] = field(default_factory=list)


class _Meta:
    """The boxes of the box that tells of all items."""

    def __init__(self, data: bytes, inside: _Bytes) -> None:
        self._data, self._item_data = memoryview(data), memoryview(b"")
        self._first, self._extents = 0, 0
        self._items: dict[int, _Item] = {}
        self._properties: list[tuple[bytes, _Bytes]] = []
        inside.version()
        for kind, box in _boxes(inside):
            match kind:
                case b"pitm":
                    version, _ = box.version()
                    self._first = box.integer(4 if version else 2)
                case b"iinf":
                    self._kinds(box)
                case b"iloc":
                    self._places(box)
                case b"iprp":
                    self._describe(box)
                case b"idat":
                    self._item_data = box.rest()

    def heif(self, budget: Budget) -> Heif:
        parts, size, bits, code = Parts(), (0, 0), 8, b""
        for number in self._items[self._first].properties if self._first in self._items else ():
            kind, box = self._properties[number - 1] if number <= len(self._properties) else (b"", _Bytes(b""))
            box = _Bytes(box.rest())
            if kind == b"ispe":
                box.version()
                size = box.integer(4), box.integer(4)
            elif kind == b"pixi":
                box.version()
                bits = max(box.read(box.integer(1)), default=8)
            elif kind == b"colr":
                name = box.name()
                if name in _PROFILES and not parts.icc:
                    parts.icc = budget.keep(bytes(box.rest()))
                elif name == b"nclx" and not code:
                    code = _code(box.integer(2), box.integer(2))
        if not all(size):
            raise Damaged("no size")
        for item in self._items.values():
            if item.kind == b"Exif" and not parts.exif:
                parts.exif = _tiff_block(self._content(item, budget))
            elif item.kind == b"mime" and item.content == _XMP and not parts.xmp:
                parts.xmp = self._content(item, budget)
        return Heif(parts, size, bits, code)

    def _content(self, item: _Item, budget: Budget) -> bytes:
        where = {_IN_FILE: self._data, _IN_ITEM_DATA: self._item_data}.get(item.method)
        if where is None or any(start + length > len(where) for start, length in item.extents):
            budget.damaged = True
            return b""
        if sum(length for _, length in item.extents) > budget.left:
            budget.exceeded = True
            return b""
        return budget.keep(b"".join(where[start : start + length] for start, length in item.extents))

    def _item(self, number: int) -> _Item:
        return self._items.setdefault(number, _Item())

    def _kinds(self, box: _Bytes) -> None:
        version, _ = box.version()
        box.integer(4 if version else 2)
        for kind, entry in _boxes(box):
            version, _ = entry.version() if kind == b"infe" else (0, 0)
            if version >= 2:
                item = self._item(entry.integer(2 if version == 2 else 4))
                entry.integer(2)
                item.kind = entry.name()
                entry.text()
                item.content = entry.text()

    def _places(self, box: _Bytes) -> None:
        version, _ = box.version()
        sizes, more = box.integer(1), box.integer(1)
        for _ in range(box.integer(4 if version == 2 else 2)):
            item = self._item(box.integer(4 if version == 2 else 2))
            item.method = box.integer(2) & 15 if version else _IN_FILE
            box.integer(2)
            base, extents = box.integer(more >> 4), box.integer(2)
            self._extents += extents  # which take no bytes where a field has none
            if self._extents > _MOST_EXTENTS:
                raise Damaged("more extents than a picture has")
            for _ in range(extents):
                box.integer(more & 15 if version else 0)
                start, length = box.integer(sizes >> 4), box.integer(sizes & 15)
                item.extents.append((base + start, length))

    def _describe(self, box: _Bytes) -> None:
        for kind, inside in _boxes(box):
            if kind == b"ipco":
                self._properties = list(_boxes(inside))
            elif kind == b"ipma":
                version, flags = inside.version()
                for _ in range(inside.integer(4)):
                    item = self._item(inside.integer(4 if version else 2))
                    for _ in range(inside.integer(1)):
                        item.properties.append(inside.integer(2) & 0x7FFF if flags & 1 else inside.integer(1) & 0x7F)


def _code(primaries: int, transfer: int) -> bytes:
    """What is not told, or told as of a film, is shown as sRGB everywhere."""
    primaries = 1 if primaries == _UNTOLD else primaries
    transfer = _SRGB if transfer in _OF_FILMS else transfer
    return bytes((primaries, transfer, 0, 1)) if max(primaries, transfer) < 256 else b""


def _tiff_block(content: bytes) -> bytes:
    """EXIF as it is everywhere; before it stands how far off it is."""
    return content[4 + int.from_bytes(content[:4], "big") :].removeprefix(b"Exif\0\0")
