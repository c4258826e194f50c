"""Learning from one picture, or from a set of them, as the events of a job."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from functools import partial

from torch import Tensor

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.core.errors import PromptError
from rtedit_desktop.core.events import Adapting, Event
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.diffusion import edit
from rtedit_desktop.diffusion.adaptation import AdaptStep, Latents
from rtedit_desktop.diffusion.edit import Computing, Learned
from rtedit_desktop.diffusion.guidance import NoDirectionError
from rtedit_desktop.diffusion.memory.checkpointing import can_recompute_blocks
from rtedit_desktop.diffusion.pictures import to_pixels
from rtedit_desktop.engine.checkpoint import Checkpoint
from rtedit_desktop.engine.machine.devices import Device, free_cached_memory, is_out_of_memory
from rtedit_desktop.engine.machine.memory_fallback import Way, first_that_fits
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.stopping import Stop


@dataclass(frozen=True)
class Lesson:
    """What to learn: ``x0`` (N, 3, S, S) in [-1, 1]; one picture is seen under several noise draws."""

    x0: Tensor
    prompt: str
    source: str
    settings: EditSettings


def learn(
    job: str, pack: LoadedPack, device: Device, lesson: Lesson, stop: Stop, checkpoint: Checkpoint
) -> Generator[Event, None, Learned]:
    """Yield the adaptation's events; the generator's value is what was learned. It goes on from the checkpoint.

    The network is left adapted: the caller borrowed its weights. Raises PromptError for texts that mean
    the same, and what ``first_that_fits`` raises.
    """
    pack.denoiser.spare_memory()
    return (yield from first_that_fits(job, pack.base, _ways(job, pack, device, lesson, stop, checkpoint)))


def warms_learning(device: Device) -> bool:
    """Whether the first step of learning is slower than the others by more than a step takes: on cards."""
    return not device.is_processor


def warm_learning(pack: LoadedPack, device: Device, x0: Tensor, stop: Stop) -> None:
    """One step of learning on x0 (1, 3, S, S), of the kind that the pack does most, and forgotten.

    The network is left changed: the caller borrowed its weights. A card that is too small for it is found out later.
    """
    info = pack.manifest.info
    settings = replace(info.settings["default"], iterations=1)
    try:
        for _ in edit.learn(pack, x0, info.example, info.source, settings, Computing(device.learning)):
            stop.check()
    except (NoDirectionError, FloatingPointError):
        pass  # it was about the kernels
    except (MemoryError, RuntimeError) as error:
        if not is_out_of_memory(error):
            raise
        free_cached_memory()


def _ways(
    job: str, pack: LoadedPack, device: Device, lesson: Lesson, stop: Stop, checkpoint: Checkpoint
) -> Iterator[Way[Learned]]:
    """The one asked for, then one row and one view a step, then blocks that are computed twice."""
    way, precision = partial(_learn, job, pack, lesson, stop, checkpoint), device.learning
    yield "", partial(way, Computing(precision))
    if lesson.settings.noise_draws > 1 or lesson.settings.crops > 1:
        notice = (
            tr("Memory is short: learning goes on with one noise draw at a time.")
            if len(lesson.x0) == 1
            else tr("Memory is short: learning goes on with one picture at a time.")
        )
        yield notice, partial(way, Computing(precision, frugal=True))
    if can_recompute_blocks(pack.denoiser.net):
        notice = tr("Memory is very short: learning goes on in a slower way that needs less of it.")
        yield notice, partial(way, Computing(precision, frugal=True, recompute=True))


def _learn(
    job: str,
    pack: LoadedPack,
    lesson: Lesson,
    stop: Stop,
    checkpoint: Checkpoint,
    computing: Computing,
) -> Generator[Event, None, Learned]:
    encoded, resume = time.perf_counter(), checkpoint.recall()
    steps = edit.learn(pack, lesson.x0, lesson.prompt, lesson.source, lesson.settings, computing, resume)
    try:
        for step in steps:
            if isinstance(step, Learned):
                return step
            if isinstance(step, AdaptStep):
                yield _adapting(job, step, lesson.settings, time.perf_counter() - encoded)
            stop.check()
            if isinstance(step, Latents):
                encoded = time.perf_counter()
                yield Adapting(job_id=job, step=0, of=lesson.settings.iterations, score=0.0, seconds_left=math.inf)
                stop.check()
            if isinstance(step, AdaptStep):
                checkpoint.note(step)
    except NoDirectionError as error:
        raise PromptError(
            tr("The prompt means the same as the source text to this model."),
            tr("Write what should be different, for example “{example}”.", example=pack.manifest.info.example),
        ) from error
    raise AssertionError("learning ends with what was learned")


def _adapting(job: str, step: AdaptStep, settings: EditSettings, spent: float) -> Adapting:
    every = settings.preview_every
    wanted = every > 0 and (step.number == 1 or step.number % every == 0)
    return Adapting(
        job_id=job,
        step=step.number,
        of=step.of,
        score=step.score,
        seconds_left=0.0 if step.stopped else spent / step.number * (step.of - step.number),
        preview=to_pixels(step.x0) if wanted else None,
    )
