"""A pack, pictures and faces for the window's doubles."""

from __future__ import annotations

import numpy as np
from support.nets.drawn_pack import drawn_pack

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.core.packs.pack_info import Suggestion
from rtedit_desktop.core.photos.face import Face
from rtedit_desktop.core.photos.geometry import Point

SIZE = 32
ITERATIONS = 6

PACK = drawn_pack(
    "fakes",
    SIZE,
    suggestions=(
        Suggestion(prompt="smiling face", kind="expression"),
        Suggestion(prompt="face with sunglasses", kind="accessory"),
        Suggestion(prompt="face with red hair", kind="hair"),
        Suggestion(prompt="sketch of a face", kind="style"),
    ),
    vocabulary=frozenset(["a", "face", "of", "with", "smiling", "sunglasses", "red", "hair", "sketch"]),
    settings={
        "default": EditSettings(iterations=ITERATIONS, steps=3, preview_every=2),
        "style": EditSettings(iterations=ITERATIONS, steps=3, t0=600, preview_every=2),
    },
    kind_of_word={"sketch": "style"},
)


def brighter(picture: np.ndarray, by: float) -> np.ndarray:
    return np.clip(picture + by, 0, 255).astype(np.uint8)


def picture(width: int = 64, height: int = 48, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 150, (height, width, 3), dtype=np.uint8)


def face(x: float, y: float, size: float, lean: float = 0.0) -> Face:
    """Its eyes are ``size`` apart, around x and y; ``lean`` pixels lower at the right."""
    return Face(
        box=(x - size, y - size, 2 * size, 2.5 * size),
        left_eye=Point(x - size / 2, y - lean / 2),
        right_eye=Point(x + size / 2, y + lean / 2),
        nose=Point(x - lean / 2, y + size / 2),
        left_mouth=Point(x - size / 2 - lean, y + size - lean / 2),
        right_mouth=Point(x + size / 2 - lean, y + size + lean / 2),
        confidence=0.95,
    )
