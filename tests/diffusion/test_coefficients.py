"""Choosing among learned deltas, with an encoder whose directions are known."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from rtedit_desktop.diffusion.coefficients import MixtureConfig, candidates, fit_mixture, one_step_changes
from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.guidance import CLIPGuidance
from rtedit_desktop.diffusion.schedule import alphas_cumprod

UNIT = torch.eye(8)


def test_a_text_between_two_deltas_means_both_and_nothing_else() -> None:
    found = candidates((UNIT[1] + UNIT[4]) / 2**0.5, UNIT[:6])
    assert sorted(found.indices) == [1, 4]
    assert found.coefficients == pytest.approx([1.0, 1.0])
    assert found.cosine == pytest.approx(1.0)


def test_a_text_outside_the_span_is_seen_by_its_cosine() -> None:
    found = candidates((UNIT[7] + 0.3 * UNIT[2]) / (1 + 0.3**2) ** 0.5, UNIT[:6])
    assert found.indices == [2]
    assert found.cosine == pytest.approx(0.3 / (1 + 0.3**2) ** 0.5, abs=1e-6)
    assert candidates(UNIT[7], UNIT[:6]).indices == []
    assert candidates(-UNIT[0], UNIT[:6]).indices == []


def test_no_more_deltas_than_allowed_and_none_that_hardly_counts() -> None:
    aim = torch.tensor([1.0, 0.9, 0.8, 0.7, 0.6, 0.1, 0.0, 0.0])
    found = candidates(aim / aim.norm(), UNIT[:6], MixtureConfig(most=3))
    assert found.indices == [0, 1, 2]
    assert 5 not in candidates(aim / aim.norm(), UNIT[:6], MixtureConfig(most=6)).indices


def test_deltas_that_look_alike_do_not_both_answer() -> None:
    """Red and dark red lipstick: the nearer one is meant, a copy of it adds nothing."""
    alike = torch.stack([UNIT[0], (UNIT[0] + 0.5 * UNIT[1]) / 1.25**0.5, UNIT[3]])
    assert candidates(UNIT[0], alike).indices[0] == 0


class Tint(nn.Module):
    """Adds a colour to the picture, whatever the timestep."""

    def __init__(self) -> None:
        super().__init__()
        self.colour = nn.Parameter(torch.zeros(3))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return 0 * x + self.colour[:, None, None]


def guidance(direction: Tensor) -> CLIPGuidance:
    """An encoder that sees the mean colour, beside a constant that no edit moves."""

    def encode(x: Tensor) -> Tensor:
        mean = x.mean((2, 3))
        return torch.cat([mean, torch.ones(len(x), 1)], 1)

    return CLIPGuidance(encode, lambda x: x, direction, softening=0.3)


def test_coefficients_follow_the_text_and_the_base_is_put_back() -> None:
    net = Denoiser(Tint(), alphas_cumprod(1e-4, 0.02, 1000), prediction="sample")
    base = BaseWeights(net.net)
    red, green = ({"colour": torch.tensor(colour)} for colour in ((0.5, 0.0, 0.0), (0.0, 0.5, 0.0)))
    x_t = torch.zeros(2, 3, 8, 8)
    steps = list(fit_mixture(net, base, [red, green], guidance(UNIT[0, :4]), x_t, 200, [0.5, 0.5]))
    assert len(steps) == MixtureConfig().iterations
    last = steps[-1].coefficients
    assert last[0] > 0.9
    assert last[1] < 0.1
    assert steps[-1].score > steps[0].score
    assert all(0 <= float(c) <= 1.3 for step in steps for c in step.coefficients)
    assert base.delta() == {}
    assert net.calls == 3


def test_what_a_delta_changes_is_measured_on_the_estimate() -> None:
    net = Denoiser(Tint(), alphas_cumprod(1e-4, 0.02, 1000), prediction="sample")
    base = BaseWeights(net.net)
    rebuilt, changes = one_step_changes(
        net, base, [{"colour": torch.tensor((0.5, 0.0, 0.0))}], torch.zeros(1, 3, 4, 4), 9
    )
    assert torch.equal(rebuilt, torch.zeros(1, 3, 4, 4))
    assert changes.shape == (1, 1, 3, 4, 4)
    assert torch.equal(changes[0, 0].mean((1, 2)), torch.tensor((0.5, 0.0, 0.0)))
    assert one_step_changes(net, base, [], torch.zeros(1, 3, 4, 4), 9)[1].shape == (0, 1, 3, 4, 4)
