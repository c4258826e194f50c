"""What the tests of pictures share."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
import pytest

from rtedit_desktop.core.errors import PictureError, shown_name
from rtedit_desktop.core.photo import Photo
from rtedit_desktop.imaging.containers import tiff_file
from rtedit_desktop.imaging.containers.parts import Parts
from rtedit_desktop.imaging.desk import Desk
from rtedit_desktop.imaging.exif import for_tiff


def edited(photo: Photo) -> np.ndarray:
    """The photo's pixels but for one: a photo without any change is saved as its own file."""
    pixels = photo.pixels.copy()
    pixels[0, 0, 0] ^= 1
    return pixels


def refused(desk: Desk, path: Path, reason: str) -> PictureError:
    """The error of a file that the desk must not open."""
    with pytest.raises(PictureError) as caught:
        desk.open(path)
    error = caught.value
    assert error.what.startswith(f"Could not open {shown_name(path.name)}: ")
    assert reason in error.what
    assert error.todo
    assert "\n" not in str(error)
    return error


def deep_png(file: BinaryIO, values: np.ndarray, *, exif: bytes = b"", xmp: bytes = b"", icc: bytes = b"") -> None:
    """``values``: (H, W, 3 or 4) uint16; by OpenCV, with the chunks put in here."""
    done, encoded = cv2.imencode(".png", np.ascontiguousarray(values[..., [2, 1, 0, 3][: values.shape[2]]]))
    assert done
    extra = b""
    if icc:
        extra += png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(icc))
    if exif:
        extra += png_chunk(b"eXIf", exif.removeprefix(b"Exif\0\0"))
    if xmp:
        extra += png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)
    file.write(with_chunks(encoded.tobytes(), extra))


def deep_tiff(file: BinaryIO, values: np.ndarray, *, exif: bytes = b"", xmp: bytes = b"", icc: bytes = b"") -> None:
    """``values``: (H, W, 3 or 4) uint16. The one of RTEdit: others write no EXIF into a TIFF of 16 bits."""
    tags = for_tiff(exif.removeprefix(b"Exif\0\0"))
    parts = Parts(xmp=xmp, icc=icc, compressed=False)
    tiff_file.write(file, values, (2,) if values.shape[2] == 4 else (), tags, parts)


def with_chunks(png: bytes, extra: bytes) -> bytes:
    """A PNG with these chunks behind its header."""
    return png[:33] + extra + png[33:]


def png_chunk(name: bytes, data: bytes, crc: int | None = None) -> bytes:
    crc = zlib.crc32(name + data) if crc is None else crc
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)
