"""Learn from pictures before and after an edit: the single-step training with the after picture as its target.

For a pair (a, b) aligned pixel for pixel, t ~ U(t_low, t_high) and one z for the pair (eqs. 26 and 27 of
docs/method.md)::

    x_t  = sqrt(abar[t]) a + sqrt(1 - abar[t]) z
    loss = mean((x0(x_t, t; theta) - b)^2) + l1_weight mean(|x0(x_t, t; theta) - b|)

Lower steps of a decode see latents that are already edited, so with a probability that grows towards t = 0 (eq. 29) the
latent is made from b, the target staying b. All t in the range are supervised, so an edit can be applied where the
one-shot encoding still keeps the person.

With a ``teacher``, the unadapted model, the target is what it makes of b under the same noise (eq. 28). What it cannot
rebuild is then no error of the edit: the loss is of the change alone, and falls within few pictures.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from rtedit_desktop.diffusion.adaptation import Autocast
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.memory.fused_backward import FusedBackwardAdam
from rtedit_desktop.diffusion.pairs.pairs import Pairs, changed, varied
from rtedit_desktop.diffusion.training_state import ShuffledRows

_COVERS = 0.06
"""Where a covering edit changes a picture by so much (mean over channels), its own pixels are the target."""


@dataclass(frozen=True, slots=True)
class PairConfig:
    """How to learn from pairs.

    Timesteps are drawn from ``t_low`` to ``t_high``; ``batch`` rows are seen a step. The rate falls from ``rate`` to
    ``final_rate`` along half a cosine. With ``vary`` both pictures of a pair are mirrored, moved and lit alike, at
    random: what a handful of pairs needs. ``check_every`` steps the held-out error is measured, and the weights of the
    best one are kept. ``edited_share`` is how often a latent is made from the after picture at t = 0; it falls linearly
    to never at t_high, and may be 0 for an edit that is decoded in one step. With a teacher an edit that ``covers``
    what was there has the after picture as its target where it changes something. Parameters whose names begin with one
    of ``frozen`` stay the base's.
    """

    t_low: int = 30
    t_high: int = 450
    iterations: int = 220
    batch: int = 16
    rate: float = 2e-4
    final_rate: float = 1e-5
    l1_weight: float = 0.2
    vary: bool = True
    check_every: int = 20
    edited_share: float = 0.7
    covers: bool = False
    frozen: tuple[str, ...] = ()


class PairStep(NamedTuple):
    """One optimiser step: its loss, the estimates x0 (N, 3, H, W), and how much of the held-out change is explained.

    ``explained`` is 1 - error / error of the unadapted net: 1 for a perfect edit, 0 for none; None between checks and
    where nothing is held out.
    """

    number: int
    of: int
    loss: float
    x0: Tensor
    explained: float | None


def fit_pairs(
    denoiser: Denoiser,
    pairs: Pairs,
    held_out: Pairs | None,
    config: PairConfig,
    generator: torch.Generator,
    *,
    autocast: Autocast = nullcontext,
    teacher: Denoiser | None = None,
) -> Iterator[PairStep]:
    """Train ``denoiser.net`` in place (eqs. 27 and 29), yielding every step; one network call a step is in the graph.

    ``teacher`` is the unadapted model in weights of its own (eq. 28); without one the after pictures are the target.

    On return the net holds the weights of the best check on ``held_out``, or the last ones where nothing is held
    out. Giving the base back is the caller's business (``BaseWeights.borrowed``). Raises FloatingPointError when the
    loss or its gradient is no longer finite.
    """
    parameters = [p for name, p in denoiser.net.named_parameters() if not name.startswith(config.frozen)]
    target = _Target(teacher, config.covers, autocast)
    check = _Check(denoiser, held_out, config, target, autocast) if held_out is not None else None
    best = check.error if check else math.inf
    kept = [p.detach().clone() for p in parameters] if check else []
    denoiser.net.requires_grad_(False)
    for p in parameters:
        p.requires_grad_(True)
    optimiser = FusedBackwardAdam(parameters, config.rate)
    rows = ShuffledRows(len(pairs.before), config.batch, generator)
    for index in range(1, config.iterations + 1):
        optimiser.set_rate(_rate(config, index))
        loss, x0 = _loss(denoiser, pairs.rows(torch.tensor(rows.next())), config, target, generator, autocast)
        optimiser.step(loss)
        value, finite = torch.stack([loss.detach().float(), optimiser.finite.float()]).tolist()
        if not (finite and math.isfinite(value)):
            raise FloatingPointError("the loss or its gradient is no longer finite")
        explained = None
        if check and (index % config.check_every == 0 or index == config.iterations):
            error = check.measure()
            explained = 1 - error / check.error
            if error < best:
                best = error
                with torch.no_grad():
                    torch._foreach_copy_(kept, [p.detach() for p in parameters])
        if index == config.iterations and check:
            with torch.no_grad():
                torch._foreach_copy_([p.detach() for p in parameters], kept)
        yield PairStep(index, config.iterations, value, x0, explained)


def _loss(
    denoiser: Denoiser,
    pairs: Pairs,
    config: PairConfig,
    target: _Target,
    generator: torch.Generator,
    autocast: Autocast,
) -> tuple[Tensor, Tensor]:
    before, after, taught = varied(pairs, generator) if config.vary else pairs
    count = len(before)
    t = torch.randint(config.t_low, config.t_high, (count,), generator=generator)
    z = torch.randn(before.shape, generator=generator).to(before.device)
    edited = torch.rand(count, generator=generator) < config.edited_share * (1 - t / config.t_high)
    start = torch.where(edited.to(before.device)[:, None, None, None], after, before)
    wanted = target.of(before, after, z, t)
    with torch.enable_grad(), autocast():
        x0 = denoiser(denoiser.noised(start, z, t), t).x0.float()
        difference = (x0 - wanted) * taught
        loss = difference.square().mean() + config.l1_weight * difference.abs().mean()
    return loss, x0.detach()


class _Target:
    """What the estimate of a latent should be: the after picture, or what the teacher makes of it (eq. 28)."""

    def __init__(self, teacher: Denoiser | None, covers: bool, autocast: Autocast) -> None:
        self._teacher, self._covers, self._autocast = teacher, covers, autocast

    @torch.no_grad()
    def of(self, before: Tensor, after: Tensor, z: Tensor, t: Tensor) -> Tensor:
        """(N, 3, H, W) for latents of either picture, (N, 3, H, W) each, at t (N,) under the noise z."""
        if self._teacher is None:
            return after
        with self._autocast():
            estimate: Tensor = self._teacher(self._teacher.noised(after, z, t), t).x0.float()
        if not self._covers:
            return estimate
        return torch.lerp(estimate, after, changed(before, after, _COVERS))


class _Check:
    """Owns the held-out latents; ``error`` is the unadapted net's squared error against their targets."""

    TIMES = (100, 200, 300)

    def __init__(
        self,
        denoiser: Denoiser,
        held_out: Pairs,
        config: PairConfig,
        target: _Target,
        autocast: Autocast,
    ) -> None:
        self._denoiser, self._pairs, self._target, self._autocast = denoiser, held_out, target, autocast
        self._times = [min(t, config.t_high - 1) for t in self.TIMES]
        self.error = self.measure()

    @torch.no_grad()
    def measure(self) -> float:
        """The mean squared error over the held-out pixels, the same noise every time."""
        generator = torch.Generator().manual_seed(0)
        before, after, mask = self._pairs
        total = 0.0
        for t in self._times:
            for part in torch.arange(len(before)).split(8):
                times = torch.full((len(part),), t)
                z = torch.randn(before[part].shape, generator=generator).to(before.device)
                with self._autocast():
                    x0 = self._denoiser(self._denoiser.noised(before[part], z, times), times).x0.float()
                wanted = self._target.of(before[part], after[part], z, times)
                total += float(((x0 - wanted).square() * mask[part]).sum())
        return total / (3 * len(self._times) * float(mask.sum()))


def _rate(config: PairConfig, index: int) -> float:
    fallen = 0.5 * (1 + math.cos(math.pi * (index - 1) / max(1, config.iterations - 1)))
    return config.final_rate + (config.rate - config.final_rate) * fallen * min(1.0, index / 10)
