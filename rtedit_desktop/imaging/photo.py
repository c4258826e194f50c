"""A file, or pixels from the clipboard, becomes a Photo: upright, in sRGB, 8 bits per channel."""

from __future__ import annotations

import errno
import functools
import logging
import os
import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, UnidentifiedImageError

from rtedit_desktop.core.errors import PictureError, shown_name
from rtedit_desktop.core.lazy_text import tr as said
from rtedit_desktop.core.photo import Origin, Photo
from rtedit_desktop.imaging import colour, jpeg, metadata, native
from rtedit_desktop.imaging.lying import upright

PIXEL_LIMIT = 200_000_000
SMALLEST_SIDE = 16

# Only pictures: Pillow would also hand a file to Ghostscript or to readers that few people test.
_FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "AVIF", "HEIF", "JPEG2000", "PPM")
_READABLE = said("Open a PNG, JPEG, WebP, TIFF, GIF or BMP file.")
_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")

# fmt: off
_LUMA = np.array([  # the JPEG standard's luma quantisation table, annex K.1
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
])
# fmt: on

_pillow = threading.Lock()


def open_photo(path: Path) -> Photo:
    """Read the first picture of a file. Raises PictureError; the file is only ever read."""
    name = shown_name(path.name or str(path))
    try:
        _check_is_file(path)
        # An open file, never a path: C libraries stumble over accents and CJK characters.
        with path.open("rb") as file, quiet_pillow():
            return _read(file, path)
    except PictureError as error:
        raise PictureError(
            said("Could not open {name}: {what}", name=name, what=error.what), error.todo
        ) from error.__cause__
    except MemoryError as error:
        raise PictureError(
            said("Could not open {name}: there is not enough memory for it.", name=name),
            said("Close other programs or make it smaller."),
        ) from error
    except OSError as error:
        what, todo = _why_unreadable(error)
        raise PictureError(said("Could not open {name}: {what}", name=name, what=what), todo) from error


def photo_from_pixels(pixels: np.ndarray, name: str) -> Photo:
    """A pasted picture; ``pixels``: (H, W, 3) or (H, W, 4) uint8 sRGB. Raises PictureError."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise PictureError(
            said("Could not use {name}: it is not an 8-bit colour picture.", name=name),
            said("Copy it again as a picture."),
        )
    try:
        _check_size(pixels.shape[1], pixels.shape[0])
    except PictureError as error:
        raise PictureError(said("Could not use {name}: {what}", name=name, what=error.what), error.todo) from None
    alpha = _frozen(pixels[..., 3].copy()) if pixels.shape[2] == 4 else None
    return Photo(pixels=_frozen(pixels[..., :3].copy()), alpha=alpha, name=name)


def _check_is_file(path: Path) -> None:
    try:
        status = path.stat()
    except ValueError as error:
        raise PictureError(said("no file can have that name."), said("Check the name.")) from error
    if stat.S_ISDIR(status.st_mode):
        raise PictureError(said("it is a folder."), said("Choose a picture inside it."))
    if not stat.S_ISREG(status.st_mode):
        raise PictureError(said("it is a device, not a file."), _READABLE)
    if status.st_size == 0:
        raise PictureError(said("the file is empty."), said("Copy or download it again."))


def _why_unreadable(error: OSError) -> tuple[str, str]:
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
        return said("there is no such file."), said("Check whether it was moved or renamed.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return said("you have no permission to read it."), said(
            "Change its permissions or copy it to a folder of yours."
        )
    return said("it could not be read ({reason}).", reason=error.strerror or error), said(
        "Check the disk, or copy the file and try again."
    )


def _read(file: BinaryIO, path: Path) -> Photo:
    head = file.read(32)
    image = _identify(file, head)
    _check_size(*image.size)
    notes: list[str] = []
    _decode(image)
    try:
        turn = metadata.orientation(image)
        exif, xmp = metadata.exif_of(image), metadata.xmp_of(image)
        metadata.corrected_exif(exif, image.size, False)
    except Exception as error:  # hostile tags fail in many ways; the picture is still good
        turn, exif, xmp = 1, b"", metadata.xmp_of(image)
        notes.append(said("The EXIF data is damaged and will not be kept ({kind}).", kind=type(error).__name__))
    deep = _is_deep(image, head)
    bits = 16 if deep else image.info.get("bit_depth", 8)
    if bits > 8:
        notes.append(_deep_note(image.format or "", bits))
    icc = image.info.get("icc_profile") or b""
    kind = "JPEG" if image.format == "MPO" else image.format or "PNG"
    tables, sampling = jpeg.compression(image)
    origin = Origin(
        format=kind, exif=exif, xmp=xmp, icc=icc, quality=_quality(image, file), tables=tables, sampling=sampling,
        orientation=turn, depth=16 if deep else 8, stamp=native.stamp_of(os.fstat(file.fileno())),
    )  # fmt: skip
    try:
        colours, alpha, colour_notes = colour.to_srgb(image, icc)
    except ValueError as error:
        raise PictureError(said("its colours ({mode}) are of an unknown kind.", mode=image.mode), _READABLE) from error
    colours, alpha = upright(colours, turn), upright(alpha, turn) if alpha else None
    if image.format != "MPO":  # a phone's photo: what follows are previews and depth maps, not pages
        notes = _frames_note(file) + notes
    return Photo(
        pixels=_frozen(np.asarray(colours)),
        alpha=_frozen(np.asarray(alpha)) if alpha else None,
        name=path.name,
        path=path,
        notes=tuple(notes + colour_notes),
        origin=origin,
    )


def _identify(file: BinaryIO, head: bytes) -> Image.Image:
    """The picture with its header read, nothing decoded."""
    file.seek(0)
    try:
        return Image.open(file, formats=_formats())
    except MemoryError:
        raise
    except Exception as error:  # a reader of hostile headers fails in many ways
        if isinstance(error, OSError) and error.errno is not None:
            raise
        heic = head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS
        if heic and "HEIF" not in Image.OPEN:
            raise PictureError(
                said("HEIC pictures cannot be read on this computer."), said("Export it as JPEG or PNG first.")
            ) from error
        known = heic or head.startswith(_SIGNATURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        if known or not isinstance(error, UnidentifiedImageError):
            raise PictureError(
                said("the file is damaged, or of a kind that is not supported."),
                said("Copy or download it again, or convert it to PNG first."),
            ) from error
        raise PictureError(said("it is not a picture that RTEdit can read."), _READABLE) from error


def _formats() -> list[str]:
    """Those that this Pillow can read."""
    Image.init()
    _learn_heic()
    return [name for name in _FORMATS if name in Image.OPEN]


@functools.cache
def _learn_heic() -> None:
    """Where pillow-heif is installed beside the app, HEIC opens too. It is not among what the app asks for:
    its wheels are under the GPL, because of a writer that is not needed here."""
    try:
        from pillow_heif import register_heif_opener
    except (ImportError, OSError) as error:  # not there, or its libraries do not load
        logging.getLogger(__name__).info("HEIC pictures are not read: %s", error)
    else:
        register_heif_opener()


def _decode(image: Image.Image) -> None:
    """Decode in place; a file that ends early or is damaged is refused, not filled with grey."""
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # a reader of hostile bytes fails in many ways
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise PictureError(
            said("the file is damaged or ends too early."), said("Copy or download it again.")
        ) from error


def _check_size(width: int, height: int) -> None:
    if width * height > PIXEL_LIMIT:
        raise PictureError(
            said(
                "it has {megapixels:,.0f} megapixels ({width} × {height}), and the limit is {limit}.",
                megapixels=width * height / 1e6,
                width=width,
                height=height,
                limit=PIXEL_LIMIT // 1_000_000,
            ),
            said("Make it smaller in another program first."),
        )
    if min(width, height) < SMALLEST_SIDE:
        raise PictureError(
            said("it is only {width} × {height} pixels.", width=width, height=height),
            said("Use a picture of at least {side} × {side} pixels.", side=SMALLEST_SIDE),
        )


def _frames_note(file: BinaryIO) -> list[str]:
    """A sentence when the file holds more frames or pages than the first."""
    file.seek(0)
    try:
        count = getattr(Image.open(file, formats=_formats()), "n_frames", 1)
    except Exception:  # counting reads to the end, which may be damaged where the first frame is not
        return [said("The first of several frames is used.")]
    return [said("The first of {count} frames is used.", count=count)] if count > 1 else []


def _is_deep(image: Image.Image, head: bytes) -> bool:
    """Whether the file has more than 8 bits per channel, also where Pillow hands out 8."""
    if image.mode.startswith("I"):
        return True
    if image.format == "PNG":
        return head[24:25] == b"\x10"
    if image.format == "TIFF":
        depths = image.tag_v2.get(258, (8,))  # type: ignore[attr-defined]
        return max(depths if isinstance(depths, tuple) else (depths,)) > 8
    return False


def _deep_note(kind: str, bits: int) -> str:
    if kind in native.DEEP_FORMATS:
        return said("The file has 16 bits per channel; edits are made in 8, and what they leave alone keeps its 16.")
    return said("The file has {bits} bits per channel; it is worked on in 8.", bits=bits)


def _quality(image: Image.Image, file: BinaryIO) -> int | None:
    """The quality (1 to 100) of a lossy file, estimated from a JPEG's tables; None when lossless."""
    if image.format == "WEBP":
        return jpeg.DEFAULT_QUALITY if _is_lossy_webp(file) else None
    tables = getattr(image, "quantization", None)
    if not tables:
        return None
    table = np.sort(np.asarray(next(iter(tables.values()))))  # sorted: readers differ in the order
    errors = []
    for quality in range(1, 101):
        scale = 5000 // quality if quality < 50 else 200 - 2 * quality
        candidate = np.sort(np.clip((_LUMA * scale + 50) // 100, 1, 255))
        errors.append(int(np.abs(candidate - table).sum()))
    return int(np.argmin(errors)) + 1


def _is_lossy_webp(file: BinaryIO) -> bool:
    """Look for a lossless bitstream among the chunks; an animation counts as lossy."""
    position = 12
    file.seek(position)
    while len(header := file.read(8)) == 8:
        if header[:4] == b"VP8L":
            return False
        length = int.from_bytes(header[4:], "little")
        position += 8 + length + length % 2
        file.seek(position)
    return True


@contextmanager
def quiet_pillow() -> Iterator[None]:
    """Our own pixel limit in place of Pillow's, and our own sentences in place of its warnings and
    log lines. One thread at a time."""
    log = logging.getLogger("PIL")
    with _pillow, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit, level = Image.MAX_IMAGE_PIXELS, log.level
        Image.MAX_IMAGE_PIXELS = None
        log.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = limit
            log.setLevel(level)


def _frozen(pixels: np.ndarray) -> np.ndarray:
    """A photo's own pixels are not to be written to."""
    pixels.flags.writeable = False
    return pixels
