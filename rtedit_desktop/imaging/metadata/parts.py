"""Parts of a file beside its pixels."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

METADATA_LIMIT = 16 << 20
"""Bytes of metadata, unpacked, that are kept of one file."""

FRAME_LIMIT = 1000
"""Frames that are counted, at most."""

_LETTERS = re.compile(rb"[A-Za-z]{4}")


class Damaged(ValueError):
    """A file that is not what its format asks for."""


class Budget:
    """Bytes of metadata that may still be kept; knows whether something was left out, and why."""

    def __init__(self, limit: int = METADATA_LIMIT) -> None:
        self.left = limit
        self.exceeded = False
        self.damaged = False

    def keep(self, data: bytes) -> bytes:
        """The data, or nothing where it is over the budget."""
        if len(data) > self.left:
            self.exceeded = True
            return b""
        self.left -= len(data)
        return data

    def inflate(self, data: bytes) -> bytes:
        """Zlib data unpacked and taken; nothing where it is damaged or over the budget."""
        unpacker = zlib.decompressobj()
        try:
            whole = unpacker.decompress(data, self.left + 1)
        except zlib.error:
            self.damaged = True
            return b""
        if not unpacker.eof and len(whole) <= self.left:
            self.damaged = True
            return b""
        return self.keep(whole)


@dataclass(slots=True, kw_only=True)
class Parts:
    """The metadata of a file, and ``picture``: a file of the same format with the pixels alone.

    ``exif`` is a TIFF block without a prefix; ``resources`` are Photoshop's image resource blocks, IPTC among them;
    ``texts`` are keyword and text; ``density`` is in pixels per inch. What ``is_open_ended`` had no
    mark of its end.
    """

    picture: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    icc: bytes = b""
    resources: bytes = b""
    comments: tuple[bytes, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    density: tuple[float, float] | None = None
    frames: int = 1
    colour_chunks: tuple[tuple[bytes, bytes], ...] = ()
    compressed: bool = True
    is_open_ended: bool = False
    lost: set[str] = field(default_factory=set)


def has_letters(data: bytes) -> bool:
    """Whether a word stands where numbers belong: none that a camera writes is as large as four letters in a row."""
    return _LETTERS.search(data) is not None


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Consecutive parts of at most ``size`` bytes."""
    for start in range(0, len(data), size):
        yield data[start : start + size]
