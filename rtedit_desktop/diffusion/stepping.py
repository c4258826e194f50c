"""Adam whose step happens inside the backward pass: a gradient is used and let go as soon as it is whole.

With one network call in the graph every gradient is whole at once, so the gradients of all parameters never
lie in memory together. They would be as large as the network: more than the graph of a small one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class AdamInBackward:
    """Owns one fused Adam for each parameter; the moments are those of a single Adam over all of them."""

    def __init__(self, parameters: Iterable[nn.Parameter], rate: float) -> None:
        self._adams = {p: torch.optim.Adam([p], lr=rate, betas=(0.9, 0.999), eps=1e-8, fused=True) for p in parameters}
        self._norms: list[Tensor] = []

    def state(self, p: nn.Parameter) -> dict[str, Tensor]:
        """The moments of one parameter, to keep or to replace: ``step``, ``exp_avg``, ``exp_avg_sq``."""
        return self._adams[p].state[p]

    def set_state(self, p: nn.Parameter, state: dict[str, Tensor]) -> None:
        """Go on from moments that ``state`` once gave."""
        self._adams[p].state[p] = state

    def set_rate(self, rate: float) -> None:
        """The learning rate of the next steps."""
        for adam in self._adams.values():
            adam.param_groups[0]["lr"] = rate

    @contextmanager
    def watching(self) -> Iterator[None]:
        """As long as this lasts, every backward pass is a step."""
        hooks = [p.register_post_accumulate_grad_hook(self._step) for p in self._adams]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def backward(self, loss: Tensor) -> None:
        """One step down the gradient of a scalar.

        Raises FloatingPointError when a gradient is not finite; the parameters are worth nothing then.
        """
        self._norms.clear()
        loss.backward()
        if not torch.stack(self._norms).isfinite().all():
            raise FloatingPointError("the gradient is no longer finite")

    def _step(self, p: Tensor) -> None:
        assert isinstance(p, nn.Parameter) and p.grad is not None
        self._norms.append(torch.linalg.vector_norm(p.grad))
        self._adams[p].step()
        p.grad = None
