"""A file's bytes become pixels and metadata.

PNG, JPEG, WebP and TIFF are taken apart here first, and a decoder is given the picture alone; of the other formats
Pillow reads all, within the same bounds.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from PIL import UnidentifiedImageError

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.photos.photo import Compression
from rtedit_desktop.core.photos.picture_file import open_picture
from rtedit_desktop.imaging import colour, lab, profiles, system_heic
from rtedit_desktop.imaging.containers import (
    bmp_file,
    gif_file,
    heif_file,
    jpeg_file,
    png_file,
    stated,
    tiff_file,
    webp_file,
)
from rtedit_desktop.imaging.containers.tiff_pages import Raw
from rtedit_desktop.imaging.containers.tiff_samples import FRACTIONS, NoBrightness
from rtedit_desktop.imaging.jpeg import compression, torn
from rtedit_desktop.imaging.metadata import exif, photoshop, xmp
from rtedit_desktop.imaging.metadata.parts import Budget, Damaged, Parts
from rtedit_desktop.imaging.native import UNASSOCIATED, Native
from rtedit_desktop.imaging.notes import notes_of
from rtedit_desktop.imaging.pillow_pictures import (
    as_native,
    by_libtiff,
    check_size,
    decoded,
    loaded,
    opened,
    other_formats,
    quiet_pillow,
)

READABLE = tr("Open a PNG, JPEG, WebP, TIFF, GIF or BMP file.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A file's first picture, as stored, and what the file says of it.

    ``bits`` are those of a channel in the file, which may be more than ``native`` has.
    """

    format: str
    native: Native
    parts: Parts
    bits: int
    orientation: int
    own_colours: bool
    notes: tuple[str, ...]
    compression: Compression | None = None
    quality: int | None = None


def decode(data: bytes, *, at_least: int = 0) -> Decoded:
    """The first picture of a file; a JPEG may come smaller where so many pixels ``at_least`` are enough for its sides.

    Raises PictureError, MemoryError and OSError.
    """
    with quiet_pillow():
        try:
            kind = _format(data)
            return _jpeg(data, at_least) if kind == "JPEG" else _READERS[kind](data)
        except (PictureError, MemoryError):
            raise
        except Raw as error:
            raise PictureError(
                tr("it is a raw photo, of which only a small preview could be read."),
                tr("Develop it in a raw converter and open what that saves as TIFF or JPEG."),
            ) from error
        except UnidentifiedImageError as error:
            raise _unknown(data) from error
        except Exception as error:  # a reader of hostile bytes fails in many ways
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise PictureError(
                tr("the file is damaged, ends too early, or is of a kind that is not supported."),
                tr("Copy or download it again, or convert it to PNG first."),
            ) from error


def _format(data: bytes) -> str:
    if data.startswith(png_file.SIGNATURE):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "TIFF"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if data.startswith(b"BM"):
        return "BMP"
    return "HEIC" if heif_file.is_heic(data) else "OTHER"


def _unknown(data: bytes) -> PictureError:
    if _format(data) != "OTHER":
        return PictureError(
            tr("the file is damaged, ends too early, or is of a kind that is not supported."),
            tr("Copy or download it again, or convert it to PNG first."),
        )
    return PictureError(tr("it is not a picture that RTEdit can read."), READABLE)


def _without_heic() -> PictureError:
    """A program that was built as a bundle takes no extras."""
    todo = tr("Export it as JPEG or PNG first.")
    if not getattr(sys, "frozen", False):
        todo = tr(
            "Export it as JPEG or PNG first, or install RTEdit with its extra “heic”: see Troubleshooting in the guide."
        )
    return PictureError(tr("HEIC pictures cannot be read on this computer."), todo)


def _jpeg(data: bytes, at_least: int) -> Decoded:
    budget = Budget()
    parts = jpeg_file.read(data, budget)
    try:
        image = opened(parts.picture, "JPEG")
        made, quality = compression.compression(image), compression.quality(image)
        if at_least:
            image.draft(None, (at_least, at_least))
        native = loaded(image)
    except (OSError, SyntaxError, ValueError) as error:
        kind = jpeg_file.unusual_kind(parts.picture)
        if not kind:
            raise
        raise PictureError(
            tr("it is a JPEG of a kind that is not read here ({kind}).", kind=kind),
            tr("Save it in another program as PNG, or as an ordinary JPEG."),
        ) from error
    del image
    picture, notes = parts.picture, list[str]()
    if parts.is_open_ended:
        if torn.is_torn(picture):
            raise Damaged("no more data")
    elif not at_least:
        notes += torn.notes(picture, native.pixels)
    return replace(_decoded("JPEG", native, parts, budget, notes=notes), compression=made, quality=quality)


def _png(data: bytes) -> Decoded:
    if data[12:16] == b"CgBI":
        raise PictureError(
            tr("it is a picture out of an app for Apple's phones, which is no PNG any more."),
            tr("Save it in another program as PNG."),
        )
    budget = Budget()
    parts = png_file.read(data, budget)
    image = opened(parts.picture, "PNG")
    sixteen_bit = parts.picture[24] == 16
    if parts.picture[25] == 0 and isinstance(image.info.get("transparency"), int):  # a grey in the file's own depth
        image.info["transparency"] *= {2: 85, 4: 17}.get(parts.picture[24], 1)
    native = _sixteen_bit_png(parts.picture) if sixteen_bit else loaded(image)
    notes: list[str] = []
    chunks = dict(parts.colour_chunks)
    if not parts.icc or b"cICP" in chunks:  # which comes before the profile, the others after it
        notes += _named_colours(chunks, native.model, parts)
    return _decoded("PNG", native, parts, budget, bits=16 if sixteen_bit else 8, notes=notes)


def _named_colours(chunks: dict[bytes, bytes], model: str, parts: Parts) -> list[str]:
    """Gives the parts a profile of the colours that a file has words for; what is to be said of it."""
    try:
        made = profiles.of_chunks(chunks, model == "L")
    except profiles.Unknown:
        return [tr("Its brightness goes beyond that of a screen (HDR), so its colours are approximate.")]
    parts.icc = parts.icc if made is None else made
    return []


def _sixteen_bit_png(picture: bytes) -> Native:
    """OpenCV keeps 16 bits; what is damaged it would fill with black, so that is looked for first."""
    import cv2  # takes a while to load

    png_file.check_whole(picture)
    alone, key = png_file.without_transparency(picture)
    pixels = cv2.imdecode(np.frombuffer(alone, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        raise Damaged("not decoded")
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    channels = pixels.shape[2]
    if channels >= 3:
        pixels = pixels[..., [2, 1, 0, 3][:channels]]
    grey_alpha = picture[25] == 4
    if grey_alpha and channels == 4:
        pixels = pixels[..., [0, 3]]
    if key is not None and len(key) == pixels.shape[2]:
        alpha = np.where((pixels == np.array(key, np.uint16)).all(axis=2), 0, 65535).astype(np.uint16)
        pixels = np.dstack([pixels, alpha])
    extras = (UNASSOCIATED,) if pixels.shape[2] in (2, 4) else ()
    return Native(pixels=np.ascontiguousarray(pixels), extras=extras)


def _webp(data: bytes) -> Decoded:
    budget = Budget()
    parts = webp_file.read(data, budget)
    return _decoded("WEBP", loaded(opened(parts.picture, "WEBP")), parts, budget)


def _gif(data: bytes) -> Decoded:
    budget = Budget()
    parts = gif_file.read(data, budget)
    return _decoded("GIF", loaded(opened(parts.picture, "GIF")), parts, budget)


def _tiff(data: bytes) -> Decoded:
    budget = Budget()
    read = _tiff_read(data, budget)
    return _decoded("TIFF", read.native, read.parts, budget, bits=read.bits, notes=read.notes)


class _Tiff(NamedTuple):
    parts: Parts
    native: Native
    bits: int
    notes: list[str]


def _tiff_read(data: bytes, budget: Budget) -> _Tiff:
    parts, picture = tiff_file.read(data, budget)
    check_size(picture.width, picture.height)
    if not picture.has_brightness:
        raise _without_brightness()
    if not picture.is_readable:
        raise PictureError(
            tr("it is a TIFF of a kind that is not read here ({kind}).", kind=picture.description),
            tr("Save it in another program as PNG, or as TIFF with 8 or 16 bits per channel."),
        )
    bits = max(picture.bits)
    try:
        found = tiff_file.pixels(picture, lambda file: decoded(opened(file, "TIFF", whole=False)))
    except NoBrightness as error:
        raise _without_brightness() from error
    if found is None:
        try:
            with by_libtiff():
                native = loaded(opened(tiff_file.picture_alone(picture), "TIFF"), bits)
        except (OSError, SyntaxError, ValueError) as error:
            raise PictureError(
                tr("it is damaged, or a TIFF of a kind that is not read here ({kind}).", kind=picture.description),
                tr("Save it in another program as PNG, or as TIFF with 8 or 16 bits per channel."),
            ) from error
        return _Tiff(parts, native, bits, [])
    pixels, samples = found
    notes: list[str] = []
    if picture.lab:
        pixels[..., :3] = lab.to_srgb(pixels[..., :3], picture.lab, daylight=picture.is_of_daylight)
        parts.icc = b""
        notes.append(tr("Its Lab colours are shown, and saved, as sRGB."))
    if samples.kind == FRACTIONS:
        notes.append(tr("Its numbers with fractions are read from 0, black, to 1, white, and saved as whole ones."))
    if samples.clipped:
        notes.append(tr("What is darker than black or brighter than white is cut off."))
    return _Tiff(parts, Native(pixels=pixels, extras=picture.extras), bits, notes)


def _without_brightness() -> PictureError:
    return PictureError(
        tr("its values are no plain numbers from dark to bright and have no agreed brightness on a screen."),
        tr("Convert it to 8 or 16 bits per channel in another program first."),
    )


def _heic(data: bytes) -> Decoded:
    """By pillow-heif where it is installed, else by what the system has."""
    if "HEIF" in other_formats():
        return _other(data)
    decoder = system_heic.decoder()
    if decoder is None:
        raise _without_heic()
    budget = Budget()
    heif = heif_file.read(data, budget)
    check_size(*heif.size)
    beside = _tiff_read(decoder(data), Budget())
    native = beside.native.in_eight_bits().turned_upright(exif.orientation(beside.parts.exif))
    heif.parts.icc = beside.parts.icc or heif.parts.icc
    notes = [] if heif.parts.icc else _named_colours({b"cICP": heif.code}, native.model, heif.parts)
    return replace(_decoded("HEIF", native, heif.parts, budget, bits=heif.bits, notes=notes), orientation=1)


def _bmp(data: bytes) -> Decoded:
    """Colours in bits of their own are read here where no decoder knows them."""
    budget = Budget()
    try:
        found = bmp_file.of_masks(data)
        if found is None:
            return _other(data)
    except OSError as error:
        raise PictureError(
            tr("it is damaged, or a bitmap of a kind that is not read here ({kind}).", kind=bmp_file.kind(data)),
            tr("Copy or download it again, or convert it to PNG first."),
        ) from error
    check_size(*bmp_file.size(data))
    native = Native(pixels=found, extras=(UNASSOCIATED,) if found.shape[2] == 4 else ())
    parts = Parts(icc=bmp_file.profile(data, budget), density=bmp_file.density(data))
    return _decoded("BMP", native, parts, budget)


def _other(data: bytes) -> Decoded:
    image = open_picture(io.BytesIO(data), other_formats())
    check_size(*image.size)
    budget, kind = Budget(), image.format or ""
    parts = Parts(frames=min(getattr(image, "n_frames", 1), 1 << 20))
    decoded(image)
    bits = image.info.get("bit_depth", 8)
    bits = 16 if image.mode.startswith("I") else bits if isinstance(bits, int) else 8
    raw, packet, profile = (image.info.get(name) for name in ("exif", "xmp", "icc_profile"))
    parts.exif = budget.keep(raw.removeprefix(b"Exif\0\0")) if isinstance(raw, bytes) else b""
    parts.xmp = budget.keep(packet) if isinstance(packet, bytes) else b""
    parts.icc = budget.keep(profile) if isinstance(profile, bytes) else b""
    native, notes = as_native(image, bits), list[str]()
    if kind == "BMP":
        parts.icc, parts.density = bmp_file.profile(data, budget), bmp_file.density(data)
    elif kind in ("JPEG2000", "PPM"):
        bits = max(bits, stated.bits(data))
        parts.icc = parts.icc or stated.profile(data, budget)
    elif kind in ("AVIF", "HEIF"):
        with contextlib.suppress(Damaged):  # what the decoder took is all that is known then
            heif = heif_file.read(data, Budget())
            bits = heif.bits
            notes = [] if parts.icc else _named_colours({b"cICP": heif.code}, native.model, parts)
            # Pillow writes the EXIF of an AVIF anew when its boxes say how it lies: less than well.
            turn, parts.exif = exif.orientation(parts.exif), heif.parts.exif or parts.exif
            return replace(_decoded(kind, native, parts, budget, bits=bits, notes=notes), orientation=turn)
    return _decoded(kind, native, parts, budget, bits=bits, notes=notes)


_READERS: dict[str, Callable[[bytes], Decoded]] = {
    "PNG": _png, "WEBP": _webp, "TIFF": _tiff, "GIF": _gif, "HEIC": _heic, "BMP": _bmp, "OTHER": _other,
}  # fmt: skip


def _decoded(
    kind: str,
    native: Native,
    parts: Parts,
    budget: Budget,
    *,
    bits: int = 8,
    notes: list[str] | None = None,
) -> Decoded:
    notes = notes or []
    parts.picture = b""
    parts.resources = photoshop.kept(parts.resources)
    parts.xmp, lost = xmp.without_lost(parts.xmp)
    turn = exif.orientation(parts.exif)
    turn = turn if turn != 1 or kind == "JPEG" else xmp.orientation(parts.xmp)
    try:
        exif.corrected(parts.exif, (1, 1), False)
    except Damaged:
        parts.exif = b""
        notes.append(tr("The EXIF data is damaged and will not be kept."))
    if not parts.icc and not parts.colour_chunks and native.model == "RGB" and exif.is_adobe_rgb(parts.exif):
        parts.icc = profiles.adobe_rgb()
    own_colours = True
    if parts.icc:
        parts.icc = profiles.of_stated_length(parts.icc)
        use = colour.use_of(parts.icc, native.model)
        if use is colour.Use.NOTHING:
            parts.icc = b""
            notes.append(tr("The colour profile cannot be used, so the colours are taken as sRGB."))
        own_colours = use is not colour.Use.TO_SCREEN
    native = Native(pixels=native.pixels, extras=native.extras, icc=parts.icc)
    if native.model == "CMYK" and not parts.icc:
        notes.append(tr("CMYK colours without a usable profile are shown approximately."))
    if not own_colours:
        notes.append(tr("The colour profile leads to the screen only and not back, so results are saved in sRGB."))
    notes = [*notes_of(parts, budget, parts.lost | lost), *notes]
    return Decoded(
        format=kind, native=native, parts=parts, bits=bits, orientation=turn, own_colours=own_colours,
        notes=tuple(notes),
    )  # fmt: skip
