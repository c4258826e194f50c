"""Learn an edit from pictures before and after it, and measure from which t0 it is applied best."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from rtedit_desktop.core.errors import DeviceError
from rtedit_desktop.core.events import Adapting, Event, Notice
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.core.requests import EditSettings
from rtedit_desktop.diffusion import sampling
from rtedit_desktop.diffusion.pairs import PairConfig, Pairs, PairStep, fit_pairs, hold_out
from rtedit_desktop.diffusion.preserve import keep_untouched
from rtedit_desktop.engine.devices import Device, is_card_full, is_out_of_memory
from rtedit_desktop.engine.learning import Learned
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.pictures import to_pixels
from rtedit_desktop.engine.stopping import Stop

CANDIDATES = (150, 200, 250, 300, 400)
"""The timesteps that a preset may start from: the lower, the more of the person is kept."""

_TRIED_ON = 6  # pictures
_WORTH = 0.02  # a higher t0 must bring the result so much nearer to the after pictures


@dataclass(frozen=True)
class PairLesson:
    """``before`` and ``after``: (N, 3, S, S) in [-1, 1]. ``settings.noise_draws`` is how many rows a step sees."""

    before: Tensor
    after: Tensor
    settings: EditSettings


@dataclass(frozen=True)
class LearnedEdit:
    """What the pairs taught, and the settings to apply it with; ``learned.score`` is the share of the held-out
    change that it explains, at most 1."""

    learned: Learned
    settings: EditSettings


def learn_pairs(
    job: str, pack: LoadedPack, device: Device, lesson: PairLesson, stop: Stop
) -> Generator[Event, None, LearnedEdit]:
    """Yield an event a step; the generator's value is what was learned.

    The network is left changed: the caller borrowed its weights. Raises DeviceError when the numbers run away,
    MemoryError when not even one row a step fits.
    """
    settings, began = lesson.settings, time.perf_counter()
    generator = torch.Generator().manual_seed(settings.seed)
    whole = torch.ones_like(lesson.before[:, :1])
    taught, held_out = hold_out(Pairs(lesson.before, lesson.after, whole), generator)
    state = generator.get_state()
    full, last = False, None
    for config, notice in _configs(settings, pack):
        if notice:
            yield Notice(job_id=job, text=notice)
        try:
            start = time.perf_counter()
            for step in fit_pairs(pack.denoiser, taught, held_out, config, generator, autocast=device.autocast):
                if step.explained is not None or last is None:
                    last = step
                yield _adapting(job, step, last, settings, time.perf_counter() - start)
                stop.check()
            break
        except FloatingPointError as error:
            raise DeviceError(
                tr("The model's numbers ran away while it was learning."),
                tr("Try a smaller learning rate or another seed."),
            ) from error
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            full = is_card_full(error)
        pack.base.restore()
        generator.set_state(state)
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
    else:
        raise torch.OutOfMemoryError("no batch fits the card") if full else MemoryError
    delta = pack.base.delta()
    adapted = time.perf_counter()
    t0 = _best_t0(pack, delta, held_out if len(lesson.before) >= 5 else taught, config, settings, stop)
    settings = replace(settings, t0=t0)
    x_t = sampling.encode(lesson.before[:1].cpu(), pack.denoiser.abar(t0), torch.Generator().manual_seed(settings.seed))
    seconds = {"adapt": adapted - began, "measure": time.perf_counter() - adapted}
    score = last.explained if last is not None and last.explained is not None else 0.0
    return LearnedEdit(Learned(delta, x_t, score, config.iterations, seconds), settings)


def _configs(settings: EditSettings, pack: LoadedPack) -> Iterator[tuple[PairConfig, str]]:
    """What was asked for, then fewer rows a step where memory is short."""
    config = PairConfig(
        t_high=min(PairConfig().t_high, pack.manifest.schedule.timesteps - 1),
        iterations=settings.iterations,
        batch=settings.noise_draws,
        rate=settings.learning_rate,
    )
    yield config, ""
    while config.batch > 1:
        config = replace(config, batch=max(1, config.batch // 4))
        yield config, tr("Memory is short: learning goes on with fewer pictures at a time.")


def _adapting(job: str, step: PairStep, last: PairStep, settings: EditSettings, spent: float) -> Adapting:
    every = settings.preview_every
    return Adapting(
        job_id=job,
        step=step.number,
        of=step.of,
        score=last.explained or 0.0,
        seconds_left=spent / step.number * (step.of - step.number),
        preview=to_pixels(step.x0) if every and step.number % every == 0 else None,
    )


@torch.no_grad()
def _best_t0(
    pack: LoadedPack, delta: dict[str, Tensor], pairs: Pairs, config: PairConfig, settings: EditSettings, stop: Stop
) -> int:
    """The t0 from which decoding, put back into the picture, comes nearest to the after pictures."""
    before, after = pairs.before[:_TRIED_ON], pairs.after[:_TRIED_ON]
    best, least = 0, float("inf")
    for t0 in (t for t in CANDIDATES if t < config.t_high):
        generator = torch.Generator().manual_seed(settings.seed)
        x_t = sampling.encode(before.cpu(), pack.denoiser.abar(t0), generator).to(before.device)
        pack.base.restore()
        rebuilt = _decoded(pack, x_t, t0, settings, stop)
        pack.base.apply(delta)
        result = keep_untouched(before, _decoded(pack, x_t, t0, settings, stop), rebuilt)
        error = float((result - after).square().mean())
        if error < (1 - _WORTH) * least:
            best, least = t0, error
    pack.base.restore()
    return best or settings.t0


def _decoded(pack: LoadedPack, x_t: Tensor, t0: int, settings: EditSettings, stop: Stop) -> Tensor:
    x0 = x_t
    for step in sampling.decode(pack.denoiser, x_t, t0, settings.steps, skip_last=settings.skip_last):
        stop.check()
        x0 = step.x0
    return x0
