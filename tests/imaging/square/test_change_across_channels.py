"""A picture without colours has none in the detail that the model never saw."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from rtedit_desktop.core.photos.geometry import Square
from rtedit_desktop.core.photos.photo import Photo
from rtedit_desktop.imaging.square.compositing import paste
from rtedit_desktop.imaging.square.crop import crop

SIDE, SEEN = 256, 64


def colour_in(pixels: np.ndarray) -> float:
    return float((pixels - pixels.mean(axis=2, keepdims=True)).std())


@pytest.mark.parametrize("angle", [0.0, 15.0])
def test_detail_finer_than_the_model_sees_loses_its_colour_too(angle: float) -> None:
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(60, 200, (8, 8, 3), dtype=np.uint8)).resize((SIDE, SIDE))
    fine = np.asarray(coarse, np.float32) + rng.normal(0, 25, (SIDE, SIDE, 3))
    photo = Photo(pixels=np.clip(fine, 0, 255).astype(np.uint8), name="a.png")
    square = Square(x=0, y=0, side=SIDE, angle=angle)
    before = crop(photo, square, SEEN)
    after = np.repeat(before.mean(axis=2, keepdims=True).round(), 3, axis=2).astype(np.uint8)
    inside = (slice(80, 176), slice(80, 176))
    left = colour_in(paste(photo, square, before, after)[inside].astype(float))
    assert left < 0.15 * colour_in(photo.pixels[inside].astype(float))
