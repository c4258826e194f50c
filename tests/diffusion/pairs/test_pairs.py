"""Learning from pairs, on a network that is small enough to be right about a simple edit."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.pairs.fitting import PairConfig, fit_pairs
from rtedit_desktop.diffusion.pairs.pairs import Pairs, hold_out, varied
from rtedit_desktop.diffusion.schedule import alphas_cumprod

CONFIG = PairConfig(iterations=60, batch=4, rate=3e-2, final_rate=1e-3, check_every=10)


class Colour(nn.Module):
    """A net that estimates the clean picture by one linear map of each pixel's colour."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Conv2d(3, 3, 1)
        with torch.no_grad():
            self.mix.weight.copy_(torch.eye(3)[:, :, None, None])
            nn.init.zeros_(self.get_parameter("mix.bias"))
        self.times: list[Tensor] = []

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        self.times.append(t.detach())
        return self.mix(x)


def denoiser() -> Denoiser:
    return Denoiser(Colour(), alphas_cumprod(1e-4, 0.02, 1000), prediction="sample")


def pairs(count: int = 12) -> Pairs:
    """Smooth pictures, and the same with red raised and blue lowered."""
    generator = torch.Generator().manual_seed(3)
    small = torch.rand(count, 3, 4, 4, generator=generator) * 1.2 - 0.6
    before = nn.functional.interpolate(small, size=(16, 16), mode="bilinear")
    after = before + torch.tensor([0.3, 0.0, -0.3])[:, None, None]
    return Pairs(before, after, torch.ones(count, 1, 16, 16))


def learned(net: Denoiser, taught: Pairs, held_out: Pairs | None, config: PairConfig = CONFIG) -> list[float | None]:
    generator = torch.Generator().manual_seed(1)
    return [step.explained for step in fit_pairs(net, taught, held_out, config, generator)]


def test_the_edit_is_learned_and_seen_on_pairs_that_were_held_out() -> None:
    taught, held_out = hold_out(pairs(), torch.Generator().manual_seed(0))
    net = denoiser()
    explained = learned(net, taught, held_out)
    assert explained[-1] is not None and explained[-1] > 0.5
    bias = net.net.get_parameter("mix.bias").detach()
    assert bias[0] > 0.1 and bias[2] < -0.1 and abs(float(bias[1])) < 0.1


def test_one_network_call_a_step_and_every_row_at_its_own_timestep() -> None:
    net = denoiser()
    learned(net, pairs(), None, PairConfig(iterations=5, batch=6, t_low=30, t_high=450))
    assert isinstance(net.net, Colour)
    times = net.net.times
    assert len(times) == 5
    assert all(len(t) == 6 for t in times)
    assert len(torch.cat(times).unique()) > 10
    assert torch.cat(times).min() >= 30
    assert torch.cat(times).max() < 450


def test_with_a_teacher_the_error_is_of_the_change_alone() -> None:
    """The net is a poor model of pictures, on purpose: what it cannot rebuild must not be taught with the edit."""
    net, teacher = denoiser(), denoiser()
    with torch.no_grad():
        for model in (net, teacher):
            model.net.get_parameter("mix.weight").mul_(0.5)
    generator = torch.Generator().manual_seed(1)
    config = replace(CONFIG, edited_share=0.0)
    same = Pairs(pairs().before, pairs().before, pairs().taught)
    steps = list(fit_pairs(net, same, None, config, generator, teacher=teacher))
    assert max(step.loss for step in steps) == 0  # nothing changes, so there is nothing to learn
    taught, held_out = hold_out(pairs(), torch.Generator().manual_seed(0))
    *_, last = fit_pairs(net, taught, held_out, config, generator, teacher=teacher)
    assert last.explained is not None and last.explained > 0.9
    bias = net.net.get_parameter("mix.bias").detach()
    torch.testing.assert_close(bias, torch.tensor([0.15, 0.0, -0.15]), atol=0.05, rtol=0)  # half of it, as it rebuilds


def test_what_covers_is_taught_by_its_own_pixels() -> None:
    """All of the picture changes here, so all of the target is the after picture."""
    net, teacher = denoiser(), denoiser()
    with torch.no_grad():
        teacher.net.get_parameter("mix.weight").zero_()
    *_, last = fit_pairs(
        net, pairs(), None, replace(CONFIG, covers=True), torch.Generator().manual_seed(1), teacher=teacher
    )
    assert last.loss < 0.2
    assert float(net.net.get_parameter("mix.weight").detach().diagonal(dim1=0, dim2=1).min()) > 0.3


def test_what_is_frozen_stays_the_base_s() -> None:
    net = denoiser()
    base = BaseWeights(net.net)
    learned(net, pairs(), None, replace(CONFIG, frozen=("mix.bias",)))
    assert set(base.delta()) == {"mix.weight"}


def test_whole_pairs_are_held_out_of_many_and_rectangles_of_few() -> None:
    taught, held_out = hold_out(pairs(12), torch.Generator().manual_seed(0))
    assert len(taught.before) == 10 and len(held_out.before) == 2
    assert not any((row == taught.before).flatten(1).all(1).any() for row in held_out.before)
    taught, held_out = hold_out(pairs(3), torch.Generator().manual_seed(0))
    assert len(taught.before) == len(held_out.before) == 3
    assert torch.equal(taught.taught + held_out.taught, torch.ones(3, 1, 16, 16))
    assert 0 < held_out.taught.mean() < 0.3


def test_both_pictures_of_a_pair_are_varied_alike() -> None:
    before = pairs().before
    moved = varied(Pairs(before, before.clone(), torch.ones(12, 1, 16, 16)), torch.Generator().manual_seed(0))
    assert torch.equal(moved.before, moved.after)
    assert not torch.equal(moved.before, before)
    assert set(moved.taught.unique().tolist()) <= {0.0, 1.0}


def test_the_same_seed_teaches_the_same() -> None:
    first, second = denoiser(), denoiser()
    taught, held_out = hold_out(pairs(), torch.Generator().manual_seed(0))
    assert learned(first, taught, held_out) == learned(second, taught, held_out)
    assert torch.equal(first.net.get_parameter("mix.weight"), second.net.get_parameter("mix.weight"))


def test_the_weights_of_the_best_check_are_kept() -> None:
    """A rate that spoils everything at once leaves the net as it was at the start."""
    net = denoiser()
    base = BaseWeights(net.net)
    taught, held_out = hold_out(pairs(), torch.Generator().manual_seed(0))
    learned(net, taught, held_out, PairConfig(iterations=10, batch=4, rate=50.0, final_rate=50.0, check_every=5))
    assert base.delta() == {}


def test_numbers_that_run_away_are_an_error() -> None:
    broken = pairs()
    broken.after[0, 0, 0, 0] = float("nan")
    with pytest.raises(FloatingPointError):
        learned(denoiser(), broken, None)
