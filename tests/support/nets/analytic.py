"""A network that knows the noise exactly, because its pictures are drawn from a Gaussian."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rtedit_desktop.diffusion.denoiser import Denoiser, Prediction
from rtedit_desktop.diffusion.schedule import alphas_cumprod


class GaussianNet(nn.Module):
    """The optimal network for pictures of independent pixels N(mean, std^2).

    x_t = a x0 + b z is Gaussian too, with variance a^2 std^2 + b^2, so E[z | x_t] and E[x0 | x_t] are
    linear in x_t.
    """

    def __init__(self, prediction: Prediction = "epsilon", mean: float = 0.2, std: float = 0.5) -> None:
        super().__init__()
        self.prediction = prediction
        self.mean = nn.Parameter(torch.tensor(mean, dtype=torch.float64))
        self.std = std
        self.abar = alphas_cumprod()

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        abar = self.abar[t.long()][:, None, None, None]
        a, b = abar.sqrt(), (1 - abar).sqrt()
        away = (x - a * self.mean) / (a**2 * self.std**2 + b**2)
        eps, x0 = b * away, self.mean + a * self.std**2 * away
        return {"epsilon": eps, "sample": x0, "v_prediction": a * eps - b * x0}[self.prediction]

    def exact(self, x: Tensor, abar_t: float, abar_s: float) -> Tensor:
        """Where the probability flow takes x from noise level abar_t to abar_s."""
        spread_t = (abar_t * self.std**2 + 1 - abar_t) ** 0.5
        spread_s = (abar_s * self.std**2 + 1 - abar_s) ** 0.5
        return abar_s**0.5 * self.mean + spread_s / spread_t * (x - abar_t**0.5 * self.mean)


def gaussian(prediction: Prediction = "epsilon") -> Denoiser:
    return Denoiser(GaussianNet(prediction), alphas_cumprod(), prediction=prediction)


def pictures(count: int, size: int = 8, seed: int = 0) -> Tensor:
    """(count, 3, size, size) float64: draws of what ``GaussianNet`` was made for."""
    z = torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return 0.2 + 0.5 * z
