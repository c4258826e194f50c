from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from rtedit_desktop.diffusion.stepping import AdamInBackward


def test_steps_are_those_of_one_adam_over_all_parameters() -> None:
    torch.manual_seed(0)
    ours = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
    theirs = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 3))
    theirs.load_state_dict(ours.state_dict())
    stepping = AdamInBackward(ours.parameters(), 1e-2)
    adam = torch.optim.Adam(theirs.parameters(), lr=1e-2, fused=True)
    x, y = torch.randn(8, 6), torch.randn(8, 3)
    for _ in range(5):
        with stepping.watching():
            stepping.backward(functional.mse_loss(ours(x), y))
        functional.mse_loss(theirs(x), y).backward()
        adam.step()
        adam.zero_grad()
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(a, b)
        assert a.grad is None


def test_a_weight_used_twice_is_stepped_once() -> None:
    p = nn.Parameter(torch.ones(1))
    stepping = AdamInBackward([p], 0.5)
    with stepping.watching():
        stepping.backward((p * p + p).sum())
    assert stepping.state(p)["step"] == 1
    assert stepping.state(p)["exp_avg"].item() == torch.tensor(0.3).item()  # a tenth of the whole gradient, 3


def test_nothing_watches_afterwards() -> None:
    p = nn.Parameter(torch.ones(1))
    stepping = AdamInBackward([p], 0.5)
    with stepping.watching():
        pass
    p.square().sum().backward()
    assert p.item() == 1 and p.grad is not None
