"""An entry of the history, and the frames on the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np

from rtedit_desktop.core.photo import Square
from rtedit_desktop.core.requests import ApplyRequest, EditRequest

PictureRequest = EditRequest | ApplyRequest


class FrameKind(Enum):
    SOURCE = auto()
    PREVIEW = auto()
    STEP = auto()
    RESULT = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of the filmstrip; ``picture``: (S, S, 3) uint8."""

    kind: FrameKind
    picture: np.ndarray
    index: int = 0
    of: int = 0
    t: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """An entry of the history: what was asked, where, and what came out of it.

    ``picked`` says that the person chose a frame on the way instead of the last picture, so the
    strength sliders have nothing to move.
    """

    request: PictureRequest
    square: Square
    picture: np.ndarray
    frames: tuple[Frame, ...]
    score: float | None = None
    recipe: Mapping[str, object] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    picked: bool = False

    @property
    def strength_moves(self) -> bool:
        """Whether the slider of an edit's strength changes this result."""
        return isinstance(self.request, EditRequest) and not self.picked

    @property
    def mix_moves(self) -> bool:
        """Whether the sliders of its presets do."""
        return isinstance(self.request, ApplyRequest) and not self.picked
