"""Adam whose step happens inside the backward pass, so that gradients are used and let go a few at a time.

With one network call in the graph every gradient is whole at once, so the gradients of all parameters never
lie in memory together. They would be as large as the network: more than the graph of a small one. A step for
each parameter would be the most frugal, and a third slower: a hundred small steps keep no core busy.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.optim.adam import adam

_PARTS = 30  # of all gradients, this fraction waits for its step at most (or the largest single one)


class FusedBackwardAdam:
    """The moments of all parameters; its steps are those of a single fused Adam over them, bit for bit."""

    def __init__(self, parameters: Iterable[nn.Parameter], rate: float) -> None:
        self._states = {p: _zeros(p) for p in parameters}
        self._rate = rate
        self._room = sum(p.numel() for p in self._states) // _PARTS
        self._waiting: list[Tensor] = []
        self._norms: list[Tensor] = []
        self.finite = torch.ones((), dtype=torch.bool, device=next(iter(self._states)).device)
        """Whether the gradient of the last step was finite, on its device."""

    def state(self, p: nn.Parameter) -> dict[str, Tensor]:
        """The moments of one parameter, to keep or to replace: ``step``, ``exp_avg``, ``exp_avg_sq``."""
        return self._states[p]

    def set_state(self, p: nn.Parameter, state: dict[str, Tensor]) -> None:
        """Go on from moments that ``state`` once gave."""
        self._states[p] = state

    def set_rate(self, rate: float) -> None:
        """The learning rate of the next steps."""
        self._rate = rate

    def step(self, loss: Tensor) -> None:
        """One step down the gradient of a scalar; ``finite`` then says whether it was one.

        When it was not, the parameters are worth nothing. Nothing is read here, because reading waits for the card.
        """
        self._norms.clear()
        hooks = [p.register_post_accumulate_grad_hook(self._arrived) for p in self._states]
        try:
            loss.backward()
            self._step_waiting()
        finally:
            for hook in hooks:
                hook.remove()
            self._waiting.clear()
        if self._norms:
            self.finite = torch.stack(self._norms).isfinite().all()

    def _arrived(self, p: Tensor) -> None:
        if self._waiting and sum(q.numel() for q in self._waiting) + p.numel() > self._room:
            self._step_waiting()
        self._waiting.append(p)

    @torch.no_grad()
    def _step_waiting(self) -> None:
        taken, self._waiting = self._waiting, []
        gradients = [p.grad for p in taken if p.grad is not None]
        if not gradients:
            return
        states = [self._states[p] for p in taken if isinstance(p, nn.Parameter)]
        self._norms += torch._foreach_norm(gradients)
        adam(
            taken,
            gradients,
            [state["exp_avg"] for state in states],
            [state["exp_avg_sq"] for state in states],
            [],
            [state["step"] for state in states],
            fused=True,
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=self._rate,
            weight_decay=0.0,
            eps=1e-8,
            maximize=False,
        )
        for p in taken:
            p.grad = None


def _zeros(p: Tensor) -> dict[str, Tensor]:
    return {
        "step": torch.zeros((), dtype=torch.float32, device=p.device),
        "exp_avg": torch.zeros_like(p, memory_format=torch.preserve_format),
        "exp_avg_sq": torch.zeros_like(p, memory_format=torch.preserve_format),
    }
