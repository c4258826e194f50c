"""PNG and TIFF files with 16 bits per channel, which Pillow cannot write in colour."""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from rtedit_desktop.imaging import metadata

_PNG_HEAD = 8 + 25  # the signature and IHDR
_PRIVATE, _GPS, _XMP, _ICC = 0x8769, 0x8825, 700, 34675


def write_png(file: BinaryIO, pixels: np.ndarray, *, exif: bytes, xmp: bytes, icc: bytes) -> None:
    """``pixels``: (H, W, 3 or 4) uint16; ``exif`` with or without its prefix."""
    import cv2  # takes a while to load

    order = [2, 1, 0, 3][: pixels.shape[2]]
    done, encoded = cv2.imencode(".png", np.ascontiguousarray(pixels[..., order]))
    if not done:
        raise OSError("the PNG encoder failed")
    whole = encoded.tobytes()
    file.write(whole[:_PNG_HEAD])
    if icc:
        file.write(_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(icc)))
    if exif:
        file.write(_chunk(b"eXIf", exif.removeprefix(b"Exif\0\0")))
    if xmp:
        file.write(_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp))
    file.write(whole[_PNG_HEAD:])


def write_tiff(file: BinaryIO, pixels: np.ndarray, *, exif: bytes, xmp: bytes, icc: bytes) -> None:
    """``pixels``: (H, W, 3 or 4) uint16, the fourth an alpha that is not multiplied in. Not compressed."""
    height, width, channels = pixels.shape
    directory = ImageFileDirectory_v2(b"II*\0\0\0\0\0")
    tags = metadata.without_storage(exif) if exif else Image.Exif()
    for tag, value in tags.items():
        directory[tag] = value
    for tag in (_PRIVATE, _GPS):
        if tag in tags:
            directory[tag] = tags.get_ifd(tag)
    directory[256], directory[257] = width, height
    directory[258] = (16,) * channels
    directory[259], directory[262], directory[277], directory[278] = 1, 2, channels, height
    directory[279] = pixels.nbytes
    directory[284] = 1
    directory[339] = (1,) * channels
    if channels == 4:
        directory[338] = (2,)
    if xmp:
        directory.tagtype[_XMP] = 1
        directory[_XMP] = xmp
    if icc:
        directory.tagtype[_ICC] = 7
        directory[_ICC] = icc
    directory.tagtype[273] = 4
    directory.tagtype[279] = 4
    directory[273] = 0
    head = bytearray(b"II*\0\x08\0\0\0" + directory.tobytes(8))
    for entry in range(10, 10 + 12 * struct.unpack_from("<H", head, 8)[0], 12):
        if struct.unpack_from("<H", head, entry)[0] == 273:  # Pillow would count from within the EXIF
            struct.pack_into("<I", head, entry + 8, len(head))
    file.write(head)
    for row in np.ascontiguousarray(pixels, dtype="<u2"):
        file.write(row.data)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
