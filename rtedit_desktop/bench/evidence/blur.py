"""cos(dI, dT) of edited pictures when source and result are blurred alike, and when one of them alone is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rtedit_desktop.bench.evidence.metrics import blurred
from rtedit_desktop.bench.evidence.subject import Subject
from rtedit_desktop.bench.text_match import text_match

WAYS = ("both", "result", "source")

Edited = tuple[np.ndarray, np.ndarray, str]
"""A picture, its result, (S, S, 3) uint8 both, and the prompt."""


def measure(subject: Subject, edits: Sequence[Edited], sigma: float, way: str) -> list[float]:
    """The cosine of each edit by the CLIP that guided it; ``sigma`` in pixels of the model."""
    found = []
    for source, result, prompt in edits:
        shows = subject.pack.manifest.info.source_for(prompt)
        before = blurred(source, sigma if way in ("both", "source") else 0)
        after = blurred(result, sigma if way in ("both", "result") else 0)
        found.append(round(text_match(subject.pack, before, after, shows, prompt), 4))
    return found
