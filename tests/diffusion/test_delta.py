from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
import torch
from support.nets.numbers_read import NumbersRead
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from rtedit_desktop.diffusion.delta import BaseWeights, mix


def weight_of(net: nn.Module) -> nn.Parameter:
    """Of the first layer."""
    return net.get_parameter("0.weight")


def network() -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Conv2d(8, 3, 3)).eval()
    net[0].requires_grad_(False)
    net[2].train()
    return net


def bytes_of(net: nn.Module) -> dict[str, bytes]:
    return {name: value.numpy().tobytes() for name, value in net.state_dict().items()}


def disturb(net: nn.Module) -> None:
    with torch.no_grad():
        for p in net.parameters():
            p.add_(torch.randn(p.shape, generator=torch.Generator().manual_seed(1)))
    net.train(not net.training)
    net.requires_grad_(True)
    net(torch.rand(2, 3, 8, 8)).sum().backward()


def test_a_card_is_not_waited_for_once_a_tensor() -> None:
    """Reading a number off a tensor is what waits."""
    net = network()
    base = BaseWeights(net)
    disturb(net)
    with NumbersRead() as read:
        delta = base.delta()
        base.apply(delta, 0.5)
        base.restore()
    assert len(delta) == len(list(net.parameters())) and read.count == 0


class Launches(TorchDispatchMode):
    """What is written while it lasts: on a card each is a launch."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if func._schema.is_mutable:
            self.made.append(func._schema.name.removeprefix("aten::"))
        return func(*args, **(kwargs or {}))


def test_all_tensors_are_written_together() -> None:
    net = network()
    base = BaseWeights(net)
    delta = {name: torch.full_like(p, 1 / 3) for name, p in net.named_parameters()}
    with Launches() as launches:
        base.apply(delta, 0.7)
        base.restore()
    assert launches.made == ["_foreach_copy_", "_foreach_add_", "_foreach_copy_"]


def test_what_no_delta_changes_is_not_copied() -> None:
    net = network()
    before = bytes_of(net)
    base = BaseWeights(net, late=True)
    delta = {"2.weight": torch.ones_like(net.get_parameter("2.weight"))}
    with base.borrowed(to_learn=False):
        for strength in (0.5, 1.0):
            base.apply(delta, strength)
        assert list(base._kept) == ["2.weight"]
        assert torch.equal(base.delta()["2.weight"], net.get_parameter("2.weight") - base._kept["2.weight"])
    assert bytes_of(net) == before
    base.apply({"0.weight": torch.ones_like(weight_of(net))})
    base.restore()
    assert bytes_of(net) == before and set(base._kept) == {"0.weight", "2.weight"}


def test_what_is_learned_is_given_back_whatever_was_copied_before() -> None:
    net = network()
    before = bytes_of(net)
    base = BaseWeights(net, late=True)
    base.apply({"0.weight": torch.ones_like(weight_of(net))})
    with pytest.raises(ZeroDivisionError), base.borrowed():
        base.restore()
        disturb(net)
        raise ZeroDivisionError
    assert bytes_of(net) == before


def test_a_delta_in_half_precision_is_added_as_it_is_in_single() -> None:
    net = network()
    base = BaseWeights(net)
    half = {name: torch.full_like(p, 1 / 3).half() for name, p in net.named_parameters()}
    base.apply({name: value.float() for name, value in half.items()}, 0.7)
    expected = bytes_of(net)
    base.apply(half, 0.7)
    assert bytes_of(net) == expected


def test_apply_then_restore_is_bit_for_bit() -> None:
    net = network()
    before = bytes_of(net)
    base = BaseWeights(net)
    delta = {name: torch.full_like(p, 1 / 3) for name, p in net.named_parameters()}
    base.apply(delta, 0.7)
    assert bytes_of(net) != before
    base.restore()
    assert bytes_of(net) == before


def test_the_delta_leads_back_to_the_adapted_weights() -> None:
    net = network()
    base = BaseWeights(net)
    with torch.no_grad():
        weight_of(net).mul_(1.01)
    adapted = weight_of(net).detach().clone()
    delta = base.delta()
    assert list(delta) == ["0.weight"]
    base.apply(delta)
    torch.testing.assert_close(weight_of(net), adapted, atol=1e-7, rtol=0)
    assert torch.equal(weight_of(net), base_plus(base, delta))


def base_plus(base: BaseWeights, delta: dict[str, Tensor]) -> Tensor:
    return base._kept["0.weight"] + delta["0.weight"]


def test_strength_scales_from_the_base_and_not_from_what_is_there() -> None:
    net = network()
    before = weight_of(net).detach().clone()
    base = BaseWeights(net)
    delta = {"0.weight": torch.ones_like(before)}
    for strength in (1.5, 0.5, 0.5):
        base.apply(delta, strength)
    torch.testing.assert_close(weight_of(net), before + 0.5)
    base.apply(delta, 0.0)
    assert torch.equal(weight_of(net), before)


def test_borrowed_gives_everything_back_after_an_exception() -> None:
    net = network()
    before = bytes_of(net)
    modes = [module.training for module in net.modules()]
    flags = [p.requires_grad for p in net.parameters()]
    with pytest.raises(ZeroDivisionError), BaseWeights(net).borrowed():
        disturb(net)
        raise ZeroDivisionError
    assert bytes_of(net) == before
    assert [module.training for module in net.modules()] == modes
    assert [p.requires_grad for p in net.parameters()] == flags
    assert all(p.grad is None for p in net.parameters())


def test_borrowed_gives_everything_back_when_a_generator_is_abandoned() -> None:
    net = network()
    before = bytes_of(net)
    modes = [module.training for module in net.modules()]

    def steps() -> Generator[int, None, None]:
        with BaseWeights(net).borrowed():
            for index in range(3):
                disturb(net)
                yield index

    running = steps()
    next(running)
    assert bytes_of(net) != before
    running.close()
    assert bytes_of(net) == before
    assert [module.training for module in net.modules()] == modes
    assert all(p.grad is None for p in net.parameters())


def test_a_mix_is_the_sum_at_the_given_strengths() -> None:
    a, b = {"w": torch.tensor([1.0, 2.0])}, {"w": torch.tensor([10.0, 0.0]), "v": torch.tensor([4.0])}
    total = mix([(a, 0.5), (b, 2.0)])
    assert total["w"].tolist() == [20.5, 1.0]
    assert total["v"].tolist() == [8.0]
    assert a["w"].tolist() == [1.0, 2.0]


def test_mixing_nothing_changes_nothing() -> None:
    assert mix([]) == {}
