"""A weight delta: what adaptation changed, taken, scaled, applied (eq. 16 of docs/method.md); the base put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

Delta = Mapping[str, Tensor]


def mix(deltas: Sequence[tuple[Delta, float]]) -> dict[str, Tensor]:
    """The sum of deltas, each at its strength: one set of weights, so one call a step for any mix."""
    total: dict[str, Tensor] = {}
    for delta, strength in deltas:
        for name, difference in delta.items():
            if name in total:
                total[name].add_(difference, alpha=strength)
            else:
                total[name] = difference * strength
    return total


class BaseWeights:
    """Owns a copy of a network's weights and puts them back, bit for bit."""

    def __init__(self, net: nn.Module) -> None:
        self._net = net
        self._kept = {name: value.detach().clone() for name, value in net.state_dict().items()}

    @torch.no_grad()
    def restore(self) -> None:
        """Write the kept bytes into the network."""
        for name, value in self._net.state_dict().items():
            value.copy_(self._kept[name])

    @torch.no_grad()
    def delta(self) -> dict[str, Tensor]:
        """theta - theta0 by parameter name; what did not change is left out."""
        changed = {}
        for name, value in self._net.named_parameters():
            difference = value.detach() - self._kept[name]
            if difference.any():
                changed[name] = difference
        return changed

    @torch.no_grad()
    def apply(self, delta: Delta, strength: float = 1.0) -> None:
        """theta = theta0 + strength * delta, from the kept base, not from what is in the network."""
        parameters = dict(self._net.named_parameters())
        self.restore()
        for name, difference in delta.items():
            parameters[name].add_(difference.to(parameters[name].device), alpha=strength)

    @contextmanager
    def borrowed(self) -> Iterator[None]:
        """Whatever happens inside, the network leaves with its base bytes, modes and flags."""
        modes = {name: module.training for name, module in self._net.named_modules()}
        flags = {name: p.requires_grad for name, p in self._net.named_parameters()}
        try:
            yield
        finally:
            self.restore()
            for name, module in self._net.named_modules():
                module.training = modes[name]
            for name, p in self._net.named_parameters():
                p.requires_grad_(flags[name])
                p.grad = None
