"""Decoders of HEIC that a system brings along: that of macOS and that of Windows.

Neither needs Qt, so the window, the command line and the machines of a cluster have them alike; Qt knows that of
macOS alone, and gives no EXIF with it.
"""

from __future__ import annotations

import functools
import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rtedit_desktop.core.errors import PictureError
from rtedit_desktop.core.lazy_text import tr

Decoder = Callable[[bytes], bytes]
"""A HEIC as TIFF: its picture, the way up that the TIFF says, in its own colours. Raises PictureError and OSError."""

SIPS = Path("/usr/bin/sips")
PATIENCE_S = 120.0
_WINRT = "winrt.windows.graphics.imaging"
# Windows' own names: no codec for this kind of file, and none for what is in it.
_NO_COMPONENT, _NO_CODEC = 0x88982F50, 0xC00D5212


@functools.cache
def decoder() -> Decoder | None:
    """That of this computer's system; None where it has none."""
    if sys.platform == "darwin" and SIPS.is_file():
        return by_sips
    if sys.platform == "win32" and importlib.util.find_spec("winrt") and importlib.util.find_spec(_WINRT):
        return by_windows
    return None


def by_sips(data: bytes, program: Path = SIPS) -> bytes:
    """By the program that comes with macOS, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="rtedit-heic-") as folder:
        photo, made = Path(folder) / "photo.heic", Path(folder) / "photo.tiff"
        photo.write_bytes(data)
        command = [str(program), "-s", "format", "tiff", str(photo), "--out", str(made)]
        try:
            ended = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise _unreadable() from error
        if ended.returncode or not made.is_file():
            raise _unreadable()
        return made.read_bytes()


def by_windows(data: bytes) -> bytes:
    """By the codecs of Windows, which turn a HEIC upright themselves. They come from the Microsoft Store."""
    from winrt.windows.graphics import imaging
    from winrt.windows.storage.streams import DataReader, DataWriter, InMemoryRandomAccessStream

    photo, made = InMemoryRandomAccessStream(), InMemoryRandomAccessStream()
    writer = DataWriter(photo)
    writer.write_bytes(data)
    writer.store_async().get()
    writer.detach_stream()
    photo.seek(0)
    try:
        bitmap = (
            imaging.BitmapDecoder.create_async(photo)
            .get()
            .get_software_bitmap_async(
                imaging.BitmapPixelFormat.BGRA8,
                imaging.BitmapAlphaMode.IGNORE,
                imaging.BitmapTransform(),
                imaging.ExifOrientationMode.IGNORE_EXIF_ORIENTATION,
                imaging.ColorManagementMode.DO_NOT_COLOR_MANAGE,
            )
            .get()
        )
    except OSError as error:
        missing = (getattr(error, "winerror", None) or 0) & 0xFFFFFFFF in (_NO_COMPONENT, _NO_CODEC)
        raise (_without_codec() if missing else _unreadable()) from error
    encoder = imaging.BitmapEncoder.create_async(imaging.BitmapEncoder.tiff_encoder_id, made).get()
    encoder.set_software_bitmap(bitmap)
    encoder.flush_async().get()
    content = bytearray(made.size)
    reader = DataReader(made.get_input_stream_at(0))
    reader.load_async(len(content)).get()
    reader.read_bytes(content)
    return bytes(content)


def _without_codec() -> PictureError:
    return PictureError(
        tr("Windows lacks what reads HEIC pictures."),
        tr(
            "Install “HEIF Image Extensions” and “HEVC Video Extensions” from the Microsoft Store, or export it as "
            "JPEG or PNG first."
        ),
    )


def _unreadable() -> PictureError:
    return PictureError(
        tr("the file is damaged, ends too early, or is of a kind that is not supported."),
        tr("Copy or download it again, or convert it to PNG first."),
    )
