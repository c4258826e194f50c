"""Learn an edit and render a picture with it: the whole method, from pixels to pixels, as generators.

``learn`` and ``learn_pairs`` yield their steps and, at the end, what was learned; ``render`` yields its steps, and the
last one's picture is the result. The caller owns progress, previews and stopping: a generator that is no longer asked
is stopped. All three change the network's weights, so they run inside ``model.base.borrowed()``::

    with model.base.borrowed():
        *_, learned = learn(model, x0, "smiling face", "face", settings)
        *_, last = render(model, x0, learned, settings)
    picture = to_pixels(last.x0)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol, TypeVar

import torch
from torch import Tensor, nn

from rtedit_desktop.core.edits import EditSettings, LearnedPart
from rtedit_desktop.diffusion import adaptation, refine, sampling
from rtedit_desktop.diffusion.adaptation import AdaptationConfig, AdaptStep, Latents, LoopOptions
from rtedit_desktop.diffusion.delta import BaseWeights, Delta, mix
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.early_stopping import EarlyStopping
from rtedit_desktop.diffusion.guidance import PLAIN, CLIPGuidance
from rtedit_desktop.diffusion.memory.autocast_recompute import AutocastRecompute
from rtedit_desktop.diffusion.memory.checkpointing import recomputing_blocks
from rtedit_desktop.diffusion.pairs.best_application import Application, best_application
from rtedit_desktop.diffusion.pairs.fitting import PairConfig, PairStep, fit_pairs
from rtedit_desktop.diffusion.pairs.pairs import FEWEST_TO_HOLD_OUT, Pairs, hold_out
from rtedit_desktop.diffusion.preserve import keep_untouched
from rtedit_desktop.diffusion.sampling import Step
from rtedit_desktop.diffusion.shared_calls import SharedCalls
from rtedit_desktop.diffusion.training_state import Snapshot
from rtedit_desktop.diffusion.views import RandomViews

_Made = TypeVar("_Made")
INVERSION_STEPS = 40
_FROZEN: Mapping[LearnedPart, tuple[str, ...]] = {"all": (), "up": ("conv_in", "time_embedding", "down_blocks")}
"""What of a U-Net is left as it is, by the part that is learned."""


class EditModel(Protocol):
    """What can be taught an edit: a denoiser, its own weights, and a CLIP that says where a text leads."""

    @property
    def denoiser(self) -> Denoiser:
        """The network, its weights those of the base."""

    @property
    def base(self) -> BaseWeights:
        """Gives the network's own weights back."""

    def guidance(self, source: str, prompt: str, softening: float) -> CLIPGuidance:
        """What an edit from one text to another is judged by. Raises NoDirectionError where they mean the same."""

    def modules(self) -> Iterator[nn.Module]:
        """The layers of all networks that a training step runs."""


@dataclass(frozen=True)
class Rebuilt:
    """The base's own decode of a latent: its estimates, (1, 3, S, S) each, and what its calls computed on the way."""

    estimates: tuple[Tensor, ...]
    calls: SharedCalls

    @property
    def bytes(self) -> int:
        return self.calls.bytes + sum(one.nbytes for one in self.estimates)


RebuiltBy = dict[tuple[int, bool], Rebuilt]
"""Decodes of one latent by (steps, skip_last)."""


@dataclass(frozen=True)
class Edit:
    """A change of weights, and the latent x_t at t0, (1, 3, S, S), of the picture that it is rendered on.

    ``rebuilt`` keeps the base's own decode of the latent: another strength, or another edit, need not repeat it.
    """

    delta: Delta
    x_t: Tensor
    rebuilt: RebuiltBy = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class Learned(Edit):
    """What one adaptation gave: enough to render the first picture again at another strength.

    ``score`` is the best mean cos(dI, dT) of a step, or the share of a held-out change that pairs explain; None for a
    mixture of edits that were learned before.
    ``seconds`` are those of the phases.
    """

    score: float | None
    steps: int
    seconds: Mapping[str, float]


@dataclass(frozen=True)
class LearnedPairs(Learned):
    """What pairs taught, and how it is applied best."""

    application: Application


@dataclass(frozen=True, slots=True)
class Computing:
    """How learning is computed, which changes what is learned a little.

    ``precision`` is the type of the networks' numbers, None for float32. Where memory is short, ``frugal`` sees one row
    and one view a step, and with ``recompute`` the network's blocks keep nothing for the gradient.
    """

    precision: torch.dtype | None = None
    frugal: bool = False
    recompute: bool = False


_PLAINLY = Computing()


class RenderStep(NamedTuple):
    """One step of the result: ``x0``, (1, 3, S, S) in [-1, 1], is the edited picture so far."""

    number: int
    of: int
    t: int
    x0: Tensor


def learn(
    model: EditModel,
    x0: Tensor,
    prompt: str,
    source: str,
    settings: EditSettings,
    computing: Computing = _PLAINLY,
    resume: Snapshot | None = None,
) -> Iterator[Step | Latents | AdaptStep | Learned]:
    """Teach the network a prompt on pictures x0, (N, 3, S, S) in [-1, 1]; one alone is seen under several noise draws.

    Yields the steps of an inversion where settings ask for one, the latents, every step of the adaptation (eq. 9) and
    what was learned (eq. 15). ``resume`` goes on after the step that gave the snapshot.

    Raises NoDirectionError for texts that mean the same, FloatingPointError when the numbers run away.
    """
    began = time.perf_counter()
    guidance = model.guidance(source, prompt, _softening(settings))
    generator = torch.Generator().manual_seed(settings.seed)
    latents = yield from _encoded(model.denoiser, x0, settings, generator)
    yield latents
    encoded = time.perf_counter()
    score, number = -1.0, 0
    forgetting: AbstractContextManager[frozenset[nn.Module]] = nullcontext(frozenset())
    frozen = _FROZEN[settings.learned_part]
    learned = [name for name, _ in model.denoiser.net.named_parameters() if not name.startswith(frozen)]
    again = recomputing_blocks(model.denoiser.net) if computing.recompute else forgetting
    with again as forgotten:
        layers = (layer for layer in model.modules() if layer not in forgotten)
        steps = adaptation.adapt(
            model.denoiser,
            RandomViews(guidance, 1 if computing.frugal else settings.crops, generator),
            latents,
            adaptation_config(settings, frugal=computing.frugal),
            generator,
            LoopOptions(
                early_stopping=EarlyStopping() if len(x0) == 1 else None,
                autocast=AutocastRecompute(layers, model.denoiser.device, computing.precision),
                resume=resume,
            ),
        )
        for step in _each(steps, _repeating(model.denoiser, learned)):
            score, number = max(score, step.score), step.number
            yield step
    delta = {name: value.half().float() for name, value in mix([(model.base.delta(), settings.overshoot)]).items()}
    seconds = {"encode": encoded - began, "adapt": time.perf_counter() - encoded}
    yield Learned(delta, latents.x_t[:1], score, number, seconds)


def learn_pairs(
    model: EditModel,
    before: Tensor,
    after: Tensor,
    settings: EditSettings,
    *,
    batch: int | None = None,
    precision: torch.dtype | None = None,
) -> Iterator[PairStep | Step | LearnedPairs]:
    """Teach the network what is different in the after pictures, (N, 3, S, S) in [-1, 1] both (eqs. 26 to 29).

    Yields every step of the training, the decodes by which it is best applied (eq. 30), and what was learned.
    ``batch`` rows are seen a step, ``settings.noise_draws`` unless given. Raises FloatingPointError as ``learn`` does.
    """
    began, denoiser = time.perf_counter(), model.denoiser
    generator = torch.Generator().manual_seed(settings.seed)
    whole = torch.ones_like(before[:, :1])
    taught, held_out = hold_out(Pairs(before, after, whole), generator)
    config = PairConfig(
        t_high=min(PairConfig().t_high, denoiser.timesteps - 1),
        iterations=settings.iterations,
        batch=batch or settings.noise_draws,
        rate=settings.learning_rate,
    )
    autocast = AutocastRecompute(model.modules(), denoiser.device, precision)
    explained = 0.0  # of the weights that are kept: the best check's, or the base's own
    for step in fit_pairs(denoiser, taught, held_out, config, generator, autocast=autocast):
        explained = explained if step.explained is None else max(explained, step.explained)
        yield step
    delta = model.base.delta()
    adapted = time.perf_counter()
    judged = held_out if len(before) >= FEWEST_TO_HOLD_OUT else taught
    application = yield from best_application(denoiser, model.base, delta, judged, config.t_high, settings)
    x_t = sampling.encode(before[:1], denoiser.abar(application.t0), torch.Generator().manual_seed(settings.seed))
    seconds = {"adapt": adapted - began, "measure": time.perf_counter() - adapted}
    yield LearnedPairs(delta, x_t, explained, config.iterations, seconds, application)


def render(model: EditModel, x0: Tensor, edit: Edit, settings: EditSettings) -> Iterator[Step | RenderStep]:
    """Decode the edit of x0, (1, 3, S, S) in [-1, 1], with theta0 + strength * delta (eq. 16).

    Yields the steps of the base's own decode, where that is needed to compare with, and every step of the result; the
    last one is the result.
    """
    way = _refined if settings.refine_from else _decoded
    yield from _each(way(model, x0, edit, settings), _repeating(model.denoiser, edit.delta))


def encode(model: EditModel, x0: Tensor, settings: EditSettings) -> Tensor:
    """x_t0 of x0, (1, 3, S, S) both, with the noise of the settings' seed: where a preset starts from."""
    return sampling.encode(x0, model.denoiser.abar(settings.t0), torch.Generator().manual_seed(settings.seed))


def adaptation_config(settings: EditSettings, *, frugal: bool = False) -> AdaptationConfig:
    """What the settings of an edit mean for its adaptation."""
    return AdaptationConfig(
        t0=settings.t0,
        iterations=settings.iterations,
        rate=settings.learning_rate,
        growth=settings.learning_rate_growth,
        rate_cap=settings.learning_rate_cap,
        clip_weight=settings.clip_weight,
        l1_weight=settings.l1_weight,
        batch=1 if frugal else settings.noise_draws,
        frozen=_FROZEN[settings.learned_part],
    )


def _repeating(denoiser: Denoiser, changed: Collection[str]) -> Callable[[], AbstractContextManager[None]]:
    """What steps are made in: where calls in a row differ by these parameters alone, the rest is computed once.

    On a card it takes too little to be looked for.
    """
    on_a_card = denoiser.device.type != "cpu"
    return nullcontext if on_a_card else partial(SharedCalls(most=1).repeated, denoiser.net, changed)


def _softening(settings: EditSettings) -> float:
    """Only where the source is the base's own estimate does the direction start at nothing (eq. 11)."""
    return max(PLAIN, settings.softening) if settings.source_image == "estimate" else PLAIN


def _encoded(
    denoiser: Denoiser, x0: Tensor, settings: EditSettings, generator: torch.Generator
) -> Generator[Step, None, Latents]:
    """Rows to learn from: several noise draws of one picture, or one of each of a set."""
    if settings.encoding == "deterministic":
        rows = []
        for row in x0.split(1):
            inverted = row
            for step in sampling.invert(denoiser, row, settings.t0, INVERSION_STEPS):
                inverted = step.x
                yield step
            rows.append(inverted)
        x_t = torch.cat(rows)
    else:
        draws = settings.noise_draws if len(x0) == 1 else 1
        x_t = sampling.encode(x0.repeat(draws, 1, 1, 1), denoiser.abar(settings.t0), generator)
    if settings.source_image == "estimate":
        return adaptation.with_estimates(denoiser, x_t, settings.t0)
    return Latents(x_t, x0.repeat(len(x_t) // len(x0), 1, 1, 1))


def _decoded(model: EditModel, x0: Tensor, edit: Edit, settings: EditSettings) -> Iterator[Step | RenderStep]:
    """The paper's decode, put back into the picture where pixels are preserved (eq. 24)."""
    t0, steps, how = settings.t0, settings.steps, (settings.steps, settings.skip_last)
    x_t = edit.x_t.to(x0.device)
    net, decode = model.denoiser.net, partial(sampling.decode, model.denoiser, x_t, t0, steps, skip_last=how[1])
    if settings.preserve and how not in edit.rebuilt:
        model.base.restore()
        estimates, calls = [], SharedCalls()
        for step in _each(decode(), partial(calls.kept, net, edit.delta)):
            estimates.append(step.x0)
            yield step
        edit.rebuilt[how] = Rebuilt(tuple(estimates), calls)
    model.base.apply(edit.delta, settings.strength)
    rebuilt = edit.rebuilt[how] if settings.preserve else Rebuilt((), SharedCalls())
    for step in _each(decode(), partial(rebuilt.calls.gone_on_from, net, edit.delta)):
        x = step.x0
        if settings.preserve:
            x = keep_untouched(x0, x, rebuilt.estimates[step.number - 1].to(x.device), settings.blending)
        yield RenderStep(step.number, step.of, step.t, x)


def _each(steps: Iterator[_Made], inside: Callable[[], AbstractContextManager[None]]) -> Iterator[_Made]:
    """The same steps, each made inside a context of its own, which is over before anybody sees it."""
    while True:
        with inside():
            step = next(steps, None)
        if step is None:
            return
        yield step


def _refined(model: EditModel, x0: Tensor, edit: Edit, settings: EditSettings) -> Iterator[RenderStep]:
    """One adapted estimate, then the base's own steps (eqs. 17 and 18)."""
    t0, x_t = settings.t0, edit.x_t.to(x0.device)
    change = refine.estimated_change(model.denoiser, model.base, edit.delta, x_t, t0, settings.strength)
    generator = torch.Generator().manual_seed(settings.seed)
    for step, rebuilt in refine.decode(model.denoiser, x0, change, settings, generator):
        x = keep_untouched(x0, step.x0, rebuilt, settings.blending) if settings.preserve else step.x0
        yield RenderStep(step.number, step.of, step.t, x)
