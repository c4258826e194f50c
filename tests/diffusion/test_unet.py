"""The U-Net against diffusers' of the same description: the same tensors, the same numbers to the last bit."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from diffusers import UNet2DModel
from support.nets.reference_nets import seeded
from torch import Tensor, nn

from rtedit_desktop.diffusion.unet import UNet
from rtedit_desktop.diffusion.unet_config import UNetConfig, is_built_here
from rtedit_desktop.packs.convert.from_adm import adm_config
from rtedit_desktop.packs.convert.from_ddpm import ddpm_config

DESCRIPTIONS: dict[str, dict[str, Any]] = {
    "ddpm": {**ddpm_config([32, 64, 64], 2, [False, True, False], 3), "sample_size": 32},
    "adm": {**adm_config([64, 64, 128], 1, [False, True, True], 6), "sample_size": 32},
    "as-the-packs": {
        "in_channels": 12, "out_channels": 12, "layers_per_block": 1, "block_out_channels": [32, 64],
        "norm_num_groups": 8, "attention_head_dim": 32,
        "down_block_types": ["DownBlock2D", "AttnDownBlock2D"], "up_block_types": ["AttnUpBlock2D", "UpBlock2D"],
    },
    "odd": {
        "layers_per_block": 3, "block_out_channels": [32, 64], "attention_head_dim": 16, "add_attention": False,
        "down_block_types": ["AttnDownBlock2D", "DownBlock2D"], "up_block_types": ["UpBlock2D", "AttnUpBlock2D"],
        "center_input_sample": True, "time_embedding_dim": 48, "freq_shift": 1, "act_fn": "gelu", "norm_eps": 1e-4,
    },
    "scaled": {
        "layers_per_block": 1, "block_out_channels": [32, 64], "mid_block_scale_factor": 2.0,
        "down_block_types": ["ResnetDownsampleBlock2D", "AttnDownBlock2D"], "attn_norm_num_groups": 16,
        "up_block_types": ["AttnUpBlock2D", "ResnetUpsampleBlock2D"], "attention_head_dim": None, "act_fn": "relu",
    },
}  # fmt: skip


def both(description: dict[str, Any]) -> tuple[UNet, nn.Module]:
    theirs = seeded(UNet2DModel(**description))
    own = UNet(UNetConfig(**description)).eval()
    own.load_state_dict(theirs.state_dict(), strict=True)
    return own, theirs


def gradients(net: nn.Module, out: Tensor) -> dict[str, Tensor]:
    names, parameters = zip(*net.named_parameters(), strict=True)
    return dict(zip(names, torch.autograd.grad(out.square().mean(), parameters), strict=True))


@pytest.mark.parametrize("kind", DESCRIPTIONS)
def test_it_computes_what_diffusers_computes(kind: str) -> None:
    description = DESCRIPTIONS[kind]
    own, theirs = both(description)
    assert list(own.state_dict()) == list(theirs.state_dict())
    x = torch.randn(2, description.get("in_channels", 3), 32, 32, generator=torch.Generator().manual_seed(1))
    times = torch.tensor([3.0, 700.0])
    for layout in (torch.contiguous_format, torch.channels_last):
        assert torch.equal(own(x.to(memory_format=layout), times), theirs(x.to(memory_format=layout), times).sample)
    for net in (own, theirs):
        net.requires_grad_(True)
    ours, reference = gradients(own, own(x, times)), gradients(theirs, theirs(x, times).sample)
    for name, gradient in reference.items():
        torch.testing.assert_close(ours[name], gradient, rtol=1e-4, atol=1e-7)


def test_what_only_diffusers_builds_is_told_apart() -> None:
    assert all(is_built_here(description) for description in DESCRIPTIONS.values())
    for other in ({"time_embedding_type": "fourier"}, {"mid_block_type": None}, {"class_embed_type": "timestep"}):
        assert not is_built_here({**DESCRIPTIONS["ddpm"], **other})


def test_a_description_that_it_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="cross_attention_dim"):
        UNetConfig(**{**DESCRIPTIONS["ddpm"], "cross_attention_dim": 3})
