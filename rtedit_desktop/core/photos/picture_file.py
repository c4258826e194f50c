"""The one place that opens a picture file with Pillow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from PIL import Image


def open_picture(file: Path | BinaryIO, formats: Sequence[str]) -> Image.Image:
    """The picture with its header read, nothing decoded; of one of these Pillow formats and of no other.

    Without a list Pillow would hand a PostScript file to Ghostscript, and others to readers that few people test.
    Raises OSError, ValueError and SyntaxError for what is none of them, or has more pixels than Pillow allows.
    """
    from PIL import Image

    try:
        return Image.open(file, formats=list(formats))
    except Image.DecompressionBombError as error:
        raise ValueError(str(error)) from error
