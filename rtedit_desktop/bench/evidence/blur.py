"""cos(dI, dT) of edited pictures when source and result are blurred alike, and when one of them alone is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from rtedit_desktop.bench.evidence.metrics import blurred
from rtedit_desktop.bench.evidence.subject import Subject
from rtedit_desktop.diffusion.guidance import direction_cosine
from rtedit_desktop.diffusion.pictures import to_tensor

WAYS = ("both", "result", "source")

Edited = tuple[np.ndarray, np.ndarray, str]
"""A picture, its result, (S, S, 3) uint8 both, and the prompt."""


@torch.no_grad()
def measure(subject: Subject, edits: Sequence[Edited], sigma: float, way: str) -> list[float]:
    """The cosine of each edit by the CLIP that guided it; ``sigma`` in pixels of the model."""
    info, size = subject.pack.manifest.info, subject.pack.manifest.info.image_size
    found = []
    for source, result, prompt in edits:
        guidance = subject.pack.guidance(info.source_for(prompt), prompt)
        before = blurred(source, sigma if way in ("both", "source") else 0)
        after = blurred(result, sigma if way in ("both", "result") else 0)
        e_after, e_before = (guidance.embed(to_tensor(one, size).to(subject.pack.device)) for one in (after, before))
        found.append(round(float(direction_cosine(e_after, e_before, guidance.direction)), 4))
    return found
