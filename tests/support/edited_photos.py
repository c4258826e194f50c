"""What the tests of pictures share."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
import pytest

from rtedit_desktop.core.errors import PictureError, shown_name
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.containers import tiff_file
from rtedit_desktop.imaging.metadata.exif import for_tiff
from rtedit_desktop.imaging.metadata.parts import Parts
from rtedit_desktop.imaging.photo_service import FilePhotoService


def edited(photo: Photo) -> np.ndarray:
    """The photo's pixels but for one: a photo without any change is saved as its own file."""
    pixels = photo.pixels.copy()
    pixels[0, 0, 0] ^= 1
    return pixels


def refused(photo_service: FilePhotoService, path: Path, reason: str) -> PictureError:
    """The error of a file that the photo service must not open."""
    with pytest.raises(PictureError) as caught:
        photo_service.open(path)
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


def exiftool(path: Path, *options: str) -> dict[str, object]:
    """What another program reads in a file: group:name to value. Skips the test where there is none."""
    program = shutil.which("exiftool")
    if program is None:
        pytest.skip("exiftool is not installed")
    command = [program, "-json", "-G1", "-a", "-u", "-n", *options, str(path)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    return json.loads(done.stdout)[0]


def touched(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """A square of pixels to change, and all that is two blocks of a JPEG away from it: (H, W) bool each."""
    inside, outside = np.zeros(shape[:2], bool), np.ones(shape[:2], bool)
    inside[48:72, 48:72] = True
    outside[16:104, 16:104] = False
    return inside, outside


def resaved(
    photo_service: FilePhotoService, source: Path, out: Path, colour: tuple[int, int, int] = (200, 40, 90), **how: Any
) -> Photo:
    """Open, change a square of pixels, save; the photo that was opened."""
    photo = photo_service.open(source)
    pixels = photo.pixels.copy()
    pixels[touched(pixels.shape)[0]] = colour
    photo_service.save(out, photo, pixels, **how)
    return photo


def noise(*shape: int, seed: int = 0, kind: type = np.uint16) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, np.iinfo(kind).max, shape, dtype=kind)


def soft(height: int, width: int, channels: int = 3) -> np.ndarray:
    """(H, W, channels) uint8: waves of colours without hard edges."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / 17 + y / 23 + 1.7 * phase) * 0.35 + 0.5 for phase in range(channels)]
    return np.rint(np.stack(waves, axis=-1) * 255).astype(np.uint8)
