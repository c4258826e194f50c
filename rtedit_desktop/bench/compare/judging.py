"""A judge for results of any tool: the classifier of Avatars, or the CLIP of a pack along the text's direction."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from rtedit_desktop.bench import quality
from rtedit_desktop.bench.compare.contestants import Contestant, opened
from rtedit_desktop.bench.compare.tally import Tally, tally
from rtedit_desktop.bench.judge import Judge
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.diffusion.guidance import direction_cosine
from rtedit_desktop.diffusion.pictures import to_tensor
from rtedit_desktop.engine import models
from rtedit_desktop.engine.machine.devices import best_device
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.support.paths import resources

CLASSIFIED = "avatars"
TIE = 0.05

Match = Callable[[Image.Image, Image.Image, str], float]
"""How well a result, the second picture, shows a text that its source, the first, did not."""


def judge_of(pack: str | None, folder: Path | None) -> Match:
    """Of a pack; raises what a command knows."""
    if folder is None and pack == CLASSIFIED:
        return _classifier(Judge.load(resources() / "bench"))
    manifest = manifests.read(folder.absolute()).as_loaded() if folder else Catalog.default().manifest(str(pack))
    loaded = models.load_pack(manifest, best_device().device)
    info = manifest.info

    @torch.no_grad()
    def match(source: Image.Image, result: Image.Image, prompt: str) -> float:
        guidance = loaded.guidance(info.source_for(prompt), prompt)
        after, before = (
            guidance.embed(to_tensor(np.asarray(one), info.image_size).to(loaded.device)) for one in (result, source)
        )
        return float(direction_cosine(after, before, guidance.direction))

    return match


def _classifier(judge: Judge) -> Match:
    def match(source: Image.Image, result: Image.Image, prompt: str) -> float:
        if prompt not in quality.PROMPTS:
            raise SettingsError(f"The judge does not know “{prompt}”.", f"It knows {', '.join(quality.PROMPTS)}.")
        asked, value = quality.PROMPTS[prompt]
        seen = judge.probabilities([np.asarray(result.resize((128, 128), Image.Resampling.LANCZOS))])
        return seen[0][asked][value]

    return match


def judged(
    match: Match, found: Sequence[Contestant], sources: Contestant, prompts: Mapping[str, str], seed: int
) -> dict[tuple[str, str], Tally]:
    """By two tools, as ``votes.counted``; alike within ``TIE`` is a tie."""
    scores: dict[str, list[float]] = {one.name: [] for one in found}
    for name, prompt in prompts.items():
        source = opened(sources.pictures[name])
        for one in found:
            scores[one.name].append(match(source, opened(one.pictures[name]), prompt))
    results = {}
    for first, second in itertools.combinations(scores, 2):
        gaps = [a - b for a, b in zip(scores[first], scores[second], strict=True)]
        results[first, second] = tally([0 if abs(gap) <= TIE else 1 if gap > 0 else -1 for gap in gaps], seed=seed)
    return results
