"""Learning from pictures before and after an edit, as the events of a job."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import partial

from torch import Tensor

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.core.events import Adapting, Event
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.diffusion import edit
from rtedit_desktop.diffusion.edit import LearnedPairs
from rtedit_desktop.diffusion.pairs.fitting import PairStep
from rtedit_desktop.diffusion.pictures import to_pixels
from rtedit_desktop.engine.machine.devices import Device
from rtedit_desktop.engine.machine.memory_fallback import Way, first_that_fits
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.stopping import Stop


@dataclass(frozen=True)
class PairLesson:
    """``before`` and ``after``: (N, 3, S, S) in [-1, 1]. ``settings.noise_draws`` is how many rows a step sees."""

    before: Tensor
    after: Tensor
    settings: EditSettings


def learn_pairs(
    job: str, pack: LoadedPack, device: Device, lesson: PairLesson, stop: Stop
) -> Generator[Event, None, LearnedPairs]:
    """Yield an event a step; the generator's value is what was learned.

    The network is left changed: the caller borrowed its weights. Raises what ``first_that_fits`` raises.
    """
    return (yield from first_that_fits(job, pack.base, _ways(job, pack, device, lesson, stop)))


def _ways(job: str, pack: LoadedPack, device: Device, lesson: PairLesson, stop: Stop) -> Iterator[Way[LearnedPairs]]:
    """As many rows a step as were asked for, then fewer."""
    batch = lesson.settings.noise_draws
    yield "", partial(_learn, job, pack, device, lesson, stop, batch)
    while batch > 1:
        batch = max(1, batch // 4)
        notice = tr("Memory is short: learning goes on with fewer pictures at a time.")
        yield notice, partial(_learn, job, pack, device, lesson, stop, batch)


def _learn(
    job: str, pack: LoadedPack, device: Device, lesson: PairLesson, stop: Stop, batch: int
) -> Generator[Event, None, LearnedPairs]:
    start, explained = time.perf_counter(), 0.0
    steps = edit.learn_pairs(pack, lesson.before, lesson.after, lesson.settings, batch=batch, precision=device.learning)
    for step in steps:
        if isinstance(step, LearnedPairs):
            return step
        if isinstance(step, PairStep):
            explained = explained if step.explained is None else step.explained
            yield _adapting(job, step, explained, lesson.settings, time.perf_counter() - start)
        stop.check()
    raise AssertionError("learning ends with what was learned")


def _adapting(job: str, step: PairStep, explained: float, settings: EditSettings, spent: float) -> Adapting:
    every = settings.preview_every
    return Adapting(
        job_id=job,
        step=step.number,
        of=step.of,
        score=explained,
        seconds_left=spent / step.number * (step.of - step.number),
        preview=to_pixels(step.x0) if every and step.number % every == 0 else None,
    )
