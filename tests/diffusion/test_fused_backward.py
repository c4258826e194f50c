from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn import functional

from rtedit_desktop.diffusion.memory.fused_backward import FusedBackwardAdam


def test_steps_are_those_of_one_adam_over_all_parameters() -> None:
    torch.manual_seed(0)
    ours = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
    theirs = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
    theirs.load_state_dict(ours.state_dict())
    optimiser = FusedBackwardAdam(ours.parameters(), 1e-2)
    adam = torch.optim.Adam(theirs.parameters(), lr=1e-2, fused=True)
    x, y = torch.randn(8, 6), torch.randn(8, 3)
    for _ in range(5):
        optimiser.step(functional.mse_loss(ours(x), y))
        functional.mse_loss(theirs(x), y).backward()
        adam.step()
        adam.zero_grad()
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(a, b)
        assert a.grad is None


def test_a_weight_used_twice_is_stepped_once() -> None:
    p = nn.Parameter(torch.ones(1))
    optimiser = FusedBackwardAdam([p], 0.5)
    optimiser.step((p * p + p).sum())
    assert optimiser.state(p)["step"] == 1
    assert optimiser.state(p)["exp_avg"].item() == torch.tensor(0.3).item()  # a tenth of the whole gradient, 3


def test_nothing_watches_afterwards() -> None:
    p = nn.Parameter(torch.ones(1))
    optimiser = FusedBackwardAdam([p], 0.5)
    optimiser.step(p.sum())
    after = p.item()
    p.square().sum().backward()
    assert p.item() == after != 1 and p.grad is not None


@pytest.mark.parametrize("factor", [math.nan, math.inf])
def test_a_gradient_that_is_no_number_is_told_without_being_asked_for(factor: float) -> None:
    p = nn.Parameter(torch.ones(1))
    optimiser = FusedBackwardAdam([p], 0.5)
    optimiser.step(p.sum())
    assert optimiser.finite
    optimiser.step((p * factor).sum())
    assert not optimiser.finite


def test_nothing_watches_after_a_backward_pass_that_failed() -> None:
    p = nn.Parameter(torch.ones(1))
    optimiser = FusedBackwardAdam([p], 0.5)
    p.register_hook(lambda grad: 1 / 0)  # type: ignore[arg-type]
    with pytest.raises(ZeroDivisionError):
        optimiser.step(p.sum())
    assert not p._post_accumulate_grad_hooks
