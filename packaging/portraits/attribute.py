"""Attribute of a portrait: who paints it, how people say it, and where it is.

A painter takes a face, a generator and a strength, and returns the picture with the attribute, or None where this face
does not allow it. The same generator gives the same picture; nothing is changed outside the attribute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Painter = Callable[..., "np.ndarray | None"]
NEUTRAL = "face"

OPAQUE = "opaque"  # something lies before the face: its pixels replace the photograph's
TONAL = "tonal"  # colour and texture of what is there: the change is added
WHOLE = "whole-picture"


@dataclass(frozen=True)
class Attribute:
    painter: Painter
    kind: str
    region: str  # eyes, mouth, jaw, cheeks, skin, hair, head, face, background, picture
    phrases: tuple[str, ...]  # the first is the shortest good prompt
    source: str = NEUTRAL
