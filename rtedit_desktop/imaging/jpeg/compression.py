"""Compression of a JPEG as it was, so that what becomes of it is compressed the same way.

With the same tables, the same form and sampling of the colours and every block where it was, a second compression
gives back almost all values that nothing changed; docs/photos.md has the numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, JpegImagePlugin

from rtedit_desktop.core.photos.photo import Compression

DEFAULT_QUALITY = 95
_INKS = ("CMYK", "YCCK")
_SAMPLINGS = (0, 1, 2)  # 4:4:4, 4:2:2, 4:2:0: those that Pillow can write

# fmt: off
_LUMA = np.array([  # the JPEG standard's luma quantisation table, annex K.1
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
])
# fmt: on


def compression(image: Image.Image) -> Compression | None:
    """How an opened JPEG was compressed, as near as Pillow can write it; None where it cannot keep the tables."""
    found: dict[int, list[int]] = getattr(image, "quantization", None) or {}
    layers: list[tuple[int, int, int, int]] = getattr(image, "layer", None) or []
    if not layers or any(layer[3] not in found for layer in layers):
        return None
    numbers = [layer[3] for layer in layers]
    while len(numbers) > 1 and numbers[-1] == numbers[-2]:  # the last is that of all further channels
        numbers.pop()
    tables = [tuple(found[number]) for number in numbers]
    progressive = bool(image.info.get("progressive"))
    if image.mode == "RGB" and _is_stored_as_rgb(image, layers):
        if {layer[1:3] for layer in layers} != {(1, 1)}:
            return None
        return Compression(form="RGB", tables=tuple(tables), sampling=0, progressive=progressive)
    if image.mode == "L":
        return Compression(form="L", tables=tuple(tables), sampling=0, progressive=progressive)
    if image.mode == "CMYK":
        form = "YCCK" if image.info.get("adobe_transform") == 2 else "CMYK"
        return Compression(form=form, tables=tuple(tables), sampling=0, progressive=progressive)
    if image.mode != "RGB":
        return None
    sampling = JpegImagePlugin.get_sampling(image)
    sampling = sampling if sampling in _SAMPLINGS else 0  # full colours hold what others do
    return Compression(form="YCbCr", tables=tuple(tables), sampling=sampling, progressive=progressive)


def _is_stored_as_rgb(image: Image.Image, layers: list[tuple[int, int, int, int]]) -> bool:
    """As libjpeg decides it: by the JFIF marker, else by Adobe's, else by the names of the channels."""
    if "jfif" in image.info:
        return False
    if "adobe" in image.info:
        return image.info.get("adobe_transform") == 0
    return [layer[0] for layer in layers] == [ord(name) for name in "RGB"]


def quality(image: Image.Image) -> int | None:
    """The quality, 1 to 100, that comes nearest to a JPEG's tables."""
    tables = getattr(image, "quantization", None)
    if not tables:
        return None
    table = np.sort(np.asarray(next(iter(tables.values()))))  # sorted: readers differ in the order
    errors = []
    for number in range(1, 101):
        scale = 5000 // number if number < 50 else 200 - 2 * number
        candidate = np.sort(np.clip((_LUMA * scale + 50) // 100, 1, 255))
        errors.append(int(np.abs(candidate - table).sum()))
    return int(np.argmin(errors)) + 1


def options(form: str, made: Compression | None, quality: int | None) -> dict[str, Any]:
    """What Pillow's writer is told for colours of this form: as the photo was, or full colours at its quality."""
    plain: dict[str, Any] = {"quality": quality or DEFAULT_QUALITY} | ({} if form in _INKS else {"subsampling": 0})
    if made is None or (form != made.form and (form in _INKS or made.form in _INKS)):
        return plain
    told: dict[str, Any] = {"qtables": [list(table) for table in made.tables], "progressive": made.progressive}
    if form in ("RGB", "YCbCr"):
        told |= {"keep_rgb": True} if made.form == "RGB" else {"subsampling": made.sampling}
    elif form == "L":
        told["qtables"] = told["qtables"][:1]
    return told
