"""Whether the blocks of a network compute their activations twice."""

from __future__ import annotations

from torch import nn

from rtedit_desktop.diffusion.unet import UNet


def recomputes_blocks(net: nn.Module) -> bool:
    """Whether they do so now."""
    return isinstance(net, UNet) and any(block.again is not None for block in net.residual_blocks())
