"""Find how much of each learned delta a text asks for, instead of learning new weights for it.

A small CLIP is easily fooled by free weights, and every edit that it accepts need not look right. What it may do is
choose: the edit is a mixture of deltas that were learned before, theta = theta0 + sum_k c_k delta_k, and only the few
numbers c_k follow the directional loss. On one picture and its one-step estimate the mixture is close to linear
(eq. 28 of docs/method.md)::

    x0(x_t; theta) ~ x0(x_t; theta0) + sum_k c_k d_k,    d_k = x0(x_t; theta0 + delta_k) - x0(x_t; theta0)

so one network call for each delta in question is all that is needed, and each step costs the encoder alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from rtedit_desktop.diffusion.delta import BaseWeights, Delta
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.guidance import Guidance, directional_loss


@dataclass(frozen=True, slots=True)
class MixtureConfig:
    """How to find coefficients: ``most`` deltas at once, each at least ``least`` of the largest and at most ``bound``.

    ``sparsity`` weighs the sum of coefficients in the loss; ``rate`` is Adam's, for numbers of the order of 1.
    """

    most: int = 4
    least: float = 0.25
    bound: float = 1.3
    iterations: int = 12
    rate: float = 0.08
    sparsity: float = 0.05


class Candidates(NamedTuple):
    """Deltas that a text may mean: their numbers, first coefficients, and the cosine that they reach together."""

    indices: list[int]
    coefficients: list[float]
    cosine: float


class MixtureStep(NamedTuple):
    """One step: ``coefficients`` (K,) in [0, bound], the mean cos(dI, dT) before it, and the estimates (N, 3, H, W)."""

    number: int
    of: int
    coefficients: Tensor
    score: float
    x0: Tensor


def candidates(direction: Tensor, image_directions: Tensor, config: MixtureConfig | None = None) -> Candidates:
    """Which deltas a text direction (D,) is made of, by the image directions (K, D) that each of them has.

    The best non-negative combination (projected gradient), cut to the few that carry it. Both are unit vectors; the
    cosine is that of the combination to the text direction: low, and the text lies outside what the deltas can do.
    """
    config = config or MixtureConfig()
    m, target = image_directions.double(), direction.double()
    active = torch.ones(len(m), dtype=torch.bool)
    for _ in range(2):  # once to see what carries it, once with that alone
        weights = _non_negative(m, target, active)
        order = weights.argsort(descending=True)[: config.most]
        active = torch.zeros_like(active)
        active[order[weights[order] >= config.least * weights.max()]] = True
        if not weights.max() > 0:
            return Candidates([], [], 0.0)
    weights = _non_negative(m, target, active)
    together = weights @ m
    indices = [int(k) for k in weights.argsort(descending=True) if active[k] and weights[k] > 0]
    largest = float(weights.max())
    cosine = float(together @ target / together.norm().clamp(min=1e-12) / target.norm().clamp(min=1e-12))
    return Candidates(indices, [min(1.0, float(weights[k]) / largest) for k in indices], cosine)


def fit_mixture(
    denoiser: Denoiser,
    base: BaseWeights,
    deltas: Sequence[Delta],
    guidance: Guidance,
    x_t: Tensor,
    t0: int,
    start: Sequence[float],
    config: MixtureConfig | None = None,
) -> Iterator[MixtureStep]:
    """Yield each step of the search for coefficients on latents x_t: (N, 3, H, W) at t0.

    1 + K network calls, none with a gradient; the base weights are in the net when the first step is yielded.
    """
    config = config or MixtureConfig()
    rebuilt, changes = one_step_changes(denoiser, base, deltas, x_t, t0)
    with torch.no_grad():
        e_source = guidance.embed(rebuilt)
    c = torch.tensor(list(start), device=x_t.device, requires_grad=True)
    optimiser = torch.optim.Adam([c], lr=config.rate)
    for number in range(1, config.iterations + 1):
        with torch.enable_grad():
            x0 = rebuilt + torch.einsum("k,knchw->nchw", c, changes)
            moved = guidance.compare(x0, rebuilt, e_source)
            loss = directional_loss(moved.softened) + config.sparsity * c.sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            c.clamp_(0, config.bound)
        yield MixtureStep(number, config.iterations, c.detach().clone(), float(moved.cosine.mean()), x0.detach())


@torch.no_grad()
def one_step_changes(
    denoiser: Denoiser, base: BaseWeights, deltas: Sequence[Delta], x_t: Tensor, t0: int
) -> tuple[Tensor, Tensor]:
    """x0(x_t, t0; theta0), (N, 3, H, W), and what each delta changes in it, (K, N, 3, H, W)."""
    base.restore()
    rebuilt = denoiser(x_t, t0).x0
    changes = []
    for delta in deltas:
        base.apply(delta)
        changes.append(denoiser(x_t, t0).x0 - rebuilt)
    base.restore()
    return rebuilt, torch.stack(changes) if changes else rebuilt.new_zeros(0, *rebuilt.shape)


def _non_negative(m: Tensor, target: Tensor, active: Tensor, iterations: int = 500) -> Tensor:
    """(K,) >= 0, zero outside ``active``: the least squares of target = weights @ m."""
    gram, aim = m @ m.T, m @ target
    rate = 1 / torch.linalg.eigvalsh(gram)[-1].clamp(min=1e-9)
    weights = torch.zeros(len(m), dtype=m.dtype)
    for _ in range(iterations):
        weights = (weights - rate * (gram @ weights - aim)).clamp(min=0) * active
    return weights
