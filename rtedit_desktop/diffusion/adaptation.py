"""Single-step adaptation (section 3): fit theta so that x0(x_t0; theta) moves along the text direction.

One network call a step is in the graph. A set of pictures and one picture under several noise draws
are the same thing here: rows of a latent batch, each with its source picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn

from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.guidance import Guide, directional_loss, random_views, through_views
from rtedit_desktop.diffusion.recasting import Recasting
from rtedit_desktop.diffusion.stepping import AdamInBackward


@dataclass(frozen=True, slots=True)
class Plan:
    """How to adapt: see ``core.requests.EditSettings`` for the meaning of the common fields.

    ``batch`` rows are seen a step; ``views`` is how many views of each estimate the encoder sees, the
    first the whole picture. The rate grows by ``growth`` every epoch (one pass over the rows) up to
    ``rate_cap``. With ``early_stop`` adaptation ends when the smoothed score gains less than
    ``min_gain`` over ``patience`` steps, or reaches ``enough``, and the weights of the best step are kept.
    """

    t0: int
    iterations: int
    rate: float
    growth: float = 1.3
    rate_cap: float = 5e-5
    clip_weight: float = 3.0
    l1_weight: float = 1.0
    batch: int = 1
    views: int = 1
    early_stop: bool = True
    smoothing: float = 0.8
    min_gain: float = 0.005
    patience: int = 3
    enough: float = 1.0
    earliest_stop: int = 6


class Latents(NamedTuple):
    """Rows to learn from: x_t0, and the pictures the loss compares with, each (N, 3, H, W)."""

    x_t: Tensor
    source: Tensor


class Snapshot(NamedTuple):
    """All that adaptation needs to go on after a step: tensors by name, and plain numbers."""

    tensors: dict[str, Tensor]
    numbers: dict[str, list[float]]


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
    """Latents whose source is the frozen net's own one-step estimate: equal blur on both sides."""
    with torch.no_grad():
        return Latents(x_t, torch.cat([denoiser(row, t0).x0 for row in x_t.split(8)]))


def adapt(
    denoiser: Denoiser,
    guide: Guide,
    latents: Latents,
    plan: Plan,
    generator: torch.Generator,
    *,
    autocast: Callable[[], AbstractContextManager[object]] = nullcontext,
    resume: Snapshot | None = None,
) -> Iterator[AdaptStep]:
    """Adapt ``denoiser.net`` in place by its one-step estimates at t0; see ``fit``."""
    return fit(
        denoiser.net,
        lambda x_t: denoiser(x_t, plan.t0).x0,
        guide,
        latents,
        plan,
        generator,
        autocast=autocast,
        resume=resume,
    )


def fit(
    net: nn.Module,
    estimate: Callable[[Tensor], Tensor],
    guide: Guide,
    latents: Latents,
    plan: Plan,
    generator: torch.Generator,
    *,
    autocast: Callable[[], AbstractContextManager[object]] = nullcontext,
    resume: Snapshot | None = None,
) -> Iterator[AdaptStep]:
    """Train ``net`` in place until the pictures ``estimate(x_t)`` suit the guide, yielding every step.

    With ``resume``, a snapshot of the same call, it goes on after that step as if it had never stopped.
    On return the net holds the weights of the step with the best smoothed score, or the last ones when
    it was still rising. Giving the base back is the caller's business (``BaseWeights.borrowed``).
    Raises FloatingPointError when the loss or its gradient is no longer finite; the weights are spoilt then.
    """
    parameters = list(net.parameters())
    for p in parameters:
        p.requires_grad_(True)
    recasting = Recasting([*net.modules(), *guide.modules()])
    optimiser = AdamInBackward(parameters, plan.rate)
    rows = len(latents.x_t)
    batch = min(plan.batch, rows)
    epoch_steps = max(1, -(-rows // batch))
    with torch.no_grad(), autocast():
        e_whole = torch.cat([guide.embed(part) for part in latents.source.split(8)])
    best = _Best(parameters, plan)
    order: list[int] = []
    first = 1
    if resume is not None:
        first, order = _restore(resume, parameters, optimiser, best, generator)
    for index in range(first, plan.iterations + 1):
        if len(order) < batch:
            order += torch.randperm(rows, generator=generator).tolist()
        picked, order = order[:batch], order[batch:]
        growth = plan.growth ** ((index - 1) // epoch_steps)
        optimiser.set_rate(min(plan.rate * growth, max(plan.rate, plan.rate_cap)))
        source = latents.source[picked]
        with torch.enable_grad(), autocast(), recasting.active(latents.source.device):
            x0 = estimate(latents.x_t[picked])
            seen, e_source = x0, e_whole[picked]
            if plan.views > 1:
                views = random_views(batch * (plan.views - 1), generator)
                with torch.no_grad():
                    e_views = guide.embed(through_views(source.repeat(plan.views - 1, 1, 1, 1), views))
                seen = torch.cat([x0, through_views(x0.repeat(plan.views - 1, 1, 1, 1), views)])
                e_source = torch.cat([e_source, e_views])
            moved = guide.compare(seen, e_source)
            l1 = (x0 - source).abs().mean()
            loss = plan.clip_weight * directional_loss(moved.softened) + plan.l1_weight * l1
        if not torch.isfinite(loss):
            raise FloatingPointError("the loss is no longer a finite number")
        score = float(moved.cosine.mean())
        best.see(index, float(moved.softened.detach().mean()))  # of the weights before this step
        if not best.done:
            with optimiser.watching():
                optimiser.backward(loss)
        stopped = best.done or index == plan.iterations
        if stopped:
            best.give_back()
        snapshot = partial(_snapshot, index, order, parameters, optimiser, best, generator)
        yield AdaptStep(index, plan.iterations, score, float(loss.detach()), x0.detach(), stopped, snapshot)
        if stopped:
            return


def _snapshot(
    index: int,
    order: list[int],
    parameters: list[nn.Parameter],
    optimiser: AdamInBackward,
    best: _Best,
    generator: torch.Generator,
) -> Snapshot:
    tensors = {"generator": generator.get_state()}
    for i, p in enumerate(parameters):
        tensors[f"parameter.{i}"] = p.detach()
        tensors.update({f"adam.{i}.{name}": value for name, value in optimiser.state(p).items()})
    tensors.update({f"best.{i}": value for i, value in enumerate(best.kept)})
    numbers = {"index": [float(index)], "order": [float(i) for i in order], **best.numbers()}
    return Snapshot({name: value.cpu().clone() for name, value in tensors.items()}, numbers)


@torch.no_grad()
def _restore(
    snapshot: Snapshot,
    parameters: list[nn.Parameter],
    optimiser: AdamInBackward,
    best: _Best,
    generator: torch.Generator,
) -> tuple[int, list[int]]:
    """The number of the next step and the rows that the epoch still has. Raises KeyError for a foreign snapshot."""
    tensors, numbers = snapshot
    for i, p in enumerate(parameters):
        p.copy_(tensors[f"parameter.{i}"])
        moments = {name: tensors[f"adam.{i}.{name}"] for name in ("step", "exp_avg", "exp_avg_sq")}
        optimiser.set_state(p, {name: value.to(p.device).clone() for name, value in moments.items()})
    best.restore([tensors[f"best.{i}"] for i in range(len(best.kept))], numbers)
    generator.set_state(tensors["generator"])
    return int(numbers["index"][0]) + 1, [int(i) for i in numbers["order"]]


class _Best:
    """Owns a copy of the weights of the best step so far and knows when to stop (section 9, idea 5)."""

    def __init__(self, parameters: list[nn.Parameter], plan: Plan) -> None:
        self._parameters = parameters
        self._plan = plan
        self._running = 0.0
        self._smooth: list[float] = []
        self.kept = [p.detach().clone() for p in parameters] if plan.early_stop else []
        self._kept_at = 0
        self.done = False

    def numbers(self) -> dict[str, list[float]]:
        """What ``restore`` takes besides the kept weights."""
        return {"running": [self._running], "smooth": list(self._smooth), "kept_at": [float(self._kept_at)]}

    @torch.no_grad()
    def restore(self, kept: list[Tensor], numbers: dict[str, list[float]]) -> None:
        """Go on from what ``numbers`` and ``kept`` were at a snapshot."""
        for own, value in zip(self.kept, kept, strict=True):
            own.copy_(value)
        self._running, self._smooth = numbers["running"][0], list(numbers["smooth"])
        self._kept_at = int(numbers["kept_at"][0])

    @torch.no_grad()
    def see(self, index: int, score: float) -> None:
        """Note the score of the weights that are in the net now; ``index`` counts from 1."""
        plan = self._plan
        if not plan.early_stop:
            return
        self._running = plan.smoothing * self._running + (1 - plan.smoothing) * score
        smooth = self._running / (1 - plan.smoothing**index)
        if smooth > max(self._smooth, default=-2.0):
            self._kept_at = index
            for kept, p in zip(self.kept, self._parameters, strict=True):
                kept.copy_(p)
        self._smooth.append(smooth)
        if index > max(plan.earliest_stop, plan.patience):
            self.done = smooth - self._smooth[-1 - plan.patience] < plan.min_gain or smooth >= plan.enough

    @torch.no_grad()
    def give_back(self) -> None:
        """Leave the net with its best weights; those after the last score stay when it was the best."""
        if self._kept_at < len(self._smooth):
            for p, kept in zip(self._parameters, self.kept, strict=True):
                p.copy_(kept)
