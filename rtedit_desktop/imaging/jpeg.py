"""How a JPEG was compressed, so that what becomes of it is compressed the same way.

With the same tables, the same sampling of the colours and every block where it was, a second compression gives back
almost all values that nothing changed; docs/photos.md has the numbers.
"""

from __future__ import annotations

from typing import Any

from PIL import Image, JpegImagePlugin

from rtedit_desktop.core.photo import Origin

DEFAULT_QUALITY = 95
_SAMPLINGS = (0, 1, 2)  # 4:4:4, 4:2:2, 4:2:0: those that Pillow can write
_MOST_TABLES = 2  # one for the light and one for the colours, as writers give them to the channels


def compression(image: Image.Image) -> tuple[tuple[tuple[int, ...], ...], int]:
    """The tables and the sampling of a decoded picture; no tables where Pillow could not write it the same way."""
    tables = getattr(image, "quantization", None) or {}
    if image.mode != "RGB" or not 1 <= len(tables) <= _MOST_TABLES or sorted(tables) != list(range(len(tables))):
        return (), 0
    sampling = JpegImagePlugin.get_sampling(image)
    if sampling not in _SAMPLINGS:
        return (), 0
    return tuple(tuple(tables[number]) for number in sorted(tables)), sampling


def options_for(origin: Origin) -> dict[str, Any]:
    """What Pillow's writer is told: as the photo was, or with full colours at the quality it had."""
    if origin.format == "JPEG" and origin.tables:
        return {"qtables": [list(table) for table in origin.tables], "subsampling": origin.sampling}
    return {"quality": origin.quality or DEFAULT_QUALITY, "subsampling": 0}
