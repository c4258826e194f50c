"""Samples of a TIFF, of whatever depth and kind, become whole numbers of 8 or 16 bits."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np

WHOLE, SIGNED, FRACTIONS = 1, 2, 3
_UNKNOWN = 4  # which most take for whole numbers
HORIZONTAL, OF_FRACTIONS = 2, 3
_WORDS = {8: "u1", 16: "u2", 32: "u4", 64: "u8"}
_SIGNED_WORDS = {8: "i1", 16: "i2", 32: "i4", 64: "i8"}
_FRACTIONS_OF = {16: "f2", 24: "", 32: "f4", 64: "f8"}  # of 24 bits there is no word
_KNOWN: dict[int, Collection[int]] = {
    WHOLE: {*range(1, 33), 64}, SIGNED: _SIGNED_WORDS, FRACTIONS: _FRACTIONS_OF,
}  # fmt: skip
_BAND_VALUES = 1 << 20
_NAMES = {3: "palette", 6: "YCbCr", 8: "Lab", 9: "Lab", 10: "Lab", 32844: "LogL", 32845: "LogLuv"}
_PACKED = {
    32809: "ThunderScan", 32908: "PixarFilm", 32909: "PixarLog", 33003: "JPEG 2000", 33004: "JPEG 2000",
    33005: "JPEG 2000", 34661: "JBIG", 34676: "SGILog", 34677: "SGILog", 34712: "JPEG 2000", 34713: "NEF",
    34718: "MDI", 34719: "MDI", 34720: "MDI", 34887: "LERC", 34933: "PNG", 34934: "JPEG XR", 48124: "JPEG XR",
    50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip


class NoBrightness(ValueError):
    """Numbers that nobody has agreed on how bright they are."""


@dataclass(slots=True, kw_only=True)
class Samples:
    """How the samples of a picture lie in its rows: ``bits`` each, of a kind, in the byte ``order`` of the file.

    Whole numbers of up to 8 bits become 8, all others 16, dark to bright: fractions are meant from 0 to 1, and numbers
    that may have a sign have none. ``clipped`` says whether some lay beyond that, once all rows are read.
    """

    bits: int
    kind: int
    order: str
    predictor: int = 1
    clipped: bool = False
    _above: int = field(default=0, init=False)
    _seen: int = field(default=0, init=False)

    @classmethod
    def of(cls, bits: set[int], kinds: set[int], order: str, predictor: int) -> Samples | None:
        """None for samples of different kinds, and for those that are not read."""
        kinds = {WHOLE if kind == _UNKNOWN else kind for kind in kinds} or {WHOLE}
        if len(bits) != 1 or len(kinds) != 1:
            return None
        one = cls(bits=bits.pop(), kind=kinds.pop(), order=order, predictor=predictor)
        known, words = _KNOWN.get(one.kind, ()), one.bits in _WORDS
        allowed = {1} | ({HORIZONTAL} if words else set()) | ({OF_FRACTIONS} if one.kind == FRACTIONS else set())
        return one if one.bits in known and predictor in allowed else None

    @property
    def dtype(self) -> type[np.uint8] | type[np.uint16]:
        """Of what they become."""
        return np.uint8 if self.bits <= 8 and self.kind != FRACTIONS else np.uint16

    def row_bytes(self, width: int, each: int) -> int:
        """How many bytes a row takes of so many pixels of so many samples."""
        return (width * each * self.bits + 7) // 8

    def across(self, width: int, tile: int) -> int:
        """Pixels of a row that must be read: where the bytes of fractions are apart, a tile is whole or nothing."""
        return -(-width // tile) * tile if tile and self.predictor == OF_FRACTIONS else width

    def read(self, rows: np.ndarray, target: np.ndarray, tile: int) -> None:
        """Fill ``target``, (H, W, each), from ``rows``, (H, bytes) uint8; differences begin anew with each ``tile``.

        Raises NoBrightness.
        """
        height, width, each = target.shape
        across = self.across(width, tile)
        rows_each = max(1, _BAND_VALUES // max(1, width * each))
        bands = [slice(top, top + rows_each) for top in range(0, height, rows_each)]
        beyond = self._bits_beyond(int(self._numbers(rows[band], across, each, tile).max()) for band in bands)
        most, own = np.iinfo(target.dtype).max, (1 << min(self.bits, 16)) - 1
        scaled = ((np.arange(own + 1, dtype=np.uint32) * most + own // 2) // own).astype(target.dtype)
        for band in bands:
            numbers = self._numbers(rows[band], across, each, tile)[:, :width]
            if self.kind == FRACTIONS:
                target[band] = self._of_fractions(numbers)
            elif self.kind == SIGNED and (numbers < 0).any():
                raise NoBrightness
            elif self.bits in (8, 16) or self.bits > 16:
                target[band] = numbers >> beyond if beyond else numbers
            else:
                target[band] = scaled[numbers]
        if self._above * 2 > self._seen:
            raise NoBrightness

    def _bits_beyond(self, highest: Iterator[int]) -> int:
        """How many of the lowest bits 16 have no room for; ``highest`` are the highest numbers of all bands.

        Many write 16 bits in 32, or 32 in 64: what fits into these is meant so. Raises NoBrightness.
        """
        if self.bits <= 16 or self.kind == FRACTIONS:
            return 0
        if self.bits not in _WORDS:
            return self.bits - 16
        most = max(highest, default=0)
        if most > 0xFFFF and self.kind == SIGNED:
            raise NoBrightness
        return 0 if most <= 0xFFFF else 16 if most <= 0xFFFF_FFFF else 48

    def _numbers(self, rows: np.ndarray, width: int, each: int, tile: int) -> np.ndarray:
        """(h, W, each), without the differences that they may be stored as."""
        rows, tile = np.ascontiguousarray(rows), tile or width
        bytes_each = self.bits // 8
        if self.predictor == OF_FRACTIONS:
            parts = [
                _of_planes(rows[:, left * each * bytes_each : (left + tile) * each * bytes_each], each, bytes_each)
                for left in range(0, width, tile)
            ]
            whole = np.ascontiguousarray(np.concatenate(parts, axis=1))
            if self.bits == 24:
                return _of_short_fractions(_threes(whole, width * each, ">")).reshape(-1, width, each)
            return whole.view(f">{_FRACTIONS_OF[self.bits]}").reshape(-1, width, each)
        if self.bits == 24:
            numbers = _threes(rows, width * each, self.order)
            numbers = _of_short_fractions(numbers) if self.kind == FRACTIONS else numbers
            return numbers.reshape(-1, width, each)
        if self.bits not in _WORDS:
            return _unpacked(rows, width * each, self.bits).reshape(-1, width, each)
        words = {FRACTIONS: _FRACTIONS_OF, SIGNED: _SIGNED_WORDS}.get(self.kind, _WORDS)
        order = self.order if self.bits > 8 else ""
        if self.predictor == HORIZONTAL:
            numbers = rows.view(order + _WORDS[self.bits]).astype(_WORDS[self.bits]).reshape(-1, width, each)
            for left in range(0, width, tile):
                part = numbers[:, left : left + tile]
                np.cumsum(part, axis=1, dtype=part.dtype, out=part)
            return numbers.view(words[self.bits])
        return rows.view(order + words[self.bits]).reshape(-1, width, each)

    def _of_fractions(self, numbers: np.ndarray) -> np.ndarray:
        numbers = np.nan_to_num(numbers.astype(np.float32), nan=0.0, posinf=np.inf, neginf=-np.inf)
        above = int(np.count_nonzero(numbers > 1))
        self._above, self._seen = self._above + above, self._seen + numbers.size
        self.clipped = self.clipped or bool(above) or bool((numbers < 0).any())
        scaled: np.ndarray = np.rint(np.clip(numbers, 0, 1) * 65535).astype(np.uint16)
        return scaled


def described(photometric: int, bits: set[int], kinds: set[int], compression: int) -> str:
    """The kind of a picture in technical words."""
    words = [_NAMES.get(photometric, ""), " + ".join(str(bit) for bit in sorted(bits)) + " bit"]
    words += ["float"] if FRACTIONS in kinds else []
    return ", ".join([*filter(None, words), _PACKED.get(compression, f"compression {compression}")])


def is_packed_as_picture(compression: int) -> bool:
    """Whether another format, or one for a single purpose, packs the pixels: none of these is read."""
    return compression in _PACKED


def _unpacked(rows: np.ndarray, count: int, bits: int) -> np.ndarray:
    """(h, count) uint16 or uint32: values of up to 31 bits that follow each other without gaps, highest bit first."""
    at = np.arange(count) * bits
    several, whole = (3, np.uint32) if bits < 16 else (5, np.uint64)  # bytes that hold a value whole
    first, beyond = at // 8, (several * 8 - bits - at % 8).astype(whole)
    padded = np.pad(rows, ((0, 0), (0, several - 1)))
    held = padded[:, first].astype(whole)
    for number in range(1, several):
        held <<= 8
        held |= padded[:, first + number]
    held >>= beyond
    held &= (1 << bits) - 1
    values: np.ndarray = held.astype(np.uint16 if bits < 16 else np.uint32)
    return values


def _threes(rows: np.ndarray, count: int, order: str) -> np.ndarray:
    """(h, count) uint32 of three bytes each; unlike other odd widths these have the byte order of the file."""
    parts = rows[:, : count * 3].reshape(len(rows), count, 3).astype(np.uint32)
    low, high = (2, 0) if order == ">" else (0, 2)
    values: np.ndarray = parts[..., high] << 16 | parts[..., 1] << 8 | parts[..., low]
    return values


def _of_short_fractions(numbers: np.ndarray) -> np.ndarray:
    """float32 of 24 bits: a sign, an exponent of 7 bits, counted from 63, and 16 of the fraction."""
    exponent, rest = (numbers >> 16 & 0x7F).astype(np.int32), (numbers & 0xFFFF).astype(np.float32) / 65536
    values = np.ldexp(rest + (exponent > 0), np.maximum(exponent, 1) - 63)
    values[exponent == 0x7F] = np.where(rest[exponent == 0x7F] == 0, np.inf, np.nan)
    signed: np.ndarray = np.where(numbers >> 23, -values, values)
    return signed


def _of_planes(rows: np.ndarray, each: int, bytes_each: int) -> np.ndarray:
    """(h, bytes) of fractions, the highest byte first: stored as differences of all first bytes, all second, ..."""
    values = rows.shape[1] // bytes_each
    summed = rows.reshape(len(rows), -1, each).copy()
    np.cumsum(summed, axis=1, dtype=np.uint8, out=summed)
    planes = summed.reshape(len(rows), bytes_each, values)
    mixed: np.ndarray = planes.transpose(0, 2, 1).reshape(len(rows), -1)
    return mixed
