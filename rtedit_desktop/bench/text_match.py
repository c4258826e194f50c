"""Judges a result by the CLIP of a pack: how far it went from its source along a text's direction."""

from __future__ import annotations

import numpy as np
import torch

from rtedit_desktop.diffusion.guidance import direction_cosine
from rtedit_desktop.engine.models import LoadedPack


@torch.no_grad()
def text_match(pack: LoadedPack, source: np.ndarray, result: np.ndarray, shows: str, prompt: str) -> float:
    """cos(dI, dT) of a picture and its result, (H, W, 3) uint8 both; ``shows`` is the text of what the source shows.

    Raises PackError for a pack without a text model, NoDirectionError for texts that mean the same.
    """
    guidance = pack.guidance(shows, prompt)
    e_after, e_before = (guidance.embed(pack.x0(one)) for one in (result, source))
    return float(direction_cosine(e_after, e_before, guidance.direction))
