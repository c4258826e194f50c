"""Measures the speed of both methods in one run: same network, same batch of one, same loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from rtedit_desktop.bench import diffusionclip
from rtedit_desktop.bench.report import Comparison, Side
from rtedit_desktop.bench.subject import Subject
from rtedit_desktop.bench.timing import Timing, side_by_side
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.adaptation import AdaptationConfig, AdaptStep, Latents, LoopOptions, adapt
from rtedit_desktop.diffusion.early_stopping import EarlyStopping

PICTURES = 50
EPOCHS = 5
FASTER_LEARNING = 4.5
FASTER_EDITING = 7.0

Say = Callable[[str], object]


def measure(subject: Subject, repeats: int, say: Say) -> list[Comparison]:
    """One training step, a whole text pair, and encoding with decoding."""
    denoiser, device = subject.pack.denoiser, subject.device.device
    generator = torch.Generator().manual_seed(subject.seed)
    with subject.pack.base.borrowed():
        say("one training step")
        latents = Latents(encode(subject, generator), subject.x0)
        steps = {
            "ours": partial(next, learn(subject, latents)),
            "baseline": partial(next, learn_baseline(subject, latents)),
        }
        in_graph = {name: count_calls(subject, work) for name, work in steps.items()}
        step = side_by_side(steps, device, repeats)
    with subject.pack.base.borrowed():
        say("encoding and decoding")
        works: dict[str, Callable[[], object]] = {
            "encode": lambda: encode(subject, generator),
            "invert": lambda: _exhaust(diffusionclip.invert(denoiser, subject.x0, subject.t0)),
            "ours": lambda: edit(subject, generator),
            "ours, short": lambda: edit(subject, generator, skip_last=True),
            "baseline": lambda: edit_baseline(subject, diffusionclip.N_TRAIN),
            "baseline, long": lambda: edit_baseline(subject, diffusionclip.N_TEST),
        }
        calls = {name: count_calls(subject, work) for name, work in works.items()}
        spent = side_by_side(works, device, repeats)

    def side(name: str) -> Side:
        return _side(calls[name], spent[name])

    one, six = (_side(in_graph[name], step[name]) for name in ("ours", "baseline"))
    return [
        Comparison(what="one training step", unit="s", ours=one, baseline=six, target=FASTER_LEARNING),
        _text_pair(one, six, None, None, "latents cached"),
        _text_pair(one, six, side("encode"), side("invert"), "with encoding"),
        _editing("encode and decode (6 steps; 39 + 6)", side("ours"), side("baseline")),
        _editing("encode and decode (6 steps; 39 + 40)", side("ours"), side("baseline, long")),
        _editing("encode and decode (6 steps, t = 0 left out; 39 + 6)", side("ours, short"), side("baseline")),
    ]


def encode(subject: Subject, generator: torch.Generator) -> Tensor:
    """Ours: one shot, no call."""
    abar = subject.pack.denoiser.abar(subject.t0)
    return sampling.encode(subject.x0, abar, generator)


def edit(subject: Subject, generator: torch.Generator, *, skip_last: bool = False) -> None:
    """Ours: encode and decode in 6 steps."""
    x_t = encode(subject, generator)
    _exhaust(sampling.decode(subject.pack.denoiser, x_t, subject.t0, 6, skip_last=skip_last))


def edit_baseline(subject: Subject, n_test: int) -> None:
    """The baseline: invert and decode."""
    pack = subject.pack
    _exhaust(diffusionclip.edit(pack.denoiser, pack.base, {}, subject.x0, subject.t0, n_test=n_test))


def learn(subject: Subject, latents: Latents) -> Iterator[AdaptStep]:
    """Ours, without end: a vanishing rate keeps the weights, early stop looks on but never stops."""
    generator = torch.Generator().manual_seed(subject.seed)
    options = LoopOptions(EarlyStopping(min_gain=-math.inf, enough=math.inf), subject.autocast)
    return adapt(subject.pack.denoiser, subject.guidance, latents, _endless(subject), generator, options)


def learn_baseline(subject: Subject, latents: Latents) -> Iterator[AdaptStep]:
    """The baseline, without end."""
    generator = torch.Generator().manual_seed(subject.seed)
    options = LoopOptions(autocast=subject.autocast)
    return diffusionclip.adapt(subject.pack.denoiser, subject.guidance, latents, _endless(subject), generator, options)


def _endless(subject: Subject) -> AdaptationConfig:
    return AdaptationConfig(t0=subject.t0, iterations=2**30, rate=1e-12, growth=1.0)


def count_calls(subject: Subject, work: Callable[[], object]) -> int:
    """Network calls that ``work`` makes."""
    before = subject.pack.denoiser.calls
    work()
    return subject.pack.denoiser.calls - before


def _text_pair(one: Side, six: Side, encode: Side | None, invert: Side | None, how: str) -> Comparison:
    """A whole text pair as published, from the medians of its parts."""

    def total(step: Side, before: Side | None) -> Side:
        steps = PICTURES * EPOCHS
        calls, value = steps * step.calls, steps * step.value
        if before is not None:
            calls, value = calls + PICTURES * before.calls, value + PICTURES * before.value
        return Side(calls=calls, value=value)

    return Comparison(
        what=f"a text pair, {PICTURES} pictures × {EPOCHS} epochs, {how} (from the medians)",
        unit="s",
        ours=total(one, encode),
        baseline=total(six, invert),
        target=FASTER_LEARNING,
    )


def _editing(what: str, ours: Side, baseline: Side) -> Comparison:
    return Comparison(what=what, unit="s", ours=ours, baseline=baseline, target=FASTER_EDITING)


def _side(calls: int, timing: Timing) -> Side:
    return Side(calls=calls, value=timing.median, samples=timing.seconds)


def _exhaust(steps: Iterator[object]) -> None:
    for _ in steps:
        pass
