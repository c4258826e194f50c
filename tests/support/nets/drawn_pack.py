"""What a pack says of itself, for tests that need no model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rtedit_desktop.core.packs.pack_info import PackInfo


def drawn_pack(id: str, image_size: int, **more: Any) -> PackInfo:
    """Of faces, called as its id."""
    return PackInfo(
        id=id,
        title=id.capitalize(),
        version="1",
        domain="faces",
        source="face",
        image_size=image_size,
        licence="MIT",
        attribution="drawn for the tests",
        folder=Path(id),
        **more,
    )
