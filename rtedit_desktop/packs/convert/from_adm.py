"""Maps checkpoints of guided-diffusion: AFHQ-dog 256, ImageNet 512 and their like.

Heads of 64 channels with the legacy order of q, k and v, and residual blocks that change the size: neither can
be told from the weights, and all published nets of the paper have them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from rtedit_desktop.packs.convert.checkpoint_file import CheckpointFile
from rtedit_desktop.packs.convert.from_ddpm import image_size
from rtedit_desktop.packs.convert.tensor_mapping import Keys, Source, TensorMapping, mismatch, paired
from rtedit_desktop.packs.convert.unet_tensors import unet_shapes

if TYPE_CHECKING:
    from torch import Tensor

MODEL = "a guided-diffusion U-Net"
HEAD = 64
_LEAVES = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
    "group_norm": "norm",
    "to_out.0": "proj_out",
}
_QKV = ("to_q", "to_k", "to_v")


def is_adm(file: CheckpointFile) -> bool:
    """Whether the keys are guided-diffusion's, fitting or not."""
    return file.has_any("time_embed.", "input_blocks.", "output_blocks.")


def adm_config(widths: list[int], layers: int, attention: list[bool], out_channels: int) -> dict[str, Any]:
    """Keywords of UNet2DModel: cosines first, frequencies short of the last, scale and shift by the time.

    ``attention`` says which levels have it, finest first.
    """
    return {
        "sample_size": image_size(len(widths)),
        "in_channels": 3,
        "out_channels": out_channels,
        "layers_per_block": layers,
        "block_out_channels": widths,
        "down_block_types": ["AttnDownBlock2D" if here else "ResnetDownsampleBlock2D" for here in attention],
        "up_block_types": ["AttnUpBlock2D" if here else "ResnetUpsampleBlock2D" for here in reversed(attention)],
        "attention_head_dim": HEAD,
        "attn_norm_num_groups": 32,
        "downsample_type": "resnet",
        "upsample_type": "resnet",
        "resnet_time_scale_shift": "scale_shift",
        "flip_sin_to_cos": True,
        "freq_shift": 0,
        "norm_eps": 1e-5,
        "norm_num_groups": 32,
        "act_fn": "silu",
        "center_input_sample": False,
        "time_embedding_type": "positional",
    }


def adm_mapping(file: CheckpointFile) -> TensorMapping:
    """What to take from a file of guided-diffusion; the label embedding is left out, as in the official editing.

    Raises CheckpointMismatch when the net's outline cannot be made out. That all of it fits is for
    ``tensor_mapping.check`` to see.
    """
    keys = Keys(file, MODEL)
    layers, levels = _outline(file, keys)
    first = [1 + level * (layers + 1) for level in range(levels)]
    widths = [keys.length(f"input_blocks.{n}.0.out_layers.3.weight", 0, 4) for n in first]
    attention = [f"input_blocks.{n}.1.norm.weight" in keys for n in first]
    out_channels = keys.length("out.2.weight", 0, 4)
    config = adm_config(widths, layers, attention, out_channels)
    config["in_channels"] = keys.length("input_blocks.0.0.weight", 1, 4)
    time, sinusoid = keys.length("time_embed.0.weight", 0, 2), keys.length("time_embed.0.weight", 1, 2)
    if time != 4 * widths[0]:
        config["time_embedding_dim"] = time
    with_heads = {width for width, here in zip(widths, attention, strict=True) if here} | {widths[-1]}
    if odd := [width for width in with_heads if width % HEAD]:
        raise mismatch(file, MODEL, f"its attention of {odd[0]} channels cannot be split into heads of {HEAD}")

    time_channels = 0 if sinusoid == widths[0] else sinusoid
    shapes = unet_shapes(config, time_channels)
    sources = {}
    for name, shape, place, layer, part in paired(shapes, _places(levels, layers, attention), _LEAVES):
        if layer in _QKV:
            joined = (3 * shape[0], *shape[1:], *((1,) if part == "weight" else ()))
            sources[name] = Source(f"{place}.qkv.{part}", joined, _taking(_QKV.index(layer)))
        elif layer == "proj_out":
            wide = (*shape, 1) if part == "weight" else shape
            sources[name] = Source(f"{place}.{layer}.{part}", wide, _as_linear if part == "weight" else None)
        else:
            sources[name] = Source(".".join(filter(None, (place, layer, part))), shape)
    return TensorMapping(
        model=MODEL,
        config=config,
        shapes=shapes,
        sources=sources,
        image_size=image_size(levels),
        ignored=frozenset({"label_emb.weight"}),
        learned_variance=out_channels == 2 * config["in_channels"],
        time_channels=time_channels,
    )


def _outline(file: CheckpointFile, keys: Keys) -> tuple[int, int]:
    """Residual blocks a level and levels: each level's last output block has one more, to double the size."""
    blocks = 1
    while blocks < 200 and f"input_blocks.{blocks}.0.in_layers.0.weight" in keys:
        blocks += 1
    for layers in range(1, 16):
        if any(f"output_blocks.{layers}.{inner}.in_layers.0.weight" in keys for inner in (1, 2)):
            if blocks % (layers + 1) or not 2 <= blocks // (layers + 1) <= 9:
                break
            return layers, blocks // (layers + 1)
    raise mismatch(file, MODEL, f"its {blocks} input blocks are not levels of equal length with residual resampling")


def _places(levels: int, layers: int, attention: list[bool]) -> dict[str, str]:
    places = {
        "conv_in": "input_blocks.0.0",
        "time_embedding.linear_1": "time_embed.0",
        "time_embedding.linear_2": "time_embed.2",
        "mid_block.resnets.0": "middle_block.0",
        "mid_block.attentions.0": "middle_block.1",
        "mid_block.resnets.1": "middle_block.2",
        "conv_norm_out": "out.0",
        "conv_out": "out.2",
    }
    for i in range(levels):
        for j in range(layers + 1):
            down, up = f"input_blocks.{1 + i * (layers + 1) + j}", f"output_blocks.{i * (layers + 1) + j}"
            places[f"down_blocks.{i}.resnets.{j}"] = f"{down}.0"
            places[f"down_blocks.{i}.attentions.{j}"] = f"{down}.1"
            places[f"up_blocks.{i}.resnets.{j}"] = f"{up}.0"
            places[f"up_blocks.{i}.attentions.{j}"] = f"{up}.1"
        places[f"down_blocks.{i}.downsamplers.0"] = f"{down}.0"
        places[f"up_blocks.{i}.upsamplers.0"] = f"{up}.{2 if attention[levels - 1 - i] else 1}"
    return places


def _taking(which: int) -> Callable[[Tensor], Tensor]:
    return partial(_legacy_part, which=which)


def _legacy_part(joined: Tensor, which: int) -> Tensor:
    """q, k or v of (3C, C, 1) or (3C,): heads come first, so a plain cut in three would mix them."""
    parts = joined.reshape(joined.shape[0] // (3 * HEAD), 3, HEAD, *joined.shape[1:2])
    return parts[:, which].reshape(joined.shape[0] // 3, *joined.shape[1:2])


def _as_linear(weight: Tensor) -> Tensor:
    """A convolution over single pixels, (C, C, 1), as a matrix."""
    return weight[:, :, 0]
