"""The one-step estimate x0(x_t0, t0; theta) of held-out pictures while an edit is learned, by five ways of learning.

By words: ours with the clean picture as source (the paper), ours with the base's own estimate as source (eq. 11), and
DiffusionCLIP; each sees the same pictures one by one, at the same rate. By pairs, for any pack: toned pictures as the
after pictures, with themselves as target or what the base makes of them (eq. 28). What was learned is kept for
``decoding``.
"""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from rtedit_desktop.bench import diffusionclip
from rtedit_desktop.bench.evidence import encoding, metrics
from rtedit_desktop.bench.evidence.subject import Subject
from rtedit_desktop.bench.output import write_output
from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.diffusion import adaptation
from rtedit_desktop.diffusion.adaptation import Latents, LoopOptions
from rtedit_desktop.diffusion.delta import Delta
from rtedit_desktop.diffusion.guidance import PLAIN, direction_cosine
from rtedit_desktop.diffusion.pairs.fitting import PairConfig, fit_pairs
from rtedit_desktop.diffusion.pairs.pairs import Pairs
from rtedit_desktop.diffusion.pictures import to_pixels
from rtedit_desktop.diffusion.views import RandomViews

OURS, ESTIMATE, BASELINE = "ours", "ours, estimate as source", "DiffusionCLIP"
PAIRS, PAIRS_ESTIMATE = "pairs", "pairs, estimate as target"
BY_WORDS = (OURS, ESTIMATE, BASELINE)
BY_PAIRS = (PAIRS, PAIRS_ESTIMATE)
_SEPIA = ((0.393, 0.769, 0.189), (0.349, 0.686, 0.168), (0.272, 0.534, 0.131))

Found = dict[str, float | None]


def methods(subject: Subject) -> tuple[str, ...]:
    """Those that the pack can learn by."""
    return (*BY_WORDS, *BY_PAIRS) if subject.pack.has_text_model else BY_PAIRS


def settings_of(subject: Subject, seed: int) -> EditSettings:
    """One picture a step, at the pack's own rate for learning on a set of pictures."""
    info = subject.pack.manifest.info
    return info.learning_settings_for(info.example, seed=seed, noise_draws=1, learning_rate_growth=1.0)


def toned(x: Tensor) -> Tensor:
    """(N, 3, H, W) in [-1, 1], in sepia: an after picture that is aligned and exact."""
    matrix = torch.tensor(_SEPIA, dtype=x.dtype, device=x.device)
    return (torch.einsum("ij,njhw->nihw", matrix, (x + 1) / 2) * 2 - 1).clamp(-1, 1)


def measure(
    subject: Subject, method: str, indices: Sequence[int], iterations: int, every: int, seed: int, keep: Path
) -> dict[str, Found]:
    """By step, what the estimates of held-out pictures are like; the delta of the last step goes into ``keep``."""
    pack, t0 = subject.pack, settings_of(subject, seed).t0
    found: dict[str, Found] = {}
    with pack.base.borrowed():
        x0 = subject.x0(indices)
        x_t = encoding.latents(subject, x0, list(indices), t0, "stochastic", seed)
        found["0"] = quality_of(subject, x0, _estimates(subject, x_t, t0))
        for number in _learn(subject, method, iterations, seed):
            if number % every == 0 or number == iterations:
                found[str(number)] = quality_of(subject, x0, _estimates(subject, x_t, t0))
        _save(keep, pack.base.delta())
    return found


def quality_of(subject: Subject, x0: Tensor, made: Tensor) -> Found:
    """Means over pictures made of x0, (N, 3, S, S) both."""
    pixels = [to_pixels(row) for row in made.split(1)]
    found: Found = {
        "sharpness": metrics.sharpness(made, x0),
        "piqe": metrics.piqe(pixels),
        "ssim": round(sum(metrics.ssim(made, x0)) / len(x0), 4),
    }
    if subject.pack.has_text_model:
        info = subject.pack.manifest.info
        guidance = subject.pack.guidance(info.source, info.example)
        with torch.no_grad():
            cosine = direction_cosine(guidance.embed(made), guidance.embed(x0), guidance.direction)
        found["direction"] = round(float(cosine.mean()), 4)
    return found


def load_delta(keep: Path) -> Delta:
    """What ``measure`` kept."""
    read: Callable[..., dict[str, Tensor]] = importlib.import_module("safetensors.torch").load_file
    return {name: value.float() for name, value in read(keep).items()}


def _save(keep: Path, delta: Delta) -> None:
    pack: Callable[[dict[str, Tensor]], bytes] = importlib.import_module("safetensors.torch").save
    keep.parent.mkdir(parents=True, exist_ok=True)
    write_output(keep, pack({name: value.half().cpu().contiguous() for name, value in delta.items()}))


@torch.no_grad()
def _estimates(subject: Subject, x_t: Tensor, t0: int) -> Tensor:
    return torch.cat([subject.pack.denoiser(rows, t0).x0.float() for rows in x_t.split(8)])


def _learn(subject: Subject, method: str, iterations: int, seed: int) -> Iterator[int]:
    """The number of every step that was made."""
    steps = _by_pairs if method in BY_PAIRS else _by_words
    for step in steps(subject, method, iterations, seed):
        yield step.number


def _by_words(subject: Subject, method: str, iterations: int, seed: int) -> Iterator[Any]:
    pack, settings = subject.pack, replace(settings_of(subject, seed), iterations=iterations)
    info, denoiser = pack.manifest.info, pack.denoiser
    generator = torch.Generator().manual_seed(seed)
    softening = settings.softening if method == ESTIMATE else PLAIN
    guidance = RandomViews(pack.guidance(info.source, info.example, softening), settings.crops, generator)
    config, options = diffusionclip.steady_config(settings), LoopOptions(autocast=subject.autocast())
    if method == BASELINE:
        *_, latents = diffusionclip.invert(denoiser, subject.taught, settings.t0)
        return diffusionclip.adapt(denoiser, guidance, latents, config, generator, options)
    rows = range(len(subject.taught))
    x_t = encoding.latents(subject, subject.taught, rows, settings.t0, "stochastic", seed + 1)
    latents = Latents(x_t, subject.taught)
    if method == ESTIMATE:
        latents = adaptation.with_estimates(denoiser, x_t, settings.t0)
    return adaptation.adapt(denoiser, guidance, latents, config, generator, options)


def _by_pairs(subject: Subject, method: str, iterations: int, seed: int) -> Iterator[Any]:
    denoiser, x0 = subject.pack.denoiser, subject.taught
    generator = torch.Generator().manual_seed(seed)
    config = PairConfig(t_high=min(PairConfig().t_high, denoiser.timesteps - 1), iterations=iterations, batch=1)
    pairs = Pairs(x0, toned(x0), torch.ones_like(x0[:, :1]))
    teacher = copy.deepcopy(denoiser) if method == PAIRS_ESTIMATE else None
    return fit_pairs(denoiser, pairs, None, config, generator, autocast=subject.autocast(), teacher=teacher)
