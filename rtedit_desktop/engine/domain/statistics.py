"""Statistics of a pack's U-Net on a picture, beside those on pictures of its domain: they need no text model.

What is compared is how much each channel varies over the picture after the first level of the way up, where the net
knows what it sees and has not begun to draw it. docs/domain.md has the measurements.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from rtedit_desktop.core.domain import DomainStatistics
from rtedit_desktop.core.errors import PackDamaged
from rtedit_desktop.core.lazy_text import tr
from rtedit_desktop.engine.models import LoadedPack

T = 100
"""The timestep at which the U-Net looks: noise that hides fine detail and nothing else."""


def noised(pack: LoadedPack, x0: Tensor) -> Tensor:
    """x0 (1, 3, S, S) at T, always with the same noise."""
    noise = torch.randn(x0.shape, generator=torch.Generator().manual_seed(0)).to(x0)
    abar = pack.denoiser.abar(T)
    x_t: Tensor = abar**0.5 * x0 + (1 - abar) ** 0.5 * noise
    return x_t


@torch.no_grad()
def seen(pack: LoadedPack, x0: Tensor) -> Tensor:
    """(C,) what the U-Net sees in x0, (1, 3, S, S); one call."""
    kept: list[Tensor] = []

    def keep(module: nn.Module, given: object, out: Tensor) -> None:
        kept.append(out.float().std((2, 3))[0].cpu())

    hook = pack.denoiser.net.get_submodule("up_blocks.0").register_forward_hook(keep)
    try:
        with pack.denoiser.called_plainly():  # a replayed call calls no hook
            pack.denoiser(noised(pack, x0), T)
    finally:
        hook.remove()
    return kept[0]


def difference(pack: LoadedPack, usual: DomainStatistics, x0: Tensor) -> float:
    """By how many deviations x0, (1, 3, S, S), differs from the domain: the mean square over all that is seen.

    Raises PackDamaged for statistics of another net.
    """
    numbers = seen(pack, x0)
    if len(numbers) != len(usual.mean):
        raise PackDamaged(
            tr("The weights of {title} do not fit the model its manifest describes.", title=pack.manifest.info.title),
            tr("Install the pack again."),
        )
    return float(((numbers - torch.tensor(usual.mean)) / torch.tensor(usual.deviation)).square().mean())


def statistics(pack: LoadedPack, pictures: Sequence[Tensor], far: float) -> DomainStatistics:
    """Those of a pack's own pictures, (1, 3, S, S) each, for its manifest."""
    numbers = torch.stack([seen(pack, x0) for x0 in pictures])
    mean, deviation = numbers.mean(0), numbers.std(0).clamp(min=1e-6)
    return DomainStatistics(
        far=far,
        mean=tuple(float(f"{value:.5g}") for value in mean.tolist()),
        deviation=tuple(float(f"{value:.5g}") for value in deviation.tolist()),
    )
