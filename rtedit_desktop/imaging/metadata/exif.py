"""EXIF of a file, and how it reads once the pixels stand upright in sRGB.

EXIF is corrected in place, byte by byte, because a maker note holds offsets that writing the block anew would break.
What is personal is not cut out of it: the few tags that are known to be harmless are written anew.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from rtedit_desktop.imaging.metadata.directories import (
    ASCII,
    EXIF_IFD,
    INTEROP_IFD,
    LONG,
    SHORT,
    UNDEFINED,
    Block,
    Tags,
    Value,
    read_tags,
)  # fmt: skip
from rtedit_desktop.imaging.metadata.parts import Budget, Damaged, has_letters

_ORIENTATION, _COLOR_SPACE, _INTEROP_INDEX = 0x0112, 0xA001, 0x0001
_ADOBE_RGB, _UNCALIBRATED = 2, 0xFFFF
_DENSITY, _PER_INCH = (296, 282, 283), {2: 1.0, 3: 2.54}
_WIDTHS, _HEIGHTS = (0x0100, 0xA002), (0x0101, 0xA003)
_ACROSS_AND_DOWN = ((0x011A, 0x011B), (0xA20E, 0xA20F))
_THUMBNAILS = ((0x0201, 0x0202), (0x0111, 0x0117))

# Tags of a TIFF that describe how its own pixels are stored, so they mean nothing in another file; packets that are
# kept apart; and pictures of the photo as it was: layers, previews, raw data and what belongs to them.
STORAGE_TAGS = frozenset(
    {254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291}
    | {292, 293, 297, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328, 330, 332, 333, 334, 336, 338}
    | {339, 340, 341, 342, 343, 344, 345, 346, 347, 351, 400, 401, 402, 403, 404, 405, 433, 434, 435}
    | {512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 559}
    | {700, 33723, 34377, 34675, 37724, 50215, 50341}
    | {
        33421,
        33422,
        37393,
        50255,
        50706,
        50707,
        50784,
        *range(50708, 50834),
        *range(50879, 51200),
        *range(51041, 52600),
    }
)

# What says nothing of who, where and with which very camera: numbers of the exposure and of the picture.
_HARMLESS_NUMBERS = frozenset(
    {0x011A, 0x011B, 0x0128, _ORIENTATION, 0x013E, 0x013F, 0x0211, 0x0213, 0x0214}  # of the picture
    | {0x829A, 0x829D, 0x8822, 0x8827, *range(0x8830, 0x8836), *range(0x9201, 0x920B), 0x9102}
    | {_COLOR_SPACE, 0xA002, 0xA003, 0xA20E, 0xA20F, 0xA210, 0xA215, 0xA217, 0xA432, 0xA460, 0xA500}
    | {*range(0xA401, 0xA40B), 0xA40C}
)
_HARMLESS_NAMES = frozenset({0x010F, 0x0110, 0xA433, 0xA434})  # maker and model of camera and lens
_DATES = frozenset({0x0132, 0x9003, 0x9004, 0x9290, 0x9291, 0x9292})
_COPYRIGHT = 0x8298
_SHORT_CODES = frozenset({0x9000, 0x9101, 0xA000, 0xA300, 0xA301})  # versions and kinds, of up to four bytes
_NUMBERS = frozenset({1, 3, 4, 5, 6, 8, 9, 10, 11, 12})
_BYTES = frozenset({1, 6})
_COUNTS = {0x013E: 2, 0x013F: 6, 0x0211: 3, 0x0214: 6, 0x8827: 3, 0xA432: 4}  # of numbers; the others have one
_DATE = re.compile(rb"[0-9: .\0-]{1,32}")
_CODE = re.compile(rb"[0-9\0-\x10]{0,4}")
_LONGEST_NAME = 100


def orientation(block: bytes) -> int:
    """1 to 8; 1 where the block says nothing that makes sense."""
    try:
        tags = Block(block)
        value = tags.integer(tags.directory(tags.start)[0].get(_ORIENTATION), 1)
    except Damaged:
        return 1
    return value if 1 <= value <= 8 else 1


def is_adobe_rgb(block: bytes) -> bool:
    """Whether a camera says so, which writes no profile beside it: by the rules for its file system, or by a number."""
    try:
        tags = _tags(block)
    except Damaged:
        return False
    space = tags.private.get(_COLOR_SPACE)
    if space is None or space.kind != SHORT or space.count != 1:
        return False
    (number,) = struct.unpack(tags.order + "H", space.data)
    index = tags.interop.get(_INTEROP_INDEX)
    return bool(number == _ADOBE_RGB or (number == _UNCALIBRATED and index and index.data.startswith(b"R03")))


def has_orientation(block: bytes) -> bool:
    """Whether there is a tag that can tell it."""
    try:
        tags = Block(block)
        slot = tags.directory(tags.start)[0].get(_ORIENTATION)
    except Damaged:
        return False
    return slot is not None and slot.count == 1 and slot.kind in (SHORT, LONG)


def impersonal(block: bytes) -> bytes:
    """An EXIF block of what tells neither who took the photo, nor where, nor with which very camera.

    Kept are dates, exposure, maker and model of camera and lens, and a copyright notice. Raises Damaged.
    """
    tags = _tags(block)
    kept = Tags(order=tags.order)
    kept.main = {tag: _plain(tag, value) for tag, value in tags.main.items() if _is_harmless(tag, value)}
    kept.private = {tag: _plain(tag, value) for tag, value in tags.private.items() if _is_harmless(tag, value)}
    index = tags.interop.get(_INTEROP_INDEX)
    if index and index.kind == ASCII and index.data in (b"R98\0", b"R03\0"):
        kept.interop = {_INTEROP_INDEX: index, 2: Value(UNDEFINED, b"0100")}
    return kept.whole_block()


def _is_harmless(tag: int, value: Value) -> bool:
    if tag in _HARMLESS_NUMBERS:
        fits = value.count <= (1 if value.kind in _BYTES else _COUNTS.get(tag, 1))
        return value.kind in _NUMBERS and fits and not has_letters(value.data)
    if tag in _DATES:
        return value.kind == ASCII and _DATE.fullmatch(value.data) is not None
    if tag in _SHORT_CODES:
        return value.kind in (UNDEFINED, 1) and _CODE.fullmatch(value.data) is not None
    return value.kind == ASCII and (tag == _COPYRIGHT or (tag in _HARMLESS_NAMES and len(value.data) <= _LONGEST_NAME))


def _plain(tag: int, value: Value) -> Value:
    """A name without what stands behind its end."""
    if tag not in _HARMLESS_NAMES:
        return value
    return Value(value.kind, value.data.partition(b"\0")[0] + b"\0")


def for_tiff(block: bytes) -> Tags:
    """EXIF as tags for a TIFF's own directory, less those that say how pixels are stored. Raises Damaged."""
    return _tags(block, STORAGE_TAGS) if block else Tags()


def density(tags: Tags) -> tuple[float, float] | None:
    """Pixels per inch; None where the tags do not say so."""
    unit, x, y = (tags.main.get(tag) for tag in _DENSITY)
    kind = struct.unpack(tags.order + "H", unit.data)[0] if unit and unit.kind == SHORT and unit.count == 1 else 2
    if kind not in _PER_INCH or x is None or y is None or x.kind != 5 or y.kind != 5 or not (x.count == y.count == 1):
        return None
    pairs = [struct.unpack(tags.order + "II", value.data) for value in (x, y)]
    if not all(above and below for above, below in pairs):
        return None
    across, down = (above / below * _PER_INCH[kind] for above, below in pairs)
    return across, down


def fitted(block: bytes, limit: int) -> tuple[bytes, bool]:
    """The block, or what is left of it without its longest values where it is over the limit, and which it is."""
    if len(block) <= limit:
        return block, True
    try:
        tags = _tags(block)
    except Damaged:
        return b"", False
    while len(block) > limit:
        directories = (tags.main, tags.private, tags.place, tags.interop)
        longest = max(
            ((len(value.data), number, tag) for number, one in enumerate(directories) for tag, value in one.items()),
            default=None,
        )
        if longest is None:
            return b"", False
        # All of a like length at once: many small ones would take as many turns.
        for one in directories:
            for tag in [tag for tag, value in one.items() if len(value.data) > longest[0] // 2]:
                del one[tag]
        block = tags.whole_block()
    return block, False


def corrected(block: bytes, size: tuple[int, int], srgb: bool, orientation: int = 1) -> bytes:
    """The same EXIF saying: stored in this orientation, of this (width, height), without the old thumbnail.

    With ``srgb`` the pixels were converted, and a colour space that is named is named sRGB. Raises Damaged when it
    is not readable EXIF.
    """
    if not block:
        return b""
    changed = bytearray(block)
    try:
        _correct(changed, size, srgb, orientation)
    except struct.error as error:
        raise Damaged("EXIF that points outside itself") from error
    return bytes(changed)


def _tags(block: bytes, without: frozenset[int] = frozenset()) -> Tags:
    return read_tags(Block(block), Budget(1 << 30), without)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One field of a directory; ``position`` is where its four bytes of value or offset lie."""

    kind: int
    count: int
    position: int


def _correct(block: bytearray, size: tuple[int, int], srgb: bool, orientation: int) -> None:
    order = {b"II": "<", b"MM": ">"}.get(bytes(block[:2]))
    if order is None or struct.unpack_from(order + "H", block, 2)[0] != 42:
        raise Damaged("not EXIF")
    start = struct.unpack_from(order + "I", block, 4)[0]
    main, next_at = _directory(block, order, start)
    private = _sub_directory(block, order, main.get(EXIF_IFD))
    stored = main.get(_ORIENTATION)
    before = _integer(block, order, stored) if stored and stored.count == 1 and stored.kind in (SHORT, LONG) else 1
    if (5 <= before <= 8) != (5 <= orientation <= 8):
        _swap_densities(block, main, private)
    for directory in (main, private):
        _set_integer(block, order, directory.get(_ORIENTATION), orientation)
        for value, tags in zip(size, (_WIDTHS, _HEIGHTS), strict=True):
            for tag in tags:
                _set_integer(block, order, directory.get(tag), value)
    if srgb:
        _set_integer(block, order, private.get(_COLOR_SPACE), 1)
        index = _sub_directory(block, order, private.get(INTEROP_IFD)).get(_INTEROP_INDEX)
        if index and block[index.position : index.position + 4] == b"R03\x00":
            block[index.position : index.position + 4] = b"R98\x00"
    _drop_thumbnail(block, order, next_at)


def _directory(block: bytearray, order: str, start: int) -> tuple[dict[int, _Entry], int]:
    """The fields of the directory at ``start`` by tag, and where its link to the next one lies."""
    count = struct.unpack_from(order + "H", block, start)[0]
    entries = {}
    for number in range(count):
        position = start + 2 + 12 * number
        tag, kind, values = struct.unpack_from(order + "HHI", block, position)
        struct.unpack_from("4s", block, position + 8)
        entries[tag] = _Entry(kind, values, position + 8)
    return entries, start + 2 + 12 * count


def _sub_directory(block: bytearray, order: str, pointer: _Entry | None) -> dict[int, _Entry]:
    if pointer is None:
        return {}
    return _directory(block, order, struct.unpack_from(order + "I", block, pointer.position)[0])[0]


def _integer(block: bytearray, order: str, entry: _Entry) -> int:
    value: int = struct.unpack_from(order + ("H" if entry.kind == SHORT else "I"), block, entry.position)[0]
    return value


def _set_integer(block: bytearray, order: str, entry: _Entry | None, value: int) -> None:
    if entry is None or entry.count != 1 or entry.kind not in (SHORT, LONG):
        return
    if entry.kind == SHORT:
        struct.pack_into(order + "HH", block, entry.position, min(value, 0xFFFF), 0)
    else:
        struct.pack_into(order + "I", block, entry.position, value)


def _swap_densities(block: bytearray, *directories: dict[int, _Entry]) -> None:
    """What was so many pixels per inch across is so many down, once the picture lies on its side."""
    for directory in directories:
        for across, down in _ACROSS_AND_DOWN:
            x, y = directory.get(across), directory.get(down)
            if x and y and (x.kind, x.count) == (y.kind, y.count):
                one, other = (slice(entry.position, entry.position + 4) for entry in (x, y))
                block[one], block[other] = block[other], block[one]


def _drop_thumbnail(block: bytearray, order: str, next_at: int) -> None:
    """Unlink the second directory and blank its picture, which shows the photo before the edit."""
    if len(block) < next_at + 4:
        return
    start = struct.unpack_from(order + "I", block, next_at)[0]
    struct.pack_into(order + "I", block, next_at, 0)
    if start == 0:
        return
    try:
        thumbnail, _ = _directory(block, order, start)
        spans = [
            (_integer(block, order, thumbnail[offset]), _integer(block, order, thumbnail[length]))
            for offset, length in _THUMBNAILS
            if offset in thumbnail and length in thumbnail
        ]
    except struct.error:
        return  # a damaged thumbnail is unlinked all the same
    for first, length in spans:
        last = min(first + length, len(block))
        if next_at + 4 <= first < last:
            block[first:last] = b"" if last == len(block) else bytes(last - first)
