"""A weight delta: what adaptation changed, taken, scaled, applied (eq. 16 of docs/method.md); the base put back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

Delta = Mapping[str, Tensor]

_AT_ONCE = 2**24  # weights that are brought to the network's device together


def mix(deltas: Iterable[tuple[Delta, float]]) -> dict[str, Tensor]:
    """The sum of deltas, each at its strength (eq. 16): one set of weights, so one call a step for any mix."""
    total: dict[str, Tensor] = {}
    for delta, strength in deltas:
        for name, difference in delta.items():
            if name in total:
                total[name].add_(difference, alpha=strength)
            else:
                total[name] = difference * strength
    return total


def _batches(delta: Delta) -> Iterator[list[str]]:
    """The names of a delta, so many together that what is brought to a card for them stays small."""
    names: list[str] = []
    count = 0
    for name, value in delta.items():
        names.append(name)
        count += value.numel()
        if count >= _AT_ONCE:
            yield names
            names, count = [], 0
    if names:
        yield names


class BaseWeights:
    """Owns a copy of a network's weights and puts them back, bit for bit.

    With ``late`` a tensor is copied only before something is written over it: those of a delta when it is applied, all
    when the network is ``borrowed`` to be learned. A preset that changes one layer then takes the memory of one layer.
    """

    def __init__(self, net: nn.Module, *, late: bool = False) -> None:
        self._net = net
        self._kept: dict[str, Tensor] = {}
        if not late:
            self._keep(net.state_dict())

    def _keep(self, names: Iterable[str]) -> None:
        """Copy those that are the base's still, because nothing was written over them."""
        there = self._net.state_dict()
        self._kept |= {name: there[name].detach().clone() for name in names if name not in self._kept}

    @torch.no_grad()
    def restore(self) -> None:
        """Write the kept bytes into the network."""
        there = self._net.state_dict()
        if self._kept:
            torch._foreach_copy_([there[name] for name in self._kept], list(self._kept.values()))

    @torch.no_grad()
    def delta(self) -> dict[str, Tensor]:
        """theta - theta0 by parameter name; what did not change is left out.

        A card is asked once which tensors changed, not once for each.
        """
        parameters = ((name, value) for name, value in self._net.named_parameters() if name in self._kept)
        differences = {name: value.detach() - self._kept[name] for name, value in parameters}
        if not differences:
            return {}
        changed = torch.stack([difference.any() for difference in differences.values()]).tolist()
        return {name: value for (name, value), here in zip(differences.items(), changed, strict=True) if here}

    @torch.no_grad()
    def apply(self, delta: Delta, strength: float = 1.0) -> None:
        """theta = theta0 + strength * delta (eq. 16), from the kept base, not from what is in the network."""
        parameters = dict(self._net.named_parameters())
        self.restore()
        self._keep(delta)
        for names in _batches(delta):
            into: list[Tensor] = [parameters[name] for name in names]
            added = [delta[name].to(p.device, p.dtype, non_blocking=True) for name, p in zip(names, into, strict=True)]
            torch._foreach_add_(into, added, alpha=strength)

    @contextmanager
    def borrowed(self, *, to_learn: bool = True) -> Iterator[None]:
        """Whatever happens inside, the network leaves with its base bytes, modes and flags.

        Not ``to_learn``: its weights are changed by ``apply`` alone.
        """
        if to_learn:
            self._keep(self._net.state_dict())
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
