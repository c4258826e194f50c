"""Stop adapting when the direction no longer gets better, and keep the best step (eqs. 13 and 14 of docs/method.md)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class EarlyStopping:
    """Owns a copy of the weights of the best step so far and knows when to stop; for one adaptation.

    The score is smoothed by ``smoothing``. It is done when the smoothed score gains less than ``min_gain`` over
    ``patience`` steps or reaches ``enough``, but not before step ``earliest``.
    """

    def __init__(
        self,
        *,
        smoothing: float = 0.8,
        min_gain: float = 0.005,
        patience: int = 3,
        enough: float = 1.0,
        earliest: int = 6,
    ) -> None:
        self._smoothing, self._min_gain, self._patience = smoothing, min_gain, patience
        self._enough, self._earliest = enough, earliest
        self._parameters: Sequence[nn.Parameter] = ()
        self._running = 0.0
        self._smooth: list[float] = []
        self._best: list[Tensor] = []
        self._best_at = 0

    def watch(self, parameters: Sequence[nn.Parameter]) -> None:
        """The parameters whose best values are to be kept."""
        self._parameters = parameters
        self._best = [p.detach().clone() for p in parameters]

    @torch.no_grad()
    def done(self, index: int, score: float) -> bool:
        """Note the score of the weights that are in the network before step ``index``, counted from 1 (eq. 13).

        Whether adaptation ends here (eq. 14).
        """
        self._running = self._smoothing * self._running + (1 - self._smoothing) * score
        smooth = self._running / (1 - self._smoothing**index)
        if smooth > max(self._smooth, default=-2.0):
            self._best_at = index
            for kept, p in zip(self._best, self._parameters, strict=True):
                kept.copy_(p)
        self._smooth.append(smooth)
        if index <= max(self._earliest, self._patience):
            return False
        return smooth - self._smooth[-1 - self._patience] < self._min_gain or smooth >= self._enough

    @torch.no_grad()
    def restore_best(self) -> None:
        """Leave the network with its best weights; those after the last score stay when it was the best."""
        if self._best_at < len(self._smooth):
            for p, kept in zip(self._parameters, self._best, strict=True):
                p.copy_(kept)

    def state(self) -> tuple[list[Tensor], dict[str, list[float]]]:
        """The best weights, not copied, and the numbers besides: what ``set_state`` takes."""
        return self._best, {
            "running": [self._running],
            "smooth": list(self._smooth),
            "kept_at": [float(self._best_at)],
        }

    @torch.no_grad()
    def set_state(self, best: Sequence[Tensor], numbers: dict[str, list[float]]) -> None:
        """Go on from what ``state`` once gave."""
        for own, value in zip(self._best, best, strict=True):
            own.copy_(value)
        self._running, self._smooth = numbers["running"][0], list(numbers["smooth"])
        self._best_at = int(numbers["kept_at"][0])


class NoStopping(EarlyStopping):
    """Every step is made and the last one stays."""

    def watch(self, parameters: Sequence[nn.Parameter]) -> None:
        """Nothing is kept."""

    def done(self, index: int, score: float) -> bool:
        """Never."""
        return False

    def restore_best(self) -> None:
        """The last step is the best."""
