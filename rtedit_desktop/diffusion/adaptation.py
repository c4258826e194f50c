"""Single-step adaptation: fit theta so that x0(x_t0; theta) moves along the text direction (eq. 9 of docs/method.md).

One network call a step is in the graph. A set of pictures and one picture under several noise draws
are the same thing here: rows of a latent batch, each with its source picture. What stands beside the loop is handed
to it: when to stop (``early_stopping``), what guides (``guidance``, ``views``), how memory is saved (``memory``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn

from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.early_stopping import EarlyStopping, NoStopping
from rtedit_desktop.diffusion.guidance import Guidance, directional_loss
from rtedit_desktop.diffusion.memory.fused_backward import FusedBackwardAdam
from rtedit_desktop.diffusion.training_state import ShuffledRows, Snapshot, TrainingState

Autocast = Callable[[], AbstractContextManager[object]]
"""Gives a fresh context for the network calls of a training step."""


@dataclass(frozen=True, slots=True)
class AdaptationConfig:
    """How to adapt: see ``core.edits.EditSettings`` for the meaning of the common fields.

    ``batch`` rows are seen a step. The rate grows by ``growth`` every epoch (one pass over the rows) up to
    ``rate_cap``; a ``rate`` above that is taken as it is. Parameters whose names begin with one of ``frozen`` stay the
    base's, and where all of those come first there is no gradient through them.
    """

    t0: int
    iterations: int
    rate: float
    growth: float = 1.3
    rate_cap: float = 5e-5
    clip_weight: float = 3.0
    l1_weight: float = 1.0
    batch: int = 1
    frozen: tuple[str, ...] = ()

    def rate_at(self, index: int, rows: int) -> float:
        """The learning rate of step ``index``, counted from 1, of so many rows (eq. 10)."""
        epoch_steps = max(1, -(-rows // min(self.batch, rows)))
        growth = self.growth ** ((index - 1) // epoch_steps)
        return min(self.rate * growth, max(self.rate, self.rate_cap))


@dataclass(frozen=True, slots=True)
class LoopOptions:
    """What stands beside the training loop: when it stops, how memory is saved, where it goes on.

    ``resume`` is a snapshot of the same call: it goes on after that step as if it had never stopped.
    """

    early_stopping: EarlyStopping | None = None
    autocast: Autocast = nullcontext
    optimiser: Callable[[list[nn.Parameter], float], FusedBackwardAdam] = FusedBackwardAdam
    resume: Snapshot | None = None


_NOTHING = LoopOptions()


class Latents(NamedTuple):
    """Rows to learn from: x_t0, and the pictures the loss compares with, each (N, 3, H, W)."""

    x_t: Tensor
    source: Tensor


class AdaptStep(NamedTuple):
    """One optimiser step: ``score`` is the mean cos(dI, dT); ``x0`` the estimates, detached.

    ``snapshot()`` copies the state after this step, to go on from later; only before the next step.
    """

    number: int
    of: int
    score: float
    loss: float
    x0: Tensor
    stopped: bool
    snapshot: Callable[[], Snapshot]


def with_estimates(denoiser: Denoiser, x_t: Tensor, t0: int) -> Latents:
    """Latents whose source is the frozen net's own one-step estimate: equal blur on both sides (eq. 11)."""
    with torch.no_grad():
        return Latents(x_t, torch.cat([denoiser(row, t0).x0 for row in x_t.split(8)]))


def adapt(
    denoiser: Denoiser,
    guidance: Guidance,
    latents: Latents,
    config: AdaptationConfig,
    generator: torch.Generator,
    options: LoopOptions = _NOTHING,
) -> Iterator[AdaptStep]:
    """Adapt ``denoiser.net`` in place by its one-step estimates at t0; see ``fit``."""
    return fit(denoiser.net, lambda x_t: denoiser(x_t, config.t0).x0, guidance, latents, config, generator, options)


def fit(
    net: nn.Module,
    estimate: Callable[[Tensor], Tensor],
    guidance: Guidance,
    latents: Latents,
    config: AdaptationConfig,
    generator: torch.Generator,
    options: LoopOptions = _NOTHING,
) -> Iterator[AdaptStep]:
    """Train ``net`` in place until the pictures ``estimate(x_t)`` suit the guidance (eq. 9), yielding every step.

    On return the net holds what early stopping thinks best, the weights of the last step without it. Giving the base
    back is the caller's business (``BaseWeights.borrowed``). Raises FloatingPointError when the loss or its gradient is
    no longer finite; the weights are spoilt then.
    """
    count, parameters = len(latents.x_t), _trained(net, config.frozen)
    adam, autocast = options.optimiser(parameters, config.rate), options.autocast
    stopping = options.early_stopping or NoStopping()
    stopping.watch(parameters)
    rows = ShuffledRows(count, min(config.batch, count), generator)
    state = TrainingState(parameters, adam, rows, stopping, generator)
    first = 1 if options.resume is None else state.restore(options.resume)
    with torch.no_grad(), autocast():
        e_source = torch.cat([guidance.embed(part) for part in latents.source.split(8)])
    for index in range(first, config.iterations + 1):
        n = rows.next()
        source = latents.source[n]
        with torch.enable_grad(), autocast():
            x0 = estimate(latents.x_t[n])  # eq. 3: the one network call
            moved = guidance.compare(x0, source, e_source[n])  # eqs. 7, 11 and 12
            loss = config.clip_weight * directional_loss(moved.softened) + config.l1_weight * (x0 - source).abs().mean()
        score, softened, value = _read(adam, moved.cosine.mean(), moved.softened.mean(), loss)
        enough = stopping.done(index, softened)  # of the weights before this step
        if not enough:
            adam.set_rate(config.rate_at(index, count))
            adam.step(loss)
        stopped = enough or index == config.iterations
        if stopped:
            _read(adam, loss)
            stopping.restore_best()
        snapshot = partial(state.snapshot, index)
        yield AdaptStep(index, config.iterations, score, value, x0.detach(), stopped, snapshot)
        if stopped:
            return


def _trained(net: nn.Module, frozen: tuple[str, ...]) -> list[nn.Parameter]:
    """The parameters that are to be learned; the others get no gradient."""
    trained = []
    for name, p in net.named_parameters():
        p.requires_grad_(not name.startswith(frozen))
        if p.requires_grad:
            trained.append(p)
    return trained


def _read(adam: FusedBackwardAdam, *scalars: Tensor) -> list[float]:
    """Numbers that a step is judged by, the last of them its loss, with the step before: the one wait for the card.

    Raises FloatingPointError when that step's gradient or this loss is not finite.
    """
    *numbers, finite = torch.stack([*(one.detach().float() for one in scalars), adam.finite.float()]).tolist()
    if not finite:
        raise FloatingPointError("the gradient is no longer finite")
    if not math.isfinite(numbers[-1]):
        raise FloatingPointError("the loss is no longer a finite number")
    return numbers
