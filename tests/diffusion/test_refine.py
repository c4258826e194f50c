"""Decoding by change: nothing changed gives the picture; one change is laid over it."""

from __future__ import annotations

import torch
from torch import nn

from rtedit_desktop.core.edits import EditSettings
from rtedit_desktop.diffusion import refine
from rtedit_desktop.diffusion.delta import BaseWeights
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.preserve import keep_untouched
from rtedit_desktop.diffusion.schedule import alphas_cumprod


class Tint(nn.Module):
    """Says that the clean picture is what it sees, plus its one weight."""

    def __init__(self) -> None:
        super().__init__()
        self.tint = nn.Parameter(torch.zeros(1))

    def forward(self, x: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        return 0.5 * x + self.tint


def _denoiser() -> Denoiser:
    return Denoiser(Tint(), alphas_cumprod(), prediction="sample")


def test_the_estimated_change_is_the_deltas_and_scales() -> None:
    denoiser = _denoiser()
    base = BaseWeights(denoiser.net)
    x_t = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    for strength in (0.0, 0.5, 1.0):
        change = refine.estimated_change(denoiser, base, {"tint": torch.tensor([0.4])}, x_t, 400, strength)
        torch.testing.assert_close(change, torch.full_like(x_t, 0.4 * strength))
    assert denoiser.net.get_parameter("tint").item() == 0
    assert denoiser.calls == 6


def test_no_change_gives_two_equal_decodes_and_so_the_picture() -> None:
    denoiser = _denoiser()
    x0 = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(1)) * 2 - 1
    settings = EditSettings(t0=400, refine_from=300, steps=6)
    steps = list(refine.decode(denoiser, x0, torch.zeros_like(x0), settings, torch.Generator()))
    assert [s.number for s, _ in steps] == [1, 2, 3, 4, 5, 6]
    assert {s.of for s, _ in steps} == {6}
    assert [s.t for s, _ in steps] == [400, 300, 240, 180, 120, 60]
    for step, rebuilt in steps:
        assert torch.equal(keep_untouched(x0, step.x0, rebuilt), x0)


def test_a_change_is_laid_over_the_sharp_picture_first() -> None:
    x0 = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(2)) - 0.5
    change = torch.zeros_like(x0)
    change[..., :4, :4] = 3.0
    settings = EditSettings(t0=400, refine_from=300, steps=3)
    (step, rebuilt), *_ = refine.decode(_denoiser(), x0, change, settings, torch.Generator())
    assert torch.equal(rebuilt, x0)
    assert torch.equal(step.x0[..., 4:, 4:], x0[..., 4:, 4:])
    assert (step.x0[..., :4, :4] == 1).all()
