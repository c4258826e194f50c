"""Blocks that compute again what they forgot, with and without mixed precision."""

from __future__ import annotations

import pytest
import torch
from support.nets.recomputing import recomputes_blocks
from support.nets.reference_nets import seeded
from torch import Tensor

from rtedit_desktop.diffusion.memory.autocast_recompute import AutocastRecompute
from rtedit_desktop.diffusion.memory.checkpointing import can_recompute_blocks, recomputing_blocks
from rtedit_desktop.diffusion.unet import UNet
from rtedit_desktop.diffusion.unet_config import UNetConfig

CPU = torch.device("cpu")


def net() -> UNet:
    config = UNetConfig(
        block_out_channels=[32, 64], layers_per_block=1, norm_num_groups=8, attention_head_dim=32,
        down_block_types=["DownBlock2D", "AttnDownBlock2D"], up_block_types=["AttnUpBlock2D", "UpBlock2D"],
    )  # fmt: skip
    return seeded(UNet(config)).requires_grad_(True)


def gradients(net: UNet, dtype: torch.dtype | None, *, recompute: bool) -> dict[str, Tensor]:
    """Of a loss whose backward pass runs, as in training, after the region of mixed precision has ended."""
    x = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    layers = set(net.modules())
    if recompute:
        with recomputing_blocks(net) as forgotten:
            assert recomputes_blocks(net) and forgotten
            with AutocastRecompute(layers - forgotten, CPU, dtype)():
                loss = net(x, torch.tensor([300.0])).float().square().mean()
            loss.backward()
    else:
        with AutocastRecompute(layers, CPU, dtype)():
            loss = net(x, torch.tensor([300.0])).float().square().mean()
        loss.backward()
    assert not recomputes_blocks(net)
    return {name: p.grad for name, p in net.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("dtype", [None, torch.bfloat16])
def test_the_gradients_are_the_same(dtype: torch.dtype | None) -> None:
    kept, again = gradients(net(), dtype, recompute=False), gradients(net(), dtype, recompute=True)
    assert kept.keys() == again.keys()
    for name, gradient in kept.items():
        torch.testing.assert_close(again[name], gradient, rtol=1e-2, atol=1e-3 * float(gradient.abs().max()))


def test_only_a_u_net_can() -> None:
    assert can_recompute_blocks(net()) and not can_recompute_blocks(torch.nn.Linear(2, 2))
