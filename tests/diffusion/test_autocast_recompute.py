from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.multiprocessing.reductions import StorageWeakRef

from rtedit_desktop.diffusion.memory import autocast_recompute
from rtedit_desktop.diffusion.memory.autocast_recompute import AutocastRecompute

CPU = torch.device("cpu")
HALF = torch.bfloat16


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


def gradients(net: Net, x: Tensor, *, lean: bool) -> tuple[Tensor, list[Tensor | None]]:
    x = x.clone().requires_grad_(True)
    net.zero_grad(set_to_none=True)
    how = AutocastRecompute(net.modules(), CPU, HALF)() if lean else torch.autocast("cpu", HALF)
    with how:
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
        assert a is not None and a.dtype == torch.float32
        torch.testing.assert_close(a, b, rtol=1e-2, atol=1e-3)  # of a weight used twice the sum is rounded less often


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[StorageWeakRef]:
    """The weights that products were computed with, in order."""
    noted: list[StorageWeakRef] = []
    product = autocast_recompute._product

    def noting(layer: nn.Linear, x: Tensor, weight: Tensor) -> Tensor:
        noted.append(StorageWeakRef(weight.untyped_storage()))
        return product(layer, x, weight)

    monkeypatch.setattr(autocast_recompute, "_product", noting)
    return noted


def two_layers(*, trained: bool) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(16, 40), nn.ReLU(), nn.Linear(40, 4)).requires_grad_(trained)


def test_no_copy_of_a_trained_weight_outlives_its_product(copies: list[StorageWeakRef]) -> None:
    net, x = two_layers(trained=True), torch.randn(2, 16, requires_grad=True)
    with AutocastRecompute(net.modules(), CPU, HALF)():
        y = net(x)
    assert len(copies) == 2 and all(copy.expired() for copy in copies)
    y.float().sum().backward()
    assert x.grad is not None and x.grad.abs().sum() > 0


def test_a_frozen_weight_is_copied_once(copies: list[StorageWeakRef]) -> None:
    net, x = two_layers(trained=False), torch.randn(2, 16)
    autocast = AutocastRecompute(net.modules(), CPU, HALF)
    for _ in range(2):
        with autocast():
            y = net(x)
    with torch.autocast("cpu", HALF):
        assert torch.equal(y, net(x))
    assert len(copies) == 4 and copies[:2] == copies[2:]


def test_afterwards_and_in_float32_a_layer_is_as_it_was() -> None:
    net, x = two_layers(trained=True), torch.randn(1, 16)
    before = net(x)
    with AutocastRecompute(net.modules(), CPU, None)():
        assert net(x).dtype == torch.float32
    with pytest.raises(ValueError), AutocastRecompute(net.modules(), CPU, HALF)():
        raise ValueError
    assert torch.equal(net(x), before) and not any("forward" in vars(module) for module in net.modules())


def test_a_layer_that_does_more_than_its_product_is_left_alone() -> None:
    class Doubling(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            return 2 * super().forward(x)

    torch.manual_seed(0)
    odd = nn.Conv2d(2, 2, 3, padding=1, padding_mode="circular"), Doubling(4, 4)
    x = torch.randn(1, 2, 4, 4)
    with torch.autocast("cpu", HALF):
        expected = odd[1](odd[0](x))
    with AutocastRecompute(odd, CPU, HALF)():
        assert torch.equal(odd[1](odd[0](x)), expected)
