"""A judge for results of any tool: the classifier of Avatars, or the CLIP of a pack along the text's direction."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from rtedit_desktop.bench import quality
from rtedit_desktop.bench.compare.contestants import Contestant, opened
from rtedit_desktop.bench.compare.tally import Tally, outcome, tally
from rtedit_desktop.bench.judge import Judge
from rtedit_desktop.bench.text_match import text_match
from rtedit_desktop.core.errors import SettingsError
from rtedit_desktop.engine import models
from rtedit_desktop.engine.machine.devices import best_device
from rtedit_desktop.packs.catalog import Catalog
from rtedit_desktop.packs.manifest import reading as manifests
from rtedit_desktop.support.paths import resources

CLASSIFIED = "avatars"

Match = Callable[[Image.Image, Image.Image, str], float]
"""How well a result, the second picture, shows a text that its source, the first, did not."""


def judge_of(pack: str | None, folder: Path | None) -> Match:
    """Of a pack; raises what a command knows."""
    if folder is None and pack == CLASSIFIED:
        return _classifier(Judge.load(resources() / "bench"))
    manifest = manifests.read(folder.absolute()).as_loaded() if folder else Catalog.default().manifest(str(pack))
    loaded = models.load_pack(manifest, best_device().device)

    def match(source: Image.Image, result: Image.Image, prompt: str) -> float:
        return text_match(loaded, np.asarray(source), np.asarray(result), manifest.info.source_for(prompt), prompt)

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
    """By two tools, as ``votes.counted``."""
    scores: dict[str, list[float]] = {one.name: [] for one in found}
    for name, prompt in prompts.items():
        source = opened(sources.pictures[name])
        for one in found:
            scores[one.name].append(match(source, opened(one.pictures[name]), prompt))
    results = {}
    for first, second in itertools.combinations(scores, 2):
        both = zip(scores[first], scores[second], strict=True)
        results[first, second] = tally([outcome(*pair) for pair in both], seed=seed)
    return results
