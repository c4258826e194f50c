from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.multiprocessing.reductions import StorageWeakRef

from rtedit_desktop.diffusion import recasting as recasting_module
from rtedit_desktop.diffusion.recasting import recasting

CPU = torch.device("cpu")


class Net(nn.Module):
    """Products of each sort, and one weight that is used twice."""

    def __init__(self) -> None:
        super().__init__()
        self.before = nn.Conv2d(3, 8, 3, padding=1)
        self.twice = nn.Conv2d(8, 8, 3, padding=1)
        self.norm = nn.GroupNorm(2, 8)
        self.after = nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        h = self.twice(self.norm(self.twice(self.before(x)).relu()))
        return self.after(h.mean((2, 3)))


def gradients(net: Net, x: Tensor, *, lean: bool) -> tuple[Tensor, list[Tensor]]:
    x = x.clone().requires_grad_(True)
    net.zero_grad(set_to_none=True)
    with torch.autocast("cpu", torch.bfloat16):
        if lean:
            with recasting(CPU):
                y = net(x)
        else:
            y = net(x)
    y.float().square().sum().backward()
    return y, [x.grad, *(p.grad for p in net.parameters())]


def test_results_and_gradients_are_those_of_autocast() -> None:
    torch.manual_seed(0)
    net, x = Net(), torch.randn(2, 3, 8, 8)
    y, own = gradients(net, x, lean=True)
    expected, theirs = gradients(net, x, lean=False)
    assert y.dtype == torch.bfloat16 and torch.equal(y, expected)
    for a, b in zip(own, theirs, strict=True):
        assert a.dtype == torch.float32
        torch.testing.assert_close(a, b, rtol=1e-2, atol=1e-3)  # of a weight used twice the sum is rounded less often


@pytest.mark.parametrize("trained", [True, False])
def test_no_copy_of_a_weight_outlives_its_product(trained: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(16, 40), nn.ReLU(), nn.Linear(40, 4)).requires_grad_(trained)
    copies: list[StorageWeakRef] = []
    cast = recasting_module._Cast.apply

    def noted(weight: Tensor, dtype: torch.dtype) -> Tensor:
        copy = cast(weight, dtype)
        copies.append(StorageWeakRef(copy.untyped_storage()))
        return copy

    monkeypatch.setattr(recasting_module._Cast, "apply", noted)
    x = torch.randn(2, 16, requires_grad=True)
    with torch.autocast("cpu", torch.bfloat16), recasting(CPU):
        y = net(x)
    assert len(copies) == 2 and all(copy.expired() for copy in copies)
    y.float().sum().backward()
    assert x.grad is not None and x.grad.abs().sum() > 0


def test_without_autocast_nothing_happens() -> None:
    net, x = nn.Linear(3, 2), torch.randn(1, 3)
    with recasting(CPU):
        assert net(x).dtype == torch.float32
