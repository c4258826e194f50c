"""A result becomes a file: the format by its suffix, metadata kept, the old file safe until the end."""

from __future__ import annotations

import errno
import io
import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, PngImagePlugin

from rtedit_desktop.core.errors import SaveError, shown_name
from rtedit_desktop.core.lazy_text import tr as said
from rtedit_desktop.core.photo import Photo
from rtedit_desktop.imaging import jpeg, metadata
from rtedit_desktop.imaging.colour import srgb_profile
from rtedit_desktop.imaging.crop import over_white
from rtedit_desktop.imaging.deep_files import write_png, write_tiff
from rtedit_desktop.imaging.lying import lying_as
from rtedit_desktop.imaging.native import DEEP_FORMATS, changed, in_eight_bits, is_as_opened, native
from rtedit_desktop.imaging.photo import quiet_pillow
from rtedit_desktop.support.formats import SAVE_FORMATS
from rtedit_desktop.support.paths import write_atomically

_LONGEST_SIDE = {"JPEG": 65_500, "WEBP": 16_383}
_JPEG_EXIF_LIMIT, _JPEG_XMP_LIMIT = 65_533, 65_533 - 29
_XMP_TAG = 700

_log = logging.getLogger(__name__)


def save_photo(path: Path, photo: Photo, pixels: np.ndarray, *, impersonal: bool = False, recipe: str = "") -> None:
    """Write ``pixels``, (H, W, 3) uint8 sRGB, with the photo's alpha and metadata.

    A photo that nothing was changed in is its file once more, byte for byte, when the format is the same. Else,
    where the file is still there, the change is added to the file's own values, in its own colours and, for PNG
    and TIFF, with its own depth. PNG and TIFF are lossless; WebP is unless the source was lossy; a JPEG of a JPEG is
    compressed as that was and lies as it lay, another has full colour resolution; transparency is laid on white.
    With ``impersonal`` the metadata that tells who, where and with which very camera is left out; else a ``recipe``
    is written into the XMP, unless the file could not hold both. Raises SaveError; what was at ``path`` before is
    then intact.
    """
    kind = SAVE_FORMATS.get(path.suffix.lower())
    if kind is None:
        ending = f"“{path.suffix}” is not a format it can write" if path.suffix else "the name has no ending"
        raise _error(path, f"{ending}.", "Use .png, .jpg, .webp or .tif.")
    if pixels.dtype != np.uint8 or pixels.shape != photo.pixels.shape:
        raise _error(path, "the result does not belong to this picture.", "Run the edit again.")
    longest = _LONGEST_SIDE.get(kind)
    if longest and max(photo.size) > longest:
        raise _error(path, f"{kind} files are at most {longest} pixels wide and high.", "Use .png or .tif.")
    intact = " The file that was there is intact." if os.path.isfile(path) else ""
    try:
        if not impersonal and _is_untouched(kind, photo, pixels):
            write_atomically(path, lambda file: _copy(photo, file))
            return
        told = photo if impersonal or not recipe else _with_recipe(kind, photo, recipe)
        write = _writer(kind, told, pixels, impersonal)
        write_atomically(path, write)
    except MemoryError as error:
        raise _error(path, "there is not enough memory.", f"Close other programs.{intact}") from error
    except OSError as error:
        what, todo = _why_unwritable(error)
        raise _error(path, what, todo + intact) from error
    except Exception as error:  # encoders fail in many ways; the promise is one sentence
        raise _error(path, f"the {kind} file could not be made ({error}).", f"Use another format.{intact}") from error


def _is_untouched(kind: str, photo: Photo, pixels: np.ndarray) -> bool:
    return photo.origin.format == kind and is_as_opened(photo) and np.array_equal(pixels, photo.pixels)


def _with_recipe(kind: str, photo: Photo, recipe: str) -> Photo:
    xmp = metadata.with_recipe(photo.origin.xmp, recipe)
    if kind == "JPEG" and len(xmp) > _JPEG_XMP_LIMIT:
        _log.info("The recipe does not fit into a JPEG beside the photo's own XMP")
        return photo
    return replace(photo, origin=replace(photo.origin, xmp=xmp))


def _copy(photo: Photo, file: BinaryIO) -> None:
    assert photo.path is not None
    with photo.path.open("rb") as source:
        shutil.copyfileobj(source, file, 1 << 20)


def _writer(kind: str, photo: Photo, pixels: np.ndarray, impersonal: bool) -> Callable[[BinaryIO], None]:
    """What writes the file, with its own colours and depth where they can be had."""
    with quiet_pillow():
        own = native(photo)
        icc = own.icc if own is not None else b""
        if own is not None and own.mode == "CMYK" and kind not in {"JPEG", "TIFF"}:
            own, icc = None, b""
        turn = _turn_to_keep(kind, photo, impersonal)
        if own is None:
            picture = _picture(kind, photo, pixels)
        else:
            values = changed(own, photo, pixels)
            exif, xmp = _personal_or_not(photo, impersonal, srgb=False)
            if values.dtype == np.uint16 and kind in DEEP_FORMATS:
                write = write_png if kind == "PNG" else write_tiff
                return lambda file: write(file, values, exif=exif, xmp=xmp, icc=icc)
            picture = _own_picture(kind, photo, own.mode, in_eight_bits(values))
        picture = lying_as(picture, turn)
        options = _options(kind, photo, icc, impersonal, turn)
        if picture.mode == "CMYK" and kind == "JPEG":
            options.pop("subsampling", None)
    return lambda file: _encode(picture, file, kind, options)


def _own_picture(kind: str, photo: Photo, mode: str, values: np.ndarray) -> Image.Image:
    picture = Image.fromarray(np.ascontiguousarray(values[..., :3] if mode == "RGBA" else values), mode.rstrip("A"))
    if photo.alpha is None:
        return picture
    alpha = Image.fromarray(np.ascontiguousarray(photo.alpha))
    if kind == "JPEG":
        return over_white(picture, alpha)
    picture.putalpha(alpha)
    return picture


def _encode(picture: Image.Image, file: BinaryIO, kind: str, options: dict[str, Any]) -> None:
    if options.get("compression") == "tiff_lzw":
        # libtiff writes past Python, and of a full disk it only tells stderr.
        buffer = io.BytesIO()
        picture.save(buffer, format=kind, **options)
        file.write(buffer.getbuffer())
    else:
        picture.save(file, format=kind, **options)


def _error(path: Path, what: str, todo: str) -> SaveError:
    return SaveError(said("Could not save {name}: {what}", name=shown_name(path.name or str(path)), what=what), todo)


def _why_unwritable(error: OSError) -> tuple[str, str]:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return said("the disk is full."), said("Free some space or choose another disk.")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return said("you have no permission to write there."), said("Choose another folder or name.")
        case errno.ENOENT | errno.ENOTDIR:
            return said("the folder does not exist."), said("Choose another folder.")
        case errno.EISDIR:
            return said("it is a folder."), said("Choose another name.")
        case errno.ENAMETOOLONG:
            return said("the name is too long."), said("Choose a shorter name.")
        case _:
            return said("it could not be written ({reason}).", reason=error.strerror or error), said(
                "Choose another folder or disk."
            )


def _picture(kind: str, photo: Photo, pixels: np.ndarray) -> Image.Image:
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    if photo.alpha is None:
        return picture
    alpha = Image.fromarray(np.ascontiguousarray(photo.alpha))
    if kind == "JPEG":
        return over_white(picture, alpha)
    picture.putalpha(alpha)
    return picture


def _turn_to_keep(kind: str, photo: Photo, impersonal: bool) -> int:
    """The orientation to write with: that of the file for a JPEG, whose blocks stay where they were then, as long as
    the EXIF can tell it; else upright."""
    origin = photo.origin
    if kind != "JPEG" or origin.format != "JPEG" or origin.orientation == 1:
        return 1
    exif = _within(_exif(photo, impersonal, False, origin.orientation), _JPEG_EXIF_LIMIT, "EXIF")
    return origin.orientation if metadata.orientation_in(exif) == origin.orientation else 1


def _options(kind: str, photo: Photo, icc: bytes, impersonal: bool, turn: int) -> dict[str, Any]:
    """What Pillow's writer is told besides the pixels, which are in the colours of ``icc``, or sRGB, and lie as the
    orientation ``turn`` says."""
    origin = photo.origin
    exif, xmp = _personal_or_not(photo, impersonal, srgb=bool(origin.icc) and not icc, turn=turn)
    options: dict[str, Any] = {"icc_profile": icc or srgb_profile()} if origin.icc else {}
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        if xmp:
            info.add_itxt("XML:com.adobe.xmp", xmp.decode("utf-8", errors="replace"))
        options |= {"pnginfo": info}
    elif kind == "JPEG":
        options |= jpeg.options_for(origin)
        exif = _within(exif, _JPEG_EXIF_LIMIT, "EXIF")
        xmp = _within(xmp, _JPEG_XMP_LIMIT, "XMP")
        options |= {"xmp": xmp} if xmp else {}
    elif kind == "WEBP":
        options |= {"quality": origin.quality} if origin.quality else {"lossless": True, "quality": 50, "method": 2}
        options |= {"exact": True} | ({"xmp": xmp} if xmp else {})
    else:
        tags = metadata.without_storage(exif) if exif else Image.Exif()
        if xmp:
            tags[_XMP_TAG] = xmp
        # Pillow's compressing writer (libtiff) cannot write the directories that EXIF consists of.
        return options | {"compression": "raw" if exif else "tiff_lzw", "exif": tags}
    return options | ({"exif": exif} if exif else {})


def _personal_or_not(photo: Photo, impersonal: bool, *, srgb: bool, turn: int = 1) -> tuple[bytes, bytes]:
    """EXIF and XMP for the result, as bytes."""
    xmp = b"" if impersonal else metadata.corrected_xmp(photo.origin.xmp, turn)
    return _exif(photo, impersonal, srgb, turn), xmp


def _exif(photo: Photo, impersonal: bool, srgb: bool, turn: int) -> bytes:
    if not photo.origin.exif:
        return b""
    width, height = photo.size
    stored = (height, width) if turn >= 5 else (width, height)
    try:
        exif = metadata.corrected_exif(photo.origin.exif, stored, srgb=srgb, orientation=turn)
        return metadata.impersonal(exif) if impersonal else exif
    except ValueError:
        _log.info("Unreadable EXIF is not written")
        return b""


def _within(block: bytes, limit: int, name: str) -> bytes:
    """The block, or none when it is longer than a JPEG can hold in one piece."""
    if len(block) <= limit:
        return block
    _log.info("%s of %d bytes does not fit into a JPEG", name, len(block))
    return b""
