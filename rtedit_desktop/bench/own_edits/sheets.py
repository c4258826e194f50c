"""Sheets of pictures for looking at edits: each source above what became of it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from rtedit_desktop.bench.output import write_output

CELL = 256
PER_ROW = 10
_GAP = 6


def write_sheet(path: Path, columns: Sequence[Sequence[np.ndarray]]) -> None:
    """One column of pictures (H, W, 3) uint8 for each photograph, PER_ROW of them side by side; raises SaveError.

    Every picture is brought to CELL pixels; ``path`` becomes a JPEG.
    """
    height = max(len(column) for column in columns) * CELL + _GAP
    blocks = -(-len(columns) // PER_ROW)
    sheet = Image.new("RGB", (min(PER_ROW, len(columns)) * (CELL + _GAP), blocks * height), "white")
    for index, column in enumerate(columns):
        left, top = index % PER_ROW * (CELL + _GAP), index // PER_ROW * height
        for row, picture in enumerate(column):
            cell = Image.fromarray(picture).resize((CELL, CELL), Image.Resampling.LANCZOS)
            sheet.paste(cell, (left, top + row * CELL))
    content = io.BytesIO()
    sheet.save(content, "JPEG", quality=92)
    write_output(path, content.getvalue())
