"""State of a training loop besides its equation: the rows of the next step, and a snapshot to go on from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from rtedit_desktop.diffusion.early_stopping import EarlyStopping
from rtedit_desktop.diffusion.memory.fused_backward import FusedBackwardAdam


class Snapshot(NamedTuple):
    """All that a training needs to go on after a step: tensors by name, and plain numbers."""

    tensors: dict[str, Tensor]
    numbers: dict[str, list[float]]


class ShuffledRows:
    """Which rows the next step sees: all of them once an epoch, in an order that the generator draws."""

    def __init__(self, count: int, batch: int, generator: torch.Generator) -> None:
        self._count, self._batch, self._generator = count, batch, generator
        self.order: list[int] = []

    def next(self) -> list[int]:
        """The numbers of ``batch`` rows."""
        while len(self.order) < self._batch:
            self.order += torch.randperm(self._count, generator=self._generator).tolist()
        picked, self.order = self.order[: self._batch], self.order[self._batch :]
        return picked


class TrainingState:
    """A view of everything that changes while ``adaptation.fit`` runs, to copy it and to put a copy back."""

    def __init__(
        self,
        parameters: Sequence[nn.Parameter],
        optimiser: FusedBackwardAdam,
        rows: ShuffledRows,
        stopping: EarlyStopping,
        generator: torch.Generator,
    ) -> None:
        self._parameters, self._optimiser = parameters, optimiser
        self._rows, self._stopping, self._generator = rows, stopping, generator

    def snapshot(self, index: int) -> Snapshot:
        """A copy of the state after step ``index``."""
        best, numbers = self._stopping.state()
        tensors = {"generator": self._generator.get_state()}
        for i, p in enumerate(self._parameters):
            tensors[f"parameter.{i}"] = p.detach()
            tensors.update({f"adam.{i}.{name}": value for name, value in self._optimiser.state(p).items()})
        tensors.update({f"best.{i}": value for i, value in enumerate(best)})
        numbers = {"index": [float(index)], "order": [float(i) for i in self._rows.order], **numbers}
        return Snapshot({name: value.cpu().clone() for name, value in tensors.items()}, numbers)

    @torch.no_grad()
    def restore(self, snapshot: Snapshot) -> int:
        """Put a copy back; the number of the step after it. Raises KeyError for a foreign snapshot."""
        tensors, numbers = snapshot
        for i, p in enumerate(self._parameters):
            p.copy_(tensors[f"parameter.{i}"])
            moments = {name: tensors[f"adam.{i}.{name}"] for name in ("step", "exp_avg", "exp_avg_sq")}
            self._optimiser.set_state(p, {name: value.to(p.device).clone() for name, value in moments.items()})
        best, _ = self._stopping.state()
        self._stopping.set_state([tensors[f"best.{i}"] for i in range(len(best))], numbers)
        self._generator.set_state(tensors["generator"])
        self._rows.order = [int(i) for i in numbers["order"]]
        return int(numbers["index"][0]) + 1
