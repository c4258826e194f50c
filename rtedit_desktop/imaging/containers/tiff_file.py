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

from rtedit_desktop.imaging.metadata import exif, photoshop
from rtedit_desktop.imaging.metadata.directories import (
    BYTE,
    LONG,
    SHORT,
    UNDEFINED,
    Block,
    Slot,
    Tags,
    Value,
    header,
    read_tags,
)  # fmt: skip
from rtedit_desktop.imaging.metadata.parts import FRAME_LIMIT, Budget, Damaged, Parts

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL = 254, 256, 257, 258, 259, 262, 266
_OFFSETS, _SAMPLES, _ROWS, _COUNTS, _PLANAR, _PREDICTOR = 273, 277, 278, 279, 284, 317
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_COUNTS, _EXTRA, _FORMAT = 322, 323, 324, 325, 338, 339
_XRES, _YRES, _RES_UNIT, _XMP, _IPTC, _RESOURCES, _ICC = 282, 283, 296, 700, 33723, 34377, 34675
_LAYERS, _DNG, _SUB_DIRECTORIES = 37724, 50706, 330
_CFA, _LINEAR_RAW = 32803, 34892
# What a decoder must know of the picture.
_FOR_DECODERS = frozenset(
    {_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _FILL, _OFFSETS, _SAMPLES, _ROWS, _COUNTS, 280, 281, _PLANAR}
    | {292, 293, _PREDICTOR, 318, 319, 320, _TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_COUNTS, 332, 336, _EXTRA}
    | {_FORMAT, 340, 341, 347, *range(512, 522), 529, 530, 531, 532}
)
_LOSSLESS = frozenset({1, 5, 8, 32773, 32946, 34925, 50000})
_PREDICTED = frozenset({5, 8, 32946, 34925, 50000})
_COLOURS = {0: 1, 1: 1, 2: 3, 5: 4}
_MODELS = {1: "L", 3: "RGB", 4: "CMYK"}
# Descriptions by which tifffile, ImageJ and OME say how pages and channels make up an array.
_DESCRIPTION = 270
_OF_STORAGE = re.compile(
    rb"\s*(\{\"(shape|axes)\"|ImageJ=|(<\?xml[^<]{0,200})?(<!--.{0,2000}?-->\s*)?<OME[\s>])", re.DOTALL
)
_SIGNED, _FRACTIONS = {2}, {3, 5, 6}  # kinds of samples; the others are whole numbers, or not known
_PER_INCH = {2: 1.0, 3: 2.54}
UNASSOCIATED, ASSOCIATED = 2, 1
_STRIP_BYTES = 1 << 18


class Raw(ValueError):
    """What a sensor saw, of which the file has only a preview for others."""


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
    def has_whole_numbers(self) -> bool:
        """From 0 on; greys with a sign may be, which their values tell."""
        kinds = set(self.block.integers(self.slots.get(_FORMAT))[:64])
        return not kinds & (_FRACTIONS | (_SIGNED if self.samples > 1 else set()))

    @property
    def extras(self) -> tuple[int, ...]:
        """What each channel after the colours means: 0 for nothing known, 1 and 2 for kinds of transparency."""
        beyond = max(self.samples - self.colours, 0)
        if _EXTRA not in self.slots:
            return (UNASSOCIATED,) if beyond == 1 and self.colours == 3 else (0,) * beyond
        return tuple((self.block.integers(self.slots[_EXTRA]) + [0] * beyond)[:beyond])


def read(data: bytes, budget: Budget) -> tuple[Parts, Picture]:
    """Raises Damaged and Raw."""
    block = Block(data)
    slots, following = block.directory(block.start)
    picture = _picture(block, slots)
    _refuse_raw(block, slots, picture)
    parts = Parts(compressed=block.integer(slots.get(_COMPRESSION), 1) != 1)
    tags = read_tags(block, budget, exif.STORAGE_TAGS)
    if _DESCRIPTION in tags.main and _OF_STORAGE.match(tags.main[_DESCRIPTION].data):
        del tags.main[_DESCRIPTION]
    parts.exif, parts.density = tags.whole_block(), _density(tags)
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
    parts.frames = _count(block, following)
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


def _refuse_raw(block: Block, slots: dict[int, Slot], picture: Picture) -> None:
    reduced = block.integer(slots.get(_SUBFILE)) & 1
    if (
        block.data[8:10] == b"CR"
        or picture.photometric in (_CFA, _LINEAR_RAW)
        or (reduced and (_DNG in slots or _SUB_DIRECTORIES in slots))
    ):
        raise Raw


def _density(tags: Tags) -> tuple[float, float] | None:
    unit, x, y = (tags.main.get(tag) for tag in (_RES_UNIT, _XRES, _YRES))
    kind = struct.unpack(tags.order + "H", unit.data)[0] if unit and unit.kind == SHORT and unit.count == 1 else 2
    if kind not in _PER_INCH or x is None or y is None or x.kind != 5 or y.kind != 5 or not (x.count == y.count == 1):
        return None
    pairs = [struct.unpack(tags.order + "II", value.data) for value in (x, y)]
    if not all(above and below for above, below in pairs):
        return None
    across, down = (above / below * _PER_INCH[kind] for above, below in pairs)
    return across, down


def _count(block: Block, following: int) -> int:
    """Pages, at most one more than are counted."""
    seen = {0, block.start}
    while following not in seen and len(seen) - 1 <= FRAME_LIMIT:
        seen.add(following)
        try:
            _, following = block.directory(following)
        except Damaged:
            break
    return len(seen) - 1


def pixels(picture: Picture, opened: Callable[[bytes], Image.Image]) -> np.ndarray | None:
    """(H, W, channels) uint8 or uint16 as stored, white the highest of greys; None where they are stored otherwise.

    ``opened`` decodes: any lossless compression is one of bytes, so the file is shown to it as a grey picture of
    bytes, and what they mean is worked out here. Raises Damaged and what ``opened`` raises.
    """
    block, slots = picture.block, picture.slots
    compression, predictor = block.integer(slots.get(_COMPRESSION), 1), block.integer(slots.get(_PREDICTOR), 1)
    depth, colours = picture.bits[0], picture.colours
    if (
        set(picture.bits) not in ({8}, {16})
        or compression not in _LOSSLESS
        or not colours
        or picture.samples < colours
        or set(block.integers(slots.get(_FORMAT))[:64]) - {1}
        or predictor not in (1, 2)
        or block.integer(slots.get(332), 1) != 1
    ):
        return None
    planes = picture.samples if block.integer(slots.get(_PLANAR), 1) == 2 and picture.samples > 1 else 1
    each = picture.samples // planes
    bytes_each = each * depth // 8
    predicted = predictor == 2 and compression in _PREDICTED
    result = np.empty((picture.height, picture.width, picture.samples), np.uint8 if depth == 8 else np.uint16)
    for plane in range(planes):
        rows = _in_place(picture, compression, bytes_each, plane, planes)
        if rows is None:
            rows = np.asarray(opened(_as_bytes(picture, compression, bytes_each, plane, planes)))
        if rows.shape != (picture.height, picture.width * bytes_each):
            raise Damaged("pixels are missing")
        values = np.ascontiguousarray(rows).view("u1" if depth == 8 else block.order + "u2")
        values = values.reshape(picture.height, picture.width, each)
        target = result[..., plane : plane + 1] if planes > 1 else result
        target[:] = values
        if predicted:
            width = block.integer(slots.get(_TILE_WIDTH)) or picture.width
            for left in range(0, picture.width, width):
                part = target[:, left : left + width]
                np.cumsum(part, axis=1, dtype=part.dtype, out=part)
    if picture.photometric == 0:
        np.subtract(np.iinfo(result.dtype).max, result[..., 0], out=result[..., 0])
    return result


def _in_place(picture: Picture, compression: int, bytes_each: int, plane: int, planes: int) -> np.ndarray | None:
    """(H, bytes of a row) uint8 where they lie one after another in the file, as they mostly do: no copy is made."""
    block, slots = picture.block, picture.slots
    where = block.integers(slots.get(_OFFSETS))
    share, width = len(where) // planes, picture.width * bytes_each
    where = where[plane * share : (plane + 1) * share]
    height = min(block.integer(slots.get(_ROWS), picture.height) or picture.height, picture.height)
    if compression != 1 or not where or len(where) != -(-picture.height // height) or _TILE_OFFSETS in slots:
        return None
    one_after_another = [where[0] + height * width * number for number in range(len(where))]
    if where != one_after_another or where[0] + picture.height * width > len(block.data):
        return None
    if block.integer(slots.get(_FILL), 1) != 1:
        return None
    return np.frombuffer(block.data, np.uint8, picture.height * width, where[0]).reshape(picture.height, width)


def _as_bytes(picture: Picture, compression: int, bytes_each: int, plane: int, planes: int) -> bytes:
    """The file with a first directory that tells of a grey picture, one value to a byte."""
    block, slots = picture.block, picture.slots
    tiled = _TILE_OFFSETS in slots
    places, counts = (slots.get(tag) for tag in ((_TILE_OFFSETS, _TILE_COUNTS) if tiled else (_OFFSETS, _COUNTS)))
    where, lengths = block.integers(places), block.integers(counts)
    share = len(where) // planes
    where, lengths = where[plane * share : (plane + 1) * share], lengths[plane * share : (plane + 1) * share]
    if not where or (len(lengths) != len(where) and (compression != 1 or len(where) != 1)):
        raise Damaged("no strips")
    if not lengths:
        lengths = [picture.height * picture.width * bytes_each]
    if any(start + length > len(block.data) for start, length in zip(where, lengths, strict=True)):
        raise Damaged("a strip beyond the end")
    fields = {
        _WIDTH: [picture.width * bytes_each], _HEIGHT: [picture.height], _BITS: [8], _COMPRESSION: [compression],
        _PHOTOMETRIC: [1], _SAMPLES: [1], _FILL: [block.integer(slots.get(_FILL), 1)],
    }  # fmt: skip
    if tiled:
        tile = block.integer(slots.get(_TILE_WIDTH)), block.integer(slots.get(_TILE_HEIGHT))
        if not all(0 < side <= 65_536 for side in tile):
            raise Damaged("no tiles")
        fields |= {_TILE_WIDTH: [tile[0] * bytes_each], _TILE_HEIGHT: [tile[1]], _TILE_OFFSETS: where}
        fields |= {_TILE_COUNTS: lengths}
    else:
        rows = min(block.integer(slots.get(_ROWS), picture.height) or picture.height, picture.height)
        if len(where) != -(-picture.height // rows):
            raise Damaged("not as many strips as rows")
        fields |= {_ROWS: [rows], _OFFSETS: where, _COUNTS: lengths}
    # Byte by byte nothing depends on the file's order, so the directory is of the plainest kind.
    packed = {tag: (LONG, len(values), struct.pack(f"<{len(values)}I", *values)) for tag, values in fields.items()}
    return _with_directory(block.data, packed, "<", False)


def picture_alone(picture: Picture) -> bytes:
    """The file with a first directory of nothing but what a decoder must know."""
    block = picture.block
    fields = {
        tag: (slot.kind, slot.count, block.bytes_of(slot))
        for tag, slot in picture.slots.items()
        if tag in _FOR_DECODERS
    }
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


def model(values: np.ndarray, extras: tuple[int, ...]) -> str:
    return _MODELS[values.shape[2] - len(extras)]
