"""A result becomes a file: the format by its suffix, metadata kept, the old file safe until the end."""

from __future__ import annotations

import functools
import io
import logging
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from rtedit_desktop.core.errors import RTEditError, SaveError, shown_name
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging import colour, linear_profile, orientation
from rtedit_desktop.imaging.containers import jpeg_file, png_file, tiff_file
from rtedit_desktop.imaging.jpeg import compression, planes
from rtedit_desktop.imaging.metadata import exif, icc_profile, xmp
from rtedit_desktop.imaging.metadata.directories import Tags
from rtedit_desktop.imaging.metadata.parts import Damaged, Parts, has_letters
from rtedit_desktop.imaging.native import Native, changed, of_pixels
from rtedit_desktop.imaging.photo import SIXTEEN_BIT_FORMATS, own_bytes, own_pixels
from rtedit_desktop.imaging.pillow_pictures import quiet_pillow
from rtedit_desktop.support.formats import SAVE_FORMATS
from rtedit_desktop.support.paths import Content, write_atomically
from rtedit_desktop.support.reporting.os_reasons import why_unwritable

_LONGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383}
_JPEG_EXIF_LIMIT = 65_533 - 6
_FINEST = 100_000  # pixels per inch; what is above was no number
_PNG_LEVEL = 4  # two and a half times as quick as zlib's usual 6, for files that are 3 % larger

_log = logging.getLogger(__name__)


def save_photo(
    path: Path,
    photo: Photo,
    pixels: np.ndarray,
    *,
    impersonal: bool = False,
    recipe: str = "",
    ready: Callable[[Path], None] | None = None,
    overwrite: bool = True,
) -> None:
    """Write ``pixels``, (H, W, 3) uint8 sRGB, with the photo's alpha and metadata.

    A photo that nothing was changed in is its file once more, byte for byte, when the format is the same. Else,
    where the file is still there, the change is added to the file's own values, in its own colours and, for PNG
    and TIFF, with its own depth. PNG, TIFF and WebP are lossless; a JPEG of a JPEG is compressed as that was and
    stored in its orientation, another has full colour resolution; transparency is laid on white.
    With ``impersonal`` the metadata that tells who, where and with which very camera is left out; else a ``recipe``
    is written into the XMP. ``ready`` is given the new file before it takes its place. Without ``overwrite`` it takes
    the place of nothing. Raises SaveError, and what ``ready`` raises; what was at ``path`` before is then intact.
    """
    kind = SAVE_FORMATS.get(path.suffix.lower())
    if kind is None:
        what: str
        if path.suffix:
            what = tr("“{suffix}” is not a format it can write.", suffix=path.suffix)
        else:
            what = tr("the name has no ending.")
        raise _error(path, what, tr("Use .png, .jpg, .webp or .tif."))
    if pixels.dtype != np.uint8 or pixels.shape != photo.pixels.shape:
        raise _error(path, tr("the result does not belong to this picture."), tr("Run the edit again."))
    longest = _LONGEST_SIDE.get(kind)
    if longest and max(photo.size) > longest:
        raise _error(
            path,
            tr("{kind} files are at most {longest} pixels wide and high.", kind=kind, longest=longest),
            tr("Use .png or .tif."),
        )
    intact = tr("The file that was there is intact.") if os.path.isfile(path) else ""
    try:
        write_atomically(path, _content(kind, photo, pixels, impersonal, recipe), ready, overwrite=overwrite)
    except RTEditError:  # what the caller found
        raise
    except FileExistsError as error:
        what = tr("another program has written a file of that name meanwhile.")
        raise _error(path, what, tr("Give another name, or let that file be replaced.")) from error
    except MemoryError as error:
        raise _error(path, tr("there is not enough memory."), tr("Close other programs."), intact) from error
    except OSError as error:
        what, todo = why_unwritable(error)
        raise _error(path, what, todo, intact) from error
    except Exception as error:  # encoders fail in many ways; the promise is one sentence
        what = tr("the {kind} file could not be made ({error}).", kind=kind, error=error)
        raise _error(path, what, tr("Use another format."), intact) from error


def _content(kind: str, photo: Photo, pixels: np.ndarray, impersonal: bool, recipe: str) -> Content:
    """What the file gets, with its own colours and depth where they can be had."""
    data = own_bytes(photo)
    if impersonal and _bare_profile(photo.origin.icc) is None:
        data = None  # it becomes sRGB
    if data is not None and not impersonal and photo.origin.format == kind and np.array_equal(pixels, photo.pixels):
        return data
    if data is not None and kind == "JPEG":
        stored = planes.with_change(data, photo, pixels)
        if stored is not None:
            parts = _metadata(kind, photo, photo.origin.icc, impersonal, recipe)
            if photo.origin.orientation == 1 or exif.has_orientation(parts.exif):
                return _jpeg_of_own(photo, stored, parts)
    own = own_pixels(photo, data) if data is not None and not photo.origin.as_shown else None
    data = None
    result = changed(own, photo, pixels) if own is not None else None
    del own
    if result is None or not _has_place(result, kind):
        result = of_pixels(photo, pixels)
    parts = _metadata(kind, photo, result.icc, impersonal, recipe)
    return _WRITERS[kind](photo, result, parts)


def _has_place(result: Native, kind: str) -> bool:
    """Whether these colours can be told in a file of this kind."""
    if result.model == "CMYK":
        return kind in ("JPEG", "TIFF")
    if result.model == "L" and result.icc and kind == "WEBP":  # which has no greys that these could be of
        return False
    needs_sixteen = bool(result.icc) and result.most > 255 and linear_profile.of(result.icc, result.model) is not None
    return not needs_sixteen or kind in SIXTEEN_BIT_FORMATS


def _metadata(kind: str, photo: Photo, icc: bytes, impersonal: bool, recipe: str) -> Parts:
    """What the result carries beside its pixels, which are upright in the colours of ``icc``, or sRGB."""
    origin = photo.origin
    parts = Parts(icc=icc, density=origin.density, compressed=origin.packed)
    keeps_chunks = kind == "PNG" and (icc == origin.icc or not icc)
    parts.colour_chunks = origin.colour_chunks if keeps_chunks else ()
    try:
        parts.exif = exif.corrected(origin.exif, photo.size, srgb=bool(origin.icc) and icc != origin.icc)
        if impersonal:
            parts.exif = exif.impersonal(parts.exif) if parts.exif else b""
    except Damaged:
        parts.exif = b""
        _log.info("Unreadable EXIF is not written")
    if impersonal:
        parts.icc = _bare_profile(icc) or b""
        parts.colour_chunks = tuple(one for one in parts.colour_chunks if not has_letters(one[1]))
        parts.density = None if parts.density and max(parts.density) > _FINEST else parts.density
        return parts
    parts.xmp = xmp.corrected(origin.xmp)
    if recipe:
        parts.xmp = xmp.with_recipe(parts.xmp, recipe)
    parts.resources = origin.resources
    parts.texts = (*origin.texts, *(("Comment", comment.decode("utf-8", "replace")) for comment in origin.comments))
    parts.comments = (*origin.comments, *(f"{key}: {text}".encode() for key, text in origin.texts))
    return parts


@functools.lru_cache(maxsize=4)  # comparing takes a while, and a batch of one camera's has the same each time
def _bare_profile(icc: bytes) -> bytes | None:
    """Without its texts; sRGB stays what it is. None where the colours would not be the same without them."""
    if not icc or icc == colour.srgb_profile():
        return icc
    try:
        bare = icc_profile.without_words(icc)
    except ValueError:
        return None
    return bare if colour.are_alike(icc, bare) else None


def _jpeg(photo: Photo, result: Native, parts: Parts) -> Content:
    turn = _turn(photo, parts)
    values = _on_white(result.in_eight_bits())
    picture = _image(orientation.as_stored(values.pixels, turn), "CMYK" if values.model == "CMYK" else "")
    return _jpeg_of(photo, picture, parts, turn)


def _jpeg_of_own(photo: Photo, stored: np.ndarray, parts: Parts) -> Content:
    """Of the file's own brightness and colours, (H, W, 3 or 4) uint8 as stored."""
    form, mode = ("YCbCr", "YCbCr") if stored.shape[2] == 3 else ("YCCK", "CMYK")
    return _jpeg_of(photo, _image(stored, mode), parts, _turn(photo, parts), form)


def _turn(photo: Photo, parts: Parts) -> int:
    """How the picture is stored: the blocks stay where they were when it is as it was, where EXIF can tell it."""
    stored = photo.origin.orientation
    return stored if photo.origin.format == "JPEG" and stored != 1 and exif.has_orientation(parts.exif) else 1


def _jpeg_of(photo: Photo, picture: Image.Image, parts: Parts, turn: int, form: str = "") -> Content:
    """``form`` of its colours, where the mode of the picture does not tell it."""
    origin, form = photo.origin, form or picture.mode
    if turn != 1:
        size = photo.size if turn < 5 else photo.size[::-1]
        if parts.density and turn >= 5:
            parts.density = parts.density[1], parts.density[0]
        parts.exif = exif.corrected(parts.exif, size, srgb=False, orientation=turn)
        parts.xmp = xmp.corrected(parts.xmp, turn)
    parts.exif, whole = exif.fitted(parts.exif, _JPEG_EXIF_LIMIT)
    if not whole:
        _log.info("The EXIF does not fit into a JPEG; its longest values are left out")
    if len(xmp.split(parts.xmp, 65_000)[0]) == 0 and parts.xmp:
        _log.info("The XMP does not fit into a JPEG")
    made = origin.compression if origin.format == "JPEG" else None
    told = compression.options(form, made, origin.quality)

    def write(file: BinaryIO) -> None:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", **told)
        encoded = buffer.getvalue()
        file.write(jpeg_file.write(jpeg_file.with_transform(encoded, 2) if form == "YCCK" else encoded, parts))

    return write


def _png(photo: Photo, result: Native, parts: Parts) -> Content:
    values = result.with_plain_alpha()
    encode = _sixteen_bit_png if values.most > 255 else _eight_bit_png
    return lambda file: file.write(png_file.write(encode(values), parts))


def _eight_bit_png(values: Native) -> bytes:
    buffer = io.BytesIO()
    _image(values.pixels).save(buffer, "PNG", compress_level=_PNG_LEVEL)
    return buffer.getvalue()


def _sixteen_bit_png(values: Native) -> bytes:
    import cv2  # takes a while to load

    order = {1: [0], 2: [0, 0, 0, 1], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[values.pixels.shape[2]]
    done, encoded = cv2.imencode(".png", np.ascontiguousarray(values.pixels[..., order]))
    if not done:
        raise OSError("the PNG encoder failed")
    return encoded.tobytes()


def _webp(photo: Photo, result: Native, parts: Parts) -> Content:
    picture = _image(result.in_eight_bits().with_plain_alpha().pixels)
    told = {"exif": parts.exif, "xmp": parts.xmp, "icc_profile": parts.icc}
    told = {name: value for name, value in told.items() if value}

    def write(file: BinaryIO) -> None:
        with quiet_pillow():
            picture.save(file, "WEBP", lossless=True, quality=50, method=2, exact=True, **told)

    return write


def _tiff(photo: Photo, result: Native, parts: Parts) -> Content:
    try:
        tags = exif.for_tiff(parts.exif)
    except Damaged:
        tags = Tags()
    return lambda file: tiff_file.write(file, result.pixels, result.extras, tags, parts)


_WRITERS: dict[str, Callable[[Photo, Native, Parts], Content]] = {
    "JPEG": _jpeg, "PNG": _png, "WEBP": _webp, "TIFF": _tiff,
}  # fmt: skip


def _image(values: np.ndarray, mode: str = "") -> Image.Image:
    mode = mode or {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[values.shape[2]]
    return Image.frombuffer(mode, values.shape[1::-1], np.ascontiguousarray(values).tobytes())


def _on_white(values: Native) -> Native:
    """Without transparency, as it looks on white paper."""
    values = values.with_plain_alpha()
    if values.transparency is None:
        return values
    assert values.alpha is not None
    white = 0 if values.model == "CMYK" else 255
    share = values.alpha[..., None].astype(np.uint32)
    colours = values.colours()
    laid = (colours * share + white * (255 - share) + 127) // 255
    return replace(values, pixels=laid.astype(np.uint8), extras=())


def _error(path: Path, what: str, *todo: str) -> SaveError:
    shown = tr("Could not save {name}: {what}", name=shown_name(path.name or str(path)), what=what)
    return SaveError(shown, " ".join(filter(None, todo)))
