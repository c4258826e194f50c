"""All that can be painted on a portrait."""

from __future__ import annotations

import numpy as np
from attribute import Attribute, Painter
from face import Face
from face_attributes import FACE
from picture_attributes import PICTURE
from worn_attributes import WORN

TABLE: dict[str, Attribute] = {**WORN, **FACE, **PICTURE}

ATTRIBUTES: dict[str, Painter] = {name: attribute.painter for name, attribute in TABLE.items()}
phrases: dict[str, list[str]] = {name: list(attribute.phrases) for name, attribute in TABLE.items()}


def paint(name: str, face: Face, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray | None:
    return ATTRIBUTES[name](face, rng, strength)
