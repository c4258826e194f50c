"""A file, or pixels from the clipboard, becomes a Photo: upright, in sRGB, 8 bits per channel."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from rtedit_desktop.core.errors import PictureError, shown_name
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.photo import Origin, Photo
from rtedit_desktop.imaging.decoding import READABLE, Decoded, decode
from rtedit_desktop.imaging.native import UNASSOCIATED, Native, in_eight_bits
from rtedit_desktop.imaging.pillow_pictures import check_size
from rtedit_desktop.support.reporting.os_reasons import why_unreadable

FILE_LIMIT = 2 << 30
SIXTEEN_BIT_FORMATS = frozenset({"PNG", "TIFF"})
"""Those that are read, and written, with 16 bits per channel."""


def open_photo(path: Path) -> Photo:
    """Read the first picture of a file. Raises PictureError; the file is only ever read."""
    with _in_sentences(path):
        data, stamp = _bytes_of(path)
        return _photo(decode(data), path, stamp, _digest(data))


def thumbnail(path: Path, side: int) -> np.ndarray:
    """(h, w, 3) uint8: what ``open_photo`` shows, small: neither of its sides is over ``side``. Raises PictureError."""
    with _in_sentences(path):
        data, _ = _bytes_of(path)
        decoded = decode(data, at_least=2 * side)
        shown = decoded.native.turned_upright(decoded.orientation).shown()
    small = Image.fromarray(np.ascontiguousarray(shown))
    small.thumbnail((side, side), Image.Resampling.BOX)
    return np.asarray(small)


@contextmanager
def _in_sentences(path: Path) -> Iterator[None]:
    """What keeps a file from being read as one sentence and what to do about it: a PictureError."""
    name = shown_name(path.name or str(path))
    try:
        yield
    except PictureError as error:
        raise PictureError(
            tr("Could not open {name}: {what}", name=name, what=error.what), error.todo
        ) from error.__cause__
    except MemoryError as error:
        raise PictureError(
            tr("Could not open {name}: there is not enough memory for it.", name=name),
            tr("Close other programs or make it smaller."),
        ) from error
    except OSError as error:
        what, todo = why_unreadable(error)
        raise PictureError(tr("Could not open {name}: {what}", name=name, what=what), todo) from error


def photo_from_pixels(pixels: np.ndarray, name: str) -> Photo:
    """A pasted picture; ``pixels``: (H, W, 3) or (H, W, 4) uint8 sRGB. Raises PictureError."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise PictureError(
            tr("Could not use {name}: it is not an 8-bit colour picture.", name=name),
            tr("Copy it again as a picture."),
        )
    try:
        check_size(pixels.shape[1], pixels.shape[0])
    except PictureError as error:
        raise PictureError(tr("Could not use {name}: {what}", name=name, what=error.what), error.todo) from None
    alpha = _frozen(pixels[..., 3].copy()) if pixels.shape[2] == 4 else None
    return Photo(pixels=_frozen(pixels[..., :3].copy()), alpha=alpha, name=name)


def own_bytes(photo: Photo) -> bytes | None:
    """The photo's file, if it is there, or its copy, and still what was opened."""
    if not photo.origin.digest:
        return None
    places = (place for place in (photo.path, photo.copy) if place is not None)
    return next((data for place in places if (data := _same_bytes(place, photo)) is not None), None)


def _same_bytes(path: Path, photo: Photo) -> bytes | None:
    try:
        if path.stat().st_size != photo.origin.stamp[0]:
            return None
        data, _ = _bytes_of(path)
    except (OSError, PictureError):
        return None
    return data if _digest(data) == photo.origin.digest else None


def own_pixels(photo: Photo, data: bytes) -> Native | None:
    """The pixels of the photo's file, upright, in its own colours and depth; None where they cannot be had."""
    if not photo.origin.own_colours:
        return None
    try:
        decoded = decode(data)
    except (PictureError, OSError):
        return None
    return decoded.native.turned_upright(decoded.orientation)


def _bytes_of(path: Path) -> tuple[bytes, tuple[int, int]]:
    """What the file holds, and its size and time. Raises PictureError and OSError."""
    _check_is_file(path)
    # An open file, never a path: C libraries stumble over accents and CJK characters.
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        _check_status(status)
        data = file.read(status.st_size)  # as long as it was a moment ago: a read reserves all that it is asked for
    return data, (status.st_size, status.st_mtime_ns)


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _check_is_file(path: Path) -> None:
    try:
        status = path.stat()
    except ValueError as error:
        raise PictureError(tr("no file can have that name."), tr("Check the name.")) from error
    _check_status(status)


def _check_status(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise PictureError(tr("it is a folder."), tr("Choose a picture inside it."))
    if not stat.S_ISREG(status.st_mode):
        raise PictureError(tr("it is a device, not a file."), READABLE)
    if status.st_size == 0:
        raise PictureError(tr("the file is empty."), tr("Copy or download it again."))
    if status.st_size > FILE_LIMIT:
        raise _too_long()


def _too_long() -> PictureError:
    return PictureError(
        tr("the file has more than {size} GiB.", size=FILE_LIMIT >> 30),
        tr("Make it smaller in another program first."),
    )


def _photo(decoded: Decoded, path: Path, stamp: tuple[int, int], digest: bytes) -> Photo:
    native, parts = decoded.native.turned_upright(decoded.orientation), decoded.parts
    notes = list(decoded.notes)
    # Greys of a profile have no place for colours, so what is saved of them may be sRGB.
    sixteen_bit = native.pixels.dtype == np.uint16 and decoded.own_colours and decoded.format in SIXTEEN_BIT_FORMATS
    kept = sixteen_bit and not (native.model == "L" and native.icc)
    if kept and decoded.bits == 16:
        notes.append(
            tr("The file has 16 bits per channel; edits are made in 8, and what they leave alone keeps its 16.")
        )
    elif kept:
        notes.append(
            tr(
                "The file has {bits} bits per channel; edits are made in 8, what they leave alone is saved with 16.",
                bits=decoded.bits,
            )
        )
    elif decoded.bits > 8:
        notes.append(tr("The file has {bits} bits per channel; it is worked on in 8.", bits=decoded.bits))
    density = parts.density
    if density is not None and decoded.orientation >= 5:  # it lay on its side
        density = density[1], density[0]
    origin = Origin(
        format=decoded.format, exif=parts.exif, xmp=parts.xmp, icc=parts.icc, resources=parts.resources,
        comments=parts.comments, texts=parts.texts, density=density, colour_chunks=parts.colour_chunks,
        quality=decoded.quality, compression=decoded.compression, packed=parts.compressed,
        orientation=decoded.orientation, depth=16 if sixteen_bit else 8, own_colours=decoded.own_colours,
        as_shown=_is_as_shown(native), stamp=stamp, digest=digest,
    )  # fmt: skip
    alpha = native.alpha
    return Photo(
        pixels=_frozen(native.shown()),
        alpha=None if alpha is None else _frozen(np.ascontiguousarray(in_eight_bits(alpha))),
        name=path.name,
        path=path,
        notes=tuple(notes),
        origin=origin,
    )


def _is_as_shown(native: Native) -> bool:
    plain = native.model == "RGB" and native.extras in ((), (UNASSOCIATED,)) and not native.icc
    return plain and native.pixels.dtype == np.uint8


def _frozen(pixels: np.ndarray) -> np.ndarray:
    """A photo's own pixels are not to be written to."""
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    return pixels
