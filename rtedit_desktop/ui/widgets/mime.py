"""Reads files and pictures from dropped or pasted data."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColorSpace, QImage

_PNG = "image/png"


def picture_in(data: QMimeData) -> tuple[list[Path], QImage | None]:
    """The files in it; when there are none, or none is there any more, the picture in it, in sRGB."""
    paths = [path for path in map(_local_path, data.urls()) if path is not None]
    if not (data.hasImage() or data.hasFormat(_PNG)) or any(map(os.path.exists, paths)):
        return paths, None
    # Programs that drop a picture may name a temporary file which is gone by now.
    image = _picture(data)
    return (paths, None) if image is None else ([], image)


def _picture(data: QMimeData) -> QImage | None:
    """The PNG first: it carries the colour profile, which the system's own kind of picture may lack."""
    image = QImage.fromData(data.data(_PNG), "PNG") if data.hasFormat(_PNG) else QImage()  # type: ignore[arg-type]
    if image.isNull():
        image = QImage(data.imageData())
    return None if image.isNull() else in_srgb(image)


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
