"""The app's icon in every size and file that a system asks for, drawn from the one SVG."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO = (16, 24, 32, 48, 64, 128, 256)
ICNS = {"icp4": 16, "icp5": 32, "icp6": 64, "ic07": 128, "ic08": 256, "ic09": 512, "ic10": 1024}


def draw(svg: Path, into: Path) -> None:
    """``into/16.png`` to ``512.png``, ``rtedit.ico``, ``rtedit.icns``."""
    into.mkdir(parents=True, exist_ok=True)
    pictures = {size: _png(svg, size) for size in {*SIZES, *ICO, *ICNS.values()}}
    for size in SIZES:
        (into / f"{size}.png").write_bytes(pictures[size])
    (into / "rtedit.ico").write_bytes(_ico([(size, pictures[size]) for size in ICO]))
    (into / "rtedit.icns").write_bytes(_icns([(kind, pictures[size]) for kind, size in ICNS.items()]))


def _png(svg: Path, size: int) -> bytes:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _ico(pictures: list[tuple[int, bytes]]) -> bytes:
    """Windows: a directory of 16-byte entries, then the PNGs."""
    offset = 6 + 16 * len(pictures)
    head, body = io.BytesIO(), io.BytesIO()
    head.write(struct.pack("<HHH", 0, 1, len(pictures)))
    for size, png in pictures:
        edge = size % 256  # 0 stands for 256
        head.write(struct.pack("<BBBBHHII", edge, edge, 0, 0, 1, 32, len(png), offset + body.tell()))
        body.write(png)
    return head.getvalue() + body.getvalue()


def _icns(pictures: list[tuple[str, bytes]]) -> bytes:
    """macOS: a type, a length and a PNG, one after the other."""
    chunks = b"".join(kind.encode() + struct.pack(">I", 8 + len(png)) + png for kind, png in pictures)
    return b"icns" + struct.pack(">I", 8 + len(chunks)) + chunks
