"""Reads files and pictures from dropped or pasted data."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColorSpace, QImage, QImageReader

_PNG = "image/png"
_OTHERS = ("image/tiff", "image/bmp", "image/webp", "image/jpeg")  # what loses nothing first
_MOST_MIB = 1600  # 200 megapixels of 16 bits; Qt itself stops at 64 of 8


def picture_in(data: QMimeData) -> tuple[list[Path], QImage | None]:
    """The files in it; when there are none, or none is there any more, the picture in it, in sRGB."""
    paths = [path for path in map(_local_path, data.urls()) if path is not None]
    if not has_picture(data) or any(map(os.path.exists, paths)):
        return paths, None
    # Programs that drop a picture may name a temporary file which is gone by now.
    image = _picture(data)
    return (paths, None) if image is None else ([], image)


def has_picture(data: QMimeData) -> bool:
    """Whether it says that there is one; it may be damaged."""
    return data.hasImage() or any(data.hasFormat(kind) for kind in (_PNG, *_OTHERS))


def _picture(data: QMimeData) -> QImage | None:
    """The PNG first: it carries the colour profile, which the system's own kind of picture may lack."""
    with _room_for_photos():
        image = QImage.fromData(data.data(_PNG), "PNG") if data.hasFormat(_PNG) else QImage()  # type: ignore[arg-type]
        if image.isNull():
            own = data.imageData()  # nothing where it is damaged
            image = QImage(own) if isinstance(own, QImage) else QImage()
        for kind in _OTHERS:
            if image.isNull() and data.hasFormat(kind):
                named = kind.removeprefix("image/").upper()  # nothing else is looked for in it
                image = QImage.fromData(data.data(kind), named)  # type: ignore[arg-type]
    return None if image.isNull() else in_srgb(image)


@contextmanager
def _room_for_photos() -> Iterator[None]:
    before = QImageReader.allocationLimit()
    QImageReader.setAllocationLimit(_MOST_MIB)
    try:
        yield
    finally:
        QImageReader.setAllocationLimit(before)


def in_srgb(image: QImage) -> QImage:
    """The picture in the colours that all else here is in."""
    space, srgb = image.colorSpace(), QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    if not space.isValid() or space == srgb:
        return image
    if image.hasAlphaChannel() or image.format() not in (QImage.Format.Format_RGB32, QImage.Format.Format_RGB888):
        kind = QImage.Format.Format_ARGB32 if image.hasAlphaChannel() else QImage.Format.Format_RGB32
        image = image.convertToFormat(kind)
    converted = image.convertedToColorSpace(srgb)
    return image if converted.isNull() else converted


def _local_path(url: QUrl) -> Path | None:
    """The file of a URL on this computer, whatever its bytes are and whether it names the computer or not."""
    if not url.isLocalFile():
        return None
    host = url.host().lower()
    if os.name == "nt":
        url.setHost("" if host in _own_names() else host)
        return Path(url.toLocalFile())
    if host and host not in _own_names():
        return Path(url.toLocalFile())
    # By bytes: of a name that is not UTF-8 Qt makes one that no file has.
    name = os.fsdecode(unquote_to_bytes(url.path(QUrl.ComponentFormattingOption.FullyEncoded)))
    return Path(name) if os.path.isabs(name) else None  # else it would mean the folder that the app was started in


def _own_names() -> set[str]:
    name = socket.gethostname().lower()
    return {"localhost", "127.0.0.1", name, name.partition(".")[0]}
