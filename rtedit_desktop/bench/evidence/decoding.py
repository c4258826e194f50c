"""The number of decoding steps after adaptation: 1 to 40, ours and the baseline, by the judge and by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import torch
from torch import Tensor

from rtedit_desktop.bench import quality
from rtedit_desktop.bench.evidence import encoding, estimates, metrics
from rtedit_desktop.bench.evidence.estimates import BASELINE, BY_PAIRS, BY_WORDS, Found
from rtedit_desktop.bench.evidence.subject import Subject
from rtedit_desktop.core.edits import Encoding
from rtedit_desktop.core.packs.pack_info import PAIR_SETTINGS
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.pictures import to_pixels

_AT_ONCE = 4


def methods(subject: Subject) -> tuple[str, ...]:
    """What was learned from words, where the pack learns from words; the claim is of that."""
    return BY_WORDS if subject.pack.has_text_model else BY_PAIRS


@torch.no_grad()
def measure(
    subject: Subject, method: str, indices: Sequence[int], steps: Sequence[int], seed: int, keep: Path
) -> dict[str, Found]:
    """By number of steps: means over held-out pictures of what the delta in ``keep`` makes of them."""
    x0 = subject.x0(indices)
    made = results(subject, method, indices, steps, seed, keep)
    return {str(n): _found(subject, method, indices, x0, pictures) for n, pictures in made.items()}


@torch.no_grad()
def results(
    subject: Subject, method: str, indices: Sequence[int], steps: Sequence[int], seed: int, keep: Path
) -> dict[int, Tensor]:
    """By number of steps: what the delta in ``keep`` makes of held-out pictures, (N, 3, S, S)."""
    pack = subject.pack
    t0 = PAIR_SETTINGS.t0 if method in BY_PAIRS else estimates.settings_of(subject, seed).t0
    how: Encoding = "deterministic" if method == BASELINE else "stochastic"
    parts = [list(indices[i : i + _AT_ONCE]) for i in range(0, len(indices), _AT_ONCE)]
    with pack.base.borrowed():
        x_t = [encoding.latents(subject, subject.x0(part), part, t0, how, seed) for part in parts]
        pack.base.apply(estimates.load_delta(keep))
        return {n: torch.cat([_decoded(subject, rows, t0, n) for rows in x_t]) for n in steps}


def _decoded(subject: Subject, x_t: Tensor, t0: int, n: int) -> Tensor:
    *_, last = sampling.decode(subject.pack.denoiser, x_t, t0, n)
    return last.x0


def _found(subject: Subject, method: str, indices: Sequence[int], x0: Tensor, made: Tensor) -> Found:
    found = estimates.quality_of(subject, x0, made)
    if method in BY_PAIRS:
        found["psnr to the after picture"] = round(mean(metrics.psnr(made, estimates.toned(x0))), 3)
    elif subject.judge is not None:
        found |= judged(subject, subject.pack.manifest.info.example, indices, made)
    pixels = [to_pixels(row) for row in made.split(1)]
    found |= {name: round(mean(values), 4) for name, values in encoding.identity(subject, indices, pixels).items()}
    return found


def judged(subject: Subject, prompt: str, indices: Sequence[int], made: Tensor) -> Found:
    """Shares of results where the judge sees what a prompt asks for, and of other attributes that are kept."""
    if subject.judge is None or prompt not in quality.PROMPTS:
        return {}
    asked, value = quality.PROMPTS[prompt]
    before = subject.judge([subject.pictures[i] for i in indices])
    after = subject.judge([to_pixels(row) for row in made.split(1)])
    kept = [
        float(was[name] == now[name])
        for index, was, now in zip(indices, before, after, strict=True)
        for name in subject.others(prompt, index)
    ]
    return {"asked": round(mean(float(now[asked] == value) for now in after), 4), "kept": round(mean(kept), 4)}
