"""Guidance through random views, which a texture painted for one view of the encoder does not survive (eq. 12)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from rtedit_desktop.diffusion.guidance import Guidance, Moved


class RandomViews:
    """Guidance that sees each picture whole, and again through ``count`` - 1 views that the generator draws."""

    def __init__(self, guidance: Guidance, count: int, generator: torch.Generator) -> None:
        self._guidance, self._more, self._generator = guidance, count - 1, generator

    def embed(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) in [-1, 1] to unit rows (N, D) float32, of the whole pictures."""
        return self._guidance.embed(x)

    def compare(self, x_edit: Tensor, x_source: Tensor, e_source: Tensor) -> Moved:
        """How each view of each picture moved (eq. 12): N * count rows, those of the whole pictures first."""
        if self._more == 0:
            return self._guidance.compare(x_edit, x_source, e_source)
        views = random_views(len(x_edit) * self._more, self._generator)
        repeats = (self._more, 1, 1, 1)
        source_views = through_views(x_source.repeat(repeats), views)
        with torch.no_grad():
            e_views = self._guidance.embed(source_views)
        seen = torch.cat([x_edit, through_views(x_edit.repeat(repeats), views)])
        return self._guidance.compare(seen, torch.cat([x_source, source_views]), torch.cat([e_source, e_views]))


def random_views(count: int, generator: torch.Generator, *, zoom: float = 0.2, shift: float = 0.1) -> Tensor:
    """(count, 2, 3) affine maps: small zooms, turns (up to 5 degrees) and shifts, for ``through_views``."""
    u = torch.rand(count, 4, generator=generator) * 2 - 1
    scale = 1 - zoom / 2 + zoom * u[:, 0] * 0.5
    angle = u[:, 1] * 0.09
    views = torch.zeros(count, 2, 3)
    views[:, 0, 0], views[:, 0, 1] = scale * angle.cos(), -scale * angle.sin()
    views[:, 1, 0], views[:, 1, 1] = scale * angle.sin(), scale * angle.cos()
    views[:, :, 2] = u[:, 2:] * shift
    return views


def through_views(x: Tensor, views: Tensor) -> Tensor:
    """x: (N, 3, H, W) seen through one affine map each: (N, 2, 3); what lies outside is as the border."""
    grid = functional.affine_grid(views.to(x), list(x.shape), align_corners=False)
    if x.device.type == "mps":  # which has no padding by the border
        return _inside(x, grid)
    return functional.grid_sample(x, grid, padding_mode="border", align_corners=False)


def _inside(x: Tensor, grid: Tensor) -> Tensor:
    """The same by moving places (N, H, W, 2) that lie outside onto the border, so that nothing is padded."""
    height, width = x.shape[-2:]
    edge = torch.tensor([1 - 1 / width, 1 - 1 / height], device=grid.device, dtype=grid.dtype)
    return functional.grid_sample(x, grid.clamp(-edge, edge), align_corners=False)
