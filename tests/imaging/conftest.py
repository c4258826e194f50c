from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.photo_service import FilePhotoService


@pytest.fixture
def photo_service() -> FilePhotoService:
    return FilePhotoService()


@pytest.fixture
def scene() -> np.ndarray:
    """(48, 64, 3) uint8: smooth, coloured, different in every corner."""
    y, x = np.mgrid[0:48, 0:64]
    return np.stack([x * 4, y * 5, 255 - x * 2 - y * 2], axis=-1).astype(np.uint8)


@pytest.fixture
def big_photo() -> Photo:
    """A noisy 300 x 200 photo."""
    return Photo(pixels=np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8))


@pytest.fixture
def no_warnings() -> Iterator[None]:
    """Nothing is warned of, and Pillow's limit is as it was."""
    limit = Image.MAX_IMAGE_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    assert limit == Image.MAX_IMAGE_PIXELS
