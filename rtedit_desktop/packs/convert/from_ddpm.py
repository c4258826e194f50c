"""Maps checkpoints of the class DDPM, as published for CelebA-HQ and LSUN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rtedit_desktop.packs.convert.checkpoint_file import CheckpointFile
from rtedit_desktop.packs.convert.tensor_mapping import Keys, Source, TensorMapping, paired
from rtedit_desktop.packs.convert.unet_tensors import unet_shapes

if TYPE_CHECKING:
    from torch import Tensor

MODEL = "a DDPM U-Net"
_LEAVES = {
    "time_emb_proj": "temb_proj",
    "conv_shortcut": "nin_shortcut",
    "group_norm": "norm",
    "to_q": "q",
    "to_k": "k",
    "to_v": "v",
    "to_out.0": "proj_out",
}
_ATTENTION = ("q", "k", "v", "proj_out")


def is_ddpm(file: CheckpointFile) -> bool:
    """Whether the keys are of this class, fitting or not."""
    return file.has_any("temb.dense.", "down.", "up.")


def ddpm_config(widths: list[int], layers: int, attention: list[bool], out_channels: int) -> dict[str, Any]:
    """Keywords of UNet2DModel: sines first, frequencies up to the last, one head, padding right and below.

    ``attention`` says which levels have it, finest first.
    """
    size = image_size(len(widths))
    return {
        "sample_size": size,
        "in_channels": 3,
        "out_channels": out_channels,
        "layers_per_block": layers,
        "block_out_channels": widths,
        "down_block_types": ["AttnDownBlock2D" if here else "DownBlock2D" for here in attention],
        "up_block_types": ["AttnUpBlock2D" if here else "UpBlock2D" for here in reversed(attention)],
        "attention_head_dim": None,
        "downsample_padding": 0,
        "flip_sin_to_cos": False,
        "freq_shift": 1,
        "norm_eps": 1e-6,
        "norm_num_groups": 32,
        "act_fn": "silu",
        "mid_block_scale_factor": 1,
        "center_input_sample": False,
        "time_embedding_type": "positional",
        "resnet_time_scale_shift": "default",
    }


def image_size(levels: int) -> int:
    """Every published net of these families ends at 8 x 8."""
    return 8 << (levels - 1)


def ddpm_mapping(file: CheckpointFile) -> TensorMapping:
    """What to take from a file of this class. Raises CheckpointMismatch when its outline cannot be made out.

    That all of it fits is for ``tensor_mapping.check`` to see.
    """
    keys = Keys(file, MODEL)
    levels = keys.count("down.{}.block.0.conv1.weight", 9)
    keys.length(f"down.{max(0, levels - 1)}.block.0.conv1.weight", 0, 4)
    layers = keys.count("down.0.block.{}.conv1.weight", 16)
    widths = [keys.length(f"down.{i}.block.0.conv1.weight", 0, 4) for i in range(levels)]
    attention = [f"down.{i}.attn.0.norm.weight" in keys for i in range(levels)]
    config = ddpm_config(widths, layers, attention, keys.length("conv_out.weight", 0, 4))
    config["in_channels"] = keys.length("conv_in.weight", 1, 4)
    shapes = unet_shapes(config)
    sources = {}
    for name, shape, place, layer, part in paired(shapes, _places(levels, layers), _LEAVES):
        key = ".".join(filter(None, (place, layer, part)))
        if layer in _ATTENTION and part == "weight":
            sources[name] = Source(key, (*shape, 1, 1), _as_linear)
        else:
            sources[name] = Source(key, shape)
    return TensorMapping(model=MODEL, config=config, shapes=shapes, sources=sources, image_size=image_size(levels))


def _places(levels: int, layers: int) -> dict[str, str]:
    places = {
        "conv_in": "conv_in",
        "time_embedding.linear_1": "temb.dense.0",
        "time_embedding.linear_2": "temb.dense.1",
        "mid_block.resnets.0": "mid.block_1",
        "mid_block.attentions.0": "mid.attn_1",
        "mid_block.resnets.1": "mid.block_2",
        "conv_norm_out": "norm_out",
        "conv_out": "conv_out",
    }
    for i in range(levels):
        places[f"down_blocks.{i}.downsamplers.0"] = f"down.{i}.downsample"
        places[f"up_blocks.{levels - 1 - i}.upsamplers.0"] = f"up.{i}.upsample"
        for j in range(layers + 1):
            places[f"down_blocks.{i}.resnets.{j}"] = f"down.{i}.block.{j}"
            places[f"down_blocks.{i}.attentions.{j}"] = f"down.{i}.attn.{j}"
            places[f"up_blocks.{levels - 1 - i}.resnets.{j}"] = f"up.{i}.block.{j}"
            places[f"up_blocks.{levels - 1 - i}.attentions.{j}"] = f"up.{i}.attn.{j}"
    return places


def _as_linear(weight: Tensor) -> Tensor:
    """A convolution over single pixels, (C, C, 1, 1), as a matrix."""
    return weight[:, :, 0, 0]
