"""Gradient checkpointing: the network's blocks forget what they computed and compute it again for the gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from torch import Tensor, nn

from rtedit_desktop.diffusion.unet import UNet


def can_recompute_blocks(net: nn.Module) -> bool:
    """Whether the network knows how to."""
    return isinstance(net, UNet)


@contextmanager
def recomputing_blocks(net: nn.Module) -> Iterator[frozenset[nn.Module]]:
    """As long as this lasts, a training step takes less memory and about a third more time.

    Gives the layers whose results are forgotten: what they are computed from must be found as it was in the backward
    pass, so nothing may be done to them that ends before it.
    """
    assert isinstance(net, UNet)
    blocks = list(net.residual_blocks())
    for block in blocks:
        block.again = _again
    try:
        yield frozenset(layer for block in blocks for layer in block.modules())
    finally:
        for block in blocks:
            block.again = None


def _again(compute: Callable[..., Tensor], x: Tensor, time: Tensor) -> Tensor:
    from torch.utils.checkpoint import checkpoint

    result: Tensor = checkpoint(compute, x, time, use_reentrant=False, preserve_rng_state=False)
    return result
