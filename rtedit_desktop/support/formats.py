"""File suffixes of the photos that can be opened and saved."""

from __future__ import annotations

OPEN_SUFFIXES = ("png", "jpg", "jpeg", "webp", "tif", "tiff", "bmp", "gif", "heic", "heif")
"""What a folder is looked through for; a file that is named may be called anything."""

SAVE_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF"}
"""What can be written."""
