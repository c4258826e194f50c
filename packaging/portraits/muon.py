"""Muon: momentum whose matrices are orthogonalised before each step; AdamW for all that is not a matrix.

The update of a weight (out, in, k, k), seen as a matrix (out, in k k), is replaced by the nearest matrix with singular
values of about 1, found by five Newton-Schulz iterations of a quintic polynomial.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from networks import DTYPE
from torch import Tensor, nn
from torch.optim import Optimizer

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonalised(matrix: Tensor, steps: int = 5) -> Tensor:
    """(m, n) float -> (m, n) with singular values near 1."""
    a, b, c = COEFFICIENTS
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.T if tall else matrix).to(DTYPE)
    x = x / (x.norm() + 1e-7)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.T if tall else x).to(matrix.dtype)


class Muon(Optimizer):
    """Steps matrices by orthogonalised momentum at ``rate * scale``, everything else by Adam at ``rate``."""

    def __init__(self, named: Iterable[tuple[str, nn.Parameter]], rate: float, scale: float = 25.0) -> None:
        matrices, others = [], []
        for name, parameter in named:
            inner = parameter.ndim >= 2 and not name.startswith(("conv_in", "conv_out", "time_embedding"))
            (matrices if inner else others).append(parameter)
        groups: list[dict[str, Any]] = [
            {"params": matrices, "matrix": True, "scale": scale},
            {"params": others, "matrix": False, "scale": 1.0},
        ]
        super().__init__(groups, {"lr": rate, "momentum": 0.95, "decay": 0.01})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Change the weights by their gradients."""
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state["step"] = torch.zeros(())
                    state["m"] = torch.zeros_like(p)
                    if not group["matrix"]:
                        state["v"] = torch.zeros_like(p)
                state["step"] += 1
                if group["matrix"]:
                    self._matrix(p, state["m"], group)
                else:
                    _adam(p, state, group["lr"])

    @staticmethod
    def _matrix(p: Tensor, m: Tensor, group: dict[str, Any]) -> None:
        m.lerp_(p.grad, 1 - group["momentum"])
        ahead = p.grad.lerp(m, group["momentum"])
        flat = ahead.reshape(len(ahead), -1)
        update = orthogonalised(flat) * max(1.0, flat.shape[0] / flat.shape[1]) ** 0.5
        p.mul_(1 - group["lr"] * group["decay"])
        p.add_(update.reshape(p.shape), alpha=-group["lr"])


def _adam(p: Tensor, state: dict[str, Tensor], rate: float) -> None:
    n = float(state["step"])
    state["m"].lerp_(p.grad, 0.1)
    state["v"].lerp_(p.grad.square(), 0.01)
    size = (state["v"] / (1 - 0.99**n)).sqrt() + 1e-8
    p.addcdiv_(state["m"] / (1 - 0.9**n), size, value=-rate)
