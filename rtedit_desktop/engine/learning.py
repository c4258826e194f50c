"""Encode and adapt: what one picture, or a set of them, teaches the pack's model (sections 3.1 and 3.2)."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor, nn

from rtedit_desktop.core.errors import DeviceError, PromptError
from rtedit_desktop.core.events import Adapting, Event, Notice
from rtedit_desktop.core.lazy_text import tr as said
from rtedit_desktop.core.requests import EditSettings
from rtedit_desktop.diffusion import adaptation, sampling
from rtedit_desktop.diffusion.delta import Delta, mix
from rtedit_desktop.diffusion.guidance import Guide
from rtedit_desktop.engine.devices import Device, is_card_full, is_out_of_memory
from rtedit_desktop.engine.models import LoadedPack
from rtedit_desktop.engine.pictures import to_pixels
from rtedit_desktop.engine.stopping import Stop

INVERSION_STEPS = 40
PLAIN = 1e-7
_RECOMPUTING = "enable_gradient_checkpointing"


@dataclass(frozen=True)
class Lesson:
    """What to learn: ``x0`` (N, 3, S, S) in [-1, 1]; one picture is seen under several noise draws."""

    x0: Tensor
    prompt: str
    source: str
    settings: EditSettings


@dataclass(frozen=True)
class Learned:
    """What one adaptation gave: enough to decode again at another strength.

    ``x_t`` is the latent of the first picture. ``seconds`` are those of the phases encode and adapt.
    """

    delta: Delta
    x_t: Tensor
    score: float
    steps: int
    seconds: dict[str, float]
    rebuilt: dict[tuple[int, bool], list[Tensor]] = field(default_factory=dict)


class Memory:
    """Where a long adaptation notes how far it is; this one forgets everything."""

    def recall(self) -> adaptation.Snapshot | None:
        return None

    def note(self, step: adaptation.AdaptStep) -> None: ...


def learn(
    job: str, pack: LoadedPack, device: Device, lesson: Lesson, stop: Stop, memory: Memory | None = None
) -> Generator[Event, None, Learned]:
    """Yield the adaptation's events; the generator's value is what was learned.

    The network is left adapted: the caller borrowed its weights. Raises PromptError for texts that mean
    the same, DeviceError when the numbers run away, MemoryError when no plan fits.
    """
    memory = memory or Memory()
    settings, denoiser = lesson.settings, pack.denoiser
    began = time.perf_counter()
    guide = _guide(pack, lesson)
    generator = torch.Generator().manual_seed(settings.seed)
    latents = _latents(pack, lesson, generator, stop)
    full = False
    encoded = time.perf_counter()
    for plan, recompute, notice in _plans(settings, len(lesson.x0), hasattr(denoiser.net, _RECOMPUTING)):
        if notice:
            yield Notice(job_id=job, text=notice)
        state, resume = generator.get_state(), memory.recall()
        score, steps = -1.0, 0
        try:
            with _recomputing(denoiser.net) if recompute else nullcontext():
                for step in adaptation.adapt(
                    denoiser, guide, latents, plan, generator, autocast=device.autocast, resume=resume
                ):
                    score, steps = max(score, step.score), step.number
                    yield _adapting(job, step, settings, time.perf_counter() - encoded)
                    stop.check()
                    memory.note(step)
            break
        except FloatingPointError as error:
            raise DeviceError(
                said("The model's numbers ran away while it was learning."),
                said("Try a smaller learning rate or another seed."),
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
        raise torch.OutOfMemoryError("no plan fits the card") if full else MemoryError
    delta = mix([(pack.base.delta(), settings.overshoot)])
    seconds = {"encode": encoded - began, "adapt": time.perf_counter() - encoded}
    return Learned(delta, latents.x_t[:1], score, steps, seconds)


def _guide(pack: LoadedPack, lesson: Lesson) -> Guide:
    try:
        softening = lesson.settings.softening if lesson.settings.source_image == "estimate" else 0.0
        return pack.guide(lesson.source, lesson.prompt, max(PLAIN, softening))
    except ValueError as error:
        raise PromptError(
            said("The prompt means the same as the source text to this model."),
            said("Write what should be different, for example “{example}”.", example=pack.manifest.info.example),
        ) from error


def _latents(pack: LoadedPack, lesson: Lesson, generator: torch.Generator, stop: Stop) -> adaptation.Latents:
    """Rows to learn from: several noise draws of one picture, or one of each of a set."""
    settings, denoiser, x0 = lesson.settings, pack.denoiser, lesson.x0
    if settings.encoding == "deterministic":
        rows = [x0[:0]]
        for row in x0.split(1):
            inverted = row
            for step in sampling.invert(denoiser, row, settings.t0, INVERSION_STEPS):
                stop.check()
                inverted = step.x
            rows.append(inverted)
        x_t = torch.cat(rows)
    else:
        draws = settings.noise_draws if len(x0) == 1 else 1
        x_t = sampling.encode(x0.cpu().repeat(draws, 1, 1, 1), denoiser.abar(settings.t0), generator).to(x0.device)
    stop.check()
    if settings.source_image == "estimate":
        return adaptation.with_estimates(denoiser, x_t, settings.t0)
    return adaptation.Latents(x_t, x0.repeat(len(x_t) // len(x0), 1, 1, 1))


def _adapting(job: str, step: adaptation.AdaptStep, settings: EditSettings, spent: float) -> Adapting:
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


@contextmanager
def _recomputing(net: nn.Module) -> Iterator[None]:
    """The net's blocks forget what they computed and compute it again for the gradient (section 6.3)."""
    net.enable_gradient_checkpointing()  # type: ignore[operator]
    try:
        yield
    finally:
        net.disable_gradient_checkpointing()  # type: ignore[operator]


def _plans(settings: EditSettings, pictures: int, may_recompute: bool) -> Iterator[tuple[adaptation.Plan, bool, str]]:
    """The plan asked for, then ones that need less memory: whether to recompute, and what to tell about it."""
    plan = adaptation.Plan(
        t0=settings.t0,
        iterations=settings.iterations,
        rate=settings.learning_rate,
        growth=settings.learning_rate_growth,
        rate_cap=settings.learning_rate_cap,
        clip_weight=settings.clip_weight,
        l1_weight=settings.l1_weight,
        batch=settings.noise_draws,
        views=settings.crops,
        early_stop=pictures == 1,
    )
    yield plan, False, ""
    if plan.batch > 1 or plan.views > 1:
        plan = replace(plan, batch=1, views=1)
        notice = (
            said("Memory is short: learning goes on with one noise draw at a time.")
            if pictures == 1
            else said("Memory is short: learning goes on with one picture at a time.")
        )
        yield plan, False, notice
    if may_recompute:
        yield plan, True, said("Memory is very short: learning goes on in a slower way that needs less of it.")
