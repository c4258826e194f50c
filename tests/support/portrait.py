"""A photograph with a face in it: NASA's portrait of an astronaut, in the public domain, from scikit-image's wheel."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ANGLE = 2.0
"""About how far the face leans in the photograph, in degrees clockwise; a detector may see some degrees else."""
EYES = ((200.0, 102.0), (247.0, 102.5))
MOUTH = (219.0, 143.0)


@functools.cache
def portrait() -> Image.Image:
    """512 x 512, mode RGB. Its face's eyes and mouth are at ``EYES`` and ``MOUTH``."""
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("scikit-image is not installed")
    return Image.open(Path(spec.submodule_search_locations[0]) / "data" / "astronaut.png").convert("RGB")


def turned_portrait(degrees: float) -> Image.Image:
    """Turned clockwise, whole, black around it."""
    return portrait().rotate(-degrees, Image.Resampling.BICUBIC, expand=True)


def backdrop(width: int, height: int, seed: int = 0) -> Image.Image:
    """Soft grey noise, with nothing in it."""
    small = np.random.default_rng(seed).integers(90, 140, (height // 40 + 1, width // 40 + 1, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
