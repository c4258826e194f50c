"""TIFF: tags apart from the picture; pictures of 8 and 16 bits with whatever channels, read and written."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from PIL import Image

from rtedit_desktop.imaging.containers import tiff_pages
from rtedit_desktop.imaging.containers.tiff_samples import Samples, described, is_packed_as_picture
from rtedit_desktop.imaging.metadata import exif, photoshop
from rtedit_desktop.imaging.metadata.directories import (
    BYTE,
    LONG,
    RATIONAL,
    SHORT,
    UNDEFINED,
    Block,
    Slot,
    Tags,
    Value,
    header,
    read_tags,
)  # fmt: skip
from rtedit_desktop.imaging.metadata.parts import Budget, Damaged, Parts

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL = 256, 257, 258, 259, 262, 266
_OFFSETS, _SAMPLES, _ROWS, _COUNTS, _PLANAR, _PREDICTOR = 273, 277, 278, 279, 284, 317
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_COUNTS, _INK_SET, _EXTRA, _FORMAT = 322, 323, 324, 325, 332, 338, 339
_XRES, _YRES, _RES_UNIT, _XMP, _IPTC, _RESOURCES, _ICC = 282, 283, 296, 700, 33723, 34377, 34675
_LAYERS, _CREDENTIALS, _WHITE_POINT, _COLOUR_MAP = 37724, 52545, 318, 320
# What a decoder must know of the picture.
_FOR_DECODERS = frozenset(
    {_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL, _OFFSETS, _SAMPLES, _ROWS, _COUNTS, 280, 281, _PLANAR}
    | {292, 293, _PREDICTOR, 318, 319, 320, _TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_COUNTS}
    | {_INK_SET, 336, _EXTRA}
    | {_FORMAT, 340, 341, 347, *range(512, 522), 529, 530, 531, 532}
)
_LOSSLESS = frozenset({1, 5, 8, 32773, 32946, 34925, 50000})
_PREDICTED = frozenset({5, 8, 32946, 34925, 50000})
_COLOURS = {0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 8: 3, 9: 3}
_PALETTE, _LAB, _ICC_LAB = 3, 8, 9
# Descriptions by which tifffile, ImageJ and OME say how pages and channels make up an array.
_DESCRIPTION = 270
_OF_STORAGE = re.compile(
    rb"\s*(\{\"(shape|axes)\"|ImageJ=|(<\?xml[^<]{0,200})?(<!--.{0,2000}?-->\s*)?<OME[\s>])", re.DOTALL
)
_SIGNED, _COMPLEX = {2}, {5, 6}  # kinds of samples
UNASSOCIATED, ASSOCIATED = 2, 1
_STRIP_BYTES, _MOST_PIXELS = 1 << 18, 1 << 28


@dataclass(slots=True, kw_only=True)
class Picture:
    """How the pixels of the first directory are stored."""

    block: Block
    slots: dict[int, Slot]
    width: int
    height: int
    bits: tuple[int, ...]
    photometric: int
    samples: int

    @property
    def colours(self) -> int:
        return _COLOURS.get(self.photometric, 0)

    @property
    def kinds(self) -> set[int]:
        """Of numbers, as the format counts them; empty where it does not tell."""
        return set(self.block.integers(self.slots.get(_FORMAT))[:64])

    @property
    def lab(self) -> str:
        """Which way of numbering Lab colours it has; empty for none."""
        return {_LAB: "CIE", _ICC_LAB: "ICC"}.get(self.photometric, "")

    @property
    def palette(self) -> np.ndarray:
        """(colours, 3) uint16; some programs write values of 8 bits into it."""
        values = np.array(self.block.integers(self.slots.get(_COLOUR_MAP)), np.uint16)
        colours: np.ndarray = values[: len(values) // 3 * 3].reshape(3, -1).T
        if colours.size and colours.max() <= 0xFF:
            colours = colours * 257
        return colours

    @property
    def is_of_daylight(self) -> bool:
        """Whether its white is that of D65; Lab has that of D50 unless it is told otherwise."""
        slot = self.slots.get(_WHITE_POINT)
        if slot is None or slot.kind != RATIONAL or slot.count != 2:
            return False
        x, above_x, y, above_y = struct.unpack(self.block.order + "4I", self.block.bytes_of(slot))
        return bool(above_x and above_y) and abs(x / above_x - 0.3127) < 0.002 and abs(y / above_y - 0.329) < 0.002

    @property
    def has_brightness(self) -> bool:
        """From dark to bright; greys with a sign may have one, which their values tell."""
        return not self.kinds & (_COMPLEX | (_SIGNED if self.samples > 1 and not self.lab else set()))

    @property
    def description(self) -> str:
        """Its kind in technical words, for one that cannot be read."""
        compression = self.block.integer(self.slots.get(_COMPRESSION), 1)
        return described(self.photometric, set(self.bits), self.kinds, compression)

    @property
    def is_readable(self) -> bool:
        return not is_packed_as_picture(self.block.integer(self.slots.get(_COMPRESSION), 1))

    def samples_read(self) -> Samples | None:
        """How they lie in its rows; None for those that are read otherwise, or not at all."""
        predictor = self.block.integer(self.slots.get(_PREDICTOR), 1)
        if self.block.integer(self.slots.get(_COMPRESSION), 1) not in _PREDICTED:
            predictor = 1
        kinds = {1} if self.lab and self.kinds <= {1, 2, 4} else self.kinds
        one = Samples.of(set(self.bits), kinds, self.block.order, predictor)
        return None if one is None or (self.lab and one.bits not in (8, 16)) else one

    @property
    def extras(self) -> tuple[int, ...]:
        """What each channel after the colours means: 0 for nothing known, 1 and 2 for kinds of transparency."""
        beyond = max(self.samples - self.colours, 0)
        if _EXTRA not in self.slots:
            return (UNASSOCIATED,) if beyond == 1 and self.colours == 3 else (0,) * beyond
        return tuple((self.block.integers(self.slots[_EXTRA]) + [0] * beyond)[:beyond])

    @property
    def multiplied(self) -> int:
        """The channel of a transparency that the colours are multiplied with; 0 for none."""
        kinds = [kind for kind in self.extras if kind in (UNASSOCIATED, ASSOCIATED)]
        return self.colours + self.extras.index(ASSOCIATED) if kinds[:1] == [ASSOCIATED] else 0


def read(data: bytes, budget: Budget) -> tuple[Parts, Picture]:
    """Raises Damaged and Raw."""
    block = Block(data)
    page = tiff_pages.first_page(block)
    block.start, slots, picture = page.start, page.described, _picture(block, page.slots)
    parts = Parts(compressed=block.integer(page.slots.get(_COMPRESSION), 1) != 1)
    tags = read_tags(block, budget, exif.STORAGE_TAGS)
    if _DESCRIPTION in tags.main and _OF_STORAGE.match(tags.main[_DESCRIPTION].data):
        del tags.main[_DESCRIPTION]
    parts.exif, parts.density = tags.whole_block(), exif.density(tags)
    for tag, name in ((_XMP, "xmp"), (_ICC, "icc"), (_RESOURCES, "resources")):
        slot = slots.get(tag)
        if slot is not None and slot.kind in (BYTE, UNDEFINED, 2, 6):
            if slot.length > budget.left:
                budget.exceeded = True
            else:
                setattr(parts, name, budget.keep(block.bytes_of(slot)))
    slot = slots.get(_IPTC)
    if slot is not None and not photoshop.iptc(parts.resources) and slot.length <= budget.left:
        parts.resources += photoshop.iptc_block(budget.keep(block.bytes_of(slot)))
    if _LAYERS in slots:
        parts.lost.add("layers")
    if _CREDENTIALS in slots:
        parts.lost.add("credentials")
    parts.frames = page.frames
    return parts, picture


def _picture(block: Block, slots: dict[int, Slot]) -> Picture:
    samples = block.integer(slots.get(_SAMPLES), 1)
    width, height = block.integer(slots.get(_WIDTH)), block.integer(slots.get(_HEIGHT))
    if not (width and height and 1 <= samples <= 64):
        raise Damaged("no size")
    bits = tuple(block.integers(slots.get(_BITS))[:64]) or (1,)
    photometric = block.integer(slots.get(_PHOTOMETRIC), 1)
    return Picture(
        block=block, slots=slots, width=width, height=height, bits=bits, photometric=photometric, samples=samples
    )


def pixels(picture: Picture, opened: Callable[[bytes], Image.Image]) -> tuple[np.ndarray, Samples] | None:
    """(H, W, channels) uint8 or uint16, white the highest of greys, and how they were stored; None for other kinds.

    ``opened`` decodes: any lossless compression is one of bytes, so the file is shown to it as a grey picture of
    bytes, and what they mean is worked out here. Raises Damaged, NoBrightness and what ``opened`` raises.
    """
    block, slots = picture.block, picture.slots
    compression, how = block.integer(slots.get(_COMPRESSION), 1), picture.samples_read()
    if (
        how is None
        or compression not in _LOSSLESS
        or not picture.colours
        or picture.samples < picture.colours
        or (how.bits in (1, 2, 4) and picture.colours == 1)  # which a decoder knows as well
        or block.integer(slots.get(_INK_SET), 1) != 1
    ):
        return None
    planes = picture.samples if block.integer(slots.get(_PLANAR), 1) == 2 and picture.samples > 1 else 1
    tile = block.integer(slots.get(_TILE_WIDTH)) if _TILE_OFFSETS in slots else 0
    if how.across(picture.width, tile) * picture.height > _MOST_PIXELS:
        raise Damaged("tiles that are wider than any picture")
    result = np.empty((picture.height, picture.width, picture.samples), how.dtype)
    for plane in range(planes):
        strips = _Strips(picture, how, tile, plane, planes)
        rows = strips.in_place(compression)
        if rows is None:
            rows = np.asarray(opened(strips.as_bytes(compression)))
        if rows.shape != (picture.height, strips.row_bytes):
            raise Damaged("pixels are missing")
        how.read(rows, result[..., plane : plane + 1] if planes > 1 else result, tile)
    if picture.photometric == 0:
        white = result[..., picture.multiplied] if picture.multiplied else np.iinfo(result.dtype).max
        result[..., 0] = white - np.minimum(result[..., 0], white)
    return _coloured(picture, result) if picture.photometric == _PALETTE else result, how


def _coloured(picture: Picture, numbers: np.ndarray) -> np.ndarray:
    """(H, W, 3 and more) of the numbers of colours, in their depth; what its palette lacks is black."""
    colours = np.zeros((np.iinfo(numbers.dtype).max + 1, 3), np.uint16)
    found = picture.palette[: len(colours)]
    colours[: len(found)] = found
    if numbers.dtype == np.uint8:
        colours = ((colours.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    shown = colours[numbers[..., 0]]
    return np.dstack([shown, numbers[..., 1:]]) if numbers.shape[2] > 1 else shown


class _Strips:
    """Strips or tiles of a plane of a picture, as bytes."""

    def __init__(self, picture: Picture, how: Samples, tile: int, plane: int, planes: int) -> None:
        self._picture, self._plane, self._planes = picture, plane, planes
        each = picture.samples // planes
        self.row_bytes, self._tile_bytes = (
            how.row_bytes(how.across(picture.width, tile), each),
            how.row_bytes(tile, each),
        )

    def in_place(self, compression: int) -> np.ndarray | None:
        """(H, bytes of a row) uint8 where they lie one after another, as they mostly do: no copy is made."""
        picture, width = self._picture, self.row_bytes
        block, slots = picture.block, picture.slots
        where = self._own(block.integers(slots.get(_OFFSETS)))
        height = min(block.integer(slots.get(_ROWS), picture.height) or picture.height, picture.height)
        if compression != 1 or not where or len(where) != -(-picture.height // height) or _TILE_OFFSETS in slots:
            return None
        one_after_another = [where[0] + height * width * number for number in range(len(where))]
        if where != one_after_another or where[0] + picture.height * width > len(block.data):
            return None
        if block.integer(slots.get(_FILL), 1) != 1:
            return None
        return np.frombuffer(block.data, np.uint8, picture.height * width, where[0]).reshape(picture.height, width)

    def as_bytes(self, compression: int) -> bytes:
        """The file with a first directory that tells of a grey picture, one value to a byte."""
        picture = self._picture
        block, slots = picture.block, picture.slots
        tiled = _TILE_OFFSETS in slots
        places, counts = (slots.get(tag) for tag in ((_TILE_OFFSETS, _TILE_COUNTS) if tiled else (_OFFSETS, _COUNTS)))
        all_places, all_lengths = block.integers(places), block.integers(counts)
        where = self._own(all_places)
        lengths = self._own(all_lengths) if len(all_lengths) == len(all_places) else []
        if not where or (not lengths and (compression != 1 or len(where) != 1)):
            raise Damaged("no strips")
        if not lengths:
            lengths = [picture.height * self.row_bytes]
        if any(start + length > len(block.data) for start, length in zip(where, lengths, strict=True)):
            raise Damaged("a strip beyond the end")
        fields = {
            _WIDTH: [self.row_bytes], _HEIGHT: [picture.height], _BITS: [8], _COMPRESSION: [compression],
            _PHOTOMETRIC: [1], _SAMPLES: [1], _FILL: [block.integer(slots.get(_FILL), 1)],
        }  # fmt: skip
        if tiled:
            tile = block.integer(slots.get(_TILE_WIDTH)), block.integer(slots.get(_TILE_HEIGHT))
            if not all(0 < side <= 65_536 for side in tile):
                raise Damaged("no tiles")
            fields |= {_TILE_WIDTH: [self._tile_bytes], _TILE_HEIGHT: [tile[1]], _TILE_OFFSETS: where}
            fields |= {_TILE_COUNTS: lengths}
        else:
            rows = min(block.integer(slots.get(_ROWS), picture.height) or picture.height, picture.height)
            if len(where) != -(-picture.height // rows):
                raise Damaged("not as many strips as rows")
            fields |= {_ROWS: [rows], _OFFSETS: where, _COUNTS: lengths}
        # Byte by byte nothing depends on the file's order, so the directory is of the plainest kind.
        packed = {tag: (LONG, len(values), struct.pack(f"<{len(values)}I", *values)) for tag, values in fields.items()}
        return _with_directory(block.data, packed, "<", False)

    def _own(self, values: list[int]) -> list[int]:
        share = len(values) // self._planes
        return values[self._plane * share : (self._plane + 1) * share]


def picture_alone(picture: Picture) -> bytes:
    """The file with a first directory of nothing but what a decoder must know."""
    block = picture.block
    fields = {
        tag: (slot.kind, slot.count, block.bytes_of(slot))
        for tag, slot in picture.slots.items()
        if tag in _FOR_DECODERS
    }
    if _COLOUR_MAP in fields and picture.photometric == _PALETTE:
        values = picture.palette.T.ravel()
        fields[_COLOUR_MAP] = (SHORT, len(values), values.astype(block.order + "u2").tobytes())
    return _with_directory(block.data, fields, block.order, block.big)


def _with_directory(data: bytes, fields: dict[int, tuple[int, int, bytes]], order: str, big: bool) -> bytes:
    """The whole file again, its header leading to a directory behind all else."""
    wide, place, width = (8, "Q", 20) if big else (4, "I", 12)
    start = len(data) + len(data) % 2
    values_at = start + (8 if big else 2) + width * len(fields) + wide
    entries, values = struct.pack(order + ("Q" if big else "H"), len(fields)), bytearray()
    for tag, (kind, count, packed) in sorted(fields.items()):
        entries += struct.pack(f"{order}HH{place}", tag, kind, count)
        if len(packed) <= wide:
            entries += packed.ljust(wide, b"\0")
        else:
            entries += struct.pack(order + place, values_at + len(values))
            values += packed + bytes(len(packed) % 2)
    head = data[:8] + struct.pack(order + "Q", start) if big else header(order, start)
    return b"".join([head, memoryview(data)[len(head) :], bytes(len(data) % 2), entries, bytes(wide), values])


def write(file: BinaryIO, values: np.ndarray, extras: tuple[int, ...], tags: Tags, parts: Parts) -> None:
    """``values``: (H, W, 1, 3 or 4 colours and ``extras``) uint8 or uint16.

    ``tags`` are the EXIF; of ``parts`` XMP, profile and image resources are written, and compressed or not as it says.
    """
    height, width, channels = values.shape
    colours = channels - len(extras)
    depth = values.dtype.itemsize * 8
    rows = max(1, min(height, _STRIP_BYTES // max(1, width * channels * depth // 8)))
    strips = [
        _packed(values[top : top + rows], tags.order, parts.compressed) if parts.compressed else None
        for top in range(0, height, rows)
    ]
    counts = [
        len(strip) if strip is not None else values[top : top + rows].nbytes
        for strip, top in zip(strips, range(0, height, rows), strict=True)
    ]
    offsets = list(8 + np.cumsum([0, *counts[:-1]]))
    tags.set_integers(_WIDTH, LONG, width)
    tags.set_integers(_HEIGHT, LONG, height)
    tags.set_integers(_BITS, SHORT, *(depth,) * channels)
    tags.set_integers(_COMPRESSION, SHORT, 8 if parts.compressed else 1)
    tags.set_integers(_PHOTOMETRIC, SHORT, {1: 1, 3: 2, 4: 5}[colours])
    tags.set_integers(_OFFSETS, LONG, *map(int, offsets))
    tags.set_integers(_COUNTS, LONG, *counts)
    tags.set_integers(_SAMPLES, SHORT, channels)
    tags.set_integers(_ROWS, LONG, rows)
    tags.set_integers(_PLANAR, SHORT, 1)
    if parts.compressed:
        tags.set_integers(_PREDICTOR, SHORT, 2)
    if extras:
        tags.set_integers(_EXTRA, SHORT, *extras)
    if parts.density and not {_XRES, _YRES} <= set(tags.main):
        tags.set_rational(_XRES, parts.density[0])
        tags.set_rational(_YRES, parts.density[1])
        tags.set_integers(_RES_UNIT, SHORT, 2)
    for tag, kind, data in ((_XMP, BYTE, parts.xmp), (_ICC, UNDEFINED, parts.icc)):
        if data:
            tags.main[tag] = Value(kind, data)
    if parts.resources:
        iptc = photoshop.iptc(parts.resources)
        if photoshop.iptc_block(iptc) != parts.resources:  # else its own tag says all
            tags.main[_RESOURCES] = Value(BYTE, parts.resources)
        if iptc:
            tags.main[_IPTC] = Value(UNDEFINED, iptc)
    start = 8 + sum(counts)
    file.write(header(tags.order, start + start % 2))
    for strip, top in zip(strips, range(0, height, rows), strict=True):
        file.write(strip if strip is not None else _packed(values[top : top + rows], tags.order, False))
    file.write(bytes(start % 2) + tags.block(start + start % 2))


def _packed(rows: np.ndarray, order: str, compressed: bool) -> bytes:
    if compressed:  # each value less that of its left neighbour, as predictor 2 has it
        rows = np.concatenate([rows[:, :1], rows[:, 1:] - rows[:, :-1]], axis=1)
    data = rows.astype(rows.dtype.newbyteorder("<" if order == "<" else ">"), copy=False).tobytes()
    return zlib.compress(data, 4) if compressed else data
