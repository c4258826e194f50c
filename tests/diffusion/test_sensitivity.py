from __future__ import annotations

import torch
from torch import Tensor, nn

from rtedit_desktop.diffusion.codec.sensitivity import probe
from rtedit_desktop.diffusion.denoiser import Denoiser
from rtedit_desktop.diffusion.schedule import alphas_cumprod


class Pointwise(nn.Module):
    """x0 = W x at every pixel: the derivative by a weight is the input it meets."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.mix = nn.Conv2d(3, 3, 1)
        self.unused = nn.Linear(2, 2)
        self.mix.weight.data[:, :, 0, 0] = weight
        self.mix.bias.data.zero_()  # type: ignore[union-attr]

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return self.mix(x)


def test_it_is_the_squared_length_of_the_pictures_derivative() -> None:
    net = Pointwise(torch.eye(3)).requires_grad_(False)
    denoiser = Denoiser(net, alphas_cumprod(1e-4, 0.02, 1000), prediction="sample")
    x = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(0)) * torch.tensor([1.0, 2, 4])[:, None, None]
    *_, last = probe(denoiser, x.repeat(400, 1, 1, 1), 100, torch.Generator().manual_seed(1))
    assert set(last) == {"mix.weight"}
    expected = x[0].square().sum((1, 2)).double()  # of a column: what its input channel has, all rows alike
    got = last["mix.weight"]
    assert torch.allclose(got.columns / 400, expected, rtol=0.15)
    assert torch.allclose(got.rows / 400, expected.mean().repeat(3), rtol=0.25)
    assert net.mix.weight.grad is None
