"""What the tests of pictures share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rtedit_desktop.core.errors import PictureError, shown_name
from rtedit_desktop.core.photo import Photo
from rtedit_desktop.imaging.photo_service import FilePhotoService


def edited(photo: Photo) -> np.ndarray:
    """The photo's pixels but for one: a photo without any change is saved as its own file."""
    pixels = photo.pixels.copy()
    pixels[0, 0, 0] ^= 1
    return pixels


def refused(photo_service: FilePhotoService, path: Path, reason: str) -> PictureError:
    """The error of a file that the photo service must not open."""
    with pytest.raises(PictureError) as caught:
        photo_service.open(path)
    error = caught.value
    assert error.what.startswith(f"Could not open {shown_name(path.name)}: ")
    assert reason in error.what
    assert error.todo
    assert "\n" not in str(error)
    return error
